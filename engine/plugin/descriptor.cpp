#include "engine/plugin/descriptor.hpp"

#include <cstdint>

#include "engine/base/error.hpp"
#include "engine/plugin/function_tables.hpp"
#include "engine/plugin/schema.hpp"

namespace v1::plugin {
namespace {

bool word(const char* text) {
  if (!text || !*text) return false;
  for (const char* c = text; *c; ++c) {
    const bool ok = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
                    (*c >= '0' && *c <= '9') || *c == '_' || *c == '-' || *c == '.';
    if (!ok) return false;
  }
  return true;
}

LoadedPlugin read_plugin(const v1e_plugin* declared,
                         const std::shared_ptr<const ModuleInfo>& module) {
  const std::string in_module = fmt::format("module '{}'", module->id);
  if (!declared || declared->struct_size < offsetof(v1e_plugin, api) + sizeof(void*)) {
    throw error(ExitCode::plugin, "{}: a plugin descriptor is missing or too small", in_module);
  }
  const v1e_plugin raw = copy_sized(declared);
  if (!word(raw.name)) {
    throw error(ExitCode::plugin, "{}: the plugin name '{}' is not one word", in_module,
                raw.name ? raw.name : "");
  }
  const std::string who = fmt::format("{}, plugin '{}'", in_module, raw.name);
  if (!raw.version || !*raw.version) throw error(ExitCode::plugin, "{}: has no version", who);
  if (!raw.summary || !*raw.summary) throw error(ExitCode::plugin, "{}: has no summary", who);
  if (!raw.api) throw error(ExitCode::plugin, "{}: has no function table", who);
  LoadedPlugin plugin;
  plugin.name = raw.name;
  plugin.version = raw.version;
  plugin.summary = raw.summary;
  plugin.doc = raw.doc ? raw.doc : "";
  plugin.citation = raw.citation ? raw.citation : "";
  plugin.module = module;
  switch (raw.kind) {
    case V1E_KIND_STIMULUS:
      plugin.kind = Kind::stimulus;
      plugin.stimulus_api = copy_stimulus_api(raw.api, who);
      break;
    case V1E_KIND_ANALYSIS:
      plugin.kind = Kind::analysis;
      plugin.analysis_api = copy_analysis_api(raw.api, who);
      break;
    case V1E_KIND_BACKEND:
      plugin.kind = Kind::backend;
      plugin.backend_api = copy_backend_api(raw.api, who);
      break;
    default:
      throw error(ExitCode::plugin, "{}: is of kind {}, which this engine does not know", who,
                  raw.kind);
  }
  plugin.params =
      std::make_shared<const std::vector<Param>>(read_schema(raw.params, raw.param_count, who));
  return plugin;
}

}  // namespace

std::shared_ptr<const ModuleInfo> read_module(const v1e_module* module,
                                              const std::filesystem::path& path) {
  if (!module || module->struct_size < sizeof(std::uint32_t)) {
    throw error(ExitCode::plugin, "the entry function {} gave no module descriptor",
                V1E_ENTRY_NAME);
  }
  if (module->struct_size < offsetof(v1e_module, plugins) + sizeof(void*) ||
      module->struct_size > largest_struct) {
    throw error(ExitCode::plugin, "its module descriptor cannot have {} bytes",
                module->struct_size);
  }
  const v1e_module raw = copy_sized(module);
  if (raw.min_host_minor > V1E_ABI_MINOR) {
    throw error(ExitCode::plugin,
                "asks for an engine with plugin interface {}.{} or newer; this engine has {}.{}: "
                "use a newer engine, or rebuild the plugin with an older SDK",
                V1E_ABI_MAJOR, raw.min_host_minor, V1E_ABI_MAJOR, V1E_ABI_MINOR);
  }
  if (!word(raw.id)) throw error(ExitCode::plugin, "the module has no id");
  if (!raw.version || !*raw.version) {
    throw error(ExitCode::plugin, "module '{}' has no version", raw.id);
  }
  if (raw.plugin_count == 0 || !raw.plugins) {
    throw error(ExitCode::plugin, "module '{}' holds no plugins", raw.id);
  }
  auto info = std::make_shared<ModuleInfo>();
  info->id = raw.id;
  info->version = raw.version;
  info->license = raw.license ? raw.license : "";
  info->url = raw.url ? raw.url : "";
  info->path = path;
  info->where = path.empty() ? "built in" : path.string();
  info->abi_minor = raw.abi_minor;
  info->raw = module;
  return info;
}

std::vector<LoadedPlugin> read_plugins(const std::shared_ptr<const ModuleInfo>& module) {
  const v1e_module raw = copy_sized(module->raw);
  std::vector<LoadedPlugin> plugins;
  for (std::uint32_t i = 0; i < raw.plugin_count; ++i) {
    plugins.push_back(read_plugin(raw.plugins[i], module));
    for (std::uint32_t j = 0; j < i; ++j) {
      if (plugins[j].kind == plugins[i].kind && plugins[j].name == plugins[i].name) {
        throw error(ExitCode::plugin, "module '{}' holds the {} plugin '{}' twice", module->id,
                    kind_name(plugins[i].kind), plugins[i].name);
      }
    }
  }
  return plugins;
}

}  // namespace v1::plugin
