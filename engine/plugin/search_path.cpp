#include "engine/plugin/search_path.hpp"

#include <algorithm>
#include <cstdlib>
#include <system_error>

#include "engine/base/error.hpp"
#include "engine/base/text.hpp"

namespace v1::plugin {
namespace {

namespace fs = std::filesystem;

constexpr const char* plugin_folder = "lib/v1engine/plugins";

fs::path running_program() {
  std::error_code ignored;
  return fs::read_symlink("/proc/self/exe", ignored);
}

// secure_getenv: a privileged process must not load code that its caller chose.
std::string environment(const char* name) {
  const char* value = secure_getenv(name);
  return value ? value : "";
}

fs::path user_data() {
  const fs::path data_home = environment("XDG_DATA_HOME");
  if (data_home.is_absolute()) return data_home;
  const fs::path home = environment("HOME");
  return home.is_absolute() ? home / ".local" / "share" : fs::path();
}

void add(std::vector<SearchPlace>& places, const fs::path& path, const char* origin,
         bool vouched = false) {
  std::error_code ignored;
  const fs::path canonical = fs::weakly_canonical(path, ignored);
  if (canonical.empty()) return;
  const bool known = std::any_of(places.begin(), places.end(),
                                 [&](const SearchPlace& place) { return place.path == canonical; });
  if (!known) places.push_back({canonical, origin, vouched});
}

}  // namespace

std::vector<SearchPlace> search_places(const RegistryOptions& options) {
  std::vector<SearchPlace> places;
  const fs::path program = options.executable.empty() ? running_program() : options.executable;
  const fs::path prefix = program.parent_path().parent_path();
  const bool in_build_tree = !prefix.empty() && fs::exists(prefix / "CMakeCache.txt");
  if (options.standard_directories && in_build_tree) {
    add(places, prefix / plugin_folder, "build folder", true);
  }
  for (const fs::path& path : options.plugin_paths) {
    if (!fs::exists(path)) {
      throw error(ExitCode::config, "--plugin-path {}: no such folder", path.string());
    }
    add(places, fs::absolute(path), "--plugin-path");
  }
  if (!options.standard_directories) return places;
  for (const std::string& path : split(environment("V1ENGINE_PLUGIN_PATH"), ':')) {
    // Never the working directory by accident: an empty or relative entry is no place.
    if (fs::path(path).is_absolute()) add(places, path, "V1ENGINE_PLUGIN_PATH");
  }
  const fs::path user = user_data();
  if (!user.empty()) add(places, user / "v1engine" / "plugins", "user folder");
  if (!in_build_tree && !prefix.empty()) add(places, prefix / plugin_folder, "installed", true);
  add(places, fs::path(V1_INSTALL_PREFIX) / plugin_folder, "installed", true);
  return places;
}

}  // namespace v1::plugin
