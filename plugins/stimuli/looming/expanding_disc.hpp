#pragma once
#include <cstdint>

#include "plugins/stimuli/shared/sine_grating.hpp"

namespace looming {

enum class Law : std::uint8_t {
  approach,  // a disc of constant size that comes nearer at constant speed
  area       // an area that grows at a constant rate and starts anew
};

struct DiscParameters {
  Law law = Law::approach;
  double size_over_speed_ms = 20.0;  // l / v: half size over speed
  double first_diameter_deg = 2.0, last_diameter_deg = 80.0;
  double area_rate_deg2_per_ms = 0.75;               // of the squared radius
  double largest_area_deg2 = 625.0;                  // squared radius at which it starts anew
  double center_x_deg = 120.0, center_y_deg = 60.0;  // from the upper left corner
  double luminance = -1.0;                           // of the disc; the background is gray
  std::int64_t onset_ms = 500;
  std::int64_t hold_ms = 500;  // approach: how long the full size stays
};

/// A disc that grows on a gray screen.
class ExpandingDisc {
 public:
  ExpandingDisc(const DiscParameters& parameters, const stimulus_math::FrameSize& size);

  /// Radius at a time of the trial in degrees; negative where there is no disc.
  double radius_deg(std::int64_t t_ms) const;
  /// Approach: ms from the onset to the full size.
  double growth_ms() const;
  void frame(std::int64_t t_ms, float* out) const;

 private:
  double approach_radius_deg(double since_ms) const;

  DiscParameters parameters_;
  stimulus_math::FrameSize size_;
};

}  // namespace looming
