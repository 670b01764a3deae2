#include "plugins/analyses/shared/trials/step_window.hpp"

#include <algorithm>
#include <cmath>
#include <v1e_sdk/error.hpp>

#include "plugins/analyses/shared/trials/run_conditions.hpp"

namespace v1::analyses {
namespace {

std::string window_text(const std::vector<double>& window) {
  return plain_number(window[0]) + " to " + plain_number(window[1]) + " ms";
}

}  // namespace

StepWindow step_window(const TimeWindow& window, double dt_ms) {
  const auto first = [&](double time_ms) {
    return static_cast<std::int64_t>(std::ceil(time_ms / dt_ms - 1e-9));
  };
  return {first(window.values()[0]), first(window.values()[1])};
}

double window_seconds(const TimeWindow& window) {
  return (window.values()[1] - window.values()[0]) / 1000.0;
}

void TimeWindow::check(bool may_be_empty) const {
  if (may_be_empty && values_.empty()) return;
  if (values_.size() != 2 || !(values_[0] < values_[1])) {
    throw v1e::Error(V1E_E_INVALID, key_, "expected two times in ms, the earlier one first");
  }
}

void TimeWindow::fit(const std::vector<v1e::Dataset>& datasets, BeyondTrials beyond) {
  if (values_.empty()) return;
  if (default_) fit_default(datasets, beyond);
  for (const v1e::Dataset& dataset : datasets) {
    const StepWindow steps = step_window(*this, dataset.dt_ms());
    if (steps.begin >= steps.end) {
      throw v1e::Error(V1E_E_INVALID, key_,
                       "the window holds no step of '" + dataset.label() + "', whose steps of " +
                           plain_number(dataset.dt_ms()) + " ms begin at its multiples");
    }
    if (steps.end <= dataset.steps()) continue;
    const std::string whose = datasets.size() > 1 ? " of '" + dataset.label() + "'" : "";
    throw v1e::Error(V1E_E_INVALID, key_,
                     std::string("the ") + key_ + " window " + window_text(values_) +
                         " is missing: trials" + whose + " last " +
                         plain_number(dataset.duration_ms()) + " ms");
  }
}

// The end is a whole ms, as spikes are counted per ms in places.
void TimeWindow::fit_default(const std::vector<v1e::Dataset>& datasets, BeyondTrials beyond) {
  double shortest = values_[1];
  for (const v1e::Dataset& dataset : datasets) {
    shortest = std::min(shortest, dataset.duration_ms());
  }
  if (values_[1] <= shortest) return;
  std::vector<double> fitting = {values_[0], std::floor(shortest)};
  if (fitting[0] >= fitting[1] && beyond == BeyondTrials::whole_trial) fitting[0] = 0.0;
  if (fitting[0] >= fitting[1]) return;
  warning_ = std::string("The default window `") + key_ + "`, " + window_text(values_) +
             ", is longer than the trials of " + plain_number(shortest) + " ms: it is " +
             window_text(fitting) + " here. Set `" + key_ + "` to choose another.";
  values_ = fitting;
}

}  // namespace v1::analyses
