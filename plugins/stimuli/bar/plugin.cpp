#include <memory>
#include <v1e_sdk/stimulus.hpp>

#include "moving_bar.hpp"
#include "plugins/stimuli/shared/frame_stimulus.hpp"

namespace {

constexpr const char* documentation =
    "A bright or dark bar on a gray screen. It enters the field at the onset, moves along "
    "(cos, sin) of `direction` in columns and rows, and leaves; with `repeat` it enters again. "
    "Edges are smoothed over a pixel.";

struct Bar : stimulus_math::FrameStimulus {
  static constexpr auto name = "bar";
  static constexpr auto version = "1.0.0";
  static constexpr auto summary = "A bar that moves across a gray screen";
  static constexpr auto doc = documentation;
  static constexpr std::uint32_t outputs = V1E_OUT_FRAMES;
  static constexpr std::uint64_t flags = V1E_STIM_PURE | V1E_STIM_EVERY_TRIAL;

  v1e::Float direction{"direction", "deg", 0.0, v1e::Range{0.0, 360.0, V1E_PARAM_MAX_EXCLUSIVE},
                       "Direction of motion"};
  v1e::Float speed{"speed", "deg/s", 100.0, v1e::above(0.0), "Speed of the bar"};
  v1e::Float width{"width", "deg", 10.0, v1e::above(0.0), "Extent along the motion"};
  v1e::Float length{"length", "deg", 0.0, v1e::at_least(0.0),
                    "Extent across the motion; 0: from edge to edge"};
  v1e::Float luminance{"luminance", "1", 0.8, v1e::closed(-1.0, 1.0),
                       "Of the bar: 1 white, -1 black, 0 the gray of the background"};
  v1e::Float center_x{"center_x", "deg", 120.0, v1e::any(),
                      "Point the bar's middle passes, from the left edge"};
  v1e::Float center_y{"center_y", "deg", 60.0, v1e::any(), "... from the upper edge"};
  v1e::Int onset{"onset", "ms", 500, v1e::closed(0, 1e9), "Time at which it begins to enter"};
  v1e::Bool repeat{"repeat", false, "Enter again as soon as it has left"};

  void prepare(const v1e_stimulus_env& env) {
    keep(env);
    bar::BarParameters p;
    p.direction_deg = direction;
    p.width_deg = width;
    p.length_deg = length;
    p.center_x_deg = center_x;
    p.center_y_deg = center_y;
    p.speed_deg_per_s = speed;
    p.luminance = luminance;
    p.onset_ms = onset;
    p.repeat = repeat;
    moving = std::make_unique<bar::MovingBar>(p, frame);
  }

  void fill(const v1e_window& window, v1e_drive& drive) const {
    fill_frames(window, drive, [&](std::int64_t t_ms, float* out) { moving->frame(t_ms, out); });
  }

  void describe(v1e::StimulusDescription& description) const {
    constant_column(description, "direction_deg", "deg", direction);
    constant_column(description, "speed_deg_per_s", "deg/s", speed);
    constant_column(description, "luminance", "1", luminance);
    const auto begin = static_cast<double>(std::int64_t{onset});
    const double end = begin + moving->crossing_ms();
    marker(description, begin, "bar enters");
    if (!repeat) marker(description, end, "bar has left");
    if (repeat) {
      description.strip("Speed", "deg/s", {0.0, begin}, {0.0, speed});
    } else {
      description.strip("Speed", "deg/s", {0.0, begin, end}, {0.0, speed, 0.0});
    }
  }

  std::unique_ptr<bar::MovingBar> moving;
};

}  // namespace

V1E_MODULE("org.v1engine.bar", "1.0.0", "BSD-3-Clause", v1e::stimulus_plugin<Bar>())
