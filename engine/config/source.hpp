#pragma once
#include <toml++/toml.h>

#include "engine/config/issues.hpp"
#include "engine/config/load_config.hpp"

/// From files and command line to one merged table whose nodes know where they were written.
namespace v1::config {

/// Reads a file with everything it includes. Throws Error(config) for unreadable files, syntax
/// errors and circles of includes.
toml::table read_with_includes(const std::filesystem::path& path, Issues& issues);

/// Merges `over` into `base`: tables merge, everything else is replaced. Where `over` names
/// another plugin (source, ...) than `base`, what belonged to the old one is dropped first.
void merge(toml::table& base, toml::table&& over);

/// The same for two parts of one layer, in any order: nothing is dropped.
void merge_in_layer(toml::table& base, toml::table&& over);

/// merge() for command-line values, which may also reach into lists by index
/// (analysis.0.params.x): an index that does not exist is an issue.
void merge_overrides(toml::table& base, toml::table&& over, Issues& issues);

/// Given values, then all of --set, --backend, --threads, ... as one table. Throws Error(config)
/// naming the argument for one that cannot be read.
toml::table read_overrides(const LoadOptions& options);

/// The last step of load_config: a merged table to a config with its resolved text. Throws
/// ConfigErrors.
RunConfig check_config(toml::table& table, const plugin::Registry& registry,
                       const LoadOptions& options, Issues& issues);

}  // namespace v1::config
