#include "engine/figures/page.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace v1::figures {

void Page::rect(const Rect& area, const Fill& fill) {
  items.push_back(Shapes{{{{area.x, area.y},
                           {area.right(), area.y},
                           {area.right(), area.top()},
                           {area.x, area.top()}}},
                         fill});
}

namespace {

/// Liang and Barsky: the part of a-b inside the area as parameters, or false.
bool clip_segment(const Point& a, const Point& b, const Rect& area, double& from, double& to) {
  const double dx = b.x - a.x;
  const double dy = b.y - a.y;
  const std::array<double, 4> p = {-dx, dx, -dy, dy};
  const std::array<double, 4> q = {a.x - area.x, area.right() - a.x, a.y - area.y,
                                   area.top() - a.y};
  from = 0.0;
  to = 1.0;
  for (std::size_t i = 0; i < 4; ++i) {
    if (p[i] == 0.0) {
      if (q[i] < 0.0) return false;
      continue;
    }
    const double t = q[i] / p[i];
    if (p[i] < 0.0) from = std::max(from, t);
    if (p[i] > 0.0) to = std::min(to, t);
  }
  return from <= to;
}

Point between(const Point& a, const Point& b, double t) {
  return {a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t};
}

}  // namespace

std::vector<std::vector<Point>> clip_path(const std::vector<Point>& path, const Rect& area) {
  std::vector<std::vector<Point>> parts;
  bool open = false;
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    const Point a = path[i];
    const Point b = path[i + 1];
    double from = 0.0;
    double to = 1.0;
    const bool finite = std::isfinite(a.x + a.y + b.x + b.y);
    if (!finite || !clip_segment(a, b, area, from, to)) {
      open = false;
      continue;
    }
    if (!open || from > 0.0) parts.push_back({between(a, b, from)});
    parts.back().push_back(between(a, b, to));
    open = to == 1.0;
  }
  return parts;
}

std::vector<Point> clip_polygon(std::vector<Point> polygon, const Rect& area) {
  // Sutherland and Hodgman, one side of the rectangle after the other.
  const auto cut = [&](auto inside, auto at) {
    std::vector<Point> kept;
    for (std::size_t i = 0; i < polygon.size(); ++i) {
      const Point a = polygon[i];
      const Point b = polygon[(i + 1) % polygon.size()];
      if (inside(a)) kept.push_back(a);
      if (inside(a) != inside(b)) kept.push_back(between(a, b, at(a, b)));
    }
    polygon = std::move(kept);
  };
  const auto at_x = [](double x) {
    return [x](const Point& a, const Point& b) { return (x - a.x) / (b.x - a.x); };
  };
  const auto at_y = [](double y) {
    return [y](const Point& a, const Point& b) { return (y - a.y) / (b.y - a.y); };
  };
  cut([&](const Point& p) { return p.x >= area.x; }, at_x(area.x));
  cut([&](const Point& p) { return p.x <= area.right(); }, at_x(area.right()));
  cut([&](const Point& p) { return p.y >= area.y; }, at_y(area.y));
  cut([&](const Point& p) { return p.y <= area.top(); }, at_y(area.top()));
  return polygon;
}

std::vector<Point> thin_path(const std::vector<Point>& path, std::size_t columns) {
  if (path.size() <= 4 * columns || columns == 0) return path;
  for (std::size_t i = 1; i < path.size(); ++i)
    if (!(path[i].x >= path[i - 1].x)) return path;
  const double begin = path.front().x;
  const double width = (path.back().x - begin) / static_cast<double>(columns);
  if (!(width > 0.0)) return path;
  std::vector<Point> thin;
  std::size_t i = 0;
  while (i < path.size()) {
    const double column = std::floor((path[i].x - begin) / width);
    std::size_t low = i;
    std::size_t high = i;
    std::size_t last = i;
    for (std::size_t k = i; k < path.size() && std::floor((path[k].x - begin) / width) == column;
         ++k) {
      if (path[k].y < path[low].y) low = k;
      if (path[k].y > path[high].y) high = k;
      last = k;
    }
    std::array<std::size_t, 4> keep = {i, std::min(low, high), std::max(low, high), last};
    for (std::size_t k = 0; k < keep.size(); ++k)
      if (k == 0 || keep[k] != keep[k - 1]) thin.push_back(path[keep[k]]);
    i = last + 1;
  }
  return thin;
}

}  // namespace v1::figures
