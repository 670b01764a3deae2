#pragma once
#include <cstdint>
#include <vector>

#include "plugins/stimuli/shared/sine_grating.hpp"

namespace gabor {

enum class Window : std::uint8_t { gaussian, disc };

struct PatchParameters {
  double direction_deg = 0.0;
  double temporal_frequency_hz = 4.0;
  double spatial_frequency_cpd = 0.08;
  double contrast = 0.8;
  double phase_deg = 0.0;
  double center_x_deg = 120.0, center_y_deg = 60.0;  // from the upper left corner
  Window window = Window::gaussian;
  double size_deg = 10.0;  // gaussian: standard deviation; disc: diameter
  bool surround = false;   // the grating is everywhere but in the patch
  std::int64_t onset_ms = 500;
  std::int64_t duration_ms = 250;
};

/// A drifting grating in a window of the field, or around it, gray elsewhere and at other times.
class GratingPatch {
 public:
  GratingPatch(const PatchParameters& parameters, const stimulus_math::FrameSize& size);

  bool shown(std::int64_t t_ms) const;
  /// How much of the grating a pixel shows, 0 to 1.
  float window(std::uint32_t row, std::uint32_t col) const { return window_[row * cols_ + col]; }
  void frame(std::int64_t t_ms, float* out) const;

 private:
  PatchParameters parameters_;
  std::uint32_t cols_;
  stimulus_math::SineGrating pattern_;
  std::vector<float> window_;  // [row][col]
};

}  // namespace gabor
