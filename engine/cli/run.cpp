#include <fmt/format.h>

#include <cstdio>
#include <optional>

#include "engine/base/log.hpp"
#include "engine/cli/commands.hpp"
#include "engine/cli/progress_bar.hpp"
#include "engine/cli/simulation_run.hpp"
#include "engine/cli/sweep_run.hpp"
#include "engine/cli/usage.hpp"

namespace v1::cli {
namespace {

int run_single(const RunOptions& options, const CommonOptions& common, Session& session,
               const StopCondition& stop) {
  std::optional<ProgressBar> bar;  // from the first step on, so that the time left is right
  SimulationRunOptions run;
  run.output = options.output;
  run.resume = options.resume;
  if (!options.no_analyses) run.analyses = session.config.analyses;
  run.command = options.command;
  run.progress = [&](double fraction, const std::string& detail) {
    if (!bar) bar.emplace("simulating", common.quiet);
    bar->update(fraction, detail);
  };
  run.step_loop_ended = [&] {
    if (bar) bar->finish();
  };
  const SimulationRunResult result = simulate_run(session, run, stop);
  if (result.interrupted) {
    log::warn("stopped early; go on with: {}", resume_command(options.command, result.folder));
  }
  fmt::print("{}\n", result.folder.string());
  std::fflush(stdout);
  return result.interrupted ? stop.exit_code() : result.code;
}

}  // namespace

int run_command(const RunOptions& options, const CommonOptions& common) {
  const StopCondition stop(options.max_time_s);
  Session session(options.config, common);
  session.host.set_cancel([&stop] { return stop(); });
  session.isolate_analyses = options.isolate || session.config.limits.isolate;
  if (!session.config.sweep.empty()) return run_sweep(options, common, session, stop);
  return run_single(options, common, session, stop);
}

}  // namespace v1::cli
