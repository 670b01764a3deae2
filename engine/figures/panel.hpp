#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/figures/mark.hpp"

namespace v1::figures {

/// A shaded band with its numbers.
struct Band {
  bool on_x = false;
  double low = 0.0;
  double high = 0.0;
  std::string label;
  bool inside = false;
  bool painted = true;  // false: label only (every other band of an alternating table)
  Fill fill;
};

struct Strip {
  std::vector<double> x;
  std::vector<double> y;
  std::string title;
  std::string name;  // without the unit, where both have no room
  std::string unit;  // where that has none either
  Rgb color;
};

/// Space that a panel needs around its axes, in mm.
struct Margins {
  double left = 0.0;
  double right = 0.0;
  double bottom = 0.0;
  double top = 0.0;
};

constexpr double strip_height_mm = 6.0;
constexpr double strip_gap_mm = 1.6;

/// A panel between specification and page: bound marks, resolved axes, place.
struct Panel {
  const PanelSpec* spec = nullptr;
  std::vector<std::unique_ptr<Mark>> marks;
  PanelNeeds needs;
  std::vector<Band> bands;
  std::vector<double> markers;
  std::vector<Strip> strips;  // from top to bottom
  AxisSpec x_spec;            // with limits of panels that share the axis
  AxisSpec y_spec;
  Axis x;
  Axis y;
  ColorScale color;
  std::vector<Tick> color_ticks;
  std::string color_title;
  bool label_x = true;  // false: tick labels stand on another panel of a shared axis
  bool label_y = true;
  int x_angle = 0;
  double font_size = 8.0;
  std::string letter;
  Rect area;
  Margins margins;

  bool plain() const { return !spec->polar && !spec->three_d; }
  bool has_color_bar() const { return color.used && spec->color.bar; }
  double line_height() const { return font_size * mm_per_pt * 1.25; }
  double strips_height_mm() const {
    return static_cast<double>(strips.size()) * (strip_gap_mm + strip_height_mm);
  }
};

constexpr double tick_mm = 1.0;
constexpr double color_bar_gap_mm = 2.0;
constexpr double color_bar_width_mm = 2.6;

/// Binds a panel to its tables and measures its marks. Figure-wide markers and strips are given
/// where they apply. Throws Error(data).
Panel bind_panel(const PanelSpec& spec, const TableStore& store, double font_size,
                 const std::optional<MarkersSpec>& markers, const std::vector<StripSpec>& strips);

/// Ranges, categories, titles and ticks for axes of these lengths.
void build_axes(Panel& panel, double width_mm, double height_mm);
/// The range of an axis: pure function of what is asked for and what the data need.
Scale build_scale(const AxisSpec& spec, const AxisNeeds& needs, bool vertical);

Margins measure_margins(const Panel& panel);

void draw_panel(Panel& panel, Page& page);
/// Thin lines at the ticks, where asked for.
void draw_panel_background(const Panel& panel, Page& page);
/// Spines, ticks, tick labels and axis titles.
void draw_axes(const Panel& panel, Page& page);
void draw_polar_grid(const Panel& panel, Page& page);
void draw_color_bar(const Panel& panel, Page& page);
void draw_brackets(Frame& frame, const Panel& panel);
void draw_strips(const Panel& panel, Page& page);

}  // namespace v1::figures
