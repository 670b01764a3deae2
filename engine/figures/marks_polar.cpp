#include <algorithm>
#include <cmath>

#include "engine/figures/dots.hpp"
#include "engine/figures/marks.hpp"
#include "engine/figures/statistics.hpp"
#include "kernels/angles.hpp"

/// polar: the panel's y axis is the radius; angles are degrees, counter-clockwise from the right.
namespace v1::figures {
namespace {

double wrapped(double degrees) {
  const double rest = std::fmod(degrees, 360.0);
  return rest < 0.0 ? rest + 360.0 : rest;
}

class PolarMark : public Mark {
 public:
  using Mark::Mark;
  LegendEntry::Sign sign() const override {
    return style() == "line"     ? LegendEntry::Sign::line
           : style() == "points" ? LegendEntry::Sign::dot
                                 : LegendEntry::Sign::patch;
  }

  void measure(PanelNeeds& needs) override {
    numeric("theta");
    needs.y.from_zero = true;
    if (has("r")) {
      numeric("r");
      need(needs.y, "r");
      if (has("error"))
        for (const Series& series : series_)
          for (const std::size_t row : series.rows)
            needs.y.add(numeric("r").numbers[row] + numeric("error").numbers[row]);
      return;
    }
    const std::string kind = spec_.word("normalize", "count");
    needs.y.describe(kind, kind == "density" ? "1/deg" : "");
    for (const Series& series : series_) {
      counts_.push_back(count(series));
      for (const double value : counts_.back()) needs.y.add(value);
    }
  }

  void draw(Frame& frame) const override {
    for (std::size_t k = 0; k < series_.size(); ++k) {
      if (!has("r")) {
        draw_sectors(frame, series_[k], sector_angles(), counts_[k],
                     360.0 / static_cast<double>(counts_[k].size()));
      } else if (style() == "bars") {
        const double width =
            series_[k].rows.empty() ? 0.0 : 360.0 / static_cast<double>(series_[k].rows.size());
        std::vector<double> angles;
        std::vector<double> radii;
        for (const std::size_t row : series_[k].rows) {
          angles.push_back(numeric("theta").numbers[row]);
          radii.push_back(numeric("r").numbers[row]);
        }
        draw_sectors(frame, series_[k], angles, radii, width);
      } else {
        draw_curve(frame, series_[k]);
      }
    }
  }

 private:
  std::string style() const { return spec_.word("style", has("r") ? "line" : "bars"); }
  std::size_t bins() const {
    return static_cast<std::size_t>(spec_.bins.empty() ? 24.0 : spec_.bins[0]);
  }

  std::vector<double> count(const Series& series) const {
    std::vector<double> angles = finite(numeric("theta"), series.rows);
    for (double& angle : angles) angle = wrapped(angle);
    std::vector<double> sums = histogram(angles, {}, linear_edges(0.0, 360.0, bins()));
    const std::string kind = spec_.word("normalize", "count");
    const double total = std::max<double>(1.0, static_cast<double>(angles.size()));
    for (double& sum : sums) {
      if (kind == "probability") sum /= total;
      if (kind == "density") sum /= total * 360.0 / static_cast<double>(bins());
    }
    return sums;
  }

  std::vector<double> sector_angles() const {
    std::vector<double> angles;
    for (std::size_t i = 0; i < bins(); ++i)
      angles.push_back(360.0 * (static_cast<double>(i) + 0.5) / static_cast<double>(bins()));
    return angles;
  }

  static Point at(const Frame& frame, double degrees, double r) {
    const double radius =
        std::max(0.0, frame.y.scale.map(r)) * std::min(frame.area.width, frame.area.height) / 2.0;
    return {frame.area.x + frame.area.width / 2.0 +
                radius * std::cos(degrees * kernels::radians_per_degree),
            frame.area.y + frame.area.height / 2.0 +
                radius * std::sin(degrees * kernels::radians_per_degree)};
  }

  void draw_sectors(Frame& frame, const Series& series, const std::vector<double>& angles,
                    const std::vector<double>& radii, double width) const {
    std::vector<std::vector<Point>> shapes;
    for (std::size_t i = 0; i < angles.size(); ++i) {
      if (!(radii[i] > 0.0)) continue;
      std::vector<Point> shape = {at(frame, 0.0, 0.0)};
      for (int step = 0; step <= 12; ++step)
        shape.push_back(at(frame, angles[i] + width * (step / 12.0 - 0.5) * 0.96, radii[i]));
      shapes.push_back(std::move(shape));
    }
    frame.polygons(shapes, {series.color, spec_.alpha.value_or(series_.size() > 1 ? 0.55 : 0.85)});
  }

  void draw_curve(Frame& frame, const Series& series) const {
    std::vector<Point> path;
    std::vector<Point> outer;
    std::vector<Point> inner;
    std::vector<Dot> dots;
    for (const std::size_t row : series.rows) {
      const double theta = numeric("theta").numbers[row];
      const double r = numeric("r").numbers[row];
      if (!std::isfinite(theta + r)) continue;
      path.push_back(at(frame, theta, r));
      dots.push_back({path.back(), series.color});
      const double error = has("error") ? numeric("error").numbers[row] : 0.0;
      outer.push_back(at(frame, theta, r + error));
      inner.push_back(at(frame, theta, std::max(0.0, r - error)));
    }
    if (path.empty()) return;
    if (spec_.flag("closed", true)) {
      path.push_back(path.front());
      outer.push_back(outer.front());
      inner.push_back(inner.front());
    }
    if (has("error")) {
      outer.insert(outer.end(), inner.rbegin(), inner.rend());
      frame.polygons({outer}, {series.color, 0.2});
    }
    if (style() == "line")
      frame.path(
          path, {series.color, spec_.number("width", 1.1), Dash::solid, spec_.alpha.value_or(1.0)});
    draw_dots(frame, dots, Symbol::circle, spec_.number("size", style() == "line" ? 0.9 : 1.2),
              1.0);
  }

  std::vector<std::vector<double>> counts_;
};

}  // namespace

std::unique_ptr<Mark> make_polar(const MarkSpec& spec, const TableStore& store) {
  return std::make_unique<PolarMark>(spec, store);
}

}  // namespace v1::figures
