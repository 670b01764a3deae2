#pragma once
#include <cstdint>
#include <vector>

#include "kernels/philox.hpp"
#include "kernels/portable_math.hpp"

/// Random events by integer comparison only: the engine makes the thresholds once on the host,
/// whoever draws compares a 32-bit word with them.
namespace v1::kernels {

/// A threshold at which every word fires.
inline constexpr std::uint32_t always_fires = 0xFFFFFFFFu;

/// Threshold for an event of probability p: floor(p 2^32). Saturates: p >= 1 gives always_fires,
/// p <= 0 (and NaN) gives 0, which never fires.
inline std::uint32_t rate_threshold(double p) {
  if (p >= 1.0) return always_fires;
  if (!(p > 0.0)) return 0;
  const double scaled = p * 0x1p32;
  return scaled >= 4294967294.0 ? 0xFFFFFFFEu : static_cast<std::uint32_t>(scaled);
}

/// Whether a source with this threshold spikes on this word.
V1_HD inline bool fires(std::uint32_t word, std::uint32_t threshold) {
  return word < threshold || threshold == always_fires;
}

/// Number of events for this word: the number of thresholds <= word.
V1_HD inline std::uint32_t count_events(std::uint32_t word, const std::uint32_t* thresholds,
                                        std::uint32_t threshold_count) {
  std::uint32_t events = 0;
  for (std::uint32_t k = 0; k < threshold_count; ++k) events += word >= thresholds[k] ? 1u : 0u;
  return events;
}

/// The word of a quantity drawn in steps 0, every, 2 every, ...: draws are numbered 0, 1, 2, ...
/// and use the numbers like steps (philox_step), so the draws per millisecond do not depend on
/// the step size.
V1_HD inline std::uint32_t draw_word(std::uint64_t key, std::uint32_t stream, std::uint32_t item,
                                     std::uint32_t trial, std::int64_t step, std::uint32_t every) {
  return philox_step(key, stream, item, trial, step / every);
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
