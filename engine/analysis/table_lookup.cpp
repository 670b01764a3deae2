#include "engine/analysis/table_lookup.hpp"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "engine/base/error.hpp"
#include "engine/base/text.hpp"

namespace v1::analysis {
namespace {

namespace fs = std::filesystem;

nlohmann::json summary_of(const fs::path& folder) {
  std::ifstream file(folder / "summary.json");
  auto summary = nlohmann::json::parse(file, nullptr, false);
  return summary.is_object() ? summary : nlohmann::json::object();
}

std::string plugin_of(const fs::path& folder) {
  const auto summary = summary_of(folder);
  const auto plugin = summary.find("plugin");
  return plugin != summary.end() && plugin->is_string() ? plugin->get<std::string>() : "";
}

bool compares_runs(const fs::path& folder) {
  const auto summary = summary_of(folder);
  const auto runs = summary.find("runs");
  return runs != summary.end() && runs->is_array() && runs->size() > 1;
}

// Folders that the name may mean: the one of that name, else those of that plugin.
std::vector<fs::path> candidates(const fs::path& dir, const std::string& analysis) {
  if (fs::is_directory(dir / analysis)) return {dir / analysis};
  std::vector<fs::path> found;
  if (!fs::is_directory(dir)) return found;
  for (const auto& entry : fs::directory_iterator(dir)) {
    if (entry.is_directory() && plugin_of(entry.path()) == analysis) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

std::vector<std::string> plugins_with_results(const fs::path& analyses_dir) {
  std::vector<std::string> out;
  if (!fs::is_directory(analyses_dir)) return out;
  for (const auto& entry : fs::directory_iterator(analyses_dir)) {
    const std::string plugin = entry.is_directory() ? plugin_of(entry.path()) : "";
    if (!plugin.empty()) out.push_back(plugin);
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

ResultTable find_table(const std::string& name, const TableDirs& dirs) {
  const std::size_t slash = name.rfind('/');
  const std::string analysis = name.substr(0, slash);
  const std::string table = name.substr(slash + 1);
  std::vector<std::string> searched;
  std::vector<fs::path> all = dirs.own;
  if (!dirs.shared.empty()) all.push_back(dirs.shared);
  for (std::size_t k = 0; k < all.size(); ++k) {
    const fs::path& dir = all[k];
    std::vector<fs::path> found = candidates(dir, analysis);
    if (k == dirs.own.size()) {
      std::erase_if(found, [](const fs::path& folder) { return !compares_runs(folder); });
    }
    if (found.size() > 1) {
      std::vector<std::string> names;
      for (const fs::path& folder : found) names.push_back(folder.filename().string());
      throw error(ExitCode::data,
                  "{}: table '{}' of plugin '{}' is asked for, but several analyses used it ({}); "
                  "name one of them",
                  dir.string(), table, analysis, join(names, ", "));
    }
    if (found.size() == 1) return read_table(found.front(), table);
    if (std::find(searched.begin(), searched.end(), dir.string()) == searched.end()) {
      searched.push_back(dir.string());
    }
  }
  throw error(ExitCode::data, "{}: no results of the analysis '{}'; run it first",
              join(searched, ", "), analysis);
}

}  // namespace v1::analysis
