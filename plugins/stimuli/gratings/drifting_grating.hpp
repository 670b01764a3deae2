#pragma once
#include <cstdint>

#include "plugins/stimuli/shared/sine_grating.hpp"

namespace gratings {

using stimulus_math::FrameSize;
using stimulus_math::preroll_ms;

struct GratingParameters {
  double orientation_deg = 0.0;  // direction of drift: 0 to larger columns, 90 down the rows
  double temporal_frequency_hz = 2.0;
  double spatial_frequency_cpd = 0.04;
  double contrast = 0.8;
  double phase_deg = 0.0;
  bool reverse = false;          // moving - still - moving instead of still - moving - still
  bool gray_when_still = false;  // a gray screen instead of the still pattern
  std::int64_t onset_ms = 500;
  std::int64_t duration_ms = 1000;
};

/// A full-field grating that stands still, drifts and stands still again, luminance -1 ... 1.
class DriftingGrating {
 public:
  DriftingGrating(const GratingParameters& parameters, const FrameSize& size);

  /// Steps of 1 ms that the pattern has moved at trial time t (negative in the pre-roll).
  std::int64_t moved_steps(std::int64_t t_ms) const;
  /// Does the trial show the gray screen at t?
  bool gray(std::int64_t t_ms) const;
  /// Luminance of one pixel, by the defining formula.
  double pixel(std::int64_t t_ms, std::uint32_t row, std::uint32_t col) const;
  /// The whole frame, [row][col]; pixel() to within a rounding of a float.
  void frame(std::int64_t t_ms, float* out) const;

 private:
  double cycles(std::int64_t t_ms) const;

  GratingParameters parameters_;
  FrameSize size_;
  stimulus_math::SineGrating pattern_;
};

}  // namespace gratings
