#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "engine/plugin/registry.hpp"

namespace v1::plugin {

struct SearchPlace {
  std::filesystem::path path;
  std::string origin;
  bool vouched = false;  // belongs to this engine: its modules are loaded without a look in a child
};

/// Where plugins are looked for, in order; each folder once. Throws Error(config) for a
/// --plugin-path that does not exist; other folders may be missing.
std::vector<SearchPlace> search_places(const RegistryOptions& options);

}  // namespace v1::plugin
