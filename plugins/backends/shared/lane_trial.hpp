#pragma once
#include <v1e/backend.h>

#include <cstdint>
#include <vector>

#include "plugins/backends/shared/step_events.hpp"

namespace v1::backend {

/// Where a lane stands in its trial; each backend adds the state of the neurons.
struct LaneTrial {
  bool in_trial = false;
  std::uint32_t trial = 0, condition = 0;
  std::int64_t step = 0;            // next step of the trial
  bool uses_current = false;        // the current may differ from 0
  bool current_stale = false;       // pulses changed since it was written
  std::vector<Injection> injected;  // by edge block

  /// mode: V1E_TRIAL_*; the neurons themselves are reset by the caller. pulses: the condition has
  /// some.
  void begin(std::uint32_t new_trial, std::uint32_t new_condition, std::uint32_t mode,
             bool pulses) {
    if (mode == V1E_TRIAL_RESET) uses_current = false;
    uses_current = uses_current || pulses;
    in_trial = true;
    trial = new_trial;
    condition = new_condition;
    step = 0;
    for (Injection& injection : injected) injection.forget();
  }
  /// Pulses of a condition were bound again. any: there are some now.
  void pulses_changed(std::uint32_t of_condition, bool any) {
    if (condition != of_condition) return;
    uses_current = uses_current || any;
    current_stale = true;
  }
  /// After a window. steps_per_trial 0: a trial has no end.
  void move(std::int64_t steps, std::int64_t steps_per_trial) {
    step += steps;
    current_stale = false;
    if (steps_per_trial > 0 && step >= steps_per_trial) in_trial = false;
  }
};

}  // namespace v1::backend
