#pragma once
#include <cmath>
#include <cstdint>

namespace v1::kernels {

constexpr double ticks_per_ms = 1000.0;  // NEST's tick is 0.001 ms

/// Ticks in a step of dt_ms; 0 where dt is no positive multiple of a tick.
inline std::int64_t ticks_per_step(double dt_ms) {
  const double exact = ticks_per_ms * dt_ms;
  const double whole = std::floor(exact + 0.5);
  return whole >= 1.0 && std::fabs(exact - whole) <= 1e-6 ? static_cast<std::int64_t>(whole) : 0;
}

/// Step n whose end (n + 1) dt is the time stamp of a spike from a file: the first grid point at or
/// after `time_ms`. Decided on the tick grid as NEST's spike_generator does it, since ceil(t / dt)
/// in double precision is one too large for some times on the grid. Grid times are those of NEST
/// and of recorded spikes (steps * dt), and decimal fractions (ticks / 1000).
inline std::int64_t step_of_spike(double time_ms, std::int64_t ticks_per_step) {
  constexpr double latest = 9e15;  // beyond every run; larger ones would overflow
  const double whole = std::fmax(-latest, std::fmin(latest, time_ms * ticks_per_ms));
  auto ticks = static_cast<std::int64_t>(std::floor(whole));
  std::int64_t steps = ticks / ticks_per_step;
  if (ticks % ticks_per_step < 0) --steps;
  ticks = steps * ticks_per_step;
  const double step_ms = static_cast<double>(ticks_per_step) / ticks_per_ms;
  const double grid_ms = std::fmax(static_cast<double>(steps) * step_ms,
                                   static_cast<double>(ticks) * (1.0 / ticks_per_ms));
  return grid_ms < time_ms ? steps : steps - 1;
}

}  // namespace v1::kernels
