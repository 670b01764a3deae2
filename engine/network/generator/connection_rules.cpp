#include "engine/network/generator/connection_rules.hpp"

#include <algorithm>
#include <cmath>

#include "kernels/portable_math.hpp"

namespace v1::network::generator {

ConnectionRule connection_rule(double probability, double sigma_um, double orientation_ratio,
                               double measured_within_um) {
  // Mean of exp(-(r / sigma)^2) over a disc of radius R: (sigma / R)^2 (1 - exp(-(R / sigma)^2)).
  const double relative = measured_within_um / sigma_um;
  const double disc_mean =
      relative > 0.0 ? -kernels::portable_expm1(-relative * relative) / (relative * relative) : 1.0;
  ConnectionRule rule;
  rule.sigma_um = sigma_um;
  rule.peak = std::min(1.0, probability / disc_mean);
  rule.factor_at_0 = 2.0 / (1.0 + orientation_ratio);
  rule.factor_at_90 = orientation_ratio * rule.factor_at_0;
  if (orientation_ratio != 1.0 && rule.peak * rule.factor_at_0 > 1.0) {
    const double excess = rule.factor_at_0 - 1.0 / rule.peak;
    rule.factor_at_0 -= excess;
    rule.factor_at_90 += excess;
  }
  return rule;
}

double direction_difference_deg(double a_deg, double b_deg) {
  double difference = std::fabs(a_deg - b_deg);
  while (difference >= 360.0) difference -= 360.0;
  return difference > 180.0 ? 360.0 - difference : difference;
}

double fold_to_90_deg(double direction_deg) {
  const double from_180 =
      std::fabs(180.0 - (direction_deg - 360.0 * std::floor(direction_deg / 360.0)));
  return std::fabs(std::fabs(from_180 - 90.0) - 90.0);
}

double orientation_factor(const ConnectionRule& rule, double difference_deg) {
  const double orientation = difference_deg > 90.0 ? 180.0 - difference_deg : difference_deg;
  return rule.factor_at_0 + (rule.factor_at_90 - rule.factor_at_0) * (orientation / 90.0);
}

double frame_shift_um(const Model& model, std::uint32_t source_population, double x_um,
                      double z_um) {
  const double limit = model.shift_within_um;
  if (x_um * x_um + z_um * z_um > limit * limit) return 0.0;
  return model.frame_kernel[kind_of(model.populations[source_population])].shift_um;
}

double frame_distance_squared(const FrameKernel& kernel, double sigma_um,
                              const FrameOffset& offset) {
  const double along =
      -offset.dx_um * offset.direction_cos - offset.dz_um * offset.direction_sin - offset.shift_um;
  const double across = offset.dx_um * offset.direction_sin - offset.dz_um * offset.direction_cos;
  const double scaled_along = along * kernel.elongation / sigma_um;
  const double scaled_across = across / (kernel.elongation * sigma_um);
  return scaled_along * scaled_along + scaled_across * scaled_across;
}

double connection_probability(const ConnectionRule& rule, double distance_squared_um2,
                              double difference_deg) {
  return rule.peak * orientation_factor(rule, difference_deg) *
         kernels::portable_exp(-distance_squared_um2 / (rule.sigma_um * rule.sigma_um));
}

double weight_factor(const WeightRule& rule, const Retinotopy& retinotopy, const TunedPair& pair) {
  const double direction = pair.direction_difference_deg / rule.direction_sigma_deg;
  double exponent = -(direction * direction);
  if (rule.phase_sigma_deg > 0.0) {
    const double phase = (retinotopy.azimuth_deg_per_um * pair.dx_um * pair.target_cos +
                          retinotopy.elevation_deg_per_um * pair.dz_um * pair.target_sin) /
                         rule.phase_sigma_deg;
    exponent -= 0.5 * (phase * phase);
  }
  const double anisotropy =
      rule.anisotropy_at_0 + (rule.anisotropy_at_90 - rule.anisotropy_at_0) *
                                 (fold_to_90_deg(pair.target_direction_deg) / 90.0);
  return anisotropy * kernels::portable_exp(exponent);
}

}  // namespace v1::network::generator
