#include "engine/run/sweep_points.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <map>

#include "engine/analysis/planned_data.hpp"
#include "engine/base/error.hpp"
#include "engine/run/experiment.hpp"
#include "engine/run/run_analyses.hpp"

namespace v1::run {
namespace {

using config::SweepPoint;

constexpr std::size_t most_compared_points = 500;  // whose analyses are tried before the sweep

// The run of a point as an analysis of all points will see it.
std::shared_ptr<analysis::RunData> planned_point(const std::unique_ptr<Experiment>& experiment,
                                                 const SweepPoint& point) {
  recording::RecordingPlan plan = experiment->recording_plan();
  for (recording::TrialColumn& column : swept_columns(point)) {
    plan.stimulus.trial_columns.push_back(std::move(column));
  }
  return analysis::planned_run_data(plan, point.name, {},
                                    [&experiment] { return &experiment->prepared().view(); });
}

}  // namespace

std::vector<recording::TrialColumn> swept_columns(const SweepPoint& point) {
  std::vector<recording::TrialColumn> columns;
  const std::size_t trials = point.config.simulation.trials;
  for (const auto& [key, text] : point.settings) {
    const toml::table parsed = toml::parse("value = " + text);
    recording::TrialColumn column{key, config::unit_of_key(point.config, key), {}};
    if (const auto number = parsed["value"].value<double>()) {
      column.values = std::vector<double>(trials, *number);
    } else {
      column.values = std::vector<std::string>(trials, parsed["value"].value_or(text));
    }
    columns.push_back(std::move(column));
  }
  return columns;
}

bool same_network(const std::vector<SweepPoint>& points) {
  return std::all_of(points.begin(), points.end(), [&](const SweepPoint& point) {
    return network_key(point.config) == network_key(points.front().config);
  });
}

CheckedPoints check_points(Session& session, const std::vector<SweepPoint>& points,
                           NetworkStore& networks, const SweepAnalyses& analyses,
                           const StopCondition& stop) {
  std::map<std::string, std::vector<std::size_t>> points_of_network;
  for (std::size_t i = 0; i < points.size(); ++i) {
    points_of_network[network_key(points[i].config)].push_back(i);
  }
  CheckedPoints checked;
  checked.plans.resize(points.size());
  std::map<std::string, std::string> problems;  // a point in messages: its name
  PlannedRuns runs;                             // of the points, where analyses compare them
  const bool compared = !analyses.of_sweep.empty() && points_of_network.size() == 1 &&
                        points.size() <= most_compared_points;
  StageTimes times;
  std::unique_ptr<Experiment> experiment;  // the last one lends its synapses to the planned runs
  for (const auto& [network, of_network] : points_of_network) {
    for (const std::size_t i : of_network) {
      experiment.reset();
      session.use(points[i].config);
      try {
        experiment = std::make_unique<Experiment>(session, times, &networks);
        if (VisualInput* visual = experiment->visual()) visual->check_replayed_rates();
        checked.plans[i] = make_plan(*experiment, session);
        for (const std::string& problem :
             analysis_problems(analyses.of_point(i), {planned_run(*experiment, points[i].name)}, {},
                               session, stop)) {
          problems.emplace(problem, points[i].name);
        }
        if (compared) runs.push_back(planned_point(experiment, points[i]));
      } catch (const Error& e) {
        if (e.code() == ExitCode::interrupted) throw;
        throw begun_with(fmt::format("sweep point '{}': ", points[i].name), e);
      }
    }
  }
  for (const auto& [problem, point] : problems) {
    checked.problems.push_back(fmt::format("sweep point '{}': {}", point, problem));
  }
  if (!compared) return checked;
  for (std::string& problem : analysis_problems(analyses.of_sweep, runs,
                                                plugin_names(analyses.of_points), session, stop)) {
    checked.problems.push_back(std::move(problem));
  }
  return checked;
}

}  // namespace v1::run
