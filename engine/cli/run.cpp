#include <fmt/format.h>

#include <cstdio>
#include <optional>

#include "engine/base/error.hpp"
#include "engine/base/log.hpp"
#include "engine/cli/commands.hpp"
#include "engine/process/progress_bar.hpp"
#include "engine/process/resume_command.hpp"
#include "engine/run/simulation_run.hpp"
#include "engine/run/sweep_run.hpp"

namespace v1::cli {
namespace {

int run_single(const run::RunOptions& options, const run::CommonOptions& common,
               run::Session& session, const StopCondition& stop) {
  std::optional<ProgressBar> bar;  // from the first step on, so that the time left is right
  run::SimulationRunOptions wanted;
  wanted.output = options.output;
  wanted.resume = options.resume;
  if (!options.no_analyses) wanted.analyses = session.config.analyses;
  wanted.command = options.command;
  wanted.progress = [&](double fraction, const std::string& detail) {
    if (!bar) bar.emplace("simulating", common.quiet);
    bar->update(fraction, detail);
  };
  wanted.step_loop_ended = [&] {
    if (bar) bar->finish();
  };
  const run::SimulationRunResult result = run::simulate_run(session, wanted, stop);
  if (result.interrupted) {
    log::warn("stopped early; go on with: {}", resume_command(options.command, result.folder));
  }
  fmt::print("{}\n", result.folder.string());
  std::fflush(stdout);
  return result.interrupted ? stop.exit_code() : result.code;
}

}  // namespace

int run_command(const run::RunOptions& options, const run::CommonOptions& common) {
  const StopCondition stop(options.max_time_s);
  run::Session session(options.config, common);
  session.host.set_cancel([&stop] { return stop(); });
  session.isolate_analyses = options.isolate || session.config.limits.isolate;
  if (!session.config.sweep.empty()) return run::run_sweep(options, common, session, stop);
  if (options.share) {
    throw error(ExitCode::config,
                "--points {}/{}: {} has no [[sweep]], so there are no points to share",
                options.share->number, options.share->of, options.config.config.string());
  }
  return run_single(options, common, session, stop);
}

}  // namespace v1::cli
