#pragma once
#include <memory>
#include <vector>

#include "engine/plugin/plugin_info.hpp"

namespace v1::plugin {

/// Reads a module's descriptor. Throws Error(plugin) saying what is missing or wrong; `where`
/// is the file, or "built in".
std::shared_ptr<const ModuleInfo> read_module(const v1e_module* module,
                                              const std::filesystem::path& path);

/// Copies and checks all plugins of a module. Throws Error(plugin).
std::vector<LoadedPlugin> read_plugins(const std::shared_ptr<const ModuleInfo>& module);

}  // namespace v1::plugin
