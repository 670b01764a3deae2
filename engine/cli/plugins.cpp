#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "engine/base/json_text.hpp"
#include "engine/cli/commands.hpp"
#include "engine/cli/plugin_texts.hpp"
#include "engine/plugin/describe.hpp"
#include "engine/run/session.hpp"

namespace v1::cli {

int print_plugins(const std::vector<const plugin::LoadedPlugin*>& plugins, bool json,
                  bool as_list) {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (const plugin::LoadedPlugin* plugin : plugins) {
    if (json) {
      all.push_back(nlohmann::ordered_json(plugin::describe_json(*plugin)));
    } else {
      fmt::print("{}\n", plugin::describe_text(*plugin));
    }
  }
  if (json) fmt::print("{}\n", json_text(all.size() == 1 && !as_list ? all.front() : all, 2));
  return 0;
}

int plugins_list_command(bool json, const run::CommonOptions& common) {
  const run::PluginSession session(common);
  if (json) {
    fmt::print("{}\n", json_text(plugin::list_json(session.registry), 2));
  } else {
    fmt::print("{}", plugin::list_text(session.registry));
  }
  return 0;
}

int plugins_describe_command(const std::string& name, bool json, const run::CommonOptions& common) {
  const run::PluginSession session(common);
  return print_plugins(session.registry.find_any(name), json, false);
}

}  // namespace v1::cli
