#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/figures/dots.hpp"
#include "engine/figures/grid.hpp"
#include "engine/figures/marks.hpp"
#include "engine/figures/statistics.hpp"

/// raster, density and heatmap.
namespace v1::figures {
namespace {

class RasterMark : public Mark {
 public:
  using Mark::Mark;
  LegendEntry::Sign sign() const override { return LegendEntry::Sign::dot; }

  void measure(PanelNeeds& needs) override {
    need(needs.x, "x");
    need(needs.y, "y");
  }

  void draw(Frame& frame) const override {
    const Column& xs = column("x");
    const Column& ys = column("y");
    std::vector<std::pair<std::size_t, Rgb>> rows;  // table order, so that no group hides another
    for (const Series& series : series_)
      for (const std::size_t row : series.rows) rows.emplace_back(row, series.color);
    std::stable_sort(rows.begin(), rows.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<Dot> dots;
    dots.reserve(rows.size());
    for (const auto& [row, color] : rows)
      dots.push_back({frame.at(frame.x.value(xs, row), frame.y.value(ys, row)), color});
    // Many events: smaller and lighter dots, so that density stays visible.
    const double per_mm2 =
        static_cast<double>(dots.size()) / std::max(1.0, frame.area.width * frame.area.height);
    const double size = per_mm2 < 2.0 ? 0.5 : per_mm2 < 20.0 ? 0.25 : 0.15;
    const double alpha = per_mm2 < 10.0 ? 0.9 : per_mm2 < 60.0 ? 0.6 : 0.25;
    if (dots.size() <= max_vector_dots) {  // by colour, to keep the file small
      std::stable_sort(dots.begin(), dots.end(), [](const Dot& a, const Dot& b) {
        return std::tie(a.color.r, a.color.g, a.color.b) <
               std::tie(b.color.r, b.color.g, b.color.b);
      });
    }
    draw_dots(frame, dots, Symbol::circle, spec_.number("size", size), spec_.alpha.value_or(alpha));
  }
};

class DensityMark : public Mark {
 public:
  using Mark::Mark;
  LegendEntry::Sign sign() const override { return LegendEntry::Sign::patch; }

  void measure(PanelNeeds& needs) override {
    numeric("x");
    numeric("y");
    need(needs.x, "x");
    need(needs.y, "y");
    needs.log_color = true;
    needs.color.describe("count", "");
    count(needs.x.min, needs.x.max, needs.y.min, needs.y.max);
    for (const double value : grid_.values)
      if (value > 0.0) needs.color.add(value);
  }

  void draw(Frame& frame) const override { draw_grid(frame, grid_); }

 private:
  void count(double x0, double x1, double y0, double y1) {
    if (!(x0 <= x1) || !(y0 <= y1)) return;
    const double nx = spec_.bins.empty() ? 100.0 : spec_.bins[0];
    const double ny = spec_.bins.size() > 1 ? spec_.bins[1]
                      : spec_.bins.empty()  ? 80.0
                                            : spec_.bins[0];
    grid_.x_edges = linear_edges(x0, x1 > x0 ? x1 : x0 + 1.0, static_cast<std::size_t>(nx));
    grid_.y_edges = linear_edges(y0, y1 > y0 ? y1 : y0 + 1.0, static_cast<std::size_t>(ny));
    const std::size_t columns = grid_.x_edges.size() - 1;
    const std::size_t rows = grid_.y_edges.size() - 1;
    grid_.values.assign(columns * rows, 0.0);
    for (const Series& series : series_)
      for (const std::size_t row : series.rows) {
        const long i = cell_of(grid_.x_edges, numeric("x").numbers[row]);
        const long j = cell_of(grid_.y_edges, numeric("y").numbers[row]);
        if (i >= 0 && j >= 0)
          grid_.values[static_cast<std::size_t>(j) * columns + static_cast<std::size_t>(i)] += 1.0;
      }
    // Cells without events stay white, also on the log colour scale.
    for (double& value : grid_.values)
      if (value == 0.0) value = -std::numeric_limits<double>::infinity();
  }
  ValueGrid grid_;
};

class HeatmapMark : public Mark {
 public:
  using Mark::Mark;
  LegendEntry::Sign sign() const override { return LegendEntry::Sign::patch; }

  void measure(PanelNeeds& needs) override {
    need_cells(needs.x, "x");
    need_cells(needs.y, "y");
    numeric("value");
    need(needs.color, "value");
  }

  void draw(Frame& frame) const override {
    ValueGrid grid;
    const std::vector<double> xs = centers(frame.x, "x");
    const std::vector<double> ys = centers(frame.y, "y");
    if (xs.empty() || ys.empty()) return;
    grid.x_edges = edges_between(xs);
    grid.y_edges = edges_between(ys);
    grid.values.assign(xs.size() * ys.size(), std::numeric_limits<double>::quiet_NaN());
    const Column& values = numeric("value");
    for (const Series& series : series_)
      for (const std::size_t row : series.rows) {
        const long i = cell_of(grid.x_edges, frame.x.value(column("x"), row));
        const long j = cell_of(grid.y_edges, frame.y.value(column("y"), row));
        if (i >= 0 && j >= 0)
          grid.values[static_cast<std::size_t>(j) * xs.size() + static_cast<std::size_t>(i)] =
              values.numbers[row];
      }
    draw_grid(frame, grid);
    if (spec_.numbers.count("annotate") != 0) annotate(frame, grid, xs, ys);
  }

 private:
  /// Distinct positions, ascending.
  std::vector<double> centers(const Axis& axis, const std::string& role) const {
    std::vector<double> found;
    const Column& values = column(role);
    for (const Series& series : series_)
      for (const std::size_t row : series.rows) {
        const double value = axis.value(values, row);
        if (std::isfinite(value)) found.push_back(value);
      }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
  }

  void need_cells(AxisNeeds& axis, const std::string& role) const {
    need(axis, role);
    if (column(role).is_text) return;
    const std::vector<double> found = centers(Axis{}, role);
    if (found.empty()) return;
    const std::vector<double> edges = edges_between(found);
    axis.add(edges.front());
    axis.add(edges.back());
  }

  void annotate(Frame& frame, const ValueGrid& grid, const std::vector<double>& xs,
                const std::vector<double>& ys) const {
    const int digits = static_cast<int>(spec_.number("annotate", 2));
    for (std::size_t j = 0; j < ys.size(); ++j)
      for (std::size_t i = 0; i < xs.size(); ++i) {
        const double value = grid.values[j * xs.size() + i];
        const Point at = frame.at(xs[i], ys[j]);
        if (!std::isfinite(value) || !frame.inside(at)) continue;
        const Rgb below = frame.color.at(value);
        const bool dark = 0.299 * below.r + 0.587 * below.g + 0.114 * below.b < 140.0;
        const Rgb ink = dark ? Rgb{255, 255, 255} : Rgb{38, 38, 38};
        frame.page.text(
            {at, format_number(value, digits), frame.font_size * 0.85, 0, 0.0, false, ink});
      }
  }
};

}  // namespace

std::unique_ptr<Mark> make_raster(const MarkSpec& spec, const TableStore& store) {
  return std::make_unique<RasterMark>(spec, store);
}
std::unique_ptr<Mark> make_density(const MarkSpec& spec, const TableStore& store) {
  return std::make_unique<DensityMark>(spec, store);
}
std::unique_ptr<Mark> make_heatmap(const MarkSpec& spec, const TableStore& store) {
  return std::make_unique<HeatmapMark>(spec, store);
}

}  // namespace v1::figures
