#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "engine/process/signals.hpp"
#include "engine/recording/plan.hpp"
#include "engine/run/built_network.hpp"
#include "engine/run/session.hpp"

namespace v1::run {

/// How one run folder is made: a run of its own, or a point of a sweep.
struct SimulationRunOptions {
  std::filesystem::path output;  // empty: runs/NAME
  bool resume = false;
  std::vector<config::PluginUse> analyses;  // that run on this folder alone
  bool analyses_checked = false;            // what will fail has been said already
  std::vector<std::string> command;         // for run.json
  NetworkStore* networks = nullptr;         // lent; may be null
  /// What the engine adds to the trial table: one value for all trials (swept keys).
  std::vector<recording::TrialColumn> constant_columns;
  /// Called once per window with the fraction of the run and "trial 2/20".
  std::function<void(double fraction, const std::string& detail)> progress;
  std::function<void()> step_loop_ended;  // before anything else is said
};

struct SimulationRunResult {
  std::filesystem::path folder;
  bool interrupted = false;
  int code = 0;  // of failed analyses
};

/// Simulates the session's config into a run folder, runs the analyses and writes the report.
/// Keeps run.json up to date on the way, so that a run that ends early says so. Throws Error when
/// the run cannot be made or fails.
SimulationRunResult simulate_run(Session& session, const SimulationRunOptions& options,
                                 const StopCondition& stop);

/// The analyses of `uses` on a folder that is complete, with its report; returns the exit code.
int analyze_finished_run(Session& session, const std::filesystem::path& folder,
                         std::vector<config::PluginUse> uses, const StopCondition& stop);

/// Throws Error(config) when a run with this stored config.toml cannot go on with `wanted_toml`.
/// A run that was killed before it wrote its config can.
void check_resumable(const std::filesystem::path& folder, const std::string& wanted_toml);

}  // namespace v1::run
