#include "plugins/analyses/variability/neuron_statistics.hpp"

#include <algorithm>
#include <limits>

namespace v1::analyses {

void NeuronStatistics::begin_trial(std::size_t condition) {
  condition_ = condition;
  std::fill(in_window_.begin(), in_window_.end(), 0);
  bin_ = -1;
  in_bin_ = bin_sum_ = bin_squares_ = 0.0;
}

void NeuronStatistics::close_bin() {
  bin_sum_ += in_bin_;
  bin_squares_ += in_bin_ * in_bin_;
  in_bin_ = 0.0;
}

void NeuronStatistics::spike(double time_ms, std::size_t window, std::int64_t bin) {
  intervals_.spike(time_ms);
  if (window < in_window_.size()) ++in_window_[window];
  if (bin != bin_) close_bin();
  bin_ = bin;
  ++in_bin_;
}

void NeuronStatistics::end_trial(std::int64_t bins) {
  intervals_.end_trial();
  close_bin();
  const auto n = static_cast<double>(bins);
  const double average = bin_sum_ / n;
  variance_ += bin_squares_ / n - average * average;
  const std::size_t first = condition_ * in_window_.size();
  for (std::size_t w = 0; w < in_window_.size(); ++w) {
    const std::uint64_t count = in_window_[w];
    count_sum_[first + w] += in_window_[w];
    count_squares_[first + w] += count * count;
  }
}

double NeuronStatistics::trial_fano(const std::vector<std::size_t>& trials_of_condition,
                                    double least_mean) const {
  const std::size_t windows = in_window_.size();
  double sum = 0.0;
  std::size_t used = 0;
  for (std::size_t c = 0; c < trials_of_condition.size(); ++c) {
    const auto n = static_cast<double>(trials_of_condition[c]);
    if (n < 2.0) continue;
    for (std::size_t w = 0; w < windows; ++w) {
      const double average = count_sum_[c * windows + w] / n;
      if (average < least_mean) continue;
      const double squares = static_cast<double>(count_squares_[c * windows + w]);
      sum += (squares - n * average * average) / (n - 1.0) / average;
      ++used;
    }
  }
  return used > 0 ? sum / static_cast<double>(used) : std::numeric_limits<double>::quiet_NaN();
}

double NeuronStatistics::mean_variance(std::size_t trials) const {
  return variance_ / static_cast<double>(trials);
}

}  // namespace v1::analyses
