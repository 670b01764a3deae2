#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "engine/base/error.hpp"
#include "engine/base/log.hpp"
#include "engine/base/text.hpp"
#include "engine/cli/commands.hpp"
#include "engine/run/experiment.hpp"
#include "engine/run/plan_text.hpp"
#include "engine/run/run_analyses.hpp"
#include "engine/run/sweep_analyses.hpp"
#include "engine/run/sweep_points.hpp"

namespace v1::cli {
namespace {

// The plan of the first point stands for what all have in common; then one line per point.
std::vector<std::string> validate_sweep(const run::ConfigOptions& options, run::Session& session,
                                        const StopCondition& stop) {
  const config::RunConfig base = session.config;
  const auto points = config::load_points(run::load_options(options), session.registry);
  const run::SweepAnalyses analyses =
      run::split_analyses(base.analyses, session.registry, run::same_network(points));
  run::NetworkStore networks;
  const auto [plans, problems] = run::check_points(session, points, networks, analyses, stop);
  session.use(points.front().config);
  StageTimes times;
  const run::Experiment experiment(session, times, &networks);
  fmt::print("{}", run::plan_text(plans.front(), experiment, session));
  run::RunPlan whole = plans.front();
  whole.bytes_to_write = whole.least_bytes = 0;
  fmt::print("sweep        {} points; above is the plan of the first\n", points.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    const config::SimulationConfig& simulation = points[i].config.simulation;
    fmt::print("  {:<34} {} neurons, {} x {} ms, {}\n", points[i].name, plans[i].neurons,
               simulation.trials, simulation.duration_ms, format_bytes(plans[i].bytes_to_write));
    whole.bytes_to_write += plans[i].bytes_to_write;
    whole.least_bytes += plans[i].least_bytes;
    whole.memory_bytes = std::max(whole.memory_bytes, plans[i].memory_bytes);
  }
  fmt::print("in all       {} to write before compression\n", format_bytes(whole.bytes_to_write));
  run::check_resources(whole, "runs");
  return problems;
}

}  // namespace

int validate_command(const run::ConfigOptions& options, const run::CommonOptions& common) {
  const NothingToKeep at_once;
  const StopCondition stop(std::nullopt);
  run::Session session(options, common);
  session.isolate_analyses = session.config.limits.isolate;
  std::vector<std::string> problems;
  if (!session.config.sweep.empty()) {
    problems = validate_sweep(options, session, stop);
  } else {
    StageTimes times;
    run::Experiment experiment(session, times);
    if (run::VisualInput* visual = experiment.visual()) visual->check_replayed_rates();
    const run::RunPlan plan = run::make_plan(experiment, session);
    fmt::print("{}", run::plan_text(plan, experiment, session));
    run::check_resources(plan, "runs");
    problems = run::analysis_problems(session.config.analyses,
                                      {run::planned_run(experiment, session.config.name)}, {},
                                      session, stop);
  }
  std::fflush(stdout);
  for (const std::string& problem : problems) log::write(log::Level::error, problem);
  if (!problems.empty()) return static_cast<int>(ExitCode::plugin);  // as the run would end
  fmt::print("the config is valid\n");
  return 0;
}

}  // namespace v1::cli
