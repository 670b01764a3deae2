#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numbers>

#include "engine/figures/panel.hpp"

namespace v1::figures {
namespace {

/// Number categories ascend, text keeps the order of appearance.
std::vector<std::string> ordered(std::vector<std::string> names) {
  std::vector<std::pair<double, std::string>> numbers;
  for (const std::string& name : names) {
    double value = 0.0;
    const auto end = std::from_chars(name.data(), name.data() + name.size(), value);
    if (end.ec != std::errc{} || end.ptr != name.data() + name.size()) return names;
    numbers.emplace_back(value, name);
  }
  std::sort(numbers.begin(), numbers.end());
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = numbers[i].second;
  return names;
}

std::vector<std::string> categories_of(const AxisSpec& spec, const AxisNeeds& needs) {
  if (!spec.categories.empty()) return spec.categories;
  return needs.is_category ? ordered(needs.categories) : std::vector<std::string>{};
}

/// Adds air on the sides that are neither given nor the foot of bars.
void pad(const AxisSpec& spec, const AxisNeeds& needs, double& low, double& high) {
  constexpr double share = 0.05;
  if (spec.scale == ScaleKind::log) {
    const double air = std::pow(high / low, share);
    if (!spec.min) low /= air;
    if (!spec.max) high *= air;
    return;
  }
  const double air = (high - low) * share;
  const bool foot = needs.from_zero;
  const double padded = low - air;
  if (!spec.min && !(foot && low == 0.0))
    low = low >= 0.0 && (padded < 0.0 || low < 0.4 * high) ? 0.0 : padded;
  if (!spec.max && !(foot && high == 0.0)) high += air;
}

std::vector<Tick> category_ticks(const AxisSpec& spec, const std::vector<std::string>& names) {
  std::vector<Tick> ticks;
  for (std::size_t i = 0; i < names.size(); ++i)
    ticks.push_back({static_cast<double>(i),
                     spec.category_labels.empty() ? typeset(names[i]) : spec.category_labels[i],
                     false});
  return ticks;
}

double widest(const std::vector<Tick>& ticks, double font_size) {
  double width = 0.0;
  for (const Tick& tick : ticks) width = std::max(width, text_width_mm(tick.label, font_size));
  return width;
}

std::size_t labelled(const std::vector<Tick>& ticks) {
  return static_cast<std::size_t>(std::count_if(
      ticks.begin(), ticks.end(), [](const Tick& tick) { return !tick.label.empty(); }));
}

std::vector<Tick> number_ticks(const AxisSpec& spec, const Scale& scale, double length_mm,
                               double font_size, bool vertical) {
  std::vector<Tick> ticks;
  if (spec.ticks) {
    ticks = label_ticks(*spec.ticks);
    for (std::size_t i = 0; i < spec.tick_labels.size(); ++i) ticks[i].label = spec.tick_labels[i];
    ticks.erase(std::remove_if(ticks.begin(), ticks.end(),
                               [&](const Tick& tick) {
                                 const double at = scale.map(tick.value);
                                 return !(at > -1e-9 && at < 1.0 + 1e-9);
                               }),
                ticks.end());
    return ticks;
  }
  if (spec.tick_step && scale.kind == ScaleKind::linear) return step_ticks(scale, *spec.tick_step);
  const double line = font_size * mm_per_pt;
  double room = length_mm / (vertical ? line * 2.1 : line * 4.5);
  for (;;) {
    ticks = make_ticks(scale, room);
    const double each = vertical ? line * 1.3 : widest(ticks, font_size) + line * 0.9;
    if (room <= 1.5 || static_cast<double>(labelled(ticks)) * each <= length_mm + each)
      return ticks;
    room *= 0.75;
  }
}

void build_axis(Axis& axis, const AxisSpec& spec, const AxisNeeds& needs, double length_mm,
                double font_size, bool vertical) {
  axis.scale = build_scale(spec, needs, vertical);
  axis.index.clear();
  const std::vector<std::string> names = categories_of(spec, needs);
  for (std::size_t i = 0; i < names.size(); ++i) axis.index[names[i]] = i;
  axis.ticks = names.empty() ? number_ticks(spec, axis.scale, length_mm, font_size, vertical)
                             : category_ticks(spec, names);
  const std::string label = spec.label.value_or(needs.label);
  axis.title = label.empty() ? "" : axis_title(label, spec.unit.value_or(needs.unit));
}

// Without data and without a range that is asked for, or that neighbours share, there is nothing to
// tick; one line makes no range.
void drop_made_up_ticks(Axis& axis, const AxisSpec& spec, const AxisNeeds& needs) {
  if (!axis.index.empty() || spec.min || spec.max || spec.ticks) return;
  if (needs.min >= needs.max) axis.ticks.clear();
}

void build_color(Panel& panel) {
  const ColorAxisSpec& spec = panel.spec->color;
  const AxisNeeds& needs = panel.needs.color;
  panel.color.used = needs.min <= needs.max;
  if (!panel.color.used) return;
  AxisSpec axis = spec.axis;
  if (panel.needs.log_color && !axis.min && axis.scale == ScaleKind::linear &&
      needs.max >= 8.0 * needs.min_positive)
    axis.scale = ScaleKind::log;
  Scale& scale = panel.color.scale;
  scale = build_scale(axis, needs, true);
  if (spec.center) {
    const double reach =
        std::max(std::abs(scale.high - *spec.center), std::abs(*spec.center - scale.low));
    scale.low = *spec.center - reach;
    scale.high = *spec.center + reach;
  }
  if (!spec.colors.empty()) {
    panel.color.map = ColorMap(spec.colors, 256);
  } else {
    panel.color.map = *ColorMap::named(!spec.map.empty() ? spec.map
                                       : spec.center     ? "diverging"
                                                         : "sequential");
  }
  panel.color_ticks =
      number_ticks(axis, scale, std::max(10.0, panel.area.height), panel.font_size, true);
  const std::string label = axis.label.value_or(needs.label);
  panel.color_title = label.empty() ? "" : axis_title(label, axis.unit.value_or(needs.unit));
}

}  // namespace

Scale build_scale(const AxisSpec& spec, const AxisNeeds& needs, bool vertical) {
  Scale scale;
  scale.reverse = spec.reverse;
  const std::vector<std::string> names = categories_of(spec, needs);
  if (!names.empty()) {
    scale.low = -0.5;
    scale.high = static_cast<double>(names.size()) - 0.5;
    scale.reverse = vertical != spec.reverse;  // the first one on top
    return scale;
  }
  scale.kind = spec.scale;
  scale.linear_width = spec.linear_width;
  const bool log = spec.scale == ScaleKind::log;
  double low = log ? needs.min_positive : needs.min;
  double high = needs.max;
  if (!(low <= high)) {
    low = log ? 0.1 : 0.0;
    high = 1.0;
  }
  if (needs.from_zero && !log) {
    low = std::min(low, 0.0);
    high = std::max(high, 0.0);
  }
  for (const double tick : spec.ticks.value_or(std::vector<double>{})) {
    if (log && tick <= 0.0) continue;
    low = std::min(low, tick);
    high = std::max(high, tick);
  }
  low = spec.min.value_or(low);
  high = spec.max.value_or(high);
  if (!(low < high)) {  // one value only
    const double half = log ? 0.0 : std::max(0.5, std::abs(low) * 0.1);
    if (!spec.max) high = log ? low * 2.0 : low + half;
    if (!spec.min) low = log ? high / 4.0 : high - 2.0 * half;
  }
  if (needs.padded) pad(spec, needs, low, high);
  scale.low = low;
  scale.high = high;
  return scale;
}

void build_axes(Panel& panel, double width_mm, double height_mm) {
  panel.area.height = height_mm;
  build_color(panel);
  if (panel.spec->three_d) return;
  AxisNeeds needs_y = panel.needs.y;
  if (!panel.spec->brackets.empty() && !panel.y_spec.max && needs_y.min < needs_y.max)
    needs_y.max += (needs_y.max - needs_y.min) *
                   (0.04 + 0.11 * static_cast<double>(panel.spec->brackets.size()));
  build_axis(panel.x, panel.x_spec, panel.needs.x, width_mm, panel.font_size, false);
  const double radius = panel.spec->polar ? std::min(width_mm, height_mm) / 2.0 : height_mm;
  build_axis(panel.y, panel.y_spec, needs_y, radius, panel.font_size, true);
  if (!panel.needs.has_rows) {
    drop_made_up_ticks(panel.x, panel.x_spec, panel.needs.x);
    drop_made_up_ticks(panel.y, panel.y_spec, needs_y);
  }
  panel.x_angle = panel.x_spec.angle.value_or(0);
  if (!panel.x_spec.angle && !panel.x.index.empty()) {
    const double slot = width_mm / static_cast<double>(panel.x.ticks.size());
    if (widest(panel.x.ticks, panel.font_size) > 0.95 * slot) panel.x_angle = 45;
  }
}

Margins measure_margins(const Panel& panel) {
  const PanelSpec& spec = *panel.spec;
  const double line = panel.line_height();
  Margins margins;
  if (!spec.title.empty() || !panel.letter.empty()) margins.top += line * 1.2;
  if (panel.has_color_bar())
    margins.right += color_bar_gap_mm + color_bar_width_mm + 1.4 +
                     widest(panel.color_ticks, panel.font_size) +
                     (panel.color_title.empty() ? 0.0 : line + 1.0);
  if (!panel.plain()) {
    if (spec.polar) {
      margins.left += 5.0;
      margins.right += 5.0;
      margins.bottom += line * 1.2 + (panel.y.title.empty() ? 0.0 : line);
      margins.top += line * 1.2;
    } else {
      margins.bottom += line;
    }
    return margins;
  }
  bool labels_on_top = false;
  double side_labels = 0.0;
  for (const Band& band : panel.bands) {
    if (band.inside || band.label.empty()) continue;
    if (band.on_x) labels_on_top = true;
    if (!band.on_x)
      side_labels = std::max(side_labels, text_width_mm(band.label, panel.font_size) + 1.8);
  }
  double right_labels = 0.0;
  for (const LineSpec& drawn : spec.lines) {
    if (drawn.x && !drawn.label.empty()) labels_on_top = true;
    if (drawn.y && !drawn.label.empty())
      right_labels = std::max(right_labels, text_width_mm(drawn.label, panel.font_size) + 1.5);
  }
  if (labels_on_top) margins.top += line;
  margins.right += right_labels;
  margins.left += side_labels;
  if (!panel.strips.empty()) {
    margins.bottom += panel.strips_height_mm();
    margins.left = std::max(margins.left, line * 2.2);
  }
  if (!spec.frame) return margins;
  if (!panel.y_spec.hide) {
    if (!panel.y.ticks.empty()) margins.left += tick_mm + 0.7;
    if (panel.label_y) margins.left += widest(panel.y.ticks, panel.font_size);
    if (panel.label_y && !panel.y.title.empty()) margins.left += line + 0.6;
  }
  if (!panel.x_spec.hide) {
    margins.bottom += tick_mm;
    const double angle = panel.x_angle * std::numbers::pi / 180.0;
    const bool any = labelled(panel.x.ticks) > 0;
    if (panel.label_x && any) {
      margins.bottom +=
          0.5 + widest(panel.x.ticks, panel.font_size) * std::sin(angle) + line * std::cos(angle);
      const double overhang = text_width_mm(panel.x.ticks.back().label, panel.font_size) / 2.0;
      if (panel.x_angle == 0 && panel.x.index.empty() && right_labels == 0.0 &&
          !panel.has_color_bar())
        margins.right += overhang * 0.8;
    }
    if (panel.label_x && !panel.x.title.empty()) margins.bottom += line + 0.3;
  }
  return margins;
}

}  // namespace v1::figures
