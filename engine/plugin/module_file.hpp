#pragma once
#include <filesystem>
#include <string_view>

#include "plugin_api/include/v1e/plugin.h"

namespace v1::plugin {

/// Maps a shared library, for the life of the process, and calls its entry function. Throws
/// Error(plugin) with the reason, without the file's name.
const v1e_module* open_library(const std::filesystem::path& file);

/// Loads a module in a child process and goes through every check of its descriptors there, so
/// that one that crashes, hangs or ends the process does no harm here. Throws Error(plugin) with
/// the reason, without the file's name.
void scan_in_child(const std::filesystem::path& file, const v1e_host* host);

/// Whether everybody may write to the file or folder. False when it does not exist.
bool world_writable(const std::filesystem::path& path);

/// Calls module->open, if there is one. Throws Error(plugin) when it fails or throws.
void open_module(const v1e_module& module, const v1e_host* host);

/// True when a file that could not be loaded seems to offer a plugin of this name: its stem is
/// the name, or the name stands in it as a whole text.
bool may_offer(const std::filesystem::path& file, std::string_view name);

}  // namespace v1::plugin
