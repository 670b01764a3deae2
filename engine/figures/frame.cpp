#include "engine/figures/frame.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace v1::figures {

void AxisNeeds::add(double value) {
  if (!std::isfinite(value)) return;
  min = std::min(min, value);
  max = std::max(max, value);
  if (value > 0.0) min_positive = std::min(min_positive, value);
}

void AxisNeeds::add_category(const std::string& name) {
  is_category = true;
  if (std::find(categories.begin(), categories.end(), name) == categories.end())
    categories.push_back(name);
}

void AxisNeeds::describe(const std::string& column, const std::string& column_unit) {
  if (!label.empty()) return;
  label = column;
  std::replace(label.begin(), label.end(), '_', ' ');
  if (!label.empty() && label[0] >= 'a' && label[0] <= 'z' && label.size() > 2)
    label[0] = static_cast<char>(label[0] - 'a' + 'A');
  unit = column_unit;
}

void AxisNeeds::merge(const AxisNeeds& other) {
  min = std::min(min, other.min);
  max = std::max(max, other.max);
  min_positive = std::min(min_positive, other.min_positive);
  from_zero = from_zero || other.from_zero;
  padded = padded || other.padded;
  is_category = is_category || other.is_category;
  for (const std::string& name : other.categories) add_category(name);
}

double Axis::value(const Column& column, std::size_t row) const {
  if (!index.empty()) {
    const auto found = index.find(column.key(row));
    if (found != index.end()) return static_cast<double>(found->second);
    return std::numeric_limits<double>::quiet_NaN();
  }
  return column.is_text ? std::numeric_limits<double>::quiet_NaN() : column.numbers[row];
}

void Frame::path(const std::vector<Point>& points, const Stroke& stroke) {
  std::vector<std::vector<Point>> parts = clip_path(points, area);
  for (auto& part : parts) part = thin_path(part, thin_columns(area));
  if (!parts.empty()) page.items.push_back(Lines{std::move(parts), stroke});
}

void Frame::polygons(const std::vector<std::vector<Point>>& shapes, const Fill& fill) {
  std::vector<std::vector<Point>> kept;
  for (const auto& shape : shapes) {
    std::vector<Point> part = clip_polygon(shape, area);
    if (part.size() >= 3) kept.push_back(std::move(part));
  }
  if (!kept.empty()) page.items.push_back(Shapes{std::move(kept), fill});
}

std::vector<Point> Frame::box(double x0, double y0, double x1, double y1) const {
  return {at(x0, y0), at(x1, y0), at(x1, y1), at(x0, y1)};
}

}  // namespace v1::figures
