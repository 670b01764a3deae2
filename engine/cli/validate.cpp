#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "engine/base/error.hpp"
#include "engine/base/log.hpp"
#include "engine/base/text.hpp"
#include "engine/cli/commands.hpp"
#include "engine/cli/experiment.hpp"
#include "engine/cli/plan_text.hpp"
#include "engine/cli/run_analyses.hpp"
#include "engine/cli/sweep_analyses.hpp"
#include "engine/cli/sweep_run.hpp"

namespace v1::cli {
namespace {

// The plan of the first point stands for what all have in common; then one line per point.
std::vector<std::string> validate_sweep(const ConfigOptions& options, Session& session,
                                        const StopCondition& stop) {
  const config::RunConfig base = session.config;
  const auto points = config::load_points(load_options(options), session.registry);
  const SweepAnalyses analyses =
      split_analyses(base.analyses, session.registry, same_network(points));
  NetworkStore networks;
  const auto [plans, problems] = check_points(session, points, networks, analyses, stop);
  session.use(points.front().config);
  StageTimes times;
  const Experiment experiment(session, times, &networks);
  fmt::print("{}", plan_text(plans.front(), experiment, session));
  RunPlan whole = plans.front();
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
  check_resources(whole, "runs");
  return problems;
}

}  // namespace

int validate_command(const ConfigOptions& options, const CommonOptions& common) {
  const NothingToKeep at_once;
  const StopCondition stop(std::nullopt);
  Session session(options, common);
  session.isolate_analyses = session.config.limits.isolate;
  std::vector<std::string> problems;
  if (!session.config.sweep.empty()) {
    problems = validate_sweep(options, session, stop);
  } else {
    StageTimes times;
    Experiment experiment(session, times);
    if (VisualInput* visual = experiment.visual()) visual->check_replayed_rates();
    const RunPlan plan = make_plan(experiment, session);
    fmt::print("{}", plan_text(plan, experiment, session));
    check_resources(plan, "runs");
    problems = analysis_problems(session.config.analyses,
                                 {planned_run(experiment, session.config.name)}, {}, session, stop);
  }
  std::fflush(stdout);
  for (const std::string& problem : problems) log::write(log::Level::error, problem);
  if (!problems.empty()) return static_cast<int>(ExitCode::plugin);  // as the run would end
  fmt::print("the config is valid\n");
  return 0;
}

}  // namespace v1::cli
