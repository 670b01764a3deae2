#include "engine/network/generator/data_dir.hpp"

#include <algorithm>
#include <cstdlib>

#include "engine/base/error.hpp"
#include "engine/base/text.hpp"

namespace v1::network::generator {
namespace fs = std::filesystem;
namespace {

constexpr const char* rules_file = "model.toml";

}  // namespace

fs::path data_directory() {
  std::error_code ignored;
  if (const char* chosen = std::getenv("V1ENGINE_DATA"); chosen != nullptr && *chosen != '\0') {
    if (fs::is_directory(chosen, ignored)) return chosen;
    throw error(ExitCode::data,
                "V1ENGINE_DATA: '{}' is not a folder; name the folder of the data "
                "tables or unset the variable",
                chosen);
  }
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored);
  const fs::path installed = program.parent_path().parent_path() / "share" / "v1engine" / "data";
  if (!program.empty() && fs::is_directory(installed, ignored)) return installed;
  if (fs::is_directory(V1_SOURCE_DATA_DIR, ignored)) return V1_SOURCE_DATA_DIR;
  throw error(ExitCode::data,
              "data tables not found: neither {} nor {} exists; set V1ENGINE_DATA "
              "to their folder",
              installed.string(), V1_SOURCE_DATA_DIR);
}

std::vector<std::string> builtin_models() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(data_directory())) {
    if (fs::exists(entry.path() / rules_file)) names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

fs::path find_model_directory(const std::string& model) {
  const bool is_path = model.find('/') != std::string::npos;
  if (is_path) {
    if (fs::exists(fs::path(model) / rules_file)) return model;
    throw error(ExitCode::config, "network.model: '{}' is not a folder with a {}", model,
                rules_file);
  }
  const std::vector<std::string> names = builtin_models();
  if (std::find(names.begin(), names.end(), model) != names.end()) {
    return data_directory() / model;
  }
  throw error(ExitCode::config,
              "network.model: no model '{}'; expected {} or the path of a folder "
              "with a {}{}",
              model, join(names, ", "), rules_file, did_you_mean(model, names));
}

}  // namespace v1::network::generator
