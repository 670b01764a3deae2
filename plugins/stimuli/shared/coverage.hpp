#pragma once
#include <algorithm>

namespace stimulus_math {

/// Share of a pixel of one degree-per-pixel width `pixel_deg` that lies inside an edge at signed
/// distance `inside_deg` (positive inside): a straight ramp over one pixel, so that edges move
/// smoothly.
inline double coverage(double inside_deg, double pixel_deg) {
  return std::clamp(inside_deg / pixel_deg + 0.5, 0.0, 1.0);
}

}  // namespace stimulus_math
