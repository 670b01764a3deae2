#pragma once
#include "engine/network/generator/model.hpp"

/// The formulas of connection probability and weight, one pair at a time.
namespace v1::network::generator {

/// Rule of a class pair from the tabulated `probability`, the mean over pairs within
/// `measured_within_um`. `orientation_ratio` = factor at 90 deg / factor at 0 deg (1: no rule);
/// the mean over all differences is 1. The peak is clipped to 1, and the factor at 0 lowered (that
/// at 90 raised) where peak * factor would exceed 1.
ConnectionRule connection_rule(double probability, double sigma_um, double orientation_ratio,
                               double measured_within_um);

/// Difference of two directions in degrees, folded to 0..180.
double direction_difference_deg(double a_deg, double b_deg);

/// Direction in degrees folded to 0..90 from the horizontal.
double fold_to_90_deg(double direction_deg);

/// peak * exp(-(r / sigma)^2) * orientation factor, with the squared lateral distance in um^2 and
/// the difference of directions in 0..180 deg.
double connection_probability(const ConnectionRule& rule, double distance_squared_um2,
                              double direction_difference_deg);

/// One pair of neurons as the weight rules see it.
struct TunedPair {
  double direction_difference_deg = 0.0;  // 0..180
  double dx_um = 0.0, dz_um = 0.0;        // target minus source
  double target_direction_deg = 0.0;
  double target_cos = 1.0, target_sin = 0.0;  // of target_direction_deg
};

/// Factor on the base weight kappa * c_m * synapses.
double weight_factor(const WeightRule& rule, const Retinotopy& retinotopy, const TunedPair& pair);

}  // namespace v1::network::generator
