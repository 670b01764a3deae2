#include "plugins/stimuli/shared/sine_grating.hpp"

#include <algorithm>

#include "kernels/portable_math.hpp"

namespace stimulus_math {
namespace {

using v1::kernels::portable_cos;
using v1::kernels::portable_sin;

constexpr double pi = 3.14159265358979323846;

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

SineGrating::SineGrating(double direction_deg, double cycles_per_deg, double phase_deg,
                         const FrameSize& size)
    : size_(size) {
  const double cosine = portable_cos(direction_deg * (pi / 180.0));
  const double sine = portable_sin(direction_deg * (pi / 180.0));
  const double radians_per_pixel = 2.0 * pi * cycles_per_deg * size.deg_per_pixel;
  // Leftward and upward gratings of the reference are the rightward and downward patterns run
  // backwards; all other directions are patterns of their own.
  const bool backwards = direction_deg == 180.0 || direction_deg == 270.0;
  sign_ = backwards ? 1.0 : -1.0;
  const double side = backwards ? -1.0 : 1.0;
  // Along the rows the stretch is that of the reference on the axes and none on the diagonals;
  // in between it follows cos^2 of twice the direction.
  const double along_axes = 1.0 - 4.0 * sine * sine * cosine * cosine;
  const double row_stretch = 1.0 + (end_included(size.rows) - 1.0) * along_axes;
  radians_per_col_ = side * radians_per_pixel * cosine * end_included(size.cols);
  radians_per_row_ = side * radians_per_pixel * sine * row_stretch;
  if (direction_deg == 90.0 || direction_deg == 270.0) radians_per_col_ = 0.0;
  if (direction_deg == 0.0 || direction_deg == 180.0) radians_per_row_ = 0.0;
  phase_ = wrapped_degrees(phase_deg) * (pi / 180.0);
  for (std::uint32_t col = 0; col < size.cols; ++col) {
    col_sin_.push_back(portable_sin(col_phase(col)));
    col_cos_.push_back(portable_cos(col_phase(col)));
  }
}

double SineGrating::row_phase(double cycles, std::uint32_t row) const {
  // Whole turns are taken out in cycles, so that long movies keep their precision.
  const double whole = static_cast<double>(static_cast<std::int64_t>(cycles));
  return row * radians_per_row_ + (phase_ + sign_ * (2.0 * pi * (cycles - whole)));
}

double SineGrating::pixel(double cycles, std::uint32_t row, std::uint32_t col) const {
  return portable_sin(col_phase(col) + row_phase(cycles, row));
}

void SineGrating::frame(double cycles, double amplitude, float* out) const {
  // sin(a + b) from the sines and cosines of columns and rows.
  for (std::uint32_t row = 0; row < size_.rows; ++row) {
    const double phase = row_phase(cycles, row);
    const double sine = amplitude * portable_sin(phase);
    const double cosine = amplitude * portable_cos(phase);
    for (std::uint32_t col = 0; col < size_.cols; ++col) {
      // Rounding may leave the sum a few ulps above the amplitude.
      const double value = col_sin_[col] * cosine + col_cos_[col] * sine;
      *out++ = static_cast<float>(std::clamp(value, -amplitude, amplitude));
    }
  }
}

}  // namespace stimulus_math
