#include "plugins/analyses/shared/spikes/variability.hpp"

#include <cmath>

#include "plugins/analyses/shared/statistics/statistics.hpp"
#include "plugins/analyses/shared/statistics/undefined.hpp"

namespace v1::analyses {
double fano_factor(std::span<const std::uint32_t> counts, std::size_t bin) {
  const std::size_t bins = bin > 0 ? counts.size() / bin : 0;
  if (bins < 2) return undefined;
  double sum = 0.0, squares = 0.0;
  for (std::size_t b = 0; b < bins; ++b) {
    double in_bin = 0.0;
    for (std::size_t k = 0; k < bin; ++k) in_bin += counts[b * bin + k];
    sum += in_bin;
    squares += in_bin * in_bin;
  }
  const double average = sum / static_cast<double>(bins);
  if (!(average > 0.0)) return undefined;
  return (squares / static_cast<double>(bins) - average * average) / average;
}

std::vector<std::size_t> fano_bins_ms(double duration_ms, std::size_t count) {
  std::vector<std::size_t> bins;
  for (std::size_t k = 0; k < count; ++k) {
    const double exponent = 3.0 * static_cast<double>(k) / static_cast<double>(count - 1);
    const auto bin = static_cast<std::size_t>(std::lround(std::pow(10.0, exponent)));
    const bool known = !bins.empty() && bins.back() == bin;
    if (!known && static_cast<double>(bin) < duration_ms / 5.0) bins.push_back(bin);
  }
  return bins;
}

void IntervalSums::spike(double time_ms) {
  if (previous_spike_ >= 0.0) {
    const double interval = time_ms - previous_spike_;
    sum_ += interval;
    squares_ += interval * interval;
    ++count_;
    if (previous_interval_ >= 0.0) {
      const double both = interval + previous_interval_;
      const double change = std::fabs(interval - previous_interval_);
      cv2_ += 2.0 * change / both;
      lv_ += 3.0 * change * change / (both * both);
      ++pairs_;
    }
    previous_interval_ = interval;
  }
  previous_spike_ = time_ms;
}

double IntervalSums::mean_ms() const {
  return count_ > 0 ? sum_ / static_cast<double>(count_) : undefined;
}

double IntervalSums::cv() const {
  if (count_ == 0) return undefined;
  const double average = mean_ms();
  const double variance = squares_ / static_cast<double>(count_) - average * average;
  return std::sqrt(std::max(variance, 0.0)) / average;
}

double IntervalSums::cv2() const {
  return pairs_ > 0 ? cv2_ / static_cast<double>(pairs_) : undefined;
}

double IntervalSums::lv() const {
  return pairs_ > 0 ? lv_ / static_cast<double>(pairs_) : undefined;
}

double synchrony(double variance_of_mean, std::span<const double> variances) {
  const double average = mean(variances);
  return average > 0.0 ? std::sqrt(variance_of_mean / average) : undefined;
}

}  // namespace v1::analyses
