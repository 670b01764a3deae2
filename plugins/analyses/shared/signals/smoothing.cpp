#include "plugins/analyses/shared/signals/smoothing.hpp"

#include <algorithm>
#include <cmath>

namespace v1::analyses {

std::vector<double> gaussian_half_kernel(double sigma, int radius) {
  std::vector<double> kernel;
  double sum = 0.0;
  for (int k = 0; k <= radius; ++k) {
    kernel.push_back(std::exp(-0.5 * k * k / (sigma * sigma)));
    sum += k == 0 ? kernel.back() : 2.0 * kernel.back();
  }
  for (double& weight : kernel) weight /= sum;
  return kernel;
}

std::vector<double> smooth_reflected(std::span<const double> series,
                                     std::span<const double> half_kernel) {
  const auto n = static_cast<std::ptrdiff_t>(series.size());
  const auto at = [&](std::ptrdiff_t i) {
    i %= 2 * n;
    if (i < 0) i += 2 * n;
    return series[static_cast<std::size_t>(i < n ? i : 2 * n - 1 - i)];
  };
  std::vector<double> out(series.size());
  const auto radius = static_cast<std::ptrdiff_t>(half_kernel.size()) - 1;
  for (std::ptrdiff_t i = 0; i < n; ++i) {
    double sum = half_kernel[0] * at(i);
    for (std::ptrdiff_t k = 1; k <= radius; ++k) {
      sum += half_kernel[static_cast<std::size_t>(k)] * (at(i - k) + at(i + k));
    }
    out[static_cast<std::size_t>(i)] = sum;
  }
  return out;
}

std::vector<double> smoothed_rate(std::span<const double> counts, double last_block_ms,
                                  RateScaling scaling) {
  static const std::vector<double> kernel =
      gaussian_half_kernel(rate_sigma_blocks, rate_radius_blocks);
  std::vector<double> rates(counts.begin(), counts.end());
  bool silent = true;
  for (std::size_t i = 0; i < rates.size(); ++i) {
    silent = silent && rates[i] == 0.0;
    const double block_ms = i + 1 == rates.size() ? last_block_ms : rate_block_ms;
    rates[i] *= scaling == RateScaling::true_length ? 1000.0 / block_ms : 60.0;
  }
  if (silent) return rates;
  rates = smooth_reflected(rates, kernel);
  if (scaling == RateScaling::reference) {
    for (double& rate : rates) rate = std::trunc(rate);
  }
  return rates;
}

std::size_t rate_block_count(double trial_ms) {
  return static_cast<std::size_t>(std::ceil(trial_ms / rate_block_ms - 1e-9));
}

double last_rate_block_ms(double trial_ms) {
  return trial_ms - rate_block_ms * static_cast<double>(rate_block_count(trial_ms) - 1);
}

double rate_block_center_ms(std::size_t block, double trial_ms) {
  const double begin = rate_block_ms * static_cast<double>(block);
  return 0.5 * (begin + std::min(begin + rate_block_ms, trial_ms));
}

}  // namespace v1::analyses
