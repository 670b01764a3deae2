#include "engine/analysis/table_lookup.hpp"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "engine/base/error.hpp"
#include "engine/base/text.hpp"

namespace v1::analysis {
namespace {

namespace fs = std::filesystem;

std::string plugin_of(const fs::path& folder) {
  std::ifstream file(folder / "summary.json");
  const auto summary = nlohmann::json::parse(file, nullptr, false);
  if (!summary.is_object() || !summary.contains("plugin")) return "";
  const auto& plugin = summary["plugin"];
  return plugin.is_string() ? plugin.get<std::string>() : "";
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

ResultTable find_table(const std::string& name, const std::vector<fs::path>& analyses_dirs) {
  const std::size_t slash = name.rfind('/');
  const std::string analysis = name.substr(0, slash);
  const std::string table = name.substr(slash + 1);
  std::vector<std::string> searched;
  for (const fs::path& dir : analyses_dirs) {
    const std::vector<fs::path> found = candidates(dir, analysis);
    if (found.size() > 1) {
      std::vector<std::string> names;
      for (const fs::path& folder : found) names.push_back(folder.filename().string());
      throw error(ExitCode::data,
                  "{}: table '{}' of plugin '{}' is asked for, but several analyses used it ({}); "
                  "name one of them",
                  dir.string(), table, analysis, join(names, ", "));
    }
    if (found.size() == 1) return read_table(found.front(), table);
    searched.push_back(dir.string());
  }
  throw error(ExitCode::data, "{}: no results of the analysis '{}'; run it first",
              join(searched, ", "), analysis);
}

}  // namespace v1::analysis
