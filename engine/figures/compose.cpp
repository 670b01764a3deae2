#include "engine/figures/compose.hpp"

#include <algorithm>
#include <cmath>

#include "engine/base/error.hpp"
#include "engine/figures/legend.hpp"
#include "engine/figures/panel.hpp"

namespace v1::figures {
namespace {

constexpr double page_margin_mm = 2.0;
constexpr double legend_gap_mm = 3.0;

/// Whether two panels stand in a common row or column.
bool overlap(const PanelSpec& a, const PanelSpec& b, bool in_rows) {
  const int a0 = in_rows ? a.row : a.column;
  const int a1 = a0 + (in_rows ? a.row_span : a.column_span);
  const int b0 = in_rows ? b.row : b.column;
  const int b1 = b0 + (in_rows ? b.row_span : b.column_span);
  return a0 < b1 && b0 < a1;
}

/// Whether two panels of the grid share the axis under this rule. A panel that spans several
/// rows or columns belongs to its first one.
bool shares(Share rule, const PanelSpec& a, const PanelSpec& b) {
  if (rule == Share::none || !a.inset_of.empty() || !b.inset_of.empty()) return false;
  return rule == Share::all || (rule == Share::rows ? a.row == b.row : a.column == b.column);
}

void share_axes(const FigureSpec& figure, std::vector<Panel>& panels) {
  std::vector<AxisNeeds> x(panels.size());
  std::vector<AxisNeeds> y(panels.size());
  for (std::size_t i = 0; i < panels.size(); ++i) {
    x[i] = panels[i].needs.x;
    y[i] = panels[i].needs.y;
    for (std::size_t k = 0; k < panels.size(); ++k) {
      if (k == i || !panels[i].plain() || !panels[k].plain()) continue;
      const PanelSpec& other = *panels[k].spec;
      if (shares(figure.share_x, *panels[i].spec, other)) {
        x[i].merge(panels[k].needs.x);
        if (!panels[i].x_spec.min) panels[i].x_spec.min = other.x.min;
        if (!panels[i].x_spec.max) panels[i].x_spec.max = other.x.max;
        const bool below =
            other.row > panels[i].spec->row && shares(Share::columns, *panels[i].spec, other);
        if (below && figure.share_x != Share::rows) panels[i].label_x = false;
      }
      if (shares(figure.share_y, *panels[i].spec, other)) {
        y[i].merge(panels[k].needs.y);
        if (!panels[i].y_spec.min) panels[i].y_spec.min = other.y.min;
        if (!panels[i].y_spec.max) panels[i].y_spec.max = other.y.max;
        const bool left =
            other.column < panels[i].spec->column && shares(Share::rows, *panels[i].spec, other);
        if (left && figure.share_y != Share::columns) panels[i].label_y = false;
      }
    }
  }
  for (std::size_t i = 0; i < panels.size(); ++i) {
    panels[i].needs.x = x[i];
    panels[i].needs.y = y[i];
  }
}

/// The figure's strips stand under the lowest time panel of each column.
bool gets_strips(const FigureSpec& figure, const PanelSpec& panel) {
  if (figure.strips.empty() || !panel.x.time || !panel.inset_of.empty()) return false;
  for (const PanelSpec& other : figure.panels)
    if (other.x.time && other.inset_of.empty() && other.row > panel.row &&
        overlap(panel, other, false))
      return false;
  return true;
}

struct Tracks {
  std::vector<double> before;  // margins in front of each row or column
  std::vector<double> after;
  std::vector<double> start;
  std::vector<double> size;
};

/// Divides `room` by weight after taking off margins and gaps. Returns the smallest track.
double divide(Tracks& tracks, const std::vector<double>& weights, double origin, double room,
              double gap) {
  double taken = gap * static_cast<double>(weights.size() - 1);
  double total = 0.0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    taken += tracks.before[i] + tracks.after[i];
    total += weights[i];
  }
  double at = origin;
  double smallest = 1e308;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    tracks.size[i] = (room - taken) * weights[i] / total;
    tracks.start[i] = at + tracks.before[i];
    at += tracks.before[i] + tracks.size[i] + tracks.after[i] + gap;
    smallest = std::min(smallest, tracks.size[i]);
  }
  return smallest;
}

Tracks make_tracks(int count) {
  const std::vector<double> zeros(static_cast<std::size_t>(count), 0.0);
  return {zeros, zeros, zeros, zeros};
}

void keep_aspect(Panel& panel) {
  if (!panel.spec->equal_aspect || !panel.plain()) return;
  const double per_x = panel.area.width / (panel.x.scale.high - panel.x.scale.low);
  const double per_y = panel.area.height / (panel.y.scale.high - panel.y.scale.low);
  const double scale = std::min(per_x, per_y);
  const double width = panel.area.width * scale / per_x;
  const double height = panel.area.height * scale / per_y;
  panel.area.x += (panel.area.width - width) / 2.0;
  panel.area.y += (panel.area.height - height) / 2.0;
  panel.area.width = width;
  panel.area.height = height;
}

/// Places all panels of the grid inside `room`; margins are those that rows and columns need.
void place(const FigureSpec& figure, std::vector<Panel>& panels, const Rect& room) {
  Tracks columns = make_tracks(figure.columns);
  Tracks rows = make_tracks(figure.rows);  // from the top
  const auto raise = [](double& value, double to) { value = std::max(value, to); };
  for (Panel& panel : panels) {
    panel.margins = measure_margins(panel);
    const PanelSpec& spec = *panel.spec;
    if (!spec.inset_of.empty()) continue;
    raise(columns.before[static_cast<std::size_t>(spec.column)], panel.margins.left);
    raise(columns.after[static_cast<std::size_t>(spec.column + spec.column_span - 1)],
          panel.margins.right);
    raise(rows.before[static_cast<std::size_t>(spec.row)], panel.margins.top);
    raise(rows.after[static_cast<std::size_t>(spec.row + spec.row_span - 1)], panel.margins.bottom);
  }
  const double narrowest = divide(columns, figure.widths, room.x, room.width, figure.gap_mm[0]);
  const double lowest = divide(rows, figure.heights, 0.0, room.height, figure.gap_mm[1]);
  if (std::min(narrowest, lowest) < 3.0)
    throw error(
        ExitCode::data,
        "{}: size_mm = [{}, {}] leaves no room for the panels beside their labels; enlarge it",
        figure.name, figure.width_mm, figure.height_mm);
  for (Panel& panel : panels) {
    const PanelSpec& spec = *panel.spec;
    if (!spec.inset_of.empty()) continue;
    const auto c0 = static_cast<std::size_t>(spec.column);
    const auto c1 = static_cast<std::size_t>(spec.column + spec.column_span - 1);
    const auto r0 = static_cast<std::size_t>(spec.row);
    const auto r1 = static_cast<std::size_t>(spec.row + spec.row_span - 1);
    const double bottom = rows.start[r1] + rows.size[r1];
    panel.area = {columns.start[c0], room.top() - bottom,
                  columns.start[c1] + columns.size[c1] - columns.start[c0],
                  bottom - rows.start[r0]};
    // Letters and titles of one row and column line up.
    panel.margins.left = columns.before[c0];
    panel.margins.top = rows.before[r0];
  }
}

void place_insets(std::vector<Panel>& panels) {
  for (Panel& panel : panels) {
    if (panel.spec->inset_of.empty()) continue;
    const auto parent = std::find_if(panels.begin(), panels.end(), [&](const Panel& other) {
      return other.spec->id == panel.spec->inset_of;
    });
    const auto& [x, y, width, height] = panel.spec->inset;
    panel.area = {parent->area.x + x * parent->area.width, parent->area.y + y * parent->area.height,
                  width * parent->area.width, height * parent->area.height};
  }
}

bool legend_wanted(const FigureSpec& figure, const std::vector<LegendEntry>& entries) {
  if (figure.legend_at == "none" || entries.empty()) return false;
  if (entries.size() >= 2) return true;
  for (const PanelSpec& panel : figure.panels)
    for (const MarkSpec& mark : panel.marks)
      if (!mark.label.empty()) return true;
  return false;
}

constexpr double bold_width = 1.08;  // of letters, beside plain ones

/// Takes title and legend off the page and draws them; returns what is left for panels.
Rect draw_surroundings(const FigureSpec& figure, const std::vector<Panel>& panels, Page& page) {
  Rect room{page_margin_mm, page_margin_mm, figure.width_mm - 2 * page_margin_mm,
            figure.height_mm - 2 * page_margin_mm};
  const double line = figure.font_size * mm_per_pt * 1.25;
  if (!figure.title.empty()) {
    Text text;
    text.at = {room.x, room.top() - line * 0.65};
    text.text = typeset(figure.title);
    text.size_pt = figure.font_size * 1.2;
    text.align = -1;
    text.bold = true;
    const double width = bold_width * text_width_mm(text.text, text.size_pt);
    if (width > room.width) text.size_pt *= room.width / width;
    page.text(text);
    room.height -= line * 1.8;
  }
  std::vector<LegendEntry> entries;
  for (const Panel& panel : panels)
    if (panel.spec->in_legend) collect_legend(panel, entries);
  if (!legend_wanted(figure, entries)) return room;
  const bool side = figure.legend_at == "right";
  const int columns = figure.legend_columns > 0 ? figure.legend_columns : side ? 1 : 0;
  const LegendSize size =
      legend_size(entries, figure.legend_title, figure.font_size, columns, room.width);
  Point corner{room.x, room.top()};
  if (side) {
    corner.x = room.right() - size.width;
    room.width -= size.width + legend_gap_mm;
  } else {
    if (figure.legend_at == "bottom") {
      corner.y = room.y + size.height;
      room.y += size.height + legend_gap_mm / 2;
    }
    corner.x += std::max(0.0, (room.width - size.width) / 2.0);
    room.height -= size.height + legend_gap_mm / 2;
  }
  draw_legend(page, corner, entries, figure.legend_title, figure.font_size, size);
  return room;
}

}  // namespace

Page compose(const FigureSpec& figure, const TableStore& store) {
  Page page;
  page.width_mm = figure.width_mm;
  page.height_mm = figure.height_mm;
  page.title = figure.title.empty() ? figure.name : figure.title;
  std::vector<Panel> panels;
  char letter = 'a';
  for (const PanelSpec& spec : figure.panels) {
    const bool inset = !spec.inset_of.empty();
    panels.push_back(bind_panel(
        spec, store, figure.font_size * (inset ? 0.85 : 1.0), inset ? std::nullopt : figure.markers,
        gets_strips(figure, spec) ? figure.strips : std::vector<StripSpec>{}));
    if (figure.letters && !inset && letter <= 'z') panels.back().letter = std::string(1, letter++);
  }
  share_axes(figure, panels);
  const Rect room = draw_surroundings(figure, panels, page);
  for (Panel& panel : panels)
    build_axes(panel, 0.8 * room.width * panel.spec->column_span / figure.columns,
               0.75 * room.height * panel.spec->row_span / figure.rows);
  // Tick labels need room, and the room decides on the ticks: twice is enough.
  for (int round = 0; round < 2; ++round) {
    place(figure, panels, room);
    place_insets(panels);
    for (Panel& panel : panels) {
      const Rect area = panel.area;
      build_axes(panel, area.width, area.height);
    }
  }
  place(figure, panels, room);
  for (Panel& panel : panels) keep_aspect(panel);
  place_insets(panels);
  for (Panel& panel : panels) {
    if (!panel.spec->inset_of.empty()) {
      const Margins m = measure_margins(panel);
      page.rect({panel.area.x - m.left, panel.area.y - m.bottom,
                 panel.area.width + m.left + m.right, panel.area.height + m.bottom + m.top},
                {{255, 255, 255}, 1.0});
    }
    draw_panel(panel, page);
  }
  return page;
}

}  // namespace v1::figures
