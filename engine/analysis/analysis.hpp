#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/analysis/run_data.hpp"
#include "engine/base/error.hpp"
#include "engine/base/parallel.hpp"
#include "engine/config/run_config.hpp"
#include "engine/plugin/host.hpp"
#include "engine/plugin/plugin_info.hpp"

/// Runs analysis plugins on stored runs: asks a plugin what it needs (plan), reads every source
/// once per pass where it can, hands it over in chunks that fit the memory budget, merges the
/// accumulators of all stripes in a fixed order and writes tables, arrays and figure texts.
namespace v1::analysis {

struct AnalysisOptions {
  std::uint64_t memory_bytes = 2ull << 30;  // LimitsConfig::analysis_memory: for chunks in flight
  std::function<bool()> stop;               // asked between chunks; true: Error(interrupted)
  /// Folders with new results of the single runs, one per dataset; empty: they are in the runs.
  std::vector<std::filesystem::path> run_results;
};

struct AnalysisResult {
  std::string name;
  std::string plugin;
  bool ok = false;
  std::string error;                  // one sentence when not ok
  ExitCode code = ExitCode::ok;       // what the process should end with
  std::string refused_parameter;      // the one the plugin complained of; "" for anything else
  std::vector<std::string> warnings;  // the plugin's notes of level WARN
  std::filesystem::path folder;       // output_dir
  double seconds = 0.0;
};

/// Runs one analysis into `output_dir` (RUN/analyses/NAME), which appears, or is replaced, only
/// when the analysis succeeded. Selections in use.settings must have been resolved for the
/// network of the first dataset. A failure is returned, not thrown, so that others can go on; only
/// an interruption (Error(interrupted)) is thrown. Results do not depend on the number of threads.
AnalysisResult run_analysis(const config::PluginUse& use, const plugin::LoadedPlugin& plugin,
                            const std::vector<std::shared_ptr<RunData>>& datasets,
                            const std::filesystem::path& output_dir, plugin::Host& host,
                            ThreadPool& pool, const AnalysisOptions& options = {});

/// Makes the analysis and lets it plan its first pass, on runs that may only be planned
/// (planned_data.hpp): so what it lacks is known before hours of simulation. Nothing is read or
/// written; failures are returned as by run_analysis.
AnalysisResult rehearse_analysis(const config::PluginUse& use, const plugin::LoadedPlugin& plugin,
                                 const std::vector<std::shared_ptr<RunData>>& datasets,
                                 plugin::Host& host);

}  // namespace v1::analysis
