#pragma once
#include <cstdint>

#include "engine/base/error.hpp"
#include "kernels/spike_step.hpp"

namespace v1::network::sonata {

/// Update n whose end (n + 1) dt is the time stamp of a spike read from a file (see
/// kernels/spike_step.hpp). Throws Error(config) unless dt is a positive multiple of a tick.
inline std::int64_t update_of_spike(double time_ms, double dt_ms) {
  const std::int64_t ticks = kernels::ticks_per_step(dt_ms);
  if (ticks == 0) {
    throw error(
        ExitCode::config,
        "spike files need a step that is a multiple of 0.001 ms, found dt = {} ms; choose e.g. 0.1",
        dt_ms);
  }
  return kernels::step_of_spike(time_ms, ticks);
}

}  // namespace v1::network::sonata
