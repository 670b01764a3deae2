#pragma once
#include <string>
#include <vector>

#include "engine/config/run_config.hpp"
#include "engine/plugin/registry.hpp"

namespace v1::run {

/// The analyses of a sweep: those of each point by itself, those of the first point alone, and
/// those that see all points at once.
struct SweepAnalyses {
  std::vector<config::PluginUse> of_points;
  std::vector<config::PluginUse> of_first;
  std::vector<config::PluginUse> of_sweep;

  /// What runs on the point with this index.
  std::vector<config::PluginUse> of_point(std::size_t index) const;
};

/// `over` decides; without it, a plugin that takes several runs gets all points if they share one
/// network, any other runs on each point.
SweepAnalyses split_analyses(const std::vector<config::PluginUse>& uses,
                             const plugin::Registry& registry, bool same_network);

/// Without the modules they come from.
std::vector<std::string> plugin_names(const std::vector<config::PluginUse>& uses);

}  // namespace v1::run
