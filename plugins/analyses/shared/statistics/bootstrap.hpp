#pragma once
#include <cstddef>
#include <functional>
#include <span>

namespace v1::analyses {

/// Percentile interval of a statistic of n things drawn with replacement.
struct Interval {
  double low = 0.0, high = 0.0;
};

inline constexpr std::size_t bootstrap_draws = 1000;

/// 95 % interval (2.5 to 97.5 %). `statistic` gets indices into the things; draws are seeded, so
/// the same data give the same interval. NaN with fewer than two things; draws whose statistic is
/// not finite are left out.
Interval bootstrap_interval(std::size_t n,
                            const std::function<double(std::span<const std::size_t>)>& statistic);

}  // namespace v1::analyses
