#include "engine/figures/report_analysis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/base/files.hpp"
#include "engine/figures/html.hpp"
#include "engine/figures/markup.hpp"
#include "engine/figures/scale.hpp"
#include "engine/figures/spec.hpp"
#include "engine/figures/table.hpp"

namespace v1::figures {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::size_t shown_rows = 20;
constexpr std::size_t shown_columns = 14;
constexpr std::uintmax_t largest_inline_svg = 1500000;
constexpr std::uintmax_t largest_inline_page = 1500000;

std::string text_of(const Json& object, const char* key) {
  return object.is_object() && object.contains(key) && object[key].is_string()
             ? object[key].get<std::string>()
             : "";
}

// A folder and how the report links to it.
struct Place {
  fs::path folder;
  std::string link;
};

std::string link(const Place& place, const std::string& file) {
  return "<a href=\"" + escape_markup(place.link + "/" + file) + "\">" + escape_markup(file) +
         "</a>";
}

// As wide as on paper, whichever file it comes from.
std::string image(const fs::path& folder, const std::string& name, const std::string& title,
                  double width_mm) {
  const fs::path svg = folder / (name + ".svg");
  const fs::path png = folder / (name + ".png");
  std::string data;
  if (fs::exists(svg) && (fs::file_size(svg) <= largest_inline_svg || !fs::exists(png))) {
    data = "data:image/svg+xml;base64," + base64(read_file(svg));
  } else if (fs::exists(png)) {
    data = "data:image/png;base64," + base64(read_file(png));
  } else {
    return "<p class=\"faint\">Not drawn. <code>v1engine report</code> draws it.</p>\n";
  }
  return fmt::format(
      "<img loading=\"lazy\" style=\"width:calc({:.0f}mm + 14px)\" alt=\"{}\" src=\"{}\">\n",
      width_mm, escape_markup(title), data);
}

std::string figure_html(const Place& place, const std::string& name) {
  const fs::path& folder = place.folder;
  std::string title = name;
  std::string caption;
  double width_mm = FigureSpec{}.width_mm;
  try {
    const FigureSpec spec = read_figure(folder / (name + ".figure.toml"));
    if (!spec.title.empty()) title = spec.title;
    caption = spec.caption;
    width_mm = spec.width_mm;
  } catch (const std::exception& problem) {
    caption = problem.what();
  }
  std::string files;
  for (const char* extension : {".svg", ".pdf", ".png"})
    if (fs::exists(folder / (name + extension))) files += " " + link(place, name + extension);
  return "<figure>\n" + image(folder, name, title, width_mm) + "<figcaption><strong>" +
         escape_markup(title) + ".</strong> " + escape_markup(caption) + files +
         "</figcaption>\n</figure>\n";
}

std::string cell(const Column& column, std::size_t row) {
  if (column.is_text) return escape_markup(column.texts[row]);
  return std::isnan(column.numbers[row]) ? "" : readable_number(column.numbers[row]);
}

std::string table_html(const Table& table) {
  const std::size_t columns = std::min(shown_columns, table.columns.size());
  std::string out = "<div class=\"scroll\"><table class=\"data\"><tr>";
  for (std::size_t i = 0; i < columns; ++i)
    out +=
        "<th>" + escape_markup(axis_title(table.columns[i].name, table.columns[i].unit)) + "</th>";
  if (columns < table.columns.size())
    out += "<th class=\"faint\">" + std::to_string(table.columns.size() - columns) + " more</th>";
  out += "</tr>\n";
  for (std::size_t row = 0; row < std::min(shown_rows, table.rows); ++row) {
    out += "<tr>";
    for (std::size_t i = 0; i < columns; ++i) out += "<td>" + cell(table.columns[i], row) + "</td>";
    out += "</tr>\n";
  }
  return out + "</table></div>\n";
}

std::string tables_html(const Place& place, const Json& summary) {
  const fs::path& folder = place.folder;
  std::string out;
  const TableStore store(folder);
  for (const std::string& name : store.names()) {
    std::string about;
    if (summary.contains("tables") && summary["tables"].is_array())
      for (const Json& item : summary["tables"])
        if (text_of(item, "name") == name) about = text_of(item, "summary");
    const std::string file = fs::exists(folder / (name + ".csv")) ? name + ".csv" : "tables.h5";
    try {
      const auto table = store.find(name);
      const bool all = table->rows <= shown_rows;
      out += "<details><summary>" + escape_markup(name) + "</summary>\n<p>" + escape_markup(about) +
             " <span class=\"faint\">" +
             (all ? readable_number(static_cast<double>(table->rows)) + " rows"
                  : "first " + std::to_string(shown_rows) + " of " +
                        readable_number(static_cast<double>(table->rows)) + " rows") +
             "</span> " + link(place, file) + "</p>\n" + table_html(*table) + "</details>\n";
    } catch (const std::exception& problem) {
      out += "<p class=\"faint\">Table " + escape_markup(name) +
             " cannot be shown: " + escape_markup(problem.what()) + "</p>\n";
    }
  }
  return out;
}

/// Other files of the analysis: pages are shown, cut off from the report; the rest is linked.
std::string files_html(const Place& place, const Json& files) {
  const fs::path& folder = place.folder;
  std::string pages, links;
  if (!files.is_array()) return "";
  for (const Json& item : files) {
    if (!item.is_string() || !fs::exists(folder / item.get<std::string>())) continue;
    const std::string name = item.get<std::string>();
    links += " " + link(place, name);
    if (!name.ends_with(".html") || fs::file_size(folder / name) > largest_inline_page) continue;
    pages += "<iframe class=\"page\" loading=\"lazy\" sandbox=\"allow-scripts\" title=\"" +
             escape_markup(name) + "\" srcdoc=\"" + escape_markup(read_file(folder / name)) +
             "\"></iframe>\n";
  }
  return pages + (links.empty() ? "" : "<p>Files:" + links + "</p>\n");
}

// A scalar: its summary, its value, and its name in summary.json.
std::string scalars_html(const Json& scalars) {
  std::string rows;
  if (scalars.is_array()) {
    for (const Json& item : scalars) {
      if (!item.is_object()) continue;
      const std::string unit = text_of(item, "unit");
      const bool number = item.contains("value") && item["value"].is_number();
      rows += "<tr><td>" + escape_markup(text_of(item, "summary")) + "</td><td>" +
              (number ? readable_number(item["value"].get<double>()) : "not defined") +
              (unit.empty() || unit == "1" ? "" : " " + escape_markup(axis_title("", unit))) +
              "</td><td class=\"faint\">" + escape_markup(text_of(item, "name")) + "</td></tr>\n";
    }
  }
  if (!rows.empty()) {
    return "<div class=\"scroll\"><table class=\"data "
           "quantities\"><tr><th>Quantity</th><th>Value</th>"
           "<th>Name</th></tr>\n" +
           rows + "</table></div>\n";
  }
  return scalars.is_object() && !scalars.empty() ? json_to_html(scalars) : "";
}

std::string notes_html(const Json& notes, const std::string& analysis,
                       std::vector<std::string>& warnings) {
  std::string out;
  if (!notes.is_array()) return out;
  for (const Json& note : notes) {
    const std::string text = note.is_string() ? note.get<std::string>() : text_of(note, "markdown");
    if (text_of(note, "level") == "warn") {
      warnings.push_back(analysis + ": " + text);
      out += "<div class=\"warn\">" + markdown_to_html(text) + "</div>\n";
    } else {
      out += markdown_to_html(text);
    }
  }
  return out;
}

/// In the order of the summary, then any others.
std::vector<std::string> figure_names(const fs::path& folder, const Json& summary) {
  std::vector<std::string> names;
  if (summary.contains("figures") && summary["figures"].is_array())
    for (const Json& item : summary["figures"])
      if (item.is_string() && fs::exists(folder / (item.get<std::string>() + ".figure.toml")))
        names.push_back(item.get<std::string>());
  std::vector<std::string> others;
  constexpr std::string_view suffix = ".figure.toml";
  for (const auto& entry : fs::directory_iterator(folder)) {
    std::string name = entry.path().filename().string();
    if (!name.ends_with(suffix)) continue;
    name.resize(name.size() - suffix.size());
    if (std::find(names.begin(), names.end(), name) == names.end()) others.push_back(name);
  }
  std::sort(others.begin(), others.end());
  names.insert(names.end(), others.begin(), others.end());
  return names;
}

// What made these results, and of which point of a sweep they are.
std::string source_line(const ReportSection& section, const Json& summary) {
  std::string out;
  if (const std::string plugin = text_of(summary, "plugin"); !plugin.empty()) {
    out = "Analysis " + escape_markup(section.name) + ", plugin " + escape_markup(plugin) + " " +
          escape_markup(text_of(summary, "version"));
  }
  if (!section.point.empty()) {
    out += std::string(out.empty() ? "Point " : "; point ") + "<a href=\"points/" +
           escape_markup(section.point) + "/report.html\">" + escape_markup(section.point) + "</a>";
  }
  return out.empty() ? "" : "<p class=\"sub\">" + out + "</p>\n";
}

}  // namespace

std::string figures_of(const fs::path& folder) {
  std::string out;
  for (const std::string& figure : figure_names(folder, Json::object())) {
    out += figure_html({folder, folder.filename().generic_string()}, figure);
  }
  return out;
}

std::string analysis_section(const ReportSection& section, const fs::path& run_dir,
                             std::vector<std::string>& warnings) {
  const fs::path& folder = section.folder;
  const Place place{folder, fs::relative(folder, run_dir).generic_string()};
  Json summary = Json::object();
  if (fs::exists(folder / "summary.json")) {
    summary = Json::parse(read_file(folder / "summary.json"), nullptr, false);
    if (!summary.is_object()) {
      warnings.push_back(section.name + ": summary.json is not readable");
      summary = Json::object();
    }
  }
  std::string out = "<h2 id=\"analysis-" + escape_markup(section.name) + "\">" +
                    escape_markup(section.title) + "</h2>\n";
  out += markdown_to_html(section.text) + source_line(section, summary);
  out += notes_html(summary.value("notes", Json()), section.name, warnings);
  out += scalars_html(summary.value("scalars", Json()));
  for (const std::string& figure : figure_names(folder, summary)) out += figure_html(place, figure);
  out += files_html(place, summary.value("files", Json()));
  const std::string tables = tables_html(place, summary);
  if (!tables.empty()) out += "<h3>Tables</h3>\n" + tables;
  if (summary.contains("parameters") && summary["parameters"].is_object() &&
      !summary["parameters"].empty())
    out += "<details><summary>Parameters</summary>" + json_to_html(summary["parameters"]) +
           "</details>\n";
  return out;
}

}  // namespace v1::figures
