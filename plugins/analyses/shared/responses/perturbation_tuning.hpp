#pragma once
#include <cstddef>
#include <span>

/// Which direction and speed of flow a neuron responds to most, whatever the sign of the response.
namespace v1::analyses {

/// Preferred perturbation direction: angle of the sum of unit vectors weighted by |response|.
struct PerturbationDirection {
  double angle_deg = 0.0;  // [0, 360); NaN where the vector vanishes
  double strength = 0.0;   // length of the vector over the sum of |response|; NaN for no response
};
PerturbationDirection perturbation_direction(std::span<const double> directions_deg,
                                             std::span<const double> responses);

/// As the published scripts compute it: degrees go into sine and cosine as if they were radians,
/// and nothing is undefined. The strength belongs to that vector.
PerturbationDirection perturbation_direction_reference(std::span<const double> directions_deg,
                                                       std::span<const double> responses);

/// Difference of two angles folded into [-180, 180).
double wrap_180(double degrees);

/// Index of the largest |response|, the first one of equals.
std::size_t preferred_index(std::span<const double> responses);

/// Circular mean and length of the mean vector of angles in degrees; NaN without angles.
struct CircularMean {
  double angle_deg = 0.0, length = 0.0;
};
CircularMean circular_mean(std::span<const double> degrees);

/// Rayleigh's test of uniformity; approximation of Zar (1999), eq. 27.4. NaN without angles.
double rayleigh_p(std::span<const double> degrees);

}  // namespace v1::analyses
