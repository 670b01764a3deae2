#include <algorithm>

#include "plugins/analyses/stimulus_comparison/stimulus_comparison.hpp"

namespace v1::analyses {

void StimulusComparison::check() const { baseline.check(); }

void StimulusComparison::prepare(const v1e_analysis_env& env) {
  take_datasets(env);
  variable_ = classification.str() + "/neurons";
  const RunConditions conditions(datasets_, runs.str());
  const RunCondition* found = conditions.grating(direction, frequency);
  if (!found) {
    throw v1e::Error(V1E_E_INVALID, "direction",
                     "no run shows the base stimulus, a grating of " + plain_number(direction) +
                         " deg and " + plain_number(frequency) + " Hz; there are " +
                         conditions.list());
  }
  base_ = *found;
  for (const RunCondition& run : conditions.all()) {
    if (run.dataset != base_.dataset && (run.grating || run.flash)) compared_.push_back({run, {}});
  }
  if (compared_.empty()) {
    throw v1e::Error(V1E_E_INVALID, "runs",
                     "there is nothing to compare with: the only run is " + conditions.list() +
                         "; use a [[sweep]] over stimuli, or give v1engine analyze several runs");
  }
  choose_drawn(conditions);
}

// The stimuli of `compare`, or those of the paper; absent ones are named.
void StimulusComparison::choose_drawn(const RunConditions& conditions) {
  struct Wanted {
    double direction, frequency;
    bool reverse;
  };
  const double at = direction, speed = frequency;
  std::vector<Wanted> wanted;
  for (const ComparedStimulus& one : compare.records()) {
    wanted.push_back({one.direction, one.frequency, one.reverse});
  }
  if (wanted.empty()) {
    wanted = {{at, 8.0, false}, {90.0, speed, false}, {180.0, speed, false}, {at, speed, true}};
  }
  drawn_ = {base_};
  std::string missing;
  for (const Wanted& one : wanted) {
    const RunCondition* run = conditions.grating(one.direction, one.frequency, one.reverse);
    if (run && run->dataset != base_.dataset) drawn_.push_back(*run);
    if (run) continue;
    RunCondition absent;
    absent.grating = true;
    absent.direction_deg = one.direction;
    absent.frequency_hz = one.frequency;
    absent.reversed = one.reverse;
    missing += (missing.empty() ? "" : "; ") + absent.name();
  }
  if (!missing.empty()) {
    notes_.push_back("No run shows " + missing + ", so those comparisons are left out.");
  }
  if (drawn_.size() > 1) return;
  if (!compare.records().empty()) {
    throw v1e::Error(V1E_E_INVALID, "compare",
                     "no run shows any of these stimuli; there are " + conditions.list());
  }
  for (const Compared& one : compared_) drawn_.push_back(one.run);
  if (drawn_.size() > 5) drawn_.resize(5);
  notes_.emplace_back("Drawn instead: the first other runs.");
}

void StimulusComparison::plan(std::uint32_t pass, v1e::Requests& requests) {
  if (pass == 0) {
    std::vector<RunCondition> all = {base_};
    for (const Compared& one : compared_) all.push_back(one.run);
    request_classes(all, variable_, requests);
  }
  if (pass == 1) request_traces(with_maps_, sample_, requests);
}

void StimulusComparison::end_pass(std::uint32_t pass, Partial& merged) {
  if (pass == 1) {
    traces_ = std::move(merged.traces);
    return;
  }
  classes_ = std::move(merged.classes);
  require_same_neurons(base_);
  for (Compared& one : compared_) {
    one.matrix = confusion(base().label, classes_.at(one.run.dataset).label);
  }
  for (const RunCondition& run : drawn_) {
    const v1e::Dataset& dataset = datasets_[run.dataset];
    if (!dataset.has_state("input_current")) continue;
    with_maps_.push_back(run);
    baseline.fit({dataset});
    frames_[run.dataset] = trace_frame(dataset, baseline, baseline, skip_first_trial);
  }
  if (with_maps_.empty()) {
    notes_.emplace_back("The input current was not recorded, so there are no heat maps.");
    return;
  }
  for (const std::size_t i : base().sample()) sample_.push_back(base().position[i]);
  std::sort(sample_.begin(), sample_.end());
  groups_.member.assign(sample_.size(), 0);
  groups_.keep.assign(sample_.size(), true);
}

}  // namespace v1::analyses
