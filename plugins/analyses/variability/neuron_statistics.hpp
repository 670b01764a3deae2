#pragma once
#include <cstdint>
#include <vector>

#include "plugins/analyses/shared/spikes/variability.hpp"

namespace v1::analyses {

/// What one neuron's spikes in the window add up to, trial after trial.
class NeuronStatistics {
 public:
  /// windows: counting windows per trial; bins: synchrony bins per trial.
  void resize(std::size_t conditions, std::size_t windows) {
    count_sum_.assign(conditions * windows, 0);
    count_squares_.assign(conditions * windows, 0);
    in_window_.assign(windows, 0);
  }

  void begin_trial(std::size_t condition);
  void spike(double time_ms, std::size_t window, std::int64_t bin);
  /// `bins`: of the whole window.
  void end_trial(std::int64_t bins);

  const IntervalSums& intervals() const { return intervals_; }
  /// Mean over conditions and windows of variance (ddof 1) over mean of the counts of trials,
  /// where the mean is at least `least_mean`; NaN where there is none.
  double trial_fano(const std::vector<std::size_t>& trials_of_condition, double least_mean) const;
  /// Mean over trials of the variance over time of the binned train.
  double mean_variance(std::size_t trials) const;

 private:
  void close_bin();

  IntervalSums intervals_;
  std::vector<std::uint32_t> count_sum_, in_window_;  // [condition][window]
  std::vector<std::uint64_t> count_squares_;
  std::size_t condition_ = 0;
  std::int64_t bin_ = -1;
  double in_bin_ = 0.0, bin_sum_ = 0.0, bin_squares_ = 0.0, variance_ = 0.0;
};

}  // namespace v1::analyses
