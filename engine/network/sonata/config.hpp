#pragma once
#include <filesystem>
#include <map>
#include <string>

#include "engine/network/sonata/json.hpp"

namespace v1::network::sonata {

/// A config with its child configs ("network", "simulation") merged in (the parent wins), manifest
/// variables replaced, and known paths made absolute.
struct Config {
  std::filesystem::path path;     // the file the user named
  std::filesystem::path circuit;  // the file that has the "networks" section
  Json data;
};

/// Throws Error(data) for missing or malformed files, child cycles, and variables that refer to
/// themselves or are unknown where a path is needed.
Config load_config(const std::filesystem::path& path);

/// Manifest variables by name without "$": "BASE_DIR" -> text.
using Variables = std::map<std::string, std::string>;

/// Replaces $NAME and ${NAME}, the longest known name first, also inside replaced text. Unknown
/// variables stay as they are. Throws Error(data) when a variable refers to itself.
std::string expand_variables(const std::string& text, const Variables& variables,
                             const std::filesystem::path& config);

/// Relative paths are looked for beside the config file, then in the working directory; a path
/// found in neither place is given beside the config file. Throws Error(data) for a '$' left over.
std::filesystem::path resolve_path(const std::string& text, const std::filesystem::path& config,
                                   const std::string& key);

}  // namespace v1::network::sonata
