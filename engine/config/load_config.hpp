#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "engine/config/config_errors.hpp"
#include "engine/config/run_config.hpp"
#include "engine/plugin/registry.hpp"

namespace v1::config {

/// A value that a file other than a config gave.
struct GivenValue {
  std::string key;    // "simulation.dt"
  std::string value;  // TOML
  std::string where;  // "a.json: run.dt", for messages
};

struct LoadOptions {
  std::filesystem::path path = {};     // TOML
  std::vector<GivenValue> given = {};  // `sets` and the rest come after
  std::vector<std::string> sets = {};  // --set key=value
  std::optional<std::string> backend = std::nullopt;
  std::optional<std::int64_t> threads = std::nullopt;
  std::optional<std::int64_t> trials = std::nullopt;
  std::optional<std::int64_t> neurons = std::nullopt;
  std::optional<std::int64_t> seed = std::nullopt;
  std::optional<std::int64_t> device = std::nullopt;
  /// For `analyze` and `report`: missing stimulus, input and backend plugins and missing data
  /// files are not errors; such uses keep their name and have no settings.
  bool analyses_only = false;
  /// Names of the analyses that are wanted; plugins of others may be missing, too. nullopt: all.
  std::optional<std::vector<std::string>> wanted_analyses = std::nullopt;
};

/// Reads, merges and checks a config. Throws Error(config) for a syntax error or an unreadable
/// file, ConfigErrors for everything else, all of it in one pass. Deprecated keys are logged as
/// warnings.
RunConfig load_config(const LoadOptions& options, const plugin::Registry& registry);

/// The config of an empty file with the options applied (`path` is not read): the base for
/// configs made by other means. A SONATA simulation, say, is
/// default_config(registry, {.given = {{"network.source", "'sonata'", "/a/b.json"}, ...}}).
RunConfig default_config(const plugin::Registry& registry, const LoadOptions& options = {});
/// The same with --set texts only.
RunConfig default_config(const plugin::Registry& registry, const std::vector<std::string>& sets);

/// Throws Error(config) where there is no file that could be read as a config, of whatever format.
void check_config_file(const std::filesystem::path& path);

/// The use of a backend with its default parameters, for runs whose backend is "auto". Throws
/// Error(config) when there is none of that name.
PluginUse default_backend(const plugin::Registry& registry, const std::string& name);

/// Complete TOML text of a config: loading it again gives the same config.
std::string write_resolved_toml(const RunConfig& config);

/// "all", "core", "e23", "[1, 2]", "{ layer = 4, ei = 'e' }": what the text of a SELECTION
/// parameter or a --only argument means. Throws Error(config).
Selection parse_selection(const std::string& text);

}  // namespace v1::config
