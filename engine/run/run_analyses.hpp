#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "engine/analysis/run_data.hpp"
#include "engine/base/error.hpp"
#include "engine/base/parallel.hpp"
#include "engine/config/run_config.hpp"
#include "engine/process/signals.hpp"
#include "engine/run/experiment.hpp"
#include "engine/run/session.hpp"

namespace v1::run {

struct AnalysisJob {
  std::vector<config::PluginUse> uses;
  std::uint64_t memory_bytes = 0;
  std::vector<std::shared_ptr<analysis::RunData>> datasets;
  std::filesystem::path output;     // results go to output/NAME
  std::vector<std::string> stored;  // plugins whose results the datasets hold already
  /// With several datasets: where the results of each of them went; empty: into the runs.
  std::vector<std::filesystem::path> run_results;
};

struct AnalysisOutcome {
  ExitCode code = ExitCode::ok;     // of the first failure
  std::vector<std::string> failed;  // one sentence each
  double analysis_s = 0.0;
  double figures_s = 0.0;
};

/// Runs the analyses in the order their needs dictate and draws their figures. A failure is
/// reported and the others go on.
AnalysisOutcome run_analyses(AnalysisJob job, PluginSession& session, ThreadPool& pool,
                             const StopCondition& stop);

using PlannedRuns = std::vector<std::shared_ptr<analysis::RunData>>;

/// The run of an experiment before it is simulated, for analysis_problems. The experiment is lent.
std::shared_ptr<analysis::RunData> planned_run(const Experiment& experiment,
                                               const std::string& name);

/// What will make analyses of planned runs (of one network) fail, one sentence each, found before
/// anything is simulated. `stored`: plugins whose results the runs will hold by then. Throws
/// Error(config) when an analysis needs another that is not there, selects neurons that the network
/// does not have, or refuses a parameter that the user has set.
std::vector<std::string> analysis_problems(const std::vector<config::PluginUse>& uses,
                                           const PlannedRuns& runs,
                                           const std::vector<std::string>& stored, Session& session,
                                           const StopCondition& stop);

}  // namespace v1::run
