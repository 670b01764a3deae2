#pragma once
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "engine/plugin/registry.hpp"

/// Descriptions of plugins for people and programs (`plugins list`, `plugins describe`).
namespace v1::plugin {

/// Name, version, module, the table of parameters and a TOML block ready to paste.
std::string describe_text(const LoadedPlugin& plugin);
nlohmann::json describe_json(const LoadedPlugin& plugin);

/// A commented config block with every parameter at its default.
std::string describe_toml(const LoadedPlugin& plugin);

/// All usable, shadowed and skipped plugins.
std::string list_text(const Registry& registry);
nlohmann::json list_json(const Registry& registry);

}  // namespace v1::plugin
