#pragma once
#include <span>

/// How alike two samples are.
namespace v1::analyses {

/// Two-sample Kolmogorov-Smirnov statistic: the largest distance of the cumulative distributions.
/// NaN when a sample is empty.
double ks_statistic(std::span<const double> a, std::span<const double> b);

/// 1 - D of Kolmogorov and Smirnov: 1 for equal distributions, 0 for ones that do not overlap.
inline double ks_similarity(std::span<const double> a, std::span<const double> b) {
  return 1.0 - ks_statistic(a, b);
}

/// Earth mover's distance: area between the cumulative distributions, in the unit of the values.
double wasserstein(std::span<const double> a, std::span<const double> b);

}  // namespace v1::analyses
