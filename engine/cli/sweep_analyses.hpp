#pragma once
#include <filesystem>
#include <vector>

#include "engine/cli/run_analyses.hpp"
#include "engine/config/run_config.hpp"

namespace v1::cli {

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

/// Runs analyses with the runs in `folders` as datasets, in this order. `of_points` tells which
/// results those runs hold already, `run_results` where, when it is not in the runs themselves.
AnalysisOutcome analyze_together(const std::vector<config::PluginUse>& uses,
                                 const std::vector<config::PluginUse>& of_points,
                                 const std::vector<std::filesystem::path>& folders,
                                 const std::filesystem::path& output, std::uint64_t memory_bytes,
                                 PluginSession& session, ThreadPool& pool,
                                 const StopCondition& stop,
                                 const std::vector<std::filesystem::path>& run_results = {});

}  // namespace v1::cli
