#include "engine/figures/parse_panel.hpp"

#include <fmt/format.h>

#include "engine/figures/parse_mark.hpp"

namespace v1::figures {
namespace {

void parse_axis_keys(TomlKeys& keys, AxisSpec& axis) {
  axis.label = keys.text("label");
  axis.unit = keys.text("unit");
  axis.min = keys.number("min");
  axis.max = keys.number("max");
  if (const auto range = keys.numbers("range", 2)) {
    axis.min = (*range)[0];
    axis.max = (*range)[1];
  }
  if (axis.min && axis.max && !(*axis.min < *axis.max))
    keys.fail(keys.has("range") ? "range" : "max",
              "ascending: the upper limit above the lower one");
  const std::string scale = keys.choice("scale", {"linear", "log", "symlog"}).value_or("linear");
  axis.scale = scale == "log"      ? ScaleKind::log
               : scale == "symlog" ? ScaleKind::symlog
                                   : ScaleKind::linear;
  if (axis.scale == ScaleKind::log && axis.min && *axis.min <= 0.0)
    keys.fail(keys.has("range") ? "range" : "min", "positive on a log scale");
  axis.ticks = keys.numbers("ticks");
  axis.tick_labels = keys.texts("tick_labels").value_or(std::vector<std::string>{});
  if (!axis.tick_labels.empty() &&
      axis.tick_labels.size() != axis.ticks.value_or(std::vector<double>{}).size())
    keys.fail("tick_labels", "as many texts as ticks");
}

AxisSpec parse_axis(TomlKeys& panel, const std::string& name) {
  AxisSpec axis;
  std::optional<TomlKeys> keys = panel.table(name);
  if (!keys) return axis;
  parse_axis_keys(*keys, axis);
  if (const auto width = keys->number("linear_width")) {
    if (*width <= 0.0) keys->fail("linear_width", "positive");
    axis.linear_width = *width;
  }
  axis.tick_step = keys->number("tick_step");
  if (axis.tick_step && *axis.tick_step <= 0.0) keys->fail("tick_step", "positive");
  axis.categories = keys->texts("categories").value_or(std::vector<std::string>{});
  axis.category_labels = keys->texts("category_labels").value_or(std::vector<std::string>{});
  if (!axis.category_labels.empty() && axis.category_labels.size() != axis.categories.size())
    keys->fail("category_labels", "as many texts as categories");
  if (const auto angle = keys->integer("angle", 0, 90)) axis.angle = static_cast<int>(*angle);
  axis.reverse = keys->flag("reverse").value_or(false);
  axis.time = keys->flag("time").value_or(false);
  axis.hide = keys->flag("hide").value_or(false);
  axis.grid = keys->flag("grid").value_or(false);
  keys->finish();
  return axis;
}

ColorAxisSpec parse_color_axis(TomlKeys& panel) {
  ColorAxisSpec color;
  std::optional<TomlKeys> keys = panel.table("color_axis");
  if (!keys) return color;
  parse_axis_keys(*keys, color.axis);
  if (color.axis.scale == ScaleKind::symlog) keys->fail("scale", "linear or log");
  if (keys->is_array("map")) {
    const std::vector<std::string> given = *keys->texts("map");
    for (const std::string& value : given) color.colors.push_back(keys->color_value("map", value));
    if (color.colors.size() < 2) keys->fail("map", "a list of at least two colours");
  } else {
    color.map = keys->choice("map", map_names()).value_or("");
  }
  color.center = keys->number("center");
  color.bar = keys->flag("bar").value_or(true);
  keys->finish();
  return color;
}

std::vector<LineSpec> parse_lines(TomlKeys& panel) {
  std::vector<LineSpec> lines;
  for (TomlKeys& keys : panel.tables("lines")) {
    LineSpec line;
    line.x = keys.number("x");
    line.y = keys.number("y");
    line.slope = keys.number("slope");
    line.intercept = keys.number("intercept").value_or(0.0);
    if (int{line.x.has_value()} + int{line.y.has_value()} + int{line.slope.has_value()} != 1)
      keys.fail("x", "given alone: a line has either x, y or slope");
    line.color = keys.color("color").value_or(line.color);
    line.dash = dash_of(keys.choice("dash", {"solid", "dashed", "dotted"}).value_or("dashed"));
    line.width = keys.number_between("width", 0.0, 20.0).value_or(line.width);
    line.label = keys.text("label").value_or("");
    keys.finish();
    lines.push_back(line);
  }
  return lines;
}

std::vector<ShadeSpec> parse_shades(TomlKeys& panel) {
  std::vector<ShadeSpec> shades;
  for (TomlKeys& keys : panel.tables("shades")) {
    ShadeSpec shade;
    shade.origin = keys.origin();
    if (keys.has("table")) {
      shade.table = *keys.text("table");
      shade.low_column = keys.required_text("low");
      shade.high_column = keys.required_text("high");
      shade.label_column = keys.text("label").value_or("");
      shade.on_x = keys.choice("axis", {"x", "y"}).value_or("y") == "x";
      shade.where = parse_where(keys);
      shade.alternate = keys.flag("alternate").value_or(false);
    } else {
      shade.on_x = keys.has("x");
      if (shade.on_x == keys.has("y"))
        keys.fail(shade.on_x ? "y" : "x", "given alone: [low, high] of either x or y, or a table");
      const auto limits = *keys.numbers(shade.on_x ? "x" : "y", 2);
      shade.low = limits[0];
      shade.high = limits[1];
      shade.label = keys.text("label").value_or("");
    }
    shade.label_inside =
        keys.choice("label_at", {"margin", "inside"}).value_or("margin") == "inside";
    shade.color = keys.color("color").value_or(shade.color);
    shade.alpha = keys.number_between("alpha", 0.0, 1.0).value_or(shade.alpha);
    keys.finish();
    shades.push_back(shade);
  }
  return shades;
}

std::vector<TextSpec> parse_texts(TomlKeys& panel) {
  std::vector<TextSpec> texts;
  for (TomlKeys& keys : panel.tables("texts")) {
    TextSpec text;
    text.text = keys.required_text("text");
    if (!keys.has("x")) keys.fail("x", "a number");
    if (!keys.has("y")) keys.fail("y", "a number");
    text.x = *keys.number("x");
    text.y = *keys.number("y");
    text.in_data = keys.choice("anchor", {"panel", "data"}).value_or("panel") == "data";
    const std::string align = keys.choice("align", {"left", "center", "right"}).value_or("left");
    text.align = align == "left" ? -1 : align == "right" ? 1 : 0;
    text.color = keys.color("color").value_or(text.color);
    text.size = keys.number_between("size", 2.0, 60.0).value_or(0.0);
    text.angle = keys.number("angle").value_or(0.0);
    text.bold = keys.flag("bold").value_or(false);
    keys.finish();
    texts.push_back(text);
  }
  return texts;
}

std::string end_of_bracket(TomlKeys& keys, const std::string& key) {
  if (!keys.has(key)) keys.fail(key, "a category or a number");
  return keys.is_text(key) ? *keys.text(key) : fmt::format("{}", *keys.number(key));
}

std::vector<BracketSpec> parse_brackets(TomlKeys& panel) {
  std::vector<BracketSpec> brackets;
  for (TomlKeys& keys : panel.tables("brackets")) {
    BracketSpec bracket;
    bracket.from = end_of_bracket(keys, "from");
    bracket.to = end_of_bracket(keys, "to");
    if (const auto p = keys.number_between("p", 0.0, 1.0))
      bracket.text = *p < 0.001 ? "***" : *p < 0.01 ? "**" : *p < 0.05 ? "*" : "n.s.";
    bracket.text = keys.text("text").value_or(bracket.text);
    bracket.y = keys.number("y");
    keys.finish();
    brackets.push_back(bracket);
  }
  return brackets;
}

void parse_panel_legend(TomlKeys& keys, PanelSpec& panel) {
  if (!keys.is_table("legend")) {
    panel.in_legend = keys.flag("legend").value_or(true);
    return;
  }
  TomlKeys legend = *keys.table("legend");
  legend.choice("at", {"inside"});
  panel.legend_corner =
      legend.choice("corner", {"upper right", "upper left", "lower left", "lower right"})
          .value_or("upper right");
  panel.in_legend = false;
  legend.finish();
}

void parse_placement(TomlKeys& keys, PanelSpec& panel) {
  if (const auto at = keys.numbers("at", 2)) {
    panel.row = static_cast<int>((*at)[0]);
    panel.column = static_cast<int>((*at)[1]);
    if (panel.row < 0 || panel.column < 0) keys.fail("at", "[row, column], both at least 0");
  }
  if (const auto span = keys.numbers("span", 2)) {
    panel.row_span = static_cast<int>((*span)[0]);
    panel.column_span = static_cast<int>((*span)[1]);
    if (panel.row_span < 1 || panel.column_span < 1)
      keys.fail("span", "[rows, columns], both at least 1");
  }
  panel.id = keys.text("id").value_or("");
  panel.inset_of = keys.text("inset_of").value_or("");
  if (const auto inset = keys.numbers("inset", 4))
    std::copy(inset->begin(), inset->end(), panel.inset.begin());
  if (panel.inset[2] <= 0.0 || panel.inset[3] <= 0.0)
    keys.fail("inset", "[x, y, width, height] with a positive size");
}

/// Marks under [[panel.marks]], or the one mark whose keys stand in the panel itself.
void parse_marks(TomlKeys& keys, PanelSpec& panel) {
  if (keys.has("mark")) {
    TomlKeys shorthand = keys;
    panel.marks.push_back(parse_mark(shorthand));
    for (const std::string& name : mark_key_names(panel.marks.back().kind))
      if (name != "legend") keys.ignore(name);
    return;
  }
  for (TomlKeys& mark : keys.tables("marks")) {
    panel.marks.push_back(parse_mark(mark));
    panel.marks.back().legend = mark.flag("legend").value_or(true);
    mark.finish(mark_key_names(panel.marks.back().kind));
  }
  if (panel.marks.empty())
    keys.fail("marks", "at least one [[panel.marks]], or mark = \"...\" in the panel");
}

}  // namespace

std::optional<MarkersSpec> parse_markers(TomlKeys& keys) {
  if (!keys.has("markers")) return std::nullopt;
  MarkersSpec markers;
  markers.origin = keys.origin();
  if (keys.is_table("markers")) {
    TomlKeys table = *keys.table("markers");
    markers.table = table.required_text("table");
    markers.column = table.required_text("column");
    table.finish();
  } else {
    markers.times = *keys.numbers("markers");
  }
  return markers;
}

// One table, or a list of them.
std::vector<StripSpec> parse_strips(TomlKeys& keys) {
  std::vector<StripSpec> strips;
  for (TomlKeys& table : keys.tables("strip")) {
    StripSpec& strip = strips.emplace_back();
    strip.origin = table.origin();
    strip.table = table.required_text("table");
    strip.x = table.required_text("x");
    strip.y = table.required_text("y");
    strip.label = table.text("label").value_or("");
    strip.unit = table.text("unit");
    strip.color = table.color("color").value_or(strip.color);
    strip.where = parse_where(table);
    table.finish();
  }
  return strips;
}

PanelSpec parse_panel(TomlKeys& keys) {
  PanelSpec panel;
  panel.origin = keys.origin();
  parse_placement(keys, panel);
  panel.title = keys.text("title").value_or("");
  const std::string projection =
      keys.choice("projection", {"plain", "polar", "3d"}).value_or("plain");
  parse_marks(keys, panel);
  panel.polar = projection == "polar" || panel.marks.front().kind == "polar";
  panel.three_d = projection == "3d" || panel.marks.front().kind == "points3d";
  for (const MarkSpec& mark : panel.marks)
    if ((mark.kind == "polar") != panel.polar || (mark.kind == "points3d") != panel.three_d)
      keys.fail(keys.has("mark") ? "mark" : "marks",
                "of one projection: polar and points3d marks share a panel only with their like");
  panel.x = parse_axis(keys, "x_axis");
  panel.y = parse_axis(keys, "y_axis");
  panel.z = parse_axis(keys, "z_axis");
  panel.color = parse_color_axis(keys);
  parse_panel_legend(keys, panel);
  panel.markers = parse_markers(keys);
  panel.strips = parse_strips(keys);
  panel.lines = parse_lines(keys);
  panel.shades = parse_shades(keys);
  panel.texts = parse_texts(keys);
  panel.brackets = parse_brackets(keys);
  panel.equal_aspect = keys.choice("aspect", {"equal"}).has_value();
  panel.frame = keys.flag("frame").value_or(true);
  keys.finish();
  return panel;
}

}  // namespace v1::figures
