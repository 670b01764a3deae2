#include "engine/figures/legend.hpp"

#include <algorithm>
#include <cmath>

namespace v1::figures {
namespace {

constexpr double sign_mm = 4.0;
constexpr double sign_gap_mm = 1.2;
constexpr double column_gap_mm = 4.0;

double row_height(double font_size) { return font_size * mm_per_pt * 1.45; }

void draw_sign(Page& page, const LegendEntry& entry, double x, double y, double font_size) {
  const double half = font_size * mm_per_pt * 0.35;
  switch (entry.sign) {
    case LegendEntry::Sign::line:
      page.line({{x, y}, {x + sign_mm, y}}, {entry.color, 1.4, entry.dash});
      break;
    case LegendEntry::Sign::patch:
      page.rect({x + sign_mm / 2.0 - 1.5 * half, y - half, 3.0 * half, 2.0 * half},
                {entry.color, 0.9});
      break;
    case LegendEntry::Sign::dot:
      page.items.push_back(Dots{{{x + sign_mm / 2.0, y}}, entry.symbol, 1.5, {entry.color, 1.0}});
      break;
  }
}

}  // namespace

void collect_legend(const Panel& panel, std::vector<LegendEntry>& entries) {
  for (const auto& mark : panel.marks)
    for (LegendEntry& entry : mark->legend()) {
      const bool known = std::any_of(entries.begin(), entries.end(), [&](const LegendEntry& other) {
        return other.label == entry.label && other.color == entry.color;
      });
      if (!known) entries.push_back(std::move(entry));
    }
}

namespace {

/// Width of each column when entries run along the rows.
std::vector<double> column_widths(const std::vector<LegendEntry>& entries, double font_size,
                                  int columns) {
  std::vector<double> widths(static_cast<std::size_t>(columns), 0.0);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    double& width = widths[i % widths.size()];
    width = std::max(width, text_width_mm(entries[i].label, font_size) + sign_mm + sign_gap_mm);
  }
  return widths;
}

double total(const std::vector<double>& widths) {
  double sum = column_gap_mm * static_cast<double>(widths.size() - 1);
  for (const double width : widths) sum += width;
  return sum;
}

}  // namespace

LegendSize legend_size(const std::vector<LegendEntry>& entries, const std::string& title,
                       double font_size, int columns, double max_width) {
  if (entries.empty()) return {};
  LegendSize size;
  size.columns = static_cast<int>(entries.size());
  if (columns > 0) size.columns = std::min(size.columns, columns);
  while (size.columns > 1 && total(column_widths(entries, font_size, size.columns)) > max_width)
    --size.columns;
  const int rows = (static_cast<int>(entries.size()) + size.columns - 1) / size.columns;
  size.width = std::max(total(column_widths(entries, font_size, size.columns)),
                        title.empty() ? 0.0 : text_width_mm(title, font_size));
  size.height = (rows + (title.empty() ? 0 : 1)) * row_height(font_size);
  return size;
}

void draw_legend(Page& page, Point corner, const std::vector<LegendEntry>& entries,
                 const std::string& title, double font_size, const LegendSize& size) {
  const double row = row_height(font_size);
  double top = corner.y;
  if (!title.empty()) {
    Text text;
    text.at = {corner.x, top - row / 2.0};
    text.text = typeset(title);
    text.size_pt = font_size;
    text.align = -1;
    text.bold = true;
    page.text(text);
    top -= row;
  }
  const std::vector<double> widths = column_widths(entries, font_size, size.columns);
  double x = corner.x;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const std::size_t column = i % widths.size();
    x = column == 0 ? corner.x : x + widths[column - 1] + column_gap_mm;
    const double y = top - row * (std::floor(static_cast<double>(i) / size.columns) + 0.5);
    draw_sign(page, entries[i], x, y, font_size);
    Text text;
    text.at = {x + sign_mm + sign_gap_mm, y};
    text.text = typeset(entries[i].label);
    text.size_pt = font_size;
    text.align = -1;
    page.text(text);
  }
}

void draw_inside_legend(const Panel& panel, Page& page) {
  std::vector<LegendEntry> entries;
  collect_legend(panel, entries);
  if (entries.empty()) return;
  const LegendSize size = legend_size(entries, "", panel.font_size, 1, panel.area.width);
  const std::string& corner = panel.spec->legend_corner;
  const bool left = corner.find("left") != std::string::npos;
  const bool lower = corner.find("lower") != std::string::npos;
  const Point at{left ? panel.area.x + 2.0 : panel.area.right() - size.width - 1.0,
                 lower ? panel.area.y + size.height + 1.0 : panel.area.top() - 0.5};
  page.rect({at.x - 0.7, at.y - size.height, size.width + 1.4, size.height},
            {{255, 255, 255}, 0.75});
  draw_legend(page, at, entries, "", panel.font_size, size);
}

}  // namespace v1::figures
