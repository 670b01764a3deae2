#include <algorithm>
#include <cmath>

#include "engine/figures/dots.hpp"
#include "engine/figures/marks.hpp"

/// line, step, band and scatter.
namespace v1::figures {
namespace {

/// Filled between low and high; a missing value splits it.
void draw_band(Frame& frame, const std::vector<double>& x, const std::vector<double>& low,
               const std::vector<double>& high, const Fill& fill) {
  std::vector<std::vector<Point>> shapes;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= x.size(); ++i) {
    if (i < x.size() && std::isfinite(frame.x.scale.map(x[i]) + low[i] + high[i])) continue;
    std::vector<Point> upper;
    std::vector<Point> lower;
    for (std::size_t k = begin; k < i; ++k) {
      upper.push_back(frame.end_at(x[k], high[k]));
      lower.push_back(frame.end_at(x[k], low[k]));
    }
    upper = thin_path(upper, thin_columns(frame.area));
    lower = thin_path(lower, thin_columns(frame.area));
    upper.insert(upper.end(), lower.rbegin(), lower.rend());
    if (upper.size() > 3) shapes.push_back(std::move(upper));
    begin = i + 1;
  }
  frame.polygons(shapes, fill);
}

class LineMark : public Mark {
 public:
  using Mark::Mark;

  void measure(PanelNeeds& needs) override {
    need(needs.x, "x");
    numeric("y");
    need(needs.y, "y");
    needs.y.padded = true;
    for (const Series& series : series_)
      for (const std::size_t row : series.rows) {
        const auto [low, high] = limits(row);
        needs.y.add(low);
        needs.y.add(high);
      }
  }

  void draw(Frame& frame) const override {
    const Column& xs = column("x");
    const Column& ys = numeric("y");
    for (const Series& series : series_) {
      std::vector<double> x;
      std::vector<double> low;
      std::vector<double> high;
      for (const std::size_t row : series.rows) {
        x.push_back(frame.x.value(xs, row));
        const auto [below, above] = limits(row);
        low.push_back(below);
        high.push_back(above);
      }
      if (has("error") || has("low"))
        draw_band(frame, x, low, high, {series.color, spec_.alpha.value_or(0.25)});
    }
    for (const Series& series : series_) {
      std::vector<Point> path;
      for (const std::size_t row : series.rows)
        path.push_back(frame.at(frame.x.value(xs, row), ys.numbers[row]));
      frame.path(path, {series.color, spec_.number("width", 1.0), spec_.dash(),
                        has("error") || has("low") ? 1.0 : spec_.alpha.value_or(1.0)});
    }
  }

 private:
  std::pair<double, double> limits(std::size_t row) const {
    if (has("low")) return {numeric("low").numbers[row], numeric("high").numbers[row]};
    const double y = numeric("y").numbers[row];
    const double error = has("error") ? numeric("error").numbers[row] : 0.0;
    return {y - error, y + error};
  }
};

class StepMark : public Mark {
 public:
  using Mark::Mark;

  void measure(PanelNeeds& needs) override {
    numeric("x");
    numeric("y");
    need(needs.x, "x");
    need(needs.y, "y");
    needs.y.padded = true;
    if (spec_.flag("fill", false)) needs.y.from_zero = true;
  }

  void draw(Frame& frame) const override {
    const Column& xs = numeric("x");
    const Column& ys = numeric("y");
    for (const Series& series : series_) {
      std::vector<Point> path;
      for (std::size_t i = 0; i < series.rows.size(); ++i) {
        const std::size_t row = series.rows[i];
        path.push_back(frame.at(xs.numbers[row], ys.numbers[row]));
        if (i + 1 < series.rows.size())
          path.push_back(frame.at(xs.numbers[series.rows[i + 1]], ys.numbers[row]));
      }
      if (spec_.flag("fill", false) && !path.empty()) {
        std::vector<Point> shape = path;
        const double floor = frame.at(0.0, 0.0).y;
        shape.push_back({path.back().x, floor});
        shape.push_back({path.front().x, floor});
        frame.polygons({shape}, {series.color, spec_.alpha.value_or(0.3)});
      }
      frame.path(path, {series.color, spec_.number("width", 1.0), spec_.dash(), 1.0});
    }
  }
};

class BandMark : public Mark {
 public:
  using Mark::Mark;
  LegendEntry::Sign sign() const override { return LegendEntry::Sign::patch; }

  void measure(PanelNeeds& needs) override {
    need(needs.x, "x");
    for (const char* role : {"low", "high"}) {
      numeric(role);
      need(needs.y, role);
    }
    needs.y.padded = true;
  }

  void draw(Frame& frame) const override {
    for (const Series& series : series_) {
      std::vector<double> x;
      std::vector<double> low;
      std::vector<double> high;
      for (const std::size_t row : series.rows) {
        x.push_back(frame.x.value(column("x"), row));
        low.push_back(numeric("low").numbers[row]);
        high.push_back(numeric("high").numbers[row]);
      }
      draw_band(frame, x, low, high, {series.color, spec_.alpha.value_or(0.3)});
    }
  }
};

class ScatterMark : public Mark {
 public:
  using Mark::Mark;
  LegendEntry::Sign sign() const override { return LegendEntry::Sign::dot; }

  void measure(PanelNeeds& needs) override {
    need(needs.x, "x");
    need(needs.y, "y");
    needs.x.padded = needs.y.padded = true;
    measure_error(needs.x, "x", "x_error");
    measure_error(needs.y, "y", "y_error");
    if (has("color_by")) {
      numeric("color_by");
      need(needs.color, "color_by");
    }
  }

  void draw(Frame& frame) const override {
    const Column& xs = column("x");
    const Column& ys = column("y");
    std::vector<Dot> dots;
    for (const Series& series : series_) {
      std::vector<std::vector<Point>> bars;
      for (const std::size_t row : series.rows) {
        const double x = frame.x.value(xs, row);
        const double y = frame.y.value(ys, row);
        const Rgb color =
            has("color_by") ? frame.color.at(numeric("color_by").numbers[row]) : series.color;
        dots.push_back({frame.at(x, y), color});
        if (has("x_error")) add_bar(frame, bars, x, y, numeric("x_error").numbers[row], 0.0);
        if (has("y_error")) add_bar(frame, bars, x, y, 0.0, numeric("y_error").numbers[row]);
      }
      if (!bars.empty()) frame.page.items.push_back(Lines{bars, {series.color, 0.7}});
    }
    draw_dots(frame, dots, symbol(), spec_.number("size", default_size(dots.size())),
              spec_.alpha.value_or(dots.size() > 300 ? 0.6 : 0.9));
  }

 private:
  static double default_size(std::size_t count) {
    return count > 4000 ? 0.35 : count > 300 ? 0.7 : 1.2;
  }
  Symbol symbol() const override {
    const std::string word = spec_.word("symbol", "circle");
    return word == "open"       ? Symbol::open
           : word == "square"   ? Symbol::square
           : word == "triangle" ? Symbol::triangle
           : word == "diamond"  ? Symbol::diamond
                                : Symbol::circle;
  }
  void measure_error(AxisNeeds& axis, const std::string& role, const std::string& error) const {
    if (!has(error)) return;
    const Column& values = numeric(role);
    const Column& errors = numeric(error);
    for (const Series& series : series_)
      for (const std::size_t row : series.rows) {
        axis.add(values.numbers[row] - errors.numbers[row]);
        axis.add(values.numbers[row] + errors.numbers[row]);
      }
  }
  static void add_bar(const Frame& frame, std::vector<std::vector<Point>>& bars, double x, double y,
                      double dx, double dy) {
    for (auto& part :
         clip_path({frame.end_at(x - dx, y - dy), frame.end_at(x + dx, y + dy)}, frame.area))
      bars.push_back(std::move(part));
  }
};

}  // namespace

std::unique_ptr<Mark> make_line(const MarkSpec& spec, const TableStore& store) {
  return std::make_unique<LineMark>(spec, store);
}
std::unique_ptr<Mark> make_step(const MarkSpec& spec, const TableStore& store) {
  return std::make_unique<StepMark>(spec, store);
}
std::unique_ptr<Mark> make_band(const MarkSpec& spec, const TableStore& store) {
  return std::make_unique<BandMark>(spec, store);
}
std::unique_ptr<Mark> make_scatter(const MarkSpec& spec, const TableStore& store) {
  return std::make_unique<ScatterMark>(spec, store);
}

}  // namespace v1::figures
