#pragma once
#include <cmath>
#include <cstdint>

namespace replayed_spikes {

/// Step whose end is the first grid point at or after time_ms: a spike at t belongs to step
/// ceil(t / dt) - 1. Times are compared on a grid of 0.001 ms (NEST's tick), since t / dt in double
/// precision can end up just past a whole number.
inline std::int64_t step_of_spike(double time_ms, double dt_ms) {
  const auto ticks_per_step = static_cast<std::int64_t>(std::llround(dt_ms * 1000.0));
  const double ticks = time_ms * 1000.0;
  const double nearest = std::round(ticks);
  const auto whole = static_cast<std::int64_t>(
      std::abs(ticks - nearest) <= 1e-6 * (1.0 + std::abs(nearest)) ? nearest : std::ceil(ticks));
  std::int64_t step = whole / ticks_per_step;
  if (whole % ticks_per_step > 0) ++step;  // division rounds towards 0: right below 0, too
  return step - 1;
}

}  // namespace replayed_spikes
