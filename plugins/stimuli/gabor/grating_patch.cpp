#include "grating_patch.hpp"

#include <algorithm>
#include <cmath>

#include "kernels/portable_math.hpp"
#include "plugins/stimuli/shared/coverage.hpp"

namespace gabor {
namespace {

double share_of_pixel(const PatchParameters& p, double distance_deg, double pitch_deg) {
  if (p.window == Window::disc) {
    return stimulus_math::coverage(0.5 * p.size_deg - distance_deg, pitch_deg);
  }
  const double z = distance_deg / p.size_deg;
  return v1::kernels::portable_exp(-0.5 * z * z);
}

}  // namespace

GratingPatch::GratingPatch(const PatchParameters& parameters, const stimulus_math::FrameSize& size)
    : parameters_(parameters),
      cols_(size.cols),
      pattern_(parameters.direction_deg, parameters.spatial_frequency_cpd, parameters.phase_deg,
               size) {
  for (std::uint32_t row = 0; row < size.rows; ++row) {
    const double dy = (row + 0.5) * size.deg_per_pixel - parameters.center_y_deg;
    for (std::uint32_t col = 0; col < size.cols; ++col) {
      const double dx = (col + 0.5) * size.deg_per_pixel - parameters.center_x_deg;
      const double share =
          share_of_pixel(parameters, std::sqrt(dx * dx + dy * dy), size.deg_per_pixel);
      window_.push_back(static_cast<float>(parameters.surround ? 1.0 - share : share));
    }
  }
}

bool GratingPatch::shown(std::int64_t t_ms) const {
  return t_ms >= parameters_.onset_ms && t_ms < parameters_.onset_ms + parameters_.duration_ms;
}

void GratingPatch::frame(std::int64_t t_ms, float* out) const {
  if (!shown(t_ms)) {
    std::fill_n(out, window_.size(), 0.0f);
    return;
  }
  const double seconds = static_cast<double>(t_ms - parameters_.onset_ms) / 1000.0;
  pattern_.frame(seconds * parameters_.temporal_frequency_hz, parameters_.contrast, out);
  for (std::size_t i = 0; i < window_.size(); ++i) out[i] *= window_[i];
}

}  // namespace gabor
