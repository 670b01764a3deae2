#include "engine/figures/grid.hpp"

#include <algorithm>
#include <cmath>

#include "engine/figures/dots.hpp"

namespace v1::figures {

std::vector<double> edges_between(const std::vector<double>& centers) {
  if (centers.size() == 1) return {centers[0] - 0.5, centers[0] + 0.5};
  std::vector<double> edges(centers.size() + 1);
  for (std::size_t i = 1; i < centers.size(); ++i) edges[i] = 0.5 * (centers[i - 1] + centers[i]);
  edges.front() = centers.front() - (edges[1] - centers.front());
  edges.back() = centers.back() + (centers.back() - edges[centers.size() - 1]);
  return edges;
}

long cell_of(const std::vector<double>& edges, double value) {
  if (edges.size() < 2 || !(value >= edges.front() && value <= edges.back())) return -1;
  const auto above = std::upper_bound(edges.begin(), edges.end(), value);
  return std::min(static_cast<long>(above - edges.begin()) - 1,
                  static_cast<long>(edges.size()) - 2);
}

namespace {

struct CellRange {
  long begin = 0;
  long end = 0;  // empty when begin >= end
};

/// Cells below each pixel along one axis: those whose centre lies in it, else the one at its
/// centre.
std::vector<CellRange> cells_of_pixels(const Scale& scale, const std::vector<double>& edges,
                                       long pixels) {
  std::vector<CellRange> ranges(static_cast<std::size_t>(pixels));
  std::vector<double> centers;
  for (std::size_t i = 0; i + 1 < edges.size(); ++i)
    centers.push_back(0.5 * (edges[i] + edges[i + 1]));
  for (long p = 0; p < pixels; ++p) {
    const double a = scale.invert(static_cast<double>(p) / static_cast<double>(pixels));
    const double b = scale.invert(static_cast<double>(p + 1) / static_cast<double>(pixels));
    const auto low = std::lower_bound(centers.begin(), centers.end(), std::min(a, b));
    const auto high = std::lower_bound(centers.begin(), centers.end(), std::max(a, b));
    CellRange& range = ranges[static_cast<std::size_t>(p)];
    range = {low - centers.begin(), high - centers.begin()};
    if (range.begin < range.end) continue;
    const long cell =
        cell_of(edges, scale.invert((static_cast<double>(p) + 0.5) / static_cast<double>(pixels)));
    range = cell < 0 ? CellRange{0, 0} : CellRange{cell, cell + 1};
  }
  return ranges;
}

}  // namespace

Image grid_image(const Frame& frame, const ValueGrid& grid) {
  const auto width =
      static_cast<long>(std::max(1.0, std::round(frame.area.width * image_pixels_per_mm)));
  const auto height =
      static_cast<long>(std::max(1.0, std::round(frame.area.height * image_pixels_per_mm)));
  const std::vector<CellRange> columns = cells_of_pixels(frame.x.scale, grid.x_edges, width);
  const std::vector<CellRange> rows = cells_of_pixels(frame.y.scale, grid.y_edges, height);
  const auto cells_per_row = static_cast<long>(grid.x_edges.size()) - 1;
  Image image{static_cast<std::size_t>(width), static_cast<std::size_t>(height), {}};
  image.rgba.assign(static_cast<std::size_t>(width * height) * 4, 0);
  std::size_t at = 0;
  for (const CellRange& row : rows)
    for (const CellRange& column : columns) {
      double sum = 0.0;
      long count = 0;
      long zero = 0;
      long missing = 0;
      for (long j = row.begin; j < row.end; ++j)
        for (long i = column.begin; i < column.end; ++i) {
          const double value = grid.values[static_cast<std::size_t>(j * cells_per_row + i)];
          if (std::isnan(value)) {
            ++missing;
          } else if (std::isinf(value) && value < 0.0) {
            ++zero;
          } else {
            sum += value;
            ++count;
          }
        }
      if (count + missing > 0) {
        const Rgb color =
            frame.color.at(count > 0 ? sum / static_cast<double>(count + zero) : std::nan(""));
        image.rgba[at] = color.r;
        image.rgba[at + 1] = color.g;
        image.rgba[at + 2] = color.b;
        image.rgba[at + 3] = 255;
      }
      at += 4;
    }
  return image;
}

void draw_grid(Frame& frame, const ValueGrid& grid) {
  if (grid.x_edges.size() < 2 || grid.y_edges.size() < 2) return;
  frame.page.items.push_back(Picture{frame.area, grid_image(frame, grid)});
}

}  // namespace v1::figures
