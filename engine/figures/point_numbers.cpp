#include "engine/figures/point_numbers.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>
#include <vector>

#include "engine/base/csv.hpp"
#include "engine/figures/html.hpp"
#include "engine/figures/markup.hpp"
#include "engine/figures/report_points.hpp"

namespace v1::figures {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

/// Cells by column, in the order in which columns were first met in any point.
struct Columns {
  std::vector<std::string> names;
  std::map<std::string, std::vector<std::string>> cells;  // by name: of every point
  std::size_t points = 0;

  void set(const std::string& name, std::size_t point, std::string cell) {
    const auto [column, is_new] = cells.try_emplace(name, points);
    if (is_new) names.push_back(name);
    column->second[point] = std::move(cell);
  }
};

Json member(const Json& of, const std::string& key) {
  return of.is_object() && of.contains(key) ? of[key] : Json();
}

std::string text_or_empty(const Json& value) {
  return value.is_string() ? value.get<std::string>() : "";
}

// As many digits as the tables of analyses have; what is not defined is null in JSON.
std::string number_cell(const Json& value) {
  if (value.is_number_float()) return fmt::format("{:.10g}", value.get<double>());
  if (value.is_number()) return value.dump();
  return value.is_null() ? "nan" : "";
}

// A swept value is kept as TOML; a text stands in a cell without its quotes.
std::string plain_value(const std::string& toml_value) {
  try {
    const toml::table parsed = toml::parse("value = " + toml_value);
    return parsed["value"].value<std::string>().value_or(toml_value);
  } catch (const toml::parse_error&) {
    return toml_value;
  }
}

std::string with_unit(const std::string& name, const std::string& unit) {
  return unit.empty() || unit == "1" ? name : name + " [" + unit + "]";
}

void add_run(const Json& info, std::size_t point, Columns& columns) {
  columns.set("status", point,
              info.empty() ? "not started" : text_or_empty(member(info, "status")));
  if (info.empty()) return;
  const auto add = [&](const std::string& name, const Json& value) {
    if (value.is_number()) columns.set(name, point, number_cell(value));
  };
  add("trials", member(member(info, "simulation"), "trials_done"));
  add("neurons", member(member(info, "network"), "neurons"));
  add("spikes", member(member(info, "counts"), "spikes"));
  add("rtf", member(info, "rtf"));
  const Json rates = member(info, "rates");
  if (!rates.is_object()) return;
  for (const auto& [population, rate] : rates.items()) add("rate." + population + " [Hz]", rate);
}

// The folders of results in the order of their names; others may stand beside them while they are
// written.
std::vector<fs::path> results_in(const fs::path& analyses) {
  std::vector<fs::path> found;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(analyses, missing)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(".") && !name.ends_with(".old")) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

void add_scalars(const fs::path& analyses, std::size_t point, Columns& columns) {
  for (const fs::path& folder : results_in(analyses)) {
    const Json scalars = member(read_json_object(folder / "summary.json"), "scalars");
    if (!scalars.is_array()) continue;
    for (const Json& scalar : scalars) {
      const std::string name = text_or_empty(member(scalar, "name"));
      if (name.empty()) continue;
      columns.set(
          with_unit(folder.filename().string() + "." + name, text_or_empty(member(scalar, "unit"))),
          point, number_cell(member(scalar, "value")));
    }
  }
}

Json points_of(const fs::path& run_dir) {
  const Json points = member(read_json_object(run_dir / "sweep.json"), "points");
  return points.is_array() ? points : Json::array();
}

// Cells that hold a number show it as the rest of the page does.
std::string readable_cell(const std::string& cell) {
  char* end = nullptr;
  const double value = std::strtod(cell.c_str(), &end);
  const bool is_number = !cell.empty() && *end == '\0' && value == value;
  return is_number ? readable_number(value) : escape_markup(cell);
}

}  // namespace

std::string points_csv(const fs::path& run_dir) {
  const std::vector<std::string> names = point_names(run_dir);
  if (names.empty()) return "";
  Columns columns;
  columns.points = names.size();
  const Json points = points_of(run_dir);
  for (std::size_t p = 0; p < names.size(); ++p) {
    columns.set("point", p, names[p]);
    const Json settings = member(points[p], "settings");
    if (!settings.is_object()) continue;
    for (const auto& [key, value] : settings.items()) {
      columns.set(key, p, plain_value(text_or_empty(value)));
    }
  }
  const fs::path folder = run_dir / "points";
  for (std::size_t p = 0; p < names.size(); ++p) {
    add_run(read_json_object(folder / names[p] / "run.json"), p, columns);
  }
  for (std::size_t p = 0; p < names.size(); ++p) {
    add_scalars(folder / names[p] / "analyses", p, columns);
  }
  std::string out;
  for (const std::string& name : columns.names) out += (out.empty() ? "" : ",") + csv_cell(name);
  out += "\n";
  for (std::size_t p = 0; p < names.size(); ++p) {
    std::string row;
    for (const std::string& name : columns.names) {
      row += (name == columns.names.front() ? "" : ",") + csv_cell(columns.cells.at(name)[p]);
    }
    out += row + "\n";
  }
  return out;
}

std::string point_scalars_table(const fs::path& run_dir) {
  const std::vector<std::string> names = point_names(run_dir);
  Columns scalars;
  scalars.points = names.size();
  for (std::size_t p = 0; p < names.size(); ++p) {
    add_scalars(run_dir / "points" / names[p] / "analyses", p, scalars);
  }
  if (scalars.names.empty()) return "";
  std::string out = "<div class=\"scroll\"><table class=\"data\"><tr><th>Result</th>";
  for (const std::string& name : names) out += "<th>" + escape_markup(name) + "</th>";
  out += "</tr>\n";
  for (const std::string& name : scalars.names) {
    out += "<tr><td>" + escape_markup(name) + "</td>";
    for (const std::string& cell : scalars.cells.at(name)) {
      out += "<td>" + readable_cell(cell) + "</td>";
    }
    out += "</tr>\n";
  }
  return out + "</table></div>\n";
}

}  // namespace v1::figures
