#include <algorithm>

#include "plugins/analyses/perturbation_responsive/perturbation_responsive.hpp"
#include "plugins/analyses/shared/statistics/undefined.hpp"

namespace v1::analyses {

void PerturbationResponsive::check() const {
  DirectionRuns::check();
  response.check();
  off_response.check(true);
}

void PerturbationResponsive::prepare(const v1e_analysis_env& env) {
  choose_flashes(take_runs(env));
}

void PerturbationResponsive::choose_flashes(const RunConditions& conditions) {
  for (const bool white : {true, false}) {
    if (flash.is(white ? "black" : "white")) continue;
    if (const RunCondition* run = conditions.flash(white)) flashes_.push_back(*run);
  }
  if (flashes_.empty()) {
    throw v1e::Error(V1E_E_INVALID, "flash",
                     "no run shows a " + (flash.is("both") ? "" : flash.text() + " ") +
                         "flash; there are " + conditions.list() +
                         ". Simulate one with the stimulus `flash`");
  }
  for (const RunCondition& run : flashes_) {
    const v1e::Dataset& dataset = datasets_[run.dataset];
    if (!dataset.has_state("input_current")) {
      throw v1e::Error(V1E_E_INVALID, "flash",
                       "the input current of '" + run.label +
                           "' was not recorded; add \"input_current\" to [record] variables");
    }
    baseline.fit({dataset});
    response.fit({dataset});
    TraceFrame& frame = frames_[run.dataset] =
        trace_frame(dataset, baseline, response, skip_first_trial);
    if (off_response.values().empty()) continue;
    const StepWindow off = step_window(off_response, dataset.dt_ms());
    if (off.end <= dataset.steps()) {
      frame.later = off;
    } else {
      notes_.push_back("Trials of '" + run.label + "' end before the off response.");
    }
  }
}

void PerturbationResponsive::plan(std::uint32_t pass, v1e::Requests& requests) {
  if (pass == 0) request_classes(by_direction_, variable_, requests);
  if (pass == 1) request_traces(flashes_, neurons_, requests);
}

void PerturbationResponsive::end_pass(std::uint32_t pass, Partial& merged) {
  if (pass == 1) {
    traces_ = std::move(merged.traces);
    compare_groups();
    return;
  }
  take_classes(merged);
  choose_neurons();
}

// The neurons with a role. The published scripts use row numbers of the population as row numbers
// of the recording, so that they read other neurons.
void PerturbationResponsive::choose_neurons() {
  const ClassRows& rows = first();
  const std::vector<std::uint32_t> recorded = datasets_[flashes_.front().dataset].state_neurons();
  const std::vector<double> rheobase = datasets_.front().by_neuron("rheobase");
  std::size_t lost = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto group = static_cast<std::size_t>(role_over_directions(i));
    if (group >= group_count) continue;
    std::uint32_t position = rows.position[i];
    bool found = std::binary_search(recorded.begin(), recorded.end(), position);
    if (reference()) {
      found = i < recorded.size();
      if (found) position = recorded[i];
    }
    if (!found) {
      ++lost;
      continue;
    }
    neurons_.push_back(position);
    group_.push_back(group);
    rheobase_.push_back(rheobase.empty() ? undefined : rheobase[position]);
    groups_.member.push_back(1u << group);
    ++size_[group];
  }
  groups_.count = group_count;
  groups_.pooled = reference();
  if (lost > 0) {
    notes_.push_back(std::to_string(lost) +
                     " neurons with a role were not recorded during the flash and are left out.");
  }
}

std::vector<double> PerturbationResponsive::responses(std::uint32_t dataset,
                                                      std::size_t group) const {
  std::vector<double> out;
  for (std::size_t i = 0; i < neurons_.size(); ++i) {
    if (group_[i] == group) out.push_back(traces_.at(dataset).response[i]);
  }
  return out;
}

void PerturbationResponsive::compare_groups() {
  for (const RunCondition& run : flashes_) {
    for (const std::size_t responsive : {0u, 1u}) {
      Test test;
      test.flash = run.name();
      test.first = responsive;
      test.second = responsive + 2;
      const std::vector<double> a = responses(run.dataset, test.first);
      const std::vector<double> b = responses(run.dataset, test.second);
      test.n_first = a.size();
      test.n_second = b.size();
      // The published scripts pad the shorter column with empty cells, which spoils the test.
      const bool padded = reference() && a.size() != b.size();
      if (a.size() > 1 && b.size() > 1 && !padded) {
        test.welch = welch_test(a, b);
        test.effect = cohen_d(a, b);
      } else {
        test.welch = {undefined, undefined, undefined, mean(a) - mean(b), undefined, undefined};
        test.effect = undefined;
      }
      tests_.push_back(test);
    }
  }
  std::vector<double> p;
  for (const Test& test : tests_) p.push_back(test.welch.p);
  const std::vector<double> corrected = holm(p);
  for (std::size_t k = 0; k < tests_.size(); ++k) tests_[k].p_holm = corrected[k];
}

}  // namespace v1::analyses
