#pragma once
#include "engine/figures/panel.hpp"

namespace v1::figures {

/// Entries of a panel's marks, each text and colour once.
void collect_legend(const Panel& panel, std::vector<LegendEntry>& entries);

struct LegendSize {
  double width = 0.0;
  double height = 0.0;
  int columns = 1;
};
/// The room for these entries; columns = 0: one at the side, as many as fit elsewhere.
LegendSize legend_size(const std::vector<LegendEntry>& entries, const std::string& title,
                       double font_size, int columns, double max_width);
/// Draws downwards from the upper left corner.
void draw_legend(Page& page, Point corner, const std::vector<LegendEntry>& entries,
                 const std::string& title, double font_size, const LegendSize& size);
void draw_inside_legend(const Panel& panel, Page& page);

}  // namespace v1::figures
