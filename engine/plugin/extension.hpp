#pragma once
#include "engine/plugin/plugin_info.hpp"

namespace v1::plugin {

/// What the plugin's module gives for an extension of the interface ("v1e.lanes/1"), a table of the
/// type that the extension's header names; null when it does not have it.
const void* find_extension(const LoadedPlugin& plugin, const char* id);

}  // namespace v1::plugin
