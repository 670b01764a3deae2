#include <algorithm>
#include <cmath>
#include <string>

#include "engine/figures/legend.hpp"
#include "engine/figures/panel.hpp"

namespace v1::figures {
namespace {

void draw_bands(Frame& frame, const Panel& panel) {
  for (const Band& band : panel.bands) {
    if (!band.painted) continue;
    const Scale& scale = band.on_x ? frame.x.scale : frame.y.scale;
    const double from = std::clamp(scale.map(band.low), 0.0, 1.0);
    const double to = std::clamp(scale.map(band.high), 0.0, 1.0);
    const double low = std::min(from, to);
    const double size = std::abs(to - from);
    if (size <= 0.0 || !std::isfinite(size)) continue;
    const Rect& area = frame.area;
    frame.page.rect(band.on_x
                        ? Rect{area.x + low * area.width, area.y, size * area.width, area.height}
                        : Rect{area.x, area.y + low * area.height, area.width, size * area.height},
                    band.fill);
  }
}

void draw_thresholds(Frame& frame, const Panel& panel) {
  const Rect& area = frame.area;
  for (const double time : panel.markers) {
    const double x = frame.at(time, 0.0).x;
    if (x >= area.x - 1e-6 && x <= area.right() + 1e-6)
      frame.page.line({{x, area.y}, {x, area.top()}}, {{120, 120, 120}, 0.6, Dash::dashed});
  }
  if (!panel.needs.has_rows) return;  // lines would cross the words that say so
  for (const LineSpec& line : panel.spec->lines) {
    Text text;
    text.text = line.label;
    text.size_pt = frame.font_size;
    text.color = line.color;
    std::vector<Point> path;
    if (line.x) {
      const double x = area.x + frame.x.scale.map(*line.x) * area.width;
      path = {{x, area.y}, {x, area.top()}};
      text.at = {x, area.top() + panel.line_height() * 0.6};
    } else if (line.y) {
      const double y = area.y + frame.y.scale.map(*line.y) * area.height;
      path = {{area.x, y}, {area.right(), y}};
      text.at = {area.right() + 1.0, y};
      text.align = -1;
    } else {
      for (int i = 0; i <= 100; ++i) {
        const double x = frame.x.scale.invert(i / 100.0);
        path.push_back(frame.at(x, *line.slope * x + line.intercept));
      }
      text.at = {area.right() + 1.0, std::clamp(path.back().y, area.y, area.top())};
      text.align = -1;
    }
    const bool shown = !clip_path(path, area).empty();
    frame.path(path, {line.color, line.width, line.dash});
    if (shown && !line.label.empty()) frame.page.text(text);
  }
}

void draw_texts(Frame& frame, const Panel& panel) {
  for (const TextSpec& spec : panel.spec->texts) {
    Text text;
    const Rect& area = frame.area;
    text.at = spec.in_data ? frame.at(spec.x, spec.y)
                           : Point{area.x + spec.x * area.width, area.y + spec.y * area.height};
    text.text = typeset(spec.text);
    text.align = spec.align;
    text.color = spec.color;
    text.size_pt = spec.size > 0.0 ? spec.size : frame.font_size;
    text.angle = spec.angle;
    text.bold = spec.bold;
    if (std::isfinite(text.at.x + text.at.y)) frame.page.text(text);
  }
}

void draw_title(const Panel& panel, Page& page) {
  const double y = panel.area.top() + panel.margins.top - panel.line_height() * 0.55;
  if (!panel.spec->title.empty()) {
    Text text;
    text.at = {panel.area.x + panel.area.width / 2.0, y};
    text.text = typeset(panel.spec->title);
    text.size_pt = panel.font_size;
    text.bold = true;
    page.text(text);
  }
  if (panel.letter.empty()) return;
  Text text;
  text.at = {panel.area.x - panel.margins.left, y};
  text.text = panel.letter;
  text.size_pt = panel.font_size * 1.25;
  text.align = -1;
  text.bold = true;
  page.text(text);
}

}  // namespace

void draw_brackets(Frame& frame, const Panel& panel) {
  const double foot = 1.2;
  double level = 0.0;
  for (const BracketSpec& bracket : panel.spec->brackets) {
    const auto position = [&](const std::string& end) {
      const auto found = frame.x.index.find(end);
      if (found != frame.x.index.end()) return static_cast<double>(found->second);
      char* stop = nullptr;
      const double value = std::strtod(end.c_str(), &stop);
      return frame.x.index.empty() && stop != end.c_str() && *stop == '\0' ? value : std::nan("");
    };
    const double x0 = frame.at(position(bracket.from), 0.0).x;
    const double x1 = frame.at(position(bracket.to), 0.0).x;
    if (!std::isfinite(x0 + x1)) continue;
    const double span = panel.needs.y.max - panel.needs.y.min;
    const double value = bracket.y.value_or(panel.needs.y.max + span * (0.05 + 0.11 * level));
    level += 1.0;
    const double y = std::min(frame.at(0.0, value).y, frame.area.top());
    frame.page.line({{x0, y - foot}, {x0, y}, {x1, y}, {x1, y - foot}}, {{38, 38, 38}, 0.7});
    Text text;
    const bool stars = bracket.text.find_first_not_of('*') == std::string::npos;
    text.at = {(x0 + x1) / 2.0, y + panel.line_height() * (stars ? 0.25 : 0.5)};
    text.text = bracket.text;
    text.size_pt = frame.font_size;
    frame.page.text(text);
  }
}

namespace {

bool only_rasters(const PanelSpec& spec) {
  return std::all_of(spec.marks.begin(), spec.marks.end(),
                     [](const MarkSpec& mark) { return mark.kind == "raster"; });
}

}  // namespace

void draw_panel(Panel& panel, Page& page) {
  draw_title(panel, page);
  Frame frame{page, panel.area, panel.x, panel.y, panel.color, panel.font_size};
  if (!panel.needs.has_rows) {
    Text text;
    text.at = {panel.area.x + panel.area.width / 2.0, panel.area.y + panel.area.height / 2.0};
    text.text = only_rasters(*panel.spec) ? "no spikes" : "no data";
    text.size_pt = panel.font_size;
    text.color = {140, 140, 140};
    page.text(text);
  }
  if (panel.spec->polar) draw_polar_grid(panel, page);
  if (panel.plain()) {
    draw_bands(frame, panel);
    draw_panel_background(panel, page);
  }
  for (const auto& mark : panel.marks) mark->draw(frame);
  if (panel.plain()) {
    draw_thresholds(frame, panel);
    draw_axes(panel, page);
    draw_strips(panel, page);
    draw_brackets(frame, panel);
  }
  draw_color_bar(panel, page);
  draw_texts(frame, panel);
  if (!panel.spec->legend_corner.empty()) draw_inside_legend(panel, page);
}

}  // namespace v1::figures
