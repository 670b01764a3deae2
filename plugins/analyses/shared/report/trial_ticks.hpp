#pragma once
#include <cstddef>

namespace v1::analyses {

/// Distance of the ticks on an axis of trials: 1, 2, 5, 10, ..., for five of them or so.
inline double trial_tick_step(std::size_t trials) {
  for (std::size_t decade = 1;; decade *= 10) {
    for (const std::size_t step : {decade, 2 * decade, 5 * decade}) {
      if (trials <= 5 * step) return static_cast<double>(step);
    }
  }
}

}  // namespace v1::analyses
