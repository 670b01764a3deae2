#pragma once
#include <cstdint>
#include <vector>

#include "plugins/stimuli/shared/frame_size.hpp"

namespace stimulus_math {

/// A full-field sinusoid sin(a(col) + b(row) + phase -+ 2 pi cycles), laid over the pixels as in
/// the published experiments (see docs/stimuli.md for the quirks).
class SineGrating {
 public:
  /// direction: 0 drifts to larger columns, 90 down the rows.
  SineGrating(double direction_deg, double cycles_per_deg, double phase_deg, const FrameSize& size);

  /// Value of one pixel after the pattern has drifted so many cycles, by the formula.
  double pixel(double cycles, std::uint32_t row, std::uint32_t col) const;
  /// amplitude times the pattern, [row][col]; pixel() to within a rounding of a float.
  void frame(double cycles, double amplitude, float* out) const;

 private:
  double row_phase(double cycles, std::uint32_t row) const;
  double col_phase(std::uint32_t col) const { return col * radians_per_col_; }

  FrameSize size_;
  double sign_ = -1.0;  // of the movement in the argument of the sine
  double radians_per_col_ = 0.0;
  double radians_per_row_ = 0.0;
  double phase_ = 0.0;
  std::vector<double> col_sin_, col_cos_;
};

}  // namespace stimulus_math
