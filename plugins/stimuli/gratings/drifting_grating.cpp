#include "drifting_grating.hpp"

#include <algorithm>

#include "kernels/portable_math.hpp"

namespace gratings {

namespace {

using v1::kernels::portable_cos;
using v1::kernels::portable_sin;

constexpr double pi = 3.14159265358979323846;
constexpr double ms_per_s = 1000.0;

double wrapped_degrees(double angle) {
  const double turns = angle / 360.0;
  const double whole = static_cast<double>(static_cast<std::int64_t>(turns));
  const double rest = (turns - whole) * 360.0;
  return rest < 0.0 ? rest + 360.0 : rest;
}

// The reference spreads its pattern over n pixels with both ends included, so that one pixel is
// n / (n - 1) of the nominal pitch.
double end_included(std::uint32_t pixels) {
  return pixels > 1 ? static_cast<double>(pixels) / (pixels - 1.0) : 1.0;
}

}  // namespace

DriftingGrating::DriftingGrating(const GratingParameters& parameters, const FrameSize& size)
    : parameters_(parameters), size_(size) {
  const double direction = parameters.orientation_deg;
  const double cosine = portable_cos(direction * (pi / 180.0));
  const double sine = portable_sin(direction * (pi / 180.0));
  const double radians_per_pixel = 2.0 * pi * parameters.spatial_frequency_cpd * size.deg_per_pixel;
  // Leftward and upward gratings of the reference are the rightward and downward patterns run
  // backwards; all other directions are patterns of their own.
  const bool backwards = direction == 180.0 || direction == 270.0;
  sign_ = backwards ? 1.0 : -1.0;
  const double side = backwards ? -1.0 : 1.0;
  // Along the rows the stretch is that of the reference on the axes and none on the diagonals;
  // in between it follows cos^2 of twice the direction.
  const double along_axes = 1.0 - 4.0 * sine * sine * cosine * cosine;
  const double row_stretch = 1.0 + (end_included(size.rows) - 1.0) * along_axes;
  radians_per_col_ = side * radians_per_pixel * cosine * end_included(size.cols);
  radians_per_row_ = side * radians_per_pixel * sine * row_stretch;
  if (direction == 90.0 || direction == 270.0) radians_per_col_ = 0.0;
  if (direction == 0.0 || direction == 180.0) radians_per_row_ = 0.0;
  phase_ = wrapped_degrees(parameters.phase_deg) * (pi / 180.0);
  for (std::uint32_t col = 0; col < size.cols; ++col) {
    col_sin_.push_back(portable_sin(col_phase(col)));
    col_cos_.push_back(portable_cos(col_phase(col)));
  }
}

std::int64_t DriftingGrating::moved_steps(std::int64_t t_ms) const {
  const std::int64_t onset = parameters_.onset_ms, offset = onset + parameters_.duration_ms;
  if (!parameters_.reverse) {
    // Step 0 is the still pattern; the last step reached is kept.
    const std::int64_t last = std::max<std::int64_t>(parameters_.duration_ms - 1, 0);
    return std::clamp<std::int64_t>(t_ms - onset, 0, last);
  }
  const std::int64_t halted = std::max<std::int64_t>(onset + preroll_ms - 1, 0);
  if (t_ms < onset) return std::max<std::int64_t>(t_ms + preroll_ms, 0);
  return t_ms < offset ? halted : halted + (t_ms - offset);
}

double DriftingGrating::col_phase(std::uint32_t col) const { return col * radians_per_col_; }

double DriftingGrating::row_phase(std::int64_t t_ms, std::uint32_t row) const {
  // Whole turns are taken out in cycles, so that long movies keep their precision.
  const double cycles =
      static_cast<double>(moved_steps(t_ms)) * (parameters_.temporal_frequency_hz / ms_per_s);
  const double whole = static_cast<double>(static_cast<std::int64_t>(cycles));
  return row * radians_per_row_ + (phase_ + sign_ * (2.0 * pi * (cycles - whole)));
}

double DriftingGrating::pixel(std::int64_t t_ms, std::uint32_t row, std::uint32_t col) const {
  return parameters_.contrast * portable_sin(col_phase(col) + row_phase(t_ms, row));
}

void DriftingGrating::frame(std::int64_t t_ms, float* out) const {
  // sin(a + b) from the sines and cosines of columns and rows.
  for (std::uint32_t row = 0; row < size_.rows; ++row) {
    const double phase = row_phase(t_ms, row);
    const double sine = parameters_.contrast * portable_sin(phase);
    const double cosine = parameters_.contrast * portable_cos(phase);
    for (std::uint32_t col = 0; col < size_.cols; ++col) {
      // Rounding may leave the sum a few ulps above the contrast.
      const double value = col_sin_[col] * cosine + col_cos_[col] * sine;
      *out++ = static_cast<float>(std::clamp(value, -parameters_.contrast, parameters_.contrast));
    }
  }
}

}  // namespace gratings
