#include <algorithm>
#include <cmath>
#include <limits>

#include "plugins/analyses/feature_selectivity/feature_selectivity.hpp"

namespace v1::analyses {

void FeatureSelectivity::check() const {
  check_window(baseline, "baseline");
  if (directions.values().size() < 2) {
    throw v1e::Error(V1E_E_INVALID, "directions", "expected two directions or more");
  }
}

void FeatureSelectivity::prepare(const v1e_analysis_env& env) {
  take_datasets(env);
  variable_ = classification.str() + "/neurons";
  const RunConditions conditions(datasets_, runs.str());
  by_direction_ = runs_of(conditions, directions, true);
  by_frequency_ = runs_of(conditions, frequencies, false);
}

// One run per value; a missing one is never replaced by another.
std::vector<RunCondition> FeatureSelectivity::runs_of(const RunConditions& conditions,
                                                      const v1e::FloatList& values,
                                                      bool are_directions) const {
  std::vector<RunCondition> out;
  std::string missing;
  for (const double value : values.values()) {
    const RunCondition* run = are_directions ? conditions.grating(value, frequency)
                                             : conditions.grating(frequency_direction, value);
    if (run) {
      out.push_back(*run);
      continue;
    }
    RunCondition absent;
    absent.grating = true;
    absent.direction_deg = are_directions ? value : double{frequency_direction};
    absent.frequency_hz = are_directions ? double{frequency} : value;
    missing += (missing.empty() ? "" : "; ") + absent.name();
  }
  if (missing.empty()) return out;
  throw v1e::Error(V1E_E_INVALID, are_directions ? "directions" : "frequencies",
                   "no run shows " + missing + "; there are " + conditions.list() +
                       ". Simulate what is missing, or set " +
                       (are_directions ? "`directions` to those that were shown"
                                       : "`frequencies` to those that were shown ([]: none)"));
}

void FeatureSelectivity::plan(std::uint32_t pass, v1e::Requests& requests) {
  if (pass == 0) {
    std::vector<RunCondition> all = by_direction_;
    all.insert(all.end(), by_frequency_.begin(), by_frequency_.end());
    request_classes(all, variable_, requests);
  }
  if (pass == 1 && !frames_.empty()) request_traces(by_direction_, pure_, requests);
}

void FeatureSelectivity::end_pass(std::uint32_t pass, Partial& merged) {
  if (pass == 1) {
    traces_ = std::move(merged.traces);
    return;
  }
  classes_ = std::move(merged.classes);
  require_same_neurons(by_direction_.front());
  for (const auto& [d, rows] : classes_) require_responses(rows, datasets_[d].label());
  evaluate();
  choose_pure();
}

void FeatureSelectivity::evaluate() {
  std::vector<ResponseClass> labels(by_direction_.size());
  std::vector<double> responses(by_direction_.size()), by_hz(by_frequency_.size());
  for (std::size_t i = 0; i < size(); ++i) {
    for (std::size_t k = 0; k < labels.size(); ++k) {
      labels[k] = at_direction(k).label[i];
      responses[k] = at_direction(k).response_pa[i];
    }
    role_.push_back(direction_role(labels));
    preferred_.push_back(reference()
                             ? perturbation_direction_reference(directions.values(), responses)
                             : perturbation_direction(directions.values(), responses));
    delta_.push_back(wrap_180(preferred_.back().angle_deg - first().preferred_angle[i]));
    if (by_hz.empty()) continue;
    for (std::size_t k = 0; k < by_hz.size(); ++k) by_hz[k] = at_frequency(k).response_pa[i];
    preferred_frequency_.push_back(frequencies.values()[preferred_index(by_hz)]);
  }
}

// The neurons whose traces are read again: one class in every direction.
void FeatureSelectivity::choose_pure() {
  groups_.count = pure_roles.size();
  groups_.absolute = reference();
  for (std::size_t i = 0; i < size(); ++i) {
    for (std::size_t g = 0; g < pure_roles.size(); ++g) {
      if (role_[i] != pure_roles[g]) continue;
      pure_.push_back(first().position[i]);
      groups_.member.push_back(1u << g);
    }
  }
  const bool recorded = std::all_of(
      by_direction_.begin(), by_direction_.end(),
      [&](const RunCondition& run) { return datasets_[run.dataset].has_state("input_current"); });
  if (!recorded) {
    notes_.emplace_back("The input current was not recorded in every run, so there are no traces.");
    return;
  }
  for (const RunCondition& run : by_direction_) {
    frames_[run.dataset] =
        trace_frame(datasets_[run.dataset], baseline, baseline, skip_first_trial);
  }
}

std::size_t FeatureSelectivity::role_size(DirectionRole role) const {
  return static_cast<std::size_t>(std::count(role_.begin(), role_.end(), role));
}

bool FeatureSelectivity::has_angles() const {
  return std::any_of(first().preferred_angle.begin(), first().preferred_angle.end(),
                     [](double angle) { return std::isfinite(angle); });
}

}  // namespace v1::analyses
