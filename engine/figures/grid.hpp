#pragma once
#include <vector>

#include "engine/figures/frame.hpp"

namespace v1::figures {

/// Values of rectangular cells, rows of ascending y; NaN = no value, -infinity = nothing counted.
struct ValueGrid {
  std::vector<double> x_edges;
  std::vector<double> y_edges;
  std::vector<double> values;  // [y][x]
};

/// Half-way between neighbours; the outer cells are as wide as their inner half.
std::vector<double> edges_between(const std::vector<double>& centers);
/// Index of the cell that holds the value, -1 if none does.
long cell_of(const std::vector<double>& edges, double value);
/// Colours the cells as an image of the panel; pixels over several cells show their mean.
void draw_grid(Frame& frame, const ValueGrid& grid);
Image grid_image(const Frame& frame, const ValueGrid& grid);

}  // namespace v1::figures
