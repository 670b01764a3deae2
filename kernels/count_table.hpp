#pragma once
#include <cstdint>
#include <vector>

#include "kernels/count_table_draw.hpp"  // IWYU pragma: export
#include "kernels/portable_math.hpp"

/// Random events by integer comparison only: the engine makes the thresholds once on the host,
/// whoever draws compares a 32-bit word with them.
namespace v1::kernels {

/// Threshold for an event of probability p: floor(p 2^32). Saturates: p >= 1 gives always_fires,
/// p <= 0 (and NaN) gives 0, which never fires.
inline std::uint32_t rate_threshold(double p) {
  if (p >= 1.0) return always_fires;
  if (!(p > 0.0)) return 0;
  const double scaled = p * 0x1p32;
  return scaled >= 4294967294.0 ? 0xFFFFFFFEu : static_cast<std::uint32_t>(scaled);
}

namespace detail {

// Thresholds t_k = CDF(k) 2^32, rounded, for k = 0, 1, ... until the rest is below 2^-32.
// log_ratio(k) = log(pmf(k) / pmf(k - 1)).
template <class LogRatio>
std::vector<std::uint32_t> count_thresholds(double log_pmf_zero, std::uint32_t largest_count,
                                            LogRatio log_ratio) {
  std::vector<std::uint32_t> thresholds;
  double log_pmf = log_pmf_zero;
  double cdf = portable_exp(log_pmf);
  for (std::uint32_t k = 0; k < largest_count && 1.0 - cdf >= 0x1p-32; ++k) {
    const double scaled = cdf * 0x1p32 + 0.5;
    thresholds.push_back(scaled >= 4294967295.0 ? 0xFFFFFFFFu : static_cast<std::uint32_t>(scaled));
    log_pmf += log_ratio(k + 1);
    cdf += portable_exp(log_pmf);
  }
  return thresholds;
}

}  // namespace detail

/// Ascending thresholds for Poisson counts of this mean (0 <= mean <= 30000); at most
/// thresholds.size() events are ever drawn.
inline std::vector<std::uint32_t> poisson_count_thresholds(double mean) {
  if (!(mean > 0.0)) return {};
  const double log_mean = portable_log(mean);
  return detail::count_thresholds(-mean, 65535u, [=](std::uint32_t k) {
    return log_mean - portable_log(static_cast<double>(k));
  });
}

/// Ascending thresholds for the number of successes in `draws` draws of probability p.
inline std::vector<std::uint32_t> binomial_count_thresholds(std::uint32_t draws, double p) {
  if (!(p > 0.0)) return {};
  if (p >= 1.0) return std::vector<std::uint32_t>(draws, 0u);
  const double log_odds = portable_log(p) - portable_log1p(-p);
  return detail::count_thresholds(draws * portable_log1p(-p), draws, [=](std::uint32_t k) {
    return log_odds + portable_log(static_cast<double>(draws - k + 1)) -
           portable_log(static_cast<double>(k));
  });
}

}  // namespace v1::kernels
