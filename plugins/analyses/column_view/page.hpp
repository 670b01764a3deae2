#pragma once
#include <string>
#include <vector>

namespace v1::analyses {

/// One way to colour the points of a page.
struct Coloring {
  std::string title;                // "cell type"
  std::vector<std::string> names;   // of the groups
  std::vector<std::string> colors;  // "#RRGGBB" by group
  std::vector<int> group_of;        // by point
};

/// What an interactive picture shows. Lengths in um, y is up.
struct PageScene {
  std::string title;
  std::vector<double> x, y, z;
  std::vector<double> rings;  // heights of the circles around the column
  double ring_radius = 0.0;
  std::vector<Coloring> colorings;
};

/// A self-contained HTML page: drag turns the picture, the wheel zooms, groups can be switched off.
std::string interactive_page(const PageScene& scene);

}  // namespace v1::analyses
