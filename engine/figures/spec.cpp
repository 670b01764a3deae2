#include "engine/figures/spec.hpp"

#include <fstream>
#include <sstream>

#include "engine/base/error.hpp"
#include "engine/figures/parse_mark.hpp"
#include "engine/figures/parse_panel.hpp"

namespace v1::figures {

double MarkSpec::number(const std::string& key, double fallback) const {
  const auto found = numbers.find(key);
  return found == numbers.end() ? fallback : found->second;
}

bool MarkSpec::flag(const std::string& key, bool fallback) const {
  const auto found = flags.find(key);
  return found == flags.end() ? fallback : found->second;
}

std::string MarkSpec::word(const std::string& key, const std::string& fallback) const {
  const auto found = words.find(key);
  return found == words.end() ? fallback : found->second;
}

Dash MarkSpec::dash() const { return dash_of(word("dash", "solid")); }

namespace {

Share share_of(TomlKeys& keys, const std::string& key) {
  const std::string word = keys.choice(key, {"none", "rows", "columns", "all"}).value_or("none");
  return word == "rows"      ? Share::rows
         : word == "columns" ? Share::columns
         : word == "all"     ? Share::all
                             : Share::none;
}

std::vector<double> weights(TomlKeys& keys, const std::string& key, int count) {
  const auto given = keys.numbers(key, static_cast<std::size_t>(count));
  if (!given) return std::vector<double>(static_cast<std::size_t>(count), 1.0);
  for (const double value : *given)
    if (value <= 0.0) keys.fail(key, "a list of positive numbers");
  return *given;
}

void parse_grid(TomlKeys& root, std::size_t panels, FigureSpec& figure) {
  const toml::table nothing;
  TomlKeys grid = root.table("grid").value_or(TomlKeys(nothing, root.file(), "grid"));
  figure.columns = static_cast<int>(grid.integer("columns", 1, 50).value_or(1));
  const auto needed = (panels + static_cast<std::size_t>(figure.columns) - 1) /
                      static_cast<std::size_t>(figure.columns);
  figure.rows =
      static_cast<int>(grid.integer("rows", 1, 50)
                           .value_or(static_cast<long long>(std::max<std::size_t>(needed, 1))));
  figure.heights = weights(grid, "heights", figure.rows);
  figure.widths = weights(grid, "widths", figure.columns);
  figure.share_x = share_of(grid, "share_x");
  figure.share_y = share_of(grid, "share_y");
  if (const auto gap = grid.numbers("gap_mm", 2)) figure.gap_mm = {(*gap)[0], (*gap)[1]};
  grid.finish();
}

void parse_legend(TomlKeys& root, FigureSpec& figure) {
  std::optional<TomlKeys> legend = root.table("legend");
  if (!legend) return;
  figure.legend_at = legend->choice("at", {"right", "top", "bottom", "none"}).value_or("right");
  figure.legend_columns = static_cast<int>(legend->integer("columns", 1, 20).value_or(0));
  figure.legend_title = legend->text("title").value_or("");
  legend->finish();
}

/// Puts panels without `at` into the free cells in reading order; checks that panels fit.
void place_panels(const std::vector<bool>& placed, FigureSpec& figure, const std::string& file) {
  std::vector<std::vector<int>> owner(
      static_cast<std::size_t>(figure.rows),
      std::vector<int>(static_cast<std::size_t>(figure.columns), -1));
  const auto free_at = [&](const PanelSpec& panel, int row, int column) {
    for (int r = row; r < row + panel.row_span; ++r)
      for (int c = column; c < column + panel.column_span; ++c)
        if (r >= figure.rows || c >= figure.columns ||
            owner[static_cast<std::size_t>(r)][static_cast<std::size_t>(c)] >= 0)
          return false;
    return true;
  };
  const auto take = [&](std::size_t index) {
    const PanelSpec& panel = figure.panels[index];
    if (!free_at(panel, panel.row, panel.column))
      throw error(ExitCode::data,
                  "{}: the panel does not fit: row {}, column {}, span [{}, {}] is outside the "
                  "grid of {} x {} or already taken",
                  panel.origin, panel.row, panel.column, panel.row_span, panel.column_span,
                  figure.rows, figure.columns);
    for (int r = panel.row; r < panel.row + panel.row_span; ++r)
      for (int c = panel.column; c < panel.column + panel.column_span; ++c)
        owner[static_cast<std::size_t>(r)][static_cast<std::size_t>(c)] = static_cast<int>(index);
  };
  for (std::size_t i = 0; i < figure.panels.size(); ++i)
    if (placed[i] && figure.panels[i].inset_of.empty()) take(i);
  for (std::size_t i = 0; i < figure.panels.size(); ++i) {
    PanelSpec& panel = figure.panels[i];
    if (placed[i] || !panel.inset_of.empty()) continue;
    bool found = false;
    for (int cell = 0; cell < figure.rows * figure.columns && !found; ++cell) {
      panel.row = cell / figure.columns;
      panel.column = cell % figure.columns;
      found = free_at(panel, panel.row, panel.column);
    }
    if (!found)
      throw error(ExitCode::data,
                  "{}: no free cell for this panel in the grid of {} x {}; enlarge [grid] in {}",
                  panel.origin, figure.rows, figure.columns, file);
    take(i);
  }
}

void check_insets(const FigureSpec& figure) {
  for (const PanelSpec& panel : figure.panels) {
    if (panel.inset_of.empty()) continue;
    bool found = false;
    for (const PanelSpec& other : figure.panels)
      found = found || (other.id == panel.inset_of && other.inset_of.empty());
    if (!found)
      throw error(ExitCode::data, "{}: inset_of must be the id of a panel of the grid, found '{}'",
                  panel.origin, panel.inset_of);
  }
}

}  // namespace

FigureSpec parse_figure(const std::string& text, const std::string& file) {
  toml::table document;
  try {
    document = toml::parse(text, file);
  } catch (const toml::parse_error& problem) {
    throw error(ExitCode::data, "{}:{}:{}: not valid TOML: {}", file, problem.source().begin.line,
                problem.source().begin.column, std::string(problem.description()));
  }
  TomlKeys root(document, file, "");
  FigureSpec figure;
  if (root.required_text("format") != "v1e-figure/1") root.fail("format", "\"v1e-figure/1\"");
  figure.title = root.text("title").value_or("");
  figure.caption = root.text("caption").value_or("");
  figure.font_size = root.number_between("font_size", 3.0, 40.0).value_or(8.0);
  figure.letters = root.flag("letters").value_or(false);
  figure.markers = parse_markers(root);
  figure.strips = parse_strips(root);
  parse_legend(root, figure);
  std::vector<bool> placed;
  std::size_t in_grid = 0;
  if (!root.has("panel")) root.fail("panel", "at least one [[panel]]");
  for (TomlKeys& keys : root.tables("panel")) {
    placed.push_back(keys.has("at"));
    figure.panels.push_back(parse_panel(keys));
    if (figure.panels.back().inset_of.empty()) ++in_grid;
  }
  if (figure.panels.empty()) root.fail("panel", "at least one [[panel]]");
  parse_grid(root, in_grid, figure);
  place_panels(placed, figure, file);
  check_insets(figure);
  figure.height_mm = 60.0 * figure.rows + 20.0;
  if (const auto size = root.numbers("size_mm", 2)) {
    figure.width_mm = (*size)[0];
    figure.height_mm = (*size)[1];
    if (std::min((*size)[0], (*size)[1]) < 20.0 || std::max((*size)[0], (*size)[1]) > 1000.0)
      root.fail("size_mm", "two numbers from 20 to 1000");
  }
  root.finish();
  return figure;
}

FigureSpec read_figure(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw error(ExitCode::data, "{}: cannot be read", file.string());
  std::ostringstream text;
  text << in.rdbuf();
  FigureSpec figure = parse_figure(text.str(), file.filename().string());
  const std::string name = file.filename().string();
  figure.name = name.substr(0, name.find(".figure.toml"));
  return figure;
}

}  // namespace v1::figures
