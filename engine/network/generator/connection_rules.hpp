#pragma once
#include "engine/network/generator/model.hpp"

/// The formulas of connection probability and weight, one pair at a time.
namespace v1::network::generator {

/// Rule of a class pair from the tabulated `probability`, the mean over pairs within
/// `measured_within_um`, or the peak itself where that is 0. `orientation_ratio` = factor at 90 deg
/// / factor at 0 deg (1: no rule); the mean over all differences is 1. The peak is clipped to 1,
/// and the factor at 0 lowered (that at 90 raised) where peak * factor would exceed 1.
ConnectionRule connection_rule(double probability, double sigma_um, double orientation_ratio,
                               double measured_within_um);

/// Difference of two directions in degrees, folded to 0..180.
double direction_difference_deg(double a_deg, double b_deg);

/// Direction in degrees folded to 0..90 from the horizontal.
double fold_to_90_deg(double direction_deg);

/// Linear in the difference of orientations; difference of directions in 0..180 deg.
double orientation_factor(const ConnectionRule& rule, double direction_difference_deg);

/// A target relative to a source, and the target's preferred direction.
struct FrameOffset {
  double dx_um, dz_um;  // target minus source
  double direction_cos, direction_sin;
  double shift_um;
};

/// Kernel::target_frame: shift of the kernel's centre for a target at (x, z).
double frame_shift_um(const Model& model, std::uint32_t source_population, double x_um,
                      double z_um);

/// Kernel::target_frame: squared distance of the source from the kernel's centre, in standard
/// deviations; the kernel is exp(-half of it).
double frame_distance_squared(const FrameKernel& kernel, double sigma_um,
                              const FrameOffset& offset);

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
