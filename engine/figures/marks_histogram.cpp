#include <algorithm>
#include <cmath>

#include "engine/base/error.hpp"
#include "engine/figures/marks.hpp"
#include "engine/figures/statistics.hpp"

namespace v1::figures {
namespace {

// The unit of a density over a quantity: "1/Hz", "1/(mV/s)".
std::string reciprocal_unit(const std::string& unit) {
  if (unit.empty() || unit == "1") return "";
  return unit.find('/') == std::string::npos ? "1/" + unit : "1/(" + unit + ")";
}

class HistogramMark : public Mark {
 public:
  using Mark::Mark;
  LegendEntry::Sign sign() const override {
    return steps() ? LegendEntry::Sign::line : LegendEntry::Sign::patch;
  }

  void measure(PanelNeeds& needs) override {
    if (has("x")) {
      bin_values();
    } else {
      take_bins();
    }
    AxisNeeds& along = horizontal() ? needs.y : needs.x;
    AxisNeeds& up = horizontal() ? needs.x : needs.y;
    const Column& described = column(has("x") ? "x" : "low");
    along.describe(described.name, described.unit);
    const std::string kind = spec_.word("normalize", "count");
    if (has("x")) {
      up.describe(kind, kind == "density" ? reciprocal_unit(described.unit) : "");
    } else {
      up.describe(column("y").name, column("y").unit);
    }
    up.from_zero = true;
    up.padded = true;
    if (edges_.size() >= 2) {
      along.add(edges_.front());
      along.add(edges_.back());
    }
    for (const auto& tops : tops_)
      for (const double top : tops) up.add(top);
    if (edges_.size() >= 2 && edges_.front() > 0.0)
      along.min_positive = std::min(along.min_positive, edges_.front());
  }

  void draw(Frame& frame) const override {
    for (std::size_t k = series_.size(); k-- > 0;) {  // the first group ends up in front
      if (steps()) {
        draw_outline(frame, k);
      } else {
        draw_bars(frame, k);
      }
    }
  }

 private:
  bool steps() const { return spec_.word("style", "bars") == "step"; }
  bool horizontal() const { return spec_.flag("horizontal", false); }

  void choose_edges(const std::vector<double>& values) {
    edges_ = spec_.edges;
    if (!edges_.empty() || values.empty()) return;
    auto [low, high] = std::pair(*std::min_element(values.begin(), values.end()),
                                 *std::max_element(values.begin(), values.end()));
    const auto bins = static_cast<std::size_t>(spec_.bins.empty() ? 40.0 : spec_.bins[0]);
    if (spec_.flag("log_bins", false)) {
      double positive = 1e308;
      for (const double value : values)
        if (value > 0.0) positive = std::min(positive, value);
      if (positive < high) edges_ = log_edges(positive, high, bins);
      return;
    }
    if (const double width = spec_.number("bin_width", 0.0); width > 0.0) {
      edges_ = width_edges(low, high, width);
      if (edges_.empty())
        throw error(ExitCode::data,
                    "{}: key 'bin_width' must give at most 100000 bins, {} gives more for values "
                    "from {} to {}",
                    spec_.origin, width, low, high);
      return;
    }
    if (low == high) {
      low -= 0.5;
      high += 0.5;
    }
    edges_ = linear_edges(low, high, bins);
  }

  void bin_values() {
    const Column& xs = numeric("x");
    std::vector<double> all;
    for (const Series& series : series_) {
      const std::vector<double> values = finite(xs, series.rows);
      all.insert(all.end(), values.begin(), values.end());
    }
    choose_edges(all);
    if (edges_.size() < 2) return;
    for (const Series& series : series_) {
      std::vector<double> values;
      std::vector<double> weights;
      for (const std::size_t row : series.rows) {
        values.push_back(xs.numbers[row]);
        if (has("weight")) weights.push_back(numeric("weight").numbers[row]);
      }
      tops_.push_back(normalized(histogram(values, weights, edges_)));
    }
    stack();
  }

  std::vector<double> normalized(std::vector<double> sums) const {
    const std::string kind = spec_.word("normalize", "count");
    double total = 0.0;
    for (const double sum : sums) total += sum;
    double running = 0.0;
    for (std::size_t i = 0; i < sums.size(); ++i) {
      const double width = kind == "density" ? edges_[i + 1] - edges_[i] : 1.0;
      if (kind != "count" && total > 0.0) sums[i] /= total * width;
      if (!spec_.flag("cumulative", false)) continue;
      running += sums[i] * width;
      sums[i] = running;
    }
    return sums;
  }

  void take_bins() {
    const Column& low = numeric("low");
    const Column& high = numeric("high");
    for (const Series& series : series_)
      for (const std::size_t row : series.rows) {
        edges_.push_back(low.numbers[row]);
        edges_.push_back(high.numbers[row]);
      }
    std::sort(edges_.begin(), edges_.end());
    const auto same = [](double a, double b) {
      return std::abs(a - b) <= 1e-9 * std::max(std::abs(a), std::abs(b));
    };
    edges_.erase(std::unique(edges_.begin(), edges_.end(), same), edges_.end());
    if (edges_.size() < 2) return;
    for (const Series& series : series_) {
      std::vector<double> tops(edges_.size() - 1, 0.0);
      for (const std::size_t row : series.rows) {
        const double center = 0.5 * (low.numbers[row] + high.numbers[row]);
        const auto above = std::upper_bound(edges_.begin(), edges_.end(), center);
        if (above != edges_.begin() && above != edges_.end())
          tops[static_cast<std::size_t>(above - edges_.begin()) - 1] = numeric("y").numbers[row];
      }
      tops_.push_back(std::move(tops));
    }
    stack();
  }

  void stack() {
    bases_.assign(tops_.size(), std::vector<double>(edges_.size() - 1, 0.0));
    if (!spec_.flag("stacked", false)) return;
    for (std::size_t k = 1; k < tops_.size(); ++k)
      for (std::size_t i = 0; i < tops_[k].size(); ++i) {
        bases_[k][i] = tops_[k - 1][i];
        tops_[k][i] += tops_[k - 1][i];
      }
  }

  Point place(const Frame& frame, double along, double up) const {
    return horizontal() ? frame.at(up, along) : frame.at(along, up);
  }

  void draw_bars(Frame& frame, std::size_t k) const {
    if (k >= tops_.size()) return;
    std::vector<std::vector<Point>> shapes;
    for (std::size_t i = 0; i < tops_[k].size(); ++i) {
      if (tops_[k][i] == bases_[k][i]) continue;
      shapes.push_back(
          {place(frame, edges_[i], bases_[k][i]), place(frame, edges_[i + 1], bases_[k][i]),
           place(frame, edges_[i + 1], tops_[k][i]), place(frame, edges_[i], tops_[k][i])});
    }
    const bool overlap = series_.size() > 1 && !spec_.flag("stacked", false);
    frame.polygons(shapes, {series_[k].color, spec_.alpha.value_or(overlap ? 0.55 : 0.9)});
    if (overlap) draw_outline(frame, k);
  }

  void draw_outline(Frame& frame, std::size_t k) const {
    if (k >= tops_.size() || series_[k].rows.empty()) return;
    std::vector<Point> path = {place(frame, edges_.front(), 0.0)};
    for (std::size_t i = 0; i < tops_[k].size(); ++i) {
      path.push_back(place(frame, edges_[i], tops_[k][i]));
      path.push_back(place(frame, edges_[i + 1], tops_[k][i]));
    }
    path.push_back(place(frame, edges_.back(), 0.0));
    frame.path(path,
               {series_[k].color, spec_.number("width", steps() ? 1.1 : 0.7), Dash::solid, 1.0});
  }

  std::vector<double> edges_;
  std::vector<std::vector<double>> tops_;  // [series][bin]
  std::vector<std::vector<double>> bases_;
};

}  // namespace

std::unique_ptr<Mark> make_histogram(const MarkSpec& spec, const TableStore& store) {
  return std::make_unique<HistogramMark>(spec, store);
}

}  // namespace v1::figures
