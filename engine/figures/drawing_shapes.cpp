#include "engine/figures/drawing_shapes.hpp"

#include <algorithm>

#include "engine/figures/scale.hpp"

namespace v1::figures {

DashLengths dash_lengths(Dash dash) {
  switch (dash) {
    case Dash::dashed:
      return {1.5, 2.75};
    case Dash::dotted:
      return {0.125, 2.0};
    case Dash::solid:
      break;
  }
  return {};
}

double circle_diameter(Symbol symbol, double size_mm) {
  return symbol == Symbol::open ? size_mm : size_mm + symbol_edge_pt * mm_per_pt;
}

std::vector<Point> symbol_outline(Symbol symbol, double size_mm) {
  const double half = (size_mm + symbol_edge_pt * mm_per_pt) / 2.0;
  switch (symbol) {
    case Symbol::square:
      return {{-half, -half}, {half, -half}, {half, half}, {-half, half}};
    case Symbol::triangle:  // its centre of mass at the point, as large as the square
      return {{-1.33 * half, -0.67 * half}, {1.33 * half, -0.67 * half}, {0.0, 1.33 * half}};
    case Symbol::diamond:
      return {{-1.33 * half, 0.0}, {0.0, -1.33 * half}, {1.33 * half, 0.0}, {0.0, 1.33 * half}};
    case Symbol::circle:
    case Symbol::open:
      break;
  }
  return {};
}

std::vector<Point> counterclockwise(std::vector<Point> polygon) {
  double doubled_area = 0.0;
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const Point& a = polygon[i];
    const Point& b = polygon[(i + 1) % polygon.size()];
    doubled_area += a.x * b.y - b.x * a.y;
  }
  if (doubled_area < 0.0) std::reverse(polygon.begin(), polygon.end());
  return polygon;
}

}  // namespace v1::figures
