#include <cmath>

#include "engine/base/error.hpp"
#include "engine/figures/panel.hpp"

namespace v1::figures {
namespace {

std::vector<Band> bind_shade(const ShadeSpec& spec, const TableStore& store) {
  const Fill fill{spec.color, spec.alpha};
  if (spec.table.empty())
    return {{spec.on_x, spec.low, spec.high, spec.label, spec.label_inside, true, fill}};
  std::vector<Band> bands;
  const auto table = require_table(store, spec.table, spec.origin);
  const Column& low = require_numbers(*table, spec.low_column, "low", spec.origin);
  const Column& high = require_numbers(*table, spec.high_column, "high", spec.origin);
  const Column* label = spec.label_column.empty()
                            ? nullptr
                            : &require_column(*table, spec.label_column, "label", spec.origin);
  for (const std::size_t row : matching_rows(*table, spec.where, spec.origin)) {
    const bool painted = !spec.alternate || bands.size() % 2 == 0;
    bands.push_back({spec.on_x, low.numbers[row], high.numbers[row],
                     label == nullptr ? "" : label->key(row), spec.label_inside, painted, fill});
  }
  return bands;
}

std::vector<double> bind_markers(const MarkersSpec& spec, const TableStore& store) {
  if (spec.table.empty()) return spec.times;
  const auto table = require_table(store, spec.table, spec.origin);
  std::vector<double> times;
  for (const double time : require_numbers(*table, spec.column, "column", spec.origin).numbers)
    if (std::isfinite(time)) times.push_back(time);
  return times;
}

Strip bind_strip(const StripSpec& spec, const TableStore& store) {
  const auto table = require_table(store, spec.table, spec.origin);
  const Column& x = require_numbers(*table, spec.x, "x", spec.origin);
  const Column& y = require_numbers(*table, spec.y, "y", spec.origin);
  Strip strip;
  strip.title = axis_title(spec.label.empty() ? y.name : spec.label, spec.unit.value_or(y.unit));
  strip.name = axis_title(spec.label.empty() ? y.name : spec.label, "");
  strip.unit = axis_title("", spec.unit.value_or(y.unit));
  strip.color = spec.color;
  for (const std::size_t row : matching_rows(*table, spec.where, spec.origin)) {
    if (!std::isfinite(x.numbers[row] + y.numbers[row])) continue;
    strip.x.push_back(x.numbers[row]);
    strip.y.push_back(y.numbers[row]);
  }
  return strip;
}

// Rows without a number that the axis can show.
bool bare(const AxisNeeds& needs, const AxisSpec& spec) {
  if (needs.is_category) return false;
  return needs.min > needs.max || (spec.scale == ScaleKind::log && needs.min_positive > needs.max);
}

}  // namespace

Panel bind_panel(const PanelSpec& spec, const TableStore& store, double font_size,
                 const std::optional<MarkersSpec>& markers, const std::vector<StripSpec>& strips) {
  Panel panel;
  panel.spec = &spec;
  panel.font_size = font_size;
  panel.x_spec = spec.x;
  panel.y_spec = spec.y;
  for (const MarkSpec& mark : spec.marks) {
    panel.marks.push_back(make_mark(mark, store));
    panel.marks.back()->measure(panel.needs);
    if (!panel.marks.back()->empty()) panel.needs.has_rows = true;
  }
  if (panel.plain() && (bare(panel.needs.x, spec.x) || bare(panel.needs.y, spec.y))) {
    panel.needs.has_rows = false;
  }
  for (const LineSpec& line : spec.lines) {
    if (line.x) panel.needs.x.add(*line.x);
    if (line.y) panel.needs.y.add(*line.y);
  }
  for (const ShadeSpec& shade : spec.shades)
    for (Band& band : bind_shade(shade, store)) panel.bands.push_back(std::move(band));
  if (spec.markers) {
    panel.markers = bind_markers(*spec.markers, store);
  } else if (spec.x.time && markers) {
    panel.markers = bind_markers(*markers, store);
  }
  for (const StripSpec& strip : spec.strips.empty() ? strips : spec.strips) {
    panel.strips.push_back(bind_strip(strip, store));
  }
  return panel;
}

}  // namespace v1::figures
