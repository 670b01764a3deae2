#include "drifting_grating.hpp"

#include <algorithm>

namespace gratings {
namespace {

constexpr double ms_per_s = 1000.0;

}  // namespace

DriftingGrating::DriftingGrating(const GratingParameters& parameters, const FrameSize& size)
    : parameters_(parameters),
      size_(size),
      pattern_(parameters.orientation_deg, parameters.spatial_frequency_cpd, parameters.phase_deg,
               size) {}

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

bool DriftingGrating::gray(std::int64_t t_ms) const {
  const std::int64_t onset = parameters_.onset_ms, offset = onset + parameters_.duration_ms;
  const bool inside = t_ms >= onset && t_ms < offset;
  return parameters_.gray_when_still && inside == parameters_.reverse;
}

double DriftingGrating::cycles(std::int64_t t_ms) const {
  return static_cast<double>(moved_steps(t_ms)) * (parameters_.temporal_frequency_hz / ms_per_s);
}

double DriftingGrating::pixel(std::int64_t t_ms, std::uint32_t row, std::uint32_t col) const {
  return gray(t_ms) ? 0.0 : parameters_.contrast * pattern_.pixel(cycles(t_ms), row, col);
}

void DriftingGrating::frame(std::int64_t t_ms, float* out) const {
  if (gray(t_ms)) {
    std::fill_n(out, static_cast<std::size_t>(size_.rows) * size_.cols, 0.0f);
  } else {
    pattern_.frame(cycles(t_ms), parameters_.contrast, out);
  }
}

}  // namespace gratings
