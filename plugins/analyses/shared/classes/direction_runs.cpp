#include "plugins/analyses/shared/classes/direction_runs.hpp"

#include "plugins/analyses/shared/trials/step_window.hpp"

namespace v1::analyses {

void DirectionRuns::check() const {
  baseline.check();
  if (directions.values().size() < 2) {
    throw v1e::Error(V1E_E_INVALID, "directions", "expected two directions or more");
  }
}

RunConditions DirectionRuns::take_runs(const v1e_analysis_env& env) {
  take_datasets(env);
  variable_ = classification.str() + "/neurons";
  const RunConditions conditions(datasets_, runs.str());
  std::vector<Grating> wanted;
  for (const double direction : directions.values()) wanted.push_back({direction, frequency});
  by_direction_ = gratings(conditions, "directions", wanted);
  return conditions;
}

std::vector<RunCondition> DirectionRuns::gratings(const RunConditions& conditions,
                                                  const char* parameter,
                                                  const std::vector<Grating>& wanted,
                                                  const std::string& or_else) const {
  std::vector<RunCondition> out;
  std::string missing;
  for (const Grating& grating : wanted) {
    if (const RunCondition* run = conditions.grating(grating.direction_deg, grating.frequency_hz)) {
      out.push_back(*run);
      continue;
    }
    RunCondition absent;
    absent.grating = true;
    absent.direction_deg = grating.direction_deg;
    absent.frequency_hz = grating.frequency_hz;
    missing += (missing.empty() ? "" : "; ") + absent.name();
  }
  if (missing.empty()) return out;
  throw v1e::Error(V1E_E_INVALID, parameter,
                   "no run shows " + missing + "; there are " + conditions.list() +
                       ". Simulate what is missing, or set `" + parameter +
                       "` to those that were shown" + or_else);
}

void DirectionRuns::take_classes(Partial& merged) {
  classes_ = std::move(merged.classes);
  require_same_neurons(by_direction_.front());
}

DirectionRole DirectionRuns::role_over_directions(std::size_t neuron) const {
  std::vector<ResponseClass> labels;
  for (std::size_t k = 0; k < by_direction_.size(); ++k) {
    labels.push_back(at_direction(k).label[neuron]);
  }
  return direction_role(labels);
}

}  // namespace v1::analyses
