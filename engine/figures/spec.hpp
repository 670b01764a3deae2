#pragma once
#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/figures/color.hpp"

/// A figure specification as written (docs/figures.md), checked but not yet bound to tables.
namespace v1::figures {

enum class ScaleKind { linear, log, symlog, category };
enum class Share { none, rows, columns, all };
enum class Dash { solid, dashed, dotted };
enum class Symbol { circle, open, square, triangle, diamond };

struct Condition {
  std::string column;
  std::vector<std::string> texts;  // any of these texts or numbers
  std::vector<double> numbers;
  std::optional<double> min;
  std::optional<double> max;
};

struct AxisSpec {
  std::optional<std::string> label;
  std::optional<std::string> unit;
  std::optional<double> min;
  std::optional<double> max;
  ScaleKind scale = ScaleKind::linear;
  double linear_width = 1.0;
  std::optional<std::vector<double>> ticks;
  std::vector<std::string> tick_labels;
  std::optional<double> tick_step;
  std::vector<std::string> categories;
  std::vector<std::string> category_labels;
  std::optional<int> angle;
  bool reverse = false;
  bool time = false;
  bool hide = false;
  bool grid = false;
};

struct ColorAxisSpec {
  AxisSpec axis;
  std::string map;          // "" = by default
  std::vector<Rgb> colors;  // instead of a named map
  std::optional<double> center;
  bool bar = true;
};

/// A mark's keys by type; which of them a kind knows is checked by the parser.
struct MarkSpec {
  std::string kind;
  std::string origin;  // "file:line: panel[0].marks[1]", for messages
  std::string table;
  std::vector<Condition> where;
  std::map<std::string, std::string> columns;  // "x", "y", "low", "group", ...
  std::string label;
  bool legend = true;
  std::vector<std::string> group_order;
  std::map<std::string, std::string> labels;
  std::optional<Rgb> color;
  std::string scheme = "cycle";
  std::vector<Rgb> palette;
  std::map<std::string, Rgb> color_of;
  std::optional<double> alpha;
  std::map<std::string, double> numbers;     // "width", "size", "bin_width", ...
  std::map<std::string, bool> flags;         // "stacked", ...
  std::map<std::string, std::string> words;  // "style", "normalize", "dash", ...
  std::vector<double> bins;                  // as given: one or two numbers
  std::vector<double> edges;
  std::array<double, 2> view = {15.0, -60.0};

  bool has(const std::string& column) const { return columns.count(column) != 0; }
  double number(const std::string& key, double fallback) const;
  bool flag(const std::string& key, bool fallback) const;
  std::string word(const std::string& key, const std::string& fallback) const;
  Dash dash() const;
};

struct LineSpec {
  std::optional<double> x;
  std::optional<double> y;
  std::optional<double> slope;
  double intercept = 0.0;
  Rgb color = {90, 90, 90};
  Dash dash = Dash::dashed;
  double width = 0.7;
  std::string label;
};

struct ShadeSpec {
  std::string origin;
  bool on_x = false;
  double low = 0.0;
  double high = 0.0;
  std::string label;
  std::string table;  // instead of low, high, label: one band per row
  std::string low_column;
  std::string high_column;
  std::string label_column;
  std::vector<Condition> where;
  bool alternate = false;
  bool label_inside = false;
  Rgb color = {128, 128, 128};
  double alpha = 0.12;
};

struct TextSpec {
  std::string text;
  double x = 0.0;
  double y = 0.0;
  bool in_data = false;
  int align = -1;  // -1 left, 0 centre, 1 right
  Rgb color = {38, 38, 38};
  double size = 0.0;  // points; 0 = of the figure
  double angle = 0.0;
  bool bold = false;
};

struct BracketSpec {
  std::string from;  // category, or number as text
  std::string to;
  std::string text;
  std::optional<double> y;
};

struct MarkersSpec {
  std::string origin;
  std::vector<double> times;
  std::string table;
  std::string column;
};

struct StripSpec {
  std::string origin;
  std::string table;
  std::string x;
  std::string y;
  std::string label;
  std::optional<std::string> unit;
  Rgb color = {47, 138, 79};
  std::vector<Condition> where;
};

struct PanelSpec {
  std::string origin;
  int row = 0;
  int column = 0;
  int row_span = 1;
  int column_span = 1;
  std::string id;
  std::string inset_of;
  std::array<double, 4> inset = {0.6, 0.6, 0.38, 0.38};
  std::string title;
  bool polar = false;
  bool three_d = false;
  AxisSpec x;
  AxisSpec y;
  AxisSpec z;
  ColorAxisSpec color;
  bool in_legend = true;
  std::string legend_corner;  // not "": own legend inside
  std::optional<MarkersSpec> markers;
  std::vector<StripSpec> strips;  // from top to bottom
  std::vector<MarkSpec> marks;
  std::vector<LineSpec> lines;
  std::vector<ShadeSpec> shades;
  std::vector<TextSpec> texts;
  std::vector<BracketSpec> brackets;
  bool equal_aspect = false;
  bool frame = true;
};

struct FigureSpec {
  std::string name;  // file name without ".figure.toml"
  std::string title;
  std::string caption;
  double width_mm = 180.0;
  double height_mm = 80.0;
  double font_size = 8.0;
  bool letters = false;
  int rows = 1;
  int columns = 1;
  std::vector<double> heights;
  std::vector<double> widths;
  Share share_x = Share::none;
  Share share_y = Share::none;
  std::array<double, 2> gap_mm = {5.0, 4.0};
  std::string legend_at = "right";
  int legend_columns = 0;  // 0 = as fits
  std::string legend_title;
  std::optional<MarkersSpec> markers;
  std::vector<StripSpec> strips;  // from top to bottom
  std::vector<PanelSpec> panels;
};

/// Reads a specification. `file` is the name used in messages. Throws Error(data) that names
/// file, line, key, what was expected and what was found.
FigureSpec parse_figure(const std::string& text, const std::string& file);

/// Reads NAME.figure.toml.
FigureSpec read_figure(const std::filesystem::path& file);

}  // namespace v1::figures
