#include "engine/run/sweep_analyses.hpp"

#include "engine/base/error.hpp"

namespace v1::run {
std::vector<config::PluginUse> SweepAnalyses::of_point(std::size_t index) const {
  std::vector<config::PluginUse> uses = of_points;
  if (index == 0) uses.insert(uses.end(), of_first.begin(), of_first.end());
  return uses;
}

SweepAnalyses split_analyses(const std::vector<config::PluginUse>& uses,
                             const plugin::Registry& registry, bool same_network) {
  SweepAnalyses split;
  for (const config::PluginUse& use : uses) {
    const plugin::LoadedPlugin& plugin = registry.find(plugin::Kind::analysis, use.plugin);
    const bool takes_many = (plugin.analysis().flags & V1E_ANALYSIS_MANY_DATASETS) != 0;
    if (use.over == "sweep" && !takes_many) {
      throw error(ExitCode::config,
                  "{}: analysis '{}' with over = \"sweep\": plugin '{}' takes one run at a time; "
                  "use over = \"point\" or \"first\"",
                  use.where, use.name, use.plugin);
    }
    if (use.over == "first") {
      split.of_first.push_back(use);
      continue;
    }
    const bool together = use.over.empty() ? takes_many && same_network : use.over == "sweep";
    (together ? split.of_sweep : split.of_points).push_back(use);
  }
  return split;
}

std::vector<std::string> plugin_names(const std::vector<config::PluginUse>& uses) {
  std::vector<std::string> names;
  for (const config::PluginUse& use : uses) {
    names.push_back(use.plugin.substr(use.plugin.rfind(':') + 1));
  }
  return names;
}

}  // namespace v1::run
