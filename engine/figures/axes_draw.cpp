#include <algorithm>
#include <cmath>
#include <numbers>

#include "engine/figures/panel.hpp"

namespace v1::figures {
namespace {

constexpr Rgb ink = {38, 38, 38};
constexpr Rgb pale = {222, 222, 222};
const Stroke spine{ink, 0.6};

/// Font size at which a title is not much longer than its axis.
double fitting_size(const std::string& title, double font_size, double length_mm) {
  const double width = text_width_mm(title, font_size);
  return width <= 1.2 * length_mm ? font_size : font_size * std::max(0.7, 1.2 * length_mm / width);
}

double widest_label(const std::vector<Tick>& ticks, double font_size) {
  double width = 0.0;
  for (const Tick& tick : ticks) width = std::max(width, text_width_mm(tick.label, font_size));
  return width;
}

void draw_grid_lines(const Panel& panel, Page& page) {
  Lines lines{{}, {pale, 0.4}};
  const Rect& area = panel.area;
  if (panel.x_spec.grid)
    for (const Tick& tick : panel.x.ticks) {
      const double x = area.x + panel.x.scale.map(tick.value) * area.width;
      if (!tick.minor) lines.paths.push_back({{x, area.y}, {x, area.top()}});
    }
  if (panel.y_spec.grid)
    for (const Tick& tick : panel.y.ticks) {
      const double y = area.y + panel.y.scale.map(tick.value) * area.height;
      if (!tick.minor) lines.paths.push_back({{area.x, y}, {area.right(), y}});
    }
  if (!lines.paths.empty()) page.items.push_back(std::move(lines));
}

void draw_x_axis(const Panel& panel, Page& page) {
  const Rect& area = panel.area;
  const double foot = area.y - panel.strips_height_mm();
  Lines lines{{{{area.x, foot}, {area.right(), foot}}}, spine};
  double deepest = 0.0;
  for (const Tick& tick : panel.x.ticks) {
    const double x = area.x + panel.x.scale.map(tick.value) * area.width;
    if (panel.x.index.empty() || panel.x_angle != 0)
      lines.paths.push_back({{x, foot}, {x, foot - tick_mm * (tick.minor ? 0.6 : 1.0)}});
    if (!panel.label_x || tick.label.empty()) continue;
    Text text;
    text.text = tick.label;
    text.size_pt = panel.font_size;
    if (panel.x_angle == 0) {
      text.at = {x, foot - tick_mm - 0.5 - panel.line_height() / 2.0};
      deepest = std::max(deepest, panel.line_height());
    } else {
      text.at = {x + 0.4, foot - tick_mm - 1.0};
      text.align = 1;
      text.angle = panel.x_angle;
      const double angle = panel.x_angle * std::numbers::pi / 180.0;
      deepest = std::max(deepest, text_width_mm(tick.label, panel.font_size) * std::sin(angle) +
                                      panel.line_height() * std::cos(angle));
    }
    page.text(text);
  }
  page.items.push_back(std::move(lines));
  if (!panel.label_x || panel.x.title.empty()) return;
  Text title;
  title.at = {area.x + area.width / 2.0, foot - tick_mm - (deepest > 0.0 ? 0.5 : 0.0) - deepest -
                                             0.3 - panel.line_height() / 2.0};
  title.text = panel.x.title;
  title.size_pt = panel.font_size;
  page.text(title);
}

void draw_y_axis(const Panel& panel, Page& page, double side_labels) {
  const Rect& area = panel.area;
  Lines lines{{{{area.x, area.y}, {area.x, area.top()}}}, spine};
  for (const Tick& tick : panel.y.ticks) {
    const double y = area.y + panel.y.scale.map(tick.value) * area.height;
    if (panel.y.index.empty())
      lines.paths.push_back({{area.x, y}, {area.x - tick_mm * (tick.minor ? 0.6 : 1.0), y}});
    if (!panel.label_y || tick.label.empty()) continue;
    Text text;
    text.at = {area.x - tick_mm - 0.7, y};
    text.text = tick.label;
    text.size_pt = panel.font_size;
    text.align = 1;
    page.text(text);
  }
  page.items.push_back(std::move(lines));
  if (!panel.label_y || panel.y.title.empty()) return;
  Text title;
  const double labels =
      widest_label(panel.y.ticks, panel.font_size) + (panel.y.ticks.empty() ? 0.0 : tick_mm + 0.7);
  title.at = {area.x - labels - side_labels - 0.6 - panel.line_height() / 2.0,
              area.y + area.height / 2.0};
  title.text = panel.y.title;
  title.size_pt = fitting_size(panel.y.title, panel.font_size, area.height);
  title.angle = 90.0;
  page.text(title);
}

double draw_band_labels(const Panel& panel, Page& page) {
  double widest = 0.0;
  const double labels =
      panel.y_spec.hide || !panel.spec->frame || panel.y.ticks.empty()
          ? 0.0
          : (panel.label_y ? widest_label(panel.y.ticks, panel.font_size) : 0.0) + tick_mm + 0.7;
  for (const Band& band : panel.bands) {
    if (band.label.empty()) continue;
    const Scale& scale = band.on_x ? panel.x.scale : panel.y.scale;
    const double from = std::clamp(scale.map(band.low), 0.0, 1.0);
    const double to = std::clamp(scale.map(band.high), 0.0, 1.0);
    if (from == to) continue;
    const double middle = (from + to) / 2.0;
    const Rect& area = panel.area;
    Text text;
    text.text = band.label;
    text.size_pt = panel.font_size;
    if (band.on_x) {
      text.at = {area.x + middle * area.width, band.inside
                                                   ? area.top() - panel.line_height() * 0.7
                                                   : area.top() + panel.line_height() * 0.6};
    } else {
      text.at = {band.inside ? area.x + 1.0 : area.x - labels - 1.6, area.y + middle * area.height};
      text.align = band.inside ? -1 : 1;
      if (!band.inside) widest = std::max(widest, text_width_mm(band.label, panel.font_size) + 1.8);
    }
    page.text(text);
  }
  return widest;
}

}  // namespace

void draw_axes(const Panel& panel, Page& page) {
  const double side_labels = draw_band_labels(panel, page);
  if (!panel.spec->frame) return;
  if (!panel.strips.empty() || panel.x_spec.hide)
    page.line({{panel.area.x, panel.area.y}, {panel.area.right(), panel.area.y}}, spine);
  if (!panel.x_spec.hide) draw_x_axis(panel, page);
  if (!panel.y_spec.hide) draw_y_axis(panel, page, side_labels);
}

void draw_polar_grid(const Panel& panel, Page& page) {
  const Rect& area = panel.area;
  const double radius = std::min(area.width, area.height) / 2.0;
  const Point center{area.x + area.width / 2.0, area.y + area.height / 2.0};
  const auto at = [&](double degrees, double r) {
    const double angle = degrees * std::numbers::pi / 180.0;
    return Point{center.x + r * std::cos(angle), center.y + r * std::sin(angle)};
  };
  Lines rings{{}, {pale, 0.5}};
  const auto ring = [&](double r) {
    std::vector<Point> path;
    for (int degrees = 0; degrees <= 360; degrees += 3) path.push_back(at(degrees, r));
    return path;
  };
  std::string ring_values;  // below the circle: inside, marks would cover them
  for (const Tick& tick : panel.y.ticks) {
    const double r = panel.y.scale.map(tick.value) * radius;
    if (tick.minor || r <= 0.0) continue;
    rings.paths.push_back(ring(r));
    ring_values += (ring_values.empty() ? "" : ", ") + tick.label;
  }
  for (int degrees = 0; degrees < 360; degrees += 45) {
    rings.paths.push_back({center, at(degrees, radius)});
    Text text;
    text.at = at(degrees, radius + 3.0);
    text.text = std::to_string(degrees) + "\xC2\xB0";
    text.size_pt = panel.font_size * 0.9;
    page.text(text);
  }
  page.items.push_back(std::move(rings));
  page.line(ring(radius), spine);
  Text title;
  title.at = {center.x, area.y - panel.line_height() * 1.7};
  title.text = panel.y.title;
  if (!ring_values.empty())
    title.text += (title.text.empty() ? "rings " : ", rings ") + ring_values;
  if (title.text.empty()) return;
  title.size_pt = panel.font_size * 0.9;
  page.text(title);
}

void draw_color_bar(const Panel& panel, Page& page) {
  if (!panel.has_color_bar()) return;
  const double height = std::min(panel.area.height, 60.0);
  const Rect bar{panel.area.right() + color_bar_gap_mm,
                 panel.area.y + (panel.area.height - height) / 2.0, color_bar_width_mm, height};
  constexpr std::size_t steps = 400;
  Image image{4, steps, std::vector<std::uint8_t>(4 * 4 * steps, 255)};
  for (std::size_t i = 0; i < steps; ++i) {
    const Rgb color =
        panel.color.map.at((static_cast<double>(i) + 0.5) / static_cast<double>(steps));
    for (std::size_t k = 0; k < 4; ++k) {
      std::uint8_t* pixel = &image.rgba[(i * 4 + k) * 4];
      pixel[0] = color.r;
      pixel[1] = color.g;
      pixel[2] = color.b;
    }
  }
  page.items.push_back(Picture{bar, std::move(image)});
  Lines lines{{{{bar.x, bar.y},
                {bar.right(), bar.y},
                {bar.right(), bar.top()},
                {bar.x, bar.top()},
                {bar.x, bar.y}}},
              {ink, 0.4}};
  for (const Tick& tick : panel.color_ticks) {
    const double y = bar.y + panel.color.scale.map(tick.value) * bar.height;
    lines.paths.push_back({{bar.right(), y}, {bar.right() + 0.8, y}});
    if (tick.label.empty()) continue;
    Text text;
    text.at = {bar.right() + 1.3, y};
    text.text = tick.label;
    text.size_pt = panel.font_size;
    text.align = -1;
    page.text(text);
  }
  page.items.push_back(std::move(lines));
  if (panel.color_title.empty()) return;
  Text title;
  title.at = {bar.right() + 1.4 + widest_label(panel.color_ticks, panel.font_size) + 1.0 +
                  panel.line_height() / 2.0,
              bar.y + bar.height / 2.0};
  title.text = panel.color_title;
  title.size_pt = fitting_size(panel.color_title, panel.font_size, bar.height);
  title.angle = 90.0;
  page.text(title);
}

namespace {

/// In the longest stretch of one value, above a low curve and below a high one.
void place_strip_title(const Frame& frame, const Strip& strip, Page& page) {
  double begin = frame.area.x;
  double longest = 0.0;
  bool is_high = false;
  for (std::size_t i = 0; i < strip.x.size(); ++i) {
    const double next = i + 1 < strip.x.size() ? strip.x[i + 1] : frame.x.scale.high;
    const double from = std::clamp(frame.at(strip.x[i], 0.0).x, frame.area.x, frame.area.right());
    const double to = std::clamp(frame.at(next, 0.0).x, frame.area.x, frame.area.right());
    const double height = frame.y.scale.map(strip.y[i]);
    if (height > 0.3 && height < 0.7) continue;
    if (to - from <= longest * 1.01) continue;
    longest = to - from;
    begin = from;
    is_high = height >= 0.7;
  }
  if (longest <= 0.0) return;
  Text title;
  for (const std::string& text : {strip.title, strip.name, strip.unit}) {
    title.text = text;
    title.size_pt = frame.font_size * 0.85;
    const double width = text_width_mm(text, title.size_pt);
    const double share = width > 0.0 ? (longest - 1.0) / width : 0.0;
    if (share < 0.6) continue;  // unreadably small
    title.size_pt *= std::min(1.0, share);
    break;
  }
  if (title.text.empty() || text_width_mm(title.text, title.size_pt) > longest) return;
  title.at = {begin + longest / 2.0, frame.area.y + frame.area.height * (is_high ? 0.42 : 0.55)};
  title.color = strip.color;
  page.text(title);
}

void draw_strip(const Strip& strip, const Rect& area, const Panel& panel, Page& page) {
  AxisNeeds needs;
  for (const double value : strip.y) needs.add(value);
  needs.from_zero = true;
  Frame frame{page, area, panel.x, Axis{}, {}, panel.font_size};
  frame.y.scale = build_scale(AxisSpec{}, needs, true);
  const double top = frame.y.scale.high, foot = std::min(needs.min, 0.0);
  frame.y.scale.high += (top - frame.y.scale.low) * 0.12;
  std::vector<Point> path;
  for (std::size_t i = 0; i < strip.x.size(); ++i) {
    path.push_back(frame.at(strip.x[i], strip.y[i]));
    const double next = i + 1 < strip.x.size() ? strip.x[i + 1] : panel.x.scale.high;
    if (next > strip.x[i]) path.push_back(frame.at(next, strip.y[i]));
  }
  for (const double time : panel.markers)
    frame.path({frame.at(time, frame.y.scale.low), frame.at(time, frame.y.scale.high)},
               {{120, 120, 120}, 0.6, Dash::dashed});
  frame.path(path, {strip.color, 1.2});
  Lines lines{{{{area.x, area.y}, {area.x, area.top()}}}, spine};
  for (const double value : {foot, top}) {
    const double y = frame.at(0.0, value).y;
    lines.paths.push_back({{area.x, y}, {area.x - tick_mm, y}});
    Text text;
    text.at = {area.x - tick_mm - 0.7, y};
    text.text = label_ticks({value}).front().label;
    text.size_pt = panel.font_size * 0.85;
    text.align = 1;
    page.text(text);
  }
  page.items.push_back(std::move(lines));
  place_strip_title(frame, strip, page);
}

}  // namespace

void draw_strips(const Panel& panel, Page& page) {
  Rect area = panel.area;
  area.height = strip_height_mm;
  for (const Strip& strip : panel.strips) {
    area.y -= strip_gap_mm + strip_height_mm;
    draw_strip(strip, area, panel, page);
  }
}

void draw_panel_background(const Panel& panel, Page& page) { draw_grid_lines(panel, page); }

}  // namespace v1::figures
