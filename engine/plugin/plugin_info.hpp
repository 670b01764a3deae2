#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "plugin_api/include/v1e/plugin.h"

/// What a loaded plugin says about itself, in C++ terms. Everything here lives as long as the
/// Registry that made it; the plugin's own tables live as long as the process.
namespace v1::plugin {

enum class Kind : std::uint32_t {
  stimulus = V1E_KIND_STIMULUS,
  analysis = V1E_KIND_ANALYSIS,
  backend = V1E_KIND_BACKEND,
};

/// "stimulus", "analysis", "backend"
std::string_view kind_name(Kind kind);

/// One declared parameter (v1e_param); the values point into the module.
struct Param {
  v1e_type type = 0;
  std::uint32_t flags = 0;
  std::uint32_t list_min = 0;
  std::uint32_t list_max = 0;  // 0 = no limit
  std::string key;             // may be dotted
  std::string unit;            // "1" when it has none
  std::string summary;
  std::string doc;
  std::string replaced_by;
  const v1e_value* default_value = nullptr;  // null with REQUIRED
  const v1e_value* min_value = nullptr;
  const v1e_value* max_value = nullptr;
  std::vector<std::string> choices;
  std::vector<Param> fields;  // TABLE_LIST: schema of a record

  bool has(std::uint32_t flag) const { return (flags & flag) != 0; }
};

/// Schemas are shared, so that settings stay readable without the registry.
using Schema = std::shared_ptr<const std::vector<Param>>;

/// A shared library, or a module compiled in (path empty).
struct ModuleInfo {
  std::string id;
  std::string version;
  std::string license;
  std::string url;
  std::filesystem::path path;
  std::string where;  // the path, or "built in": for messages
  std::uint32_t abi_minor = 0;
  const v1e_module* raw = nullptr;
};

/// A plugin that passed all checks. The function tables are copies of the plugin's with every
/// slot filled: an optional function the plugin lacks answers V1E_E_UNSUPPORTED, except
/// validate, describe and estimate, which answer V1E_OK (nothing to object, to tell, or known).
struct LoadedPlugin {
  Kind kind = Kind::stimulus;
  std::string name;
  std::string version;
  std::string summary;
  std::string doc;
  std::string citation;
  std::shared_ptr<const ModuleInfo> module;
  Schema params;

  /// Throw Error(internal) when the plugin is of another kind.
  const v1e_stimulus_api& stimulus() const;
  const v1e_analysis_api& analysis() const;
  const v1e_backend_api& backend() const;

  /// Calls the validate function of whatever kind this is.
  v1e_status validate(const v1e_settings& settings, v1e_error& err) const;

  /// "org.example.gabor:gratings"
  std::string qualified_name() const { return module->id + ":" + name; }

  v1e_stimulus_api stimulus_api = {};
  v1e_analysis_api analysis_api = {};
  v1e_backend_api backend_api = {};
};

}  // namespace v1::plugin
