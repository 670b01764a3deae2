#include "engine/config/key_home.hpp"

#include "engine/config/load_config.hpp"

namespace v1::config {

std::optional<std::string> home_of_key(const std::string& key) {
  // The text of the defaults has every key that needs no choice first.
  const toml::table defaults = toml::parse(write_resolved_toml(RunConfig{}));
  std::optional<std::string> home;
  for (const auto& [name, node] : defaults) {
    const toml::table* table = node.as_table();
    if (!table || !table->contains(key)) continue;
    if (home) return std::nullopt;
    home = std::string(name.str()) + "." + key;
  }
  return home;
}

}  // namespace v1::config
