#pragma once
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/figures/page.hpp"
#include "engine/figures/scale.hpp"
#include "engine/figures/table.hpp"

namespace v1::figures {

/// What the marks on one axis (of one panel, or of all that share it) have to show.
struct AxisNeeds {
  double min = 1e308;
  double max = -1e308;
  double min_positive = 1e308;
  bool from_zero = false;  // bars stand on 0
  bool padded = false;     // leave air around the data
  bool is_category = false;
  std::vector<std::string> categories;
  std::string label;  // of the first column that had one
  std::string unit;
  void add(double value);
  void add_category(const std::string& name);
  void describe(const std::string& column, const std::string& column_unit);
  void merge(const AxisNeeds& other);
};

struct PanelNeeds {
  AxisNeeds x;
  AxisNeeds y;
  AxisNeeds color;
  bool has_rows = false;
  bool log_color = false;
};

/// An axis ready for drawing. Category i is the value i, its slot reaches from i - 0.5 to i + 0.5.
struct Axis {
  Scale scale;
  std::unordered_map<std::string, std::size_t> index;  // of categories
  std::vector<Tick> ticks;
  std::string title;
  /// NaN for missing values and for categories that are not shown.
  double value(const Column& column, std::size_t row) const;
};

struct ColorScale {
  Scale scale;
  ColorMap map{{Rgb{255, 255, 255}, Rgb{0, 0, 0}}, 2};
  bool used = false;
  Rgb at(double value) const { return map.at(scale.map(value)); }
};

/// A panel's axes on the page.
struct Frame {
  Page& page;
  Rect area;
  Axis x;
  Axis y;
  ColorScale color;
  double font_size = 8.0;

  Point at(double vx, double vy) const {
    return {area.x + x.scale.map(vx) * area.width, area.y + y.scale.map(vy) * area.height};
  }
  /// The end of an error: what a logarithmic axis cannot show, 0 or less, lies at the axis' low
  /// end.
  Point end_at(double vx, double vy) const {
    Point p = at(vx, vy);
    if (x.scale.kind == ScaleKind::log && vx <= 0.0) p.x = area.x;
    if (y.scale.kind == ScaleKind::log && vy <= 0.0) p.y = area.y;
    return p;
  }
  bool inside(const Point& p) const {
    return p.x >= area.x - 1e-6 && p.x <= area.right() + 1e-6 && p.y >= area.y - 1e-6 &&
           p.y <= area.top() + 1e-6;
  }
  /// A path in page millimetres, thinned and clipped.
  void path(const std::vector<Point>& points, const Stroke& stroke);
  /// Polygons in page millimetres, clipped.
  void polygons(const std::vector<std::vector<Point>>& shapes, const Fill& fill);
  /// Rectangle between two data points as a polygon in millimetres.
  std::vector<Point> box(double x0, double y0, double x1, double y1) const;
};

}  // namespace v1::figures
