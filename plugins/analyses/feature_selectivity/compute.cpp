#include <algorithm>
#include <cmath>

#include "plugins/analyses/feature_selectivity/feature_selectivity.hpp"

namespace v1::analyses {

void FeatureSelectivity::prepare(const v1e_analysis_env& env) {
  const RunConditions conditions = take_runs(env);
  std::vector<Grating> wanted;
  for (const double hz : frequencies.values()) wanted.push_back({frequency_direction, hz});
  by_frequency_ = gratings(conditions, "frequencies", wanted, " ([]: none)");
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
  take_classes(merged);
  for (const auto& [d, rows] : classes_) require_responses(rows, datasets_[d].label());
  evaluate();
  choose_pure();
}

void FeatureSelectivity::evaluate() {
  std::vector<double> responses(by_direction_.size()), by_hz(by_frequency_.size());
  for (std::size_t i = 0; i < size(); ++i) {
    for (std::size_t k = 0; k < responses.size(); ++k) {
      responses[k] = at_direction(k).response_pa[i];
    }
    role_.push_back(role_over_directions(i));
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
    baseline.fit({datasets_[run.dataset]});
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
