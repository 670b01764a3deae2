#pragma once
#include <v1e_sdk/figure_toml.hpp>

#include <array>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Builder of figure specifications ("v1e-figure/1", docs/figures.md). Panels and marks are
/// references into the figure and stay valid as long as it lives. toml() gives the text for
/// v1e_output.figure.
namespace v1e {

#define V1E_FIGURE_NUMBER(name)                   \
  Self& name(double value) {                      \
    keys_.set(#name, detail::toml_number(value)); \
    return *this;                                 \
  }
#define V1E_FIGURE_TEXT(name)                   \
  Self& name(std::string_view value) {          \
    keys_.set(#name, detail::toml_text(value)); \
    return *this;                               \
  }
#define V1E_FIGURE_FLAG(name)                   \
  Self& name(bool value = true) {               \
    keys_.set(#name, value ? "true" : "false"); \
    return *this;                               \
  }
#define V1E_FIGURE_NUMBERS(name)                    \
  Self& name(const std::vector<double>& values) {   \
    keys_.set(#name, detail::toml_numbers(values)); \
    return *this;                                   \
  }
#define V1E_FIGURE_TEXTS(name)                         \
  Self& name(const std::vector<std::string>& values) { \
    keys_.set(#name, detail::toml_texts(values));      \
    return *this;                                      \
  }

/// x_axis, y_axis, z_axis and color_axis of a panel.
class Axis {
  using Self = Axis;

 public:
  V1E_FIGURE_TEXT(label)
  V1E_FIGURE_TEXT(unit)
  V1E_FIGURE_TEXT(scale)  // linear, log, symlog
  V1E_FIGURE_NUMBER(min)
  V1E_FIGURE_NUMBER(max)
  V1E_FIGURE_NUMBER(linear_width)
  V1E_FIGURE_NUMBER(tick_step)
  V1E_FIGURE_NUMBER(angle)
  V1E_FIGURE_NUMBERS(ticks)
  V1E_FIGURE_TEXTS(tick_labels)
  V1E_FIGURE_TEXTS(categories)
  V1E_FIGURE_TEXTS(category_labels)
  V1E_FIGURE_FLAG(reverse)
  V1E_FIGURE_FLAG(time)
  V1E_FIGURE_FLAG(hide)
  V1E_FIGURE_FLAG(grid)
  V1E_FIGURE_FLAG(bar)       // color_axis
  V1E_FIGURE_TEXT(map)       // color_axis
  V1E_FIGURE_NUMBER(center)  // color_axis
  Axis& map_colors(const std::vector<std::string>& hex_colors) {
    keys_.set("map", detail::toml_texts(hex_colors));
    return *this;
  }
  Axis& range(double low, double high) {
    keys_.set("range", detail::toml_numbers({low, high}));
    return *this;
  }
  const detail::Keys& keys() const { return keys_; }

 private:
  detail::Keys keys_;
};

/// One mark; which keys a kind of mark understands stands in docs/figures.md.
class Mark {
  using Self = Mark;

 public:
  Mark(std::string_view kind, std::string_view table) {
    keys_.set("mark", detail::toml_text(kind));
    keys_.set("table", detail::toml_text(table));
  }
  V1E_FIGURE_TEXT(x)
  V1E_FIGURE_TEXT(y)
  V1E_FIGURE_TEXT(z)
  V1E_FIGURE_TEXT(theta)
  V1E_FIGURE_TEXT(r)
  V1E_FIGURE_TEXT(value)
  V1E_FIGURE_TEXT(low)
  V1E_FIGURE_TEXT(high)
  V1E_FIGURE_TEXT(q1)
  V1E_FIGURE_TEXT(median)
  V1E_FIGURE_TEXT(q3)
  V1E_FIGURE_TEXT(error)
  V1E_FIGURE_TEXT(x_error)
  V1E_FIGURE_TEXT(y_error)
  V1E_FIGURE_TEXT(weight)
  V1E_FIGURE_TEXT(color_by)
  V1E_FIGURE_TEXT(label)
  V1E_FIGURE_TEXT(group)
  V1E_FIGURE_TEXTS(group_order)
  V1E_FIGURE_TEXT(color)
  V1E_FIGURE_TEXT(colors)  // a scheme: cycle, types, classes, currents, layers
  /// Hex colours in the order of the groups.
  Mark& palette(const std::vector<std::string>& hex_colors) {
    keys_.set("colors", detail::toml_texts(hex_colors));
    return *this;
  }
  V1E_FIGURE_NUMBER(alpha)
  V1E_FIGURE_NUMBER(width)
  V1E_FIGURE_NUMBER(size)
  V1E_FIGURE_TEXT(dash)
  V1E_FIGURE_TEXT(symbol)
  V1E_FIGURE_TEXT(style)
  V1E_FIGURE_TEXT(normalize)
  V1E_FIGURE_TEXT(up)
  V1E_FIGURE_NUMBER(bins)
  V1E_FIGURE_NUMBERS(bins)
  V1E_FIGURE_NUMBER(bin_width)
  V1E_FIGURE_NUMBERS(edges)
  V1E_FIGURE_NUMBER(annotate)
  V1E_FIGURE_NUMBER(scale_bar)
  V1E_FIGURE_FLAG(fill)
  V1E_FIGURE_FLAG(log_bins)
  V1E_FIGURE_FLAG(stacked)
  V1E_FIGURE_FLAG(cumulative)
  V1E_FIGURE_FLAG(horizontal)
  V1E_FIGURE_FLAG(fliers)
  V1E_FIGURE_FLAG(mean)
  V1E_FIGURE_FLAG(quartiles)
  V1E_FIGURE_FLAG(closed)
  V1E_FIGURE_FLAG(legend)
  Mark& view(double elevation_deg, double azimuth_deg) {
    keys_.set("view", detail::toml_numbers({elevation_deg, azimuth_deg}));
    return *this;
  }
  /// Colours and legend texts of single group values.
  Mark& colors_of(const std::vector<std::pair<std::string, std::string>>& of_groups) {
    keys_.set("colors", detail::toml_pairs(of_groups));
    return *this;
  }
  Mark& labels_of(const std::vector<std::pair<std::string, std::string>>& of_groups) {
    keys_.set("labels", detail::toml_pairs(of_groups));
    return *this;
  }
  /// Only rows whose column has this value (or one of these, or lies in this interval).
  Mark& where(std::string_view column, std::string_view value) {
    return condition(column, detail::toml_text(value));
  }
  Mark& where(std::string_view column, const char* value) {
    return condition(column, detail::toml_text(value));
  }
  Mark& where(std::string_view column, double value) {
    return condition(column, detail::toml_number(value));
  }
  Mark& where_any(std::string_view column, const std::vector<std::string>& any_of) {
    return condition(column, detail::toml_texts(any_of));
  }
  Mark& where_between(std::string_view column, double min, double max) {
    return condition(column, "{ min = " + detail::toml_number(min) +
                                 ", max = " + detail::toml_number(max) + " }");
  }
  std::string lines() const {
    std::string out = keys_.lines();
    if (!where_.empty()) out += "where = " + where_.inline_table() + "\n";
    return out;
  }

 private:
  Mark& condition(std::string_view column, std::string value) {
    where_.set(detail::toml_text(column), std::move(value));
    return *this;
  }
  detail::Keys keys_;
  detail::Keys where_;
};

/// A line, shade, text or bracket of a panel, or a stimulus strip.
class Note {
  using Self = Note;

 public:
  V1E_FIGURE_TEXT(label)
  V1E_FIGURE_TEXT(unit)
  V1E_FIGURE_TEXT(text)
  V1E_FIGURE_TEXT(color)
  V1E_FIGURE_TEXT(dash)
  V1E_FIGURE_TEXT(anchor)
  V1E_FIGURE_TEXT(align)
  V1E_FIGURE_TEXT(axis)
  V1E_FIGURE_TEXT(label_at)
  V1E_FIGURE_NUMBER(alpha)
  V1E_FIGURE_NUMBER(width)
  V1E_FIGURE_NUMBER(size)
  V1E_FIGURE_NUMBER(angle)
  V1E_FIGURE_NUMBER(p)
  V1E_FIGURE_NUMBER(y)
  V1E_FIGURE_FLAG(bold)
  V1E_FIGURE_FLAG(alternate)
  Note& key(const std::string& name, std::string toml_value) {
    keys_.set(name, std::move(toml_value));
    return *this;
  }
  const detail::Keys& keys() const { return keys_; }

 private:
  detail::Keys keys_;
};

namespace detail {

inline std::string toml_notes(const std::string& key, const std::deque<Note>& notes) {
  if (notes.empty()) return "";
  std::string out = key + " = [\n";
  for (const Note& note : notes) out += "  " + note.keys().inline_table() + ",\n";
  return out + "]\n";
}

inline std::string toml_strips(const std::deque<Note>& strips) {
  if (strips.size() != 1) return toml_notes("strip", strips);
  return "strip = " + strips.front().keys().inline_table() + "\n";
}

}  // namespace detail

class Panel {
  using Self = Panel;

 public:
  V1E_FIGURE_TEXT(id)
  V1E_FIGURE_TEXT(title)
  V1E_FIGURE_FLAG(frame)
  V1E_FIGURE_FLAG(legend)
  V1E_FIGURE_NUMBERS(markers)
  Panel& at(int row, int column) { return pair("at", row, column); }
  Panel& span(int rows, int columns) { return pair("span", rows, columns); }
  Panel& equal_aspect() {
    keys_.set("aspect", "\"equal\"");
    return *this;
  }
  /// Legend inside the axes; corner: "upper right", "lower left", ...
  Panel& legend_inside(std::string_view corner) {
    keys_.set("legend", "{ at = \"inside\", corner = " + detail::toml_text(corner) + " }");
    return *this;
  }
  Panel& markers_from(std::string_view table, std::string_view column) {
    keys_.set("markers", "{ table = " + detail::toml_text(table) +
                             ", column = " + detail::toml_text(column) + " }");
    return *this;
  }
  /// Draws this panel over panel `parent` in a rectangle in fractions of its axes.
  Panel& inset_of(std::string_view parent, double x, double y, double width, double height) {
    keys_.set("inset_of", detail::toml_text(parent));
    keys_.set("inset", detail::toml_numbers({x, y, width, height}));
    return *this;
  }
  Axis& x_axis() { return axes_[0]; }
  Axis& y_axis() { return axes_[1]; }
  Axis& z_axis() { return axes_[2]; }
  Axis& color_axis() { return axes_[3]; }

  Mark& line(std::string_view table, std::string_view x, std::string_view y) {
    return add("line", table).x(x).y(y);
  }
  Mark& step(std::string_view table, std::string_view x, std::string_view y) {
    return add("step", table).x(x).y(y);
  }
  Mark& band(std::string_view table, std::string_view x, std::string_view low,
             std::string_view high) {
    return add("band", table).x(x).low(low).high(high);
  }
  Mark& scatter(std::string_view table, std::string_view x, std::string_view y) {
    return add("scatter", table).x(x).y(y);
  }
  Mark& raster(std::string_view table, std::string_view x, std::string_view y) {
    return add("raster", table).x(x).y(y);
  }
  Mark& density(std::string_view table, std::string_view x, std::string_view y) {
    return add("density", table).x(x).y(y);
  }
  Mark& heatmap(std::string_view table, std::string_view x, std::string_view y,
                std::string_view value) {
    return add("heatmap", table).x(x).y(y).value(value);
  }
  Mark& histogram(std::string_view table, std::string_view x) {
    return add("histogram", table).x(x);
  }
  Mark& binned_histogram(std::string_view table, std::string_view low, std::string_view high,
                         std::string_view y) {
    return add("histogram", table).low(low).high(high).y(y);
  }
  Mark& bar(std::string_view table, std::string_view x, std::string_view y) {
    return add("bar", table).x(x).y(y);
  }
  Mark& box(std::string_view table, std::string_view x, std::string_view y) {
    return add("box", table).x(x).y(y);
  }
  Mark& violin(std::string_view table, std::string_view x, std::string_view y) {
    return add("violin", table).x(x).y(y);
  }
  Mark& swarm(std::string_view table, std::string_view x, std::string_view y) {
    return add("swarm", table).x(x).y(y);
  }
  Mark& polar(std::string_view table, std::string_view theta, std::string_view r) {
    return add("polar", table).theta(theta).r(r);
  }
  Mark& polar_histogram(std::string_view table, std::string_view theta) {
    return add("polar", table).theta(theta);
  }
  Mark& points3d(std::string_view table, std::string_view x, std::string_view y,
                 std::string_view z) {
    return add("points3d", table).x(x).y(y).z(z);
  }
  Mark& add(std::string_view kind, std::string_view table) {
    return marks_.emplace_back(kind, table);
  }

  Note& vertical_line(double x) { return lines_.emplace_back().key("x", number(x)); }
  Note& horizontal_line(double y) { return lines_.emplace_back().key("y", number(y)); }
  Note& diagonal(double slope, double intercept) {
    return lines_.emplace_back().key("slope", number(slope)).key("intercept", number(intercept));
  }
  Note& shade_x(double low, double high) { return shade("x", low, high); }
  Note& shade_y(double low, double high) { return shade("y", low, high); }
  /// One band per row of a table; `label` may be "".
  Note& shades_from(std::string_view table, std::string_view low, std::string_view high,
                    std::string_view label_column) {
    Note& note = shades_.emplace_back();
    note.key("table", detail::toml_text(table));
    note.key("low", detail::toml_text(low)).key("high", detail::toml_text(high));
    if (!label_column.empty()) note.label(label_column);
    return note;
  }
  /// In panel coordinates (0 to 1); anchor("data") makes them data coordinates.
  Note& text(std::string_view text, double x, double y) {
    return texts_.emplace_back().text(text).key("x", number(x)).key("y", number(y));
  }
  Note& bracket(std::string_view from, std::string_view to, double p_value) {
    return brackets_.emplace_back()
        .key("from", detail::toml_text(from))
        .key("to", detail::toml_text(to))
        .p(p_value);
  }
  Note& strip(std::string_view table, std::string_view x, std::string_view y) {
    strips_.clear();
    return add_strip(table, x, y);
  }
  /// One more, under the others.
  Note& add_strip(std::string_view table, std::string_view x, std::string_view y) {
    return strips_.emplace_back()
        .key("table", detail::toml_text(table))
        .key("x", detail::toml_text(x))
        .key("y", detail::toml_text(y));
  }

  std::string toml() const {
    static constexpr std::array<const char*, 4> names = {"x_axis", "y_axis", "z_axis",
                                                         "color_axis"};
    std::string out = "\n[[panel]]\n" + keys_.lines();
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (axes_[i].keys().empty()) continue;
      out += std::string(names[i]) + " = " + axes_[i].keys().inline_table() + "\n";
    }
    out += detail::toml_strips(strips_);
    out += detail::toml_notes("lines", lines_) + detail::toml_notes("shades", shades_) +
           detail::toml_notes("texts", texts_) + detail::toml_notes("brackets", brackets_);
    for (const Mark& mark : marks_) out += "\n[[panel.marks]]\n" + mark.lines();
    return out;
  }

 private:
  static std::string number(double value) { return detail::toml_number(value); }
  Panel& pair(const char* key, int a, int b) {
    keys_.set(key, "[" + std::to_string(a) + ", " + std::to_string(b) + "]");
    return *this;
  }
  Note& shade(const char* axis, double low, double high) {
    return shades_.emplace_back().key(axis, detail::toml_numbers({low, high}));
  }

  detail::Keys keys_;
  std::array<Axis, 4> axes_;
  std::deque<Note> strips_;
  std::deque<Mark> marks_;
  std::deque<Note> lines_;
  std::deque<Note> shades_;
  std::deque<Note> texts_;
  std::deque<Note> brackets_;
};

class Figure {
  using Self = Figure;

 public:
  explicit Figure(std::string_view title = "") {
    keys_.set("format", "\"v1e-figure/1\"");
    if (!title.empty()) keys_.set("title", detail::toml_text(title));
  }
  V1E_FIGURE_TEXT(caption)
  V1E_FIGURE_NUMBER(font_size)
  V1E_FIGURE_FLAG(letters)
  V1E_FIGURE_NUMBERS(markers)
  Figure& size_mm(double width, double height) {
    keys_.set("size_mm", detail::toml_numbers({width, height}));
    return *this;
  }
  Figure& grid(int rows, int columns) {
    grid_.set("rows", std::to_string(rows));
    grid_.set("columns", std::to_string(columns));
    return *this;
  }
  Figure& heights(const std::vector<double>& relative) {
    grid_.set("heights", detail::toml_numbers(relative));
    return *this;
  }
  Figure& widths(const std::vector<double>& relative) {
    grid_.set("widths", detail::toml_numbers(relative));
    return *this;
  }
  /// Each of "none", "rows", "columns", "all".
  Figure& share(std::string_view x, std::string_view y) {
    grid_.set("share_x", detail::toml_text(x));
    grid_.set("share_y", detail::toml_text(y));
    return *this;
  }
  /// "right", "top", "bottom", "none".
  Figure& legend(std::string_view at, std::string_view title = "") {
    legend_.set("at", detail::toml_text(at));
    if (!title.empty()) legend_.set("title", detail::toml_text(title));
    return *this;
  }
  Figure& markers_from(std::string_view table, std::string_view column) {
    keys_.set("markers", "{ table = " + detail::toml_text(table) +
                             ", column = " + detail::toml_text(column) + " }");
    return *this;
  }
  Note& strip(std::string_view table, std::string_view x, std::string_view y) {
    strips_.clear();
    return add_strip(table, x, y);
  }
  /// One more, under the others.
  Note& add_strip(std::string_view table, std::string_view x, std::string_view y) {
    return strips_.emplace_back()
        .key("table", detail::toml_text(table))
        .key("x", detail::toml_text(x))
        .key("y", detail::toml_text(y));
  }
  Panel& panel() { return panels_.emplace_back(); }

  std::string toml() const {
    std::string out = keys_.lines();
    out += detail::toml_strips(strips_);
    if (!grid_.empty()) out += "\n[grid]\n" + grid_.lines();
    if (!legend_.empty()) out += "\n[legend]\n" + legend_.lines();
    for (const Panel& panel : panels_) out += panel.toml();
    return out;
  }

 private:
  detail::Keys keys_;
  detail::Keys grid_;
  detail::Keys legend_;
  std::deque<Note> strips_;
  std::deque<Panel> panels_;
};

#undef V1E_FIGURE_NUMBER
#undef V1E_FIGURE_TEXT
#undef V1E_FIGURE_FLAG
#undef V1E_FIGURE_NUMBERS
#undef V1E_FIGURE_TEXTS

}  // namespace v1e
