#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "engine/figures/dots.hpp"
#include "engine/figures/marks.hpp"

/// points3d: orthographic projection with equal scales and a box around the points.
namespace v1::figures {
namespace {

using Vector = std::array<double, 3>;

class Points3dMark : public Mark {
 public:
  using Mark::Mark;
  LegendEntry::Sign sign() const override { return LegendEntry::Sign::dot; }

  void measure(PanelNeeds&) override {
    for (const char* role : {"x", "y", "z"}) numeric(role);
    low_ = {1e308, 1e308, 1e308};
    high_ = {-1e308, -1e308, -1e308};
    for (const Series& series : series_)
      for (const std::size_t row : series.rows) {
        const Vector p = position(row);
        for (std::size_t i = 0; i < 3; ++i) {
          if (!std::isfinite(p[i])) continue;
          low_[i] = std::min(low_[i], p[i]);
          high_[i] = std::max(high_[i], p[i]);
        }
      }
  }

  void draw(Frame& frame) const override {
    if (!(low_[0] <= high_[0])) return;
    const double mm_per_unit = fit(frame);
    draw_box(frame, mm_per_unit);
    struct Deep {
      double depth;
      Dot dot;
    };
    std::vector<Deep> deep;
    for (const Series& series : series_)
      for (const std::size_t row : series.rows) {
        const Vector p = position(row);
        deep.push_back({projected(p)[2], {place(frame, p, mm_per_unit), series.color}});
      }
    std::stable_sort(deep.begin(), deep.end(),
                     [](const Deep& a, const Deep& b) { return a.depth > b.depth; });
    std::vector<Dot> dots;
    for (const Deep& item : deep) dots.push_back(item.dot);
    const double size = spec_.number("size", dots.size() > 4000  ? 0.35
                                             : dots.size() > 800 ? 0.6
                                                                 : 1.0);
    draw_dots(frame, dots, Symbol::circle, size, spec_.alpha.value_or(0.8));
    draw_scale_bar(frame, mm_per_unit);
  }

 private:
  /// Data in the order right, back, up.
  Vector position(std::size_t row) const {
    const double x = numeric("x").numbers[row];
    const double y = numeric("y").numbers[row];
    const double z = numeric("z").numbers[row];
    return spec_.word("up", "z") == "y" ? Vector{x, z, y} : Vector{x, y, z};
  }

  /// Right, up and depth on the page, in data units, about the box's centre.
  Vector projected(const Vector& p) const {
    const double elevation = spec_.view[0] * std::numbers::pi / 180.0;
    const double azimuth = spec_.view[1] * std::numbers::pi / 180.0;
    Vector q;
    for (std::size_t i = 0; i < 3; ++i) q[i] = p[i] - 0.5 * (low_[i] + high_[i]);
    const double right = -q[0] * std::sin(azimuth) + q[1] * std::cos(azimuth);
    const double front = q[0] * std::cos(azimuth) + q[1] * std::sin(azimuth);
    return {right, q[2] * std::cos(elevation) - front * std::sin(elevation),
            -(front * std::cos(elevation) + q[2] * std::sin(elevation))};
  }

  std::array<Vector, 8> corners() const {
    std::array<Vector, 8> all;
    for (std::size_t i = 0; i < 8; ++i)
      all[i] = {(i & 1) != 0 ? high_[0] : low_[0], (i & 2) != 0 ? high_[1] : low_[1],
                (i & 4) != 0 ? high_[2] : low_[2]};
    return all;
  }

  double fit(const Frame& frame) const {
    double right = 1e-12;
    double up = 1e-12;
    for (const Vector& corner : corners()) {
      const Vector p = projected(corner);
      right = std::max(right, std::abs(p[0]));
      up = std::max(up, std::abs(p[1]));
    }
    return 0.5 * 0.94 * std::min(frame.area.width / right, frame.area.height / up);
  }

  Point place(const Frame& frame, const Vector& p, double mm_per_unit) const {
    const Vector q = projected(p);
    return {frame.area.x + frame.area.width / 2.0 + q[0] * mm_per_unit,
            frame.area.y + frame.area.height / 2.0 + q[1] * mm_per_unit};
  }

  void draw_box(Frame& frame, double mm_per_unit) const {
    const std::array<Vector, 8> all = corners();
    Lines edges{{}, {{170, 170, 170}, 0.4}};
    for (std::size_t a = 0; a < 8; ++a)
      for (const std::size_t bit : {1u, 2u, 4u})
        if ((a & bit) == 0)
          edges.paths.push_back(
              {place(frame, all[a], mm_per_unit), place(frame, all[a | bit], mm_per_unit)});
    frame.page.items.push_back(std::move(edges));
  }

  // 1, 2 or 5 times a power of ten, at most `most`.
  static double round_length(double most) {
    const double ten = std::pow(10.0, std::floor(std::log10(most)));
    return ten * (most >= 5.0 * ten ? 5.0 : most >= 2.0 * ten ? 2.0 : 1.0);
  }

  void draw_scale_bar(Frame& frame, double mm_per_unit) const {
    double length = spec_.number("scale_bar", 0.0);
    if (length <= 0.0) return;
    const double room = 0.6 * frame.area.width / mm_per_unit;
    if (!(room > 1e-9)) return;  // a single point
    if (length > room) length = round_length(0.5 * room);
    const Point start{frame.area.x + 1.0, frame.area.y + 0.5};
    frame.page.line({start, {start.x + length * mm_per_unit, start.y}}, {{38, 38, 38}, 1.5});
    Text text;
    text.at = {start.x + length * mm_per_unit / 2.0, start.y - frame.font_size * mm_per_pt * 0.8};
    text.text = axis_title(fmt::format("{:g}", length), "");
    if (const std::string& unit = column("x").unit; !unit.empty())
      text.text += " " + axis_title("", unit);
    text.size_pt = frame.font_size * 0.9;
    frame.page.text(text);
  }

  Vector low_{};
  Vector high_{};
};

}  // namespace

std::unique_ptr<Mark> make_points3d(const MarkSpec& spec, const TableStore& store) {
  return std::make_unique<Points3dMark>(spec, store);
}

}  // namespace v1::figures
