#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

/// Irregularity, variability and synchrony of spike trains.
namespace v1::analyses {

/// Variance (ddof 0) over mean of the counts in bins of `bin` samples; an incomplete last bin is
/// dropped. NaN for a silent train or fewer than two bins.
double fano_factor(std::span<const std::uint32_t> counts, std::size_t bin);

/// `count` bins from 1 ms to 1 s, evenly on a logarithmic axis, in whole ms, each once, as far as
/// they are shorter than a fifth of the duration.
std::vector<std::size_t> fano_bins_ms(double duration_ms, std::size_t count = 20);

/// Running sums over the intervals between successive spikes of one neuron. Intervals do not
/// reach across trials.
class IntervalSums {
 public:
  /// The next spike of a trial [ms]; spikes ascend.
  void spike(double time_ms);
  void end_trial() { previous_spike_ = previous_interval_ = -1.0; }

  std::size_t count() const { return count_; }
  double mean_ms() const;  // NaN without intervals, as the others
  /// Standard deviation (ddof 0) over mean.
  double cv() const;
  /// Mean of 2 |b - a| / (a + b) over successive intervals a, b. Holt GR et al. (1996).
  double cv2() const;
  /// Mean of 3 (b - a)^2 / (a + b)^2. Shinomoto S et al. (2003).
  double lv() const;

 private:
  std::size_t count_ = 0, pairs_ = 0;
  double sum_ = 0.0, squares_ = 0.0, cv2_ = 0.0, lv_ = 0.0;
  double previous_spike_ = -1.0, previous_interval_ = -1.0;
};

/// chi: root of the variance over time of the mean signal over the mean of the variances of the
/// signals; 1 for identical signals, 1 / sqrt(n) for n independent ones. Golomb D (2007).
/// `variances`: of each signal over time, ddof 0 as `variance_of_mean`. NaN where nothing varies.
double synchrony(double variance_of_mean, std::span<const double> variances);

}  // namespace v1::analyses
