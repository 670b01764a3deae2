#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "engine/base/text.hpp"
#include "engine/cli/commands.hpp"
#include "engine/cli/experiment.hpp"
#include "engine/cli/plan_text.hpp"
#include "engine/cli/sweep_analyses.hpp"
#include "engine/cli/sweep_run.hpp"

namespace v1::cli {
namespace {

// The plan of the first point stands for what all have in common; then one line per point.
void validate_sweep(const ConfigOptions& options, Session& session) {
  const config::RunConfig base = session.config;
  const auto points = config::load_points(load_options(options), session.registry);
  split_analyses(base.analyses, session.registry, same_network(points));
  NetworkStore networks;
  const std::vector<RunPlan> plans = check_points(session, points, networks);
  session.use(points.front().config);
  StageTimes times;
  const Experiment experiment(session, times, &networks);
  fmt::print("{}", plan_text(plans.front(), experiment, session));
  RunPlan whole = plans.front();
  whole.bytes_to_write = 0;
  fmt::print("sweep        {} points; above is the plan of the first\n", points.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    const config::SimulationConfig& simulation = points[i].config.simulation;
    fmt::print("  {:<34} {} neurons, {} x {} ms, {}\n", points[i].name, plans[i].neurons,
               simulation.trials, simulation.duration_ms, format_bytes(plans[i].bytes_to_write));
    whole.bytes_to_write += plans[i].bytes_to_write;
    whole.memory_bytes = std::max(whole.memory_bytes, plans[i].memory_bytes);
  }
  fmt::print("in all       {} to write before compression\n", format_bytes(whole.bytes_to_write));
  check_resources(whole, "runs");
}

}  // namespace

int validate_command(const ConfigOptions& options, const CommonOptions& common) {
  Session session(options, common);
  if (!session.config.sweep.empty()) {
    validate_sweep(options, session);
  } else {
    StageTimes times;
    const Experiment experiment(session, times);
    const RunPlan plan = make_plan(experiment, session);
    fmt::print("{}", plan_text(plan, experiment, session));
    check_resources(plan, "runs");
  }
  fmt::print("the config is valid\n");
  return 0;
}

}  // namespace v1::cli
