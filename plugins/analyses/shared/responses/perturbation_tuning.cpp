#include "plugins/analyses/shared/responses/perturbation_tuning.hpp"

#include <cmath>
#include <complex>
#include <numbers>

#include "plugins/analyses/shared/statistics/undefined.hpp"

namespace v1::analyses {
namespace {

constexpr double per_degree = std::numbers::pi / 180.0;
constexpr double vanishing_length = 1e-9;  // relative length of a vector zero up to rounding

// Vector of |response| over directions times `scale`, and the sum of the weights.
std::complex<double> weighted_vector(std::span<const double> directions,
                                     std::span<const double> responses, double scale,
                                     double& total) {
  std::complex<double> sum;
  total = 0.0;
  for (std::size_t i = 0; i < directions.size(); ++i) {
    const double weight = std::fabs(responses[i]);
    sum += std::polar(weight, directions[i] * scale);
    total += weight;
  }
  return sum;
}

double angle_of(const std::complex<double>& vector) {
  const double degrees = std::arg(vector) / per_degree;
  return degrees < 0.0 ? degrees + 360.0 : degrees;
}

}  // namespace

PerturbationDirection perturbation_direction(std::span<const double> directions_deg,
                                             std::span<const double> responses) {
  double total = 0.0;
  const auto vector = weighted_vector(directions_deg, responses, per_degree, total);
  if (!(total > 0.0)) return {undefined, undefined};
  const double strength = std::abs(vector) / total;
  return {strength < vanishing_length ? undefined : angle_of(vector),
          strength < vanishing_length ? 0.0 : strength};
}

PerturbationDirection perturbation_direction_reference(std::span<const double> directions_deg,
                                                       std::span<const double> responses) {
  double total = 0.0;
  const auto vector = weighted_vector(directions_deg, responses, 1.0, total);
  return {angle_of(vector), total > 0.0 ? std::abs(vector) / total : undefined};
}

double wrap_180(double degrees) {
  const double shifted = degrees + 180.0;
  return shifted - 360.0 * std::floor(shifted / 360.0) - 180.0;
}

std::size_t preferred_index(std::span<const double> responses) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < responses.size(); ++i) {
    if (std::fabs(responses[i]) > std::fabs(responses[best])) best = i;
  }
  return best;
}

CircularMean circular_mean(std::span<const double> degrees) {
  if (degrees.empty()) return {undefined, undefined};
  std::complex<double> sum;
  for (const double angle : degrees) sum += std::polar(1.0, angle * per_degree);
  return {angle_of(sum), std::abs(sum) / static_cast<double>(degrees.size())};
}

double rayleigh_p(std::span<const double> degrees) {
  if (degrees.empty()) return undefined;
  const auto n = static_cast<double>(degrees.size());
  const double r = n * circular_mean(degrees).length;
  return std::exp(std::sqrt(1.0 + 4.0 * n + 4.0 * (n * n - r * r)) - (1.0 + 2.0 * n));
}

}  // namespace v1::analyses
