#pragma once
#include <cstdint>

#include "plugins/stimuli/shared/sine_grating.hpp"

namespace bar {

struct BarParameters {
  double direction_deg = 0.0;  // of motion: 0 to larger columns, 90 down the rows
  double width_deg = 10.0;     // along the motion
  double length_deg = 0.0;     // across it; 0: from edge to edge
  double center_x_deg = 120.0, center_y_deg = 60.0;  // point that the bar's middle passes
  double speed_deg_per_s = 100.0;
  double luminance = 0.8;  // of the bar; the background is gray
  std::int64_t onset_ms = 500;
  bool repeat = false;  // enters again as soon as it has left
};

/// A bar on gray that enters the field at the onset, crosses it and leaves.
class MovingBar {
 public:
  MovingBar(const BarParameters& parameters, const stimulus_math::FrameSize& size);

  /// Position of the bar's middle along its path, 0 where it passes the centre [deg]; outside the
  /// field before the onset and after the bar has left.
  double position_deg(std::int64_t t_ms) const;
  /// Time from entering to leaving [ms].
  double crossing_ms() const;
  void frame(std::int64_t t_ms, float* out) const;

 private:
  BarParameters parameters_;
  stimulus_math::FrameSize size_;
  double cosine_ = 1.0, sine_ = 0.0;
  double first_deg_ = 0.0, last_deg_ = 0.0;  // extent of the field along the path
};

}  // namespace bar
