#pragma once
#include <vector>

#include "engine/figures/page.hpp"

/// What SVG and Cairo draw alike.
namespace v1::figures {

/// In widths of the line, whose round ends make dashes one width longer and gaps shorter.
struct DashLengths {
  double line = 0.0;
  double gap = 0.0;  // 0: no dashes
};
DashLengths dash_lengths(Dash dash);

/// Corners around the middle of a filled symbol, with its edge; none for circles.
std::vector<Point> symbol_outline(Symbol symbol, double size_mm);
/// Of a filled circle with its edge, or through the middle of an open circle's line.
double circle_diameter(Symbol symbol, double size_mm);

/// The polygon, or turned round, so that several drawn at once add up where they overlap.
std::vector<Point> counterclockwise(std::vector<Point> polygon);

/// Symbols have a line around them: width in points. Only it shows of an open circle.
constexpr double symbol_edge_pt = 0.5;

}  // namespace v1::figures
