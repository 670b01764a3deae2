#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace v1::analyses {

/// The trials of a run that count, and the bins in which traces over them are kept.
struct TraceBins {
  std::int64_t steps = 0;  // per trial
  double dt_ms = 1.0;
  std::int64_t bin_steps = 1;  // of about 1 ms
  std::uint32_t trial_begin = 0, trial_end = 0;

  std::size_t trials() const { return trial_end - trial_begin; }
  std::size_t bins() const { return static_cast<std::size_t>(steps / bin_steps); }
  double bin_ms() const { return dt_ms * static_cast<double>(bin_steps); }
  /// Where the value of a bin stands: in its middle, that of a single step at the step's beginning.
  double time_ms(std::size_t bin) const {
    return (static_cast<double>(bin) + (bin_steps > 1 ? 0.5 : 0.0)) * bin_ms();
  }
  /// The bins of trials of so many steps.
  void set_steps(std::int64_t trial_steps, double step_ms) {
    steps = trial_steps;
    dt_ms = step_ms;
    bin_steps = std::max<std::int64_t>(std::llround(1.0 / step_ms), 1);
  }
};

}  // namespace v1::analyses
