#pragma once
#include <cmath>
#include <cstdint>

namespace current_clamp {

struct StepRange {
  std::int64_t begin;
  std::int64_t end;
};

/// Steps with start / dt <= step < (start + duration) / dt. A quotient that is whole but for
/// rounding counts as whole.
inline StepRange clamp_steps(double start_ms, double duration_ms, double dt_ms) {
  const auto first_step_from = [dt_ms](double time_ms) {
    const double steps = time_ms / dt_ms;
    const double nearest = std::round(steps);
    const bool whole = std::abs(steps - nearest) <= 1e-9 * (1.0 + nearest);
    return static_cast<std::int64_t>(whole ? nearest : std::ceil(steps));
  };
  return {first_step_from(start_ms), first_step_from(start_ms + duration_ms)};
}

}  // namespace current_clamp
