#include "engine/figures/report_outline.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <set>

namespace v1::figures {
namespace {

namespace fs = std::filesystem;

std::string text_at(const toml::table& table, const char* key) {
  return table[key].value_or(std::string());
}

std::vector<std::string> result_names(const fs::path& analyses) {
  std::vector<std::string> names;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(analyses, missing)) {
    const std::string name = entry.path().filename().string();
    if (entry.is_directory() && !name.starts_with(".") && !name.ends_with(".old"))
      names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

// Where the results of an analysis lie: in the folder of the run, else in its first point with any.
void find_results(ReportSection& section, const fs::path& run,
                  const std::vector<std::string>& points) {
  const fs::path own = run / "analyses" / section.name;
  if (fs::is_directory(own)) {
    section.folder = own;
    return;
  }
  for (const std::string& point : points) {
    const fs::path of_point = run / "points" / point / "analyses" / section.name;
    if (!fs::is_directory(of_point)) continue;
    section.folder = of_point;
    section.point = point;
    return;
  }
}

void add_configured(const toml::table& config, const fs::path& run,
                    const std::vector<std::string>& points, ReportOutline& outline) {
  const toml::array* analyses = config["analysis"].as_array();
  if (!analyses) return;
  for (const toml::node& node : *analyses) {
    const toml::table* table = node.as_table();
    if (!table) continue;
    ReportSection section;
    section.name = text_at(*table, "name");
    section.title = text_at(*table, "title");
    section.text = text_at(*table, "text");
    find_results(section, run, points);
    if (!section.name.empty() && !section.folder.empty()) outline.sections.push_back(section);
  }
}

// Results of analyses that config.toml does not name.
void add_others(const fs::path& run, const std::vector<std::string>& points,
                ReportOutline& outline) {
  std::set<std::string> known;
  for (const ReportSection& section : outline.sections) known.insert(section.name);
  std::vector<std::string> names = result_names(run / "analyses");
  for (const std::string& point : points) {
    const auto more = result_names(run / "points" / point / "analyses");
    names.insert(names.end(), more.begin(), more.end());
  }
  for (const std::string& name : names) {
    if (!known.insert(name).second) continue;
    ReportSection section;
    section.name = name;
    find_results(section, run, points);
    outline.sections.push_back(section);
  }
}

}  // namespace

ReportOutline outline_of(const fs::path& run_dir, const std::vector<std::string>& points,
                         std::vector<std::string>& warnings) {
  ReportOutline outline;
  if (const fs::path file = run_dir / "config.toml"; fs::exists(file)) {
    try {
      const toml::table config = toml::parse_file(file.string());
      if (const toml::table* report = config["report"].as_table()) {
        outline.title = text_at(*report, "title");
        outline.text = text_at(*report, "text");
      }
      add_configured(config, run_dir, points, outline);
    } catch (const toml::parse_error& problem) {
      warnings.push_back("config.toml is not readable: " + std::string(problem.description()));
    }
  }
  add_others(run_dir, points, outline);
  for (ReportSection& section : outline.sections) {
    if (section.title.empty()) section.title = section.name;
  }
  return outline;
}

}  // namespace v1::figures
