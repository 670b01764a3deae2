#pragma once
#include <complex>
#include <span>
#include <vector>

/// Selectivity for the direction of drift: vector measures over equally spaced directions.
namespace v1::analyses {

/// Directions of a protocol in degrees with the unit vectors of once and twice the angle.
class Directions {
 public:
  explicit Directions(std::vector<double> degrees);
  std::size_t size() const { return degrees_.size(); }
  double degrees(std::size_t i) const { return degrees_[i]; }
  std::complex<double> unit(std::size_t i) const { return once_[i]; }
  std::complex<double> unit_twice(std::size_t i) const { return twice_[i]; }
  /// True where the vector measures are unbiased: at least 4 directions, evenly over 360 degrees.
  bool evenly_spaced() const;

 private:
  std::vector<double> degrees_;
  std::vector<std::complex<double>> once_, twice_;
};

/// One neuron's selectivity; angles in degrees, NaN where not defined.
struct Selectivity {
  double osi = 0.0;                    // |sum r e^(2i theta)| / sum r
  double dsi = 0.0;                    // |sum r e^(i theta)| / sum r
  double osi_peak = 0.0;               // (pref - orth) / (pref + orth), means of both directions
  double dsi_peak = 0.0;               // (best - opposite) / (best + opposite)
  double best_direction = 0.0;         // direction of the highest rate; the lowest one of equals
  double preferred_orientation = 0.0;  // [0, 180): axis of the vector of twice the angle
  double preferred_direction = 0.0;    // [0, 360): that axis, on the side of the larger response
};

/// `rates`: one per direction, not negative. All NaN for a silent neuron; peak forms also where the
/// opposite or orthogonal directions were not shown.
Selectivity selectivity(const Directions& directions, std::span<const double> rates);

/// Is a neuron tuned for orientation? Hotelling's test that the vectors (sum r cos 2 theta,
/// sum r sin 2 theta) of the repetitions have mean zero; p with (2, n - 2) degrees of freedom.
/// `vectors` in spikes. NaN with fewer than 3 repetitions or when the vectors do not spread over
/// the plane by more than roundings.
double orientation_p(std::span<const std::complex<double>> vectors);

}  // namespace v1::analyses
