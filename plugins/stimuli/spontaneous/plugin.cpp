#include <algorithm>
#include <v1e_sdk/stimulus.hpp>

namespace {

struct Spontaneous {
  static constexpr auto name = "spontaneous";
  static constexpr auto version = "1.0.0";
  static constexpr auto summary = "Mid-gray screen: the LGN fires at its spontaneous rates";
  static constexpr std::uint32_t outputs = V1E_OUT_FRAMES;
  static constexpr std::uint64_t flags = V1E_STIM_PURE | V1E_STIM_EVERY_TRIAL;

  void prepare(const v1e_stimulus_env& env) {
    pixels = static_cast<std::size_t>(env.frame_rows) * env.frame_cols;
  }

  void fill(const v1e_window& window, v1e_drive& drive) const {
    const std::size_t count = pixels * static_cast<std::size_t>(window.step_count);
    std::fill_n(static_cast<float*>(drive.dense.data), count, 0.0f);
  }

  std::size_t pixels = 0;
};

}  // namespace

V1E_MODULE("org.v1engine.spontaneous", "1.0.0", "BSD-3-Clause", v1e::stimulus_plugin<Spontaneous>())
