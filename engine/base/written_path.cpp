#include "engine/base/written_path.hpp"

#include <nlohmann/json.hpp>
#include <system_error>

namespace v1 {
namespace {

namespace fs = std::filesystem;

bool found_at(const fs::path& path) {
  std::error_code ignored;
  const std::string text = path.string();
  return fs::exists(path, ignored) || fs::exists(text.substr(0, text.rfind(":/")), ignored);
}

}  // namespace

std::string path_problem(const fs::path& path) {
  try {
    (void)nlohmann::json(path.string()).dump();
  } catch (const nlohmann::json::exception&) {
    return "lies at a path that is not UTF-8, which config.toml of a run cannot name; rename the "
           "folder: " +
           path.string();
  }
  return "";
}

fs::path written_path(const fs::path& file, const std::string& written) {
  const fs::path named = fs::absolute(file);
  const fs::path beside = (named.parent_path() / written).lexically_normal();
  if (found_at(beside)) return beside;
  std::error_code not_a_file;
  const fs::path target = fs::canonical(named, not_a_file);
  if (not_a_file || target == named.lexically_normal()) return beside;
  const fs::path beside_target = (target.parent_path() / written).lexically_normal();
  return found_at(beside_target) ? beside_target : beside;
}

}  // namespace v1
