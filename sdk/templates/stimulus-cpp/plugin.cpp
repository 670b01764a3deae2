#include <cmath>
#include <v1e_sdk/stimulus.hpp>

#include "kernels/portable_math.hpp"  // the same bits on every machine, unlike std::sin

namespace {

/// Rings that run outwards from the middle of the screen.
struct MyPlugin {
  static constexpr auto name = "my_plugin";
  static constexpr auto version = "1.0.0";
  static constexpr auto summary = "Rings that run outwards from the middle of the screen";
  static constexpr std::uint32_t outputs = V1E_OUT_FRAMES;
  // PURE: a frame depends on its time alone. EVERY_TRIAL: all trials see the same.
  static constexpr std::uint64_t flags = V1E_STIM_PURE | V1E_STIM_EVERY_TRIAL;

  v1e::Float wavelength{"wavelength", "deg", 20.0, v1e::above(0.0), "Distance of two rings"};
  v1e::Float frequency{"frequency", "Hz", 2.0, v1e::closed(0.0, 100.0), "Rings per second"};
  v1e::Float contrast{"contrast", "1", 0.8, v1e::closed(0.0, 1.0), "Michelson contrast"};

  void prepare(const v1e_stimulus_env& env) {
    rows = env.frame_rows;
    cols = env.frame_cols;
    deg_per_pixel = env.deg_per_pixel;
  }

  /// Writes step_count frames [row][col] of 1 ms, luminance -1 (black) to 1 (white).
  void fill(const v1e_window& window, v1e_drive& drive) const {
    constexpr double two_pi = 6.283185307179586;
    auto* pixel = static_cast<float*>(drive.dense.data);
    for (std::int64_t step = window.step_begin; step < window.step_begin + window.step_count;
         ++step) {
      const double turns = step < 0 ? 0.0 : frequency * static_cast<double>(step) / 1000.0;
      const double amplitude = step < 0 ? 0.0 : static_cast<double>(contrast);  // gray before
      for (std::uint32_t row = 0; row < rows; ++row) {
        for (std::uint32_t col = 0; col < cols; ++col) {
          const double x = (col + 0.5 - cols / 2.0) * deg_per_pixel;
          const double y = (row + 0.5 - rows / 2.0) * deg_per_pixel;
          const double phase = std::sqrt(x * x + y * y) / wavelength - turns;
          *pixel++ = static_cast<float>(amplitude * v1::kernels::portable_sin(two_pi * phase));
        }
      }
    }
  }

  /// Shown in figures: when the rings start to move.
  void describe(v1e::StimulusDescription& description) const {
    description.marker(0.0, "rings on");
  }

  std::uint32_t rows = 0, cols = 0;
  double deg_per_pixel = 1.0;
};

}  // namespace

V1E_MODULE("org.example.my_plugin", "1.0.0", "BSD-3-Clause", v1e::stimulus_plugin<MyPlugin>())
