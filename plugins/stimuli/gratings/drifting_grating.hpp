#pragma once
#include <cstdint>
#include <vector>

namespace gratings {

/// Frames before a trial that the engine asks for, in ms: the movie begins there.
inline constexpr std::int64_t preroll_ms = 500;

struct GratingParameters {
  double orientation_deg = 0.0;  // direction of drift: 0 to larger columns, 90 down the rows
  double temporal_frequency_hz = 2.0;
  double spatial_frequency_cpd = 0.04;
  double contrast = 0.8;
  double phase_deg = 0.0;
  bool reverse = false;  // moving - still - moving instead of still - moving - still
  std::int64_t onset_ms = 500;
  std::int64_t duration_ms = 1000;
};

struct FrameSize {
  std::uint32_t rows = 120;
  std::uint32_t cols = 240;
  double deg_per_pixel = 1.0;
};

/// A full-field sinusoid, contrast sin(a(col) + b(row) - w(t)), luminance -1 ... 1.
class DriftingGrating {
 public:
  DriftingGrating(const GratingParameters& parameters, const FrameSize& size);

  /// Steps of 1 ms that the pattern has moved at trial time t (negative in the pre-roll).
  std::int64_t moved_steps(std::int64_t t_ms) const;
  /// Luminance of one pixel, by the defining formula.
  double pixel(std::int64_t t_ms, std::uint32_t row, std::uint32_t col) const;
  /// The whole frame, [row][col]; pixel() to within a rounding of a float.
  void frame(std::int64_t t_ms, float* out) const;

 private:
  double row_phase(std::int64_t t_ms, std::uint32_t row) const;
  double col_phase(std::uint32_t col) const;

  GratingParameters parameters_;
  FrameSize size_;
  double sign_ = -1.0;  // of the movement in the argument of the sine
  double radians_per_col_ = 0.0;
  double radians_per_row_ = 0.0;
  double phase_ = 0.0;
  std::vector<double> col_sin_, col_cos_;
};

}  // namespace gratings
