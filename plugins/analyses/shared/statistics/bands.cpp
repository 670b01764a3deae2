#include "plugins/analyses/shared/statistics/bands.hpp"

#include <cmath>

#include "plugins/analyses/shared/statistics/undefined.hpp"

namespace v1::analyses {

double Moments::mean(std::size_t n) const {
  return n == 0 ? undefined : sum / static_cast<double>(n);
}

double Moments::deviation(std::size_t n) const {
  if (n < 2) return undefined;
  const double spread = squares - sum * sum / static_cast<double>(n);
  // What rounding leaves of equal values is no spread: 1e-16 of the squares per value.
  const double vanishing = 1e-15 * static_cast<double>(n) * squares;
  return spread > vanishing ? std::sqrt(spread / static_cast<double>(n - 1)) : 0.0;
}

double standard_error(const Moments& moments, std::size_t n) {
  return moments.deviation(n) / std::sqrt(static_cast<double>(n));
}

double pooled_error(const Moments& moments, std::size_t trials, std::size_t neurons) {
  return moments.deviation(trials * neurons) / std::sqrt(static_cast<double>(neurons));
}

}  // namespace v1::analyses
