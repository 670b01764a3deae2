#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>

#include "engine/base/error.hpp"

namespace v1::network::sonata {

inline constexpr double ticks_per_ms = 1000.0;  // NEST's tick is 0.001 ms

/// Update n whose end (n + 1) dt is the time stamp of a spike read from a file: the first grid
/// point at or after `time_ms`. Decided on the tick grid as NEST's spike_generator does it, since
/// ceil(t / dt) in double precision is one too large for some times on the grid. Grid times are
/// those of NEST and of recorded spikes (steps * dt), and decimal fractions (ticks / 1000).
/// Throws Error(config) unless dt is a positive multiple of a tick.
inline std::int64_t update_of_spike(double time_ms, double dt_ms) {
  const double exact_ticks = ticks_per_ms * dt_ms;
  const auto ticks_per_step = static_cast<std::int64_t>(std::floor(exact_ticks + 0.5));
  if (!(ticks_per_step >= 1) ||
      std::fabs(exact_ticks - static_cast<double>(ticks_per_step)) > 1e-6) {
    throw error(
        ExitCode::config,
        "spike files need a step that is a multiple of 0.001 ms, found dt = {} ms; choose e.g. 0.1",
        dt_ms);
  }
  auto ticks = static_cast<std::int64_t>(time_ms * ticks_per_ms);
  ticks -= ticks % ticks_per_step;
  const std::int64_t steps = ticks / ticks_per_step;
  const double step_ms = static_cast<double>(ticks_per_step) / ticks_per_ms;
  const double grid_ms = std::max(static_cast<double>(steps) * step_ms,
                                  static_cast<double>(ticks) * (1.0 / ticks_per_ms));
  return grid_ms < time_ms ? steps : steps - 1;
}

}  // namespace v1::network::sonata
