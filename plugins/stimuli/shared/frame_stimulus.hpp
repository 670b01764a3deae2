#pragma once
#include <cstddef>
#include <cstdint>
#include <v1e_sdk/stimulus.hpp>
#include <vector>

#include "plugins/stimuli/shared/frame_size.hpp"

namespace stimulus_math {

/// Base of stimuli whose frames are functions of time: what they keep of their environment, and
/// how they fill a window and describe a trial.
struct FrameStimulus {
  FrameSize frame;
  std::uint32_t trial_count = 0;
  double trial_ms = 0.0;

  void keep(const v1e_stimulus_env& env) {
    frame = {env.frame_rows, env.frame_cols, env.deg_per_pixel};
    trial_count = env.trial_count;
    trial_ms = env.duration_ms;
  }
  std::size_t pixels() const { return static_cast<std::size_t>(frame.rows) * frame.cols; }

  /// Calls draw(t_ms, out) for every frame of the window; out: pixels() luminances, [row][col].
  template <class Draw>
  void fill_frames(const v1e_window& window, v1e_drive& drive, Draw&& draw) const {
    auto* out = static_cast<float*>(drive.dense.data);
    for (std::int64_t i = 0; i < window.step_count; ++i, out += pixels()) {
      draw(window.step_begin + i, out);
    }
  }

  /// A trial column with the same value in every trial.
  void constant_column(v1e::StimulusDescription& description, const char* name, const char* unit,
                       double value) const {
    description.trial_column(name, unit, std::vector<double>(trial_count, value));
  }
  /// A marker, if the trial lasts so long.
  void marker(v1e::StimulusDescription& description, double time_ms, const char* label) const {
    if (time_ms <= trial_ms) description.marker(time_ms, label);
  }
};

}  // namespace stimulus_math
