#include <algorithm>
#include <v1e_sdk/stimulus.hpp>

#include "full_field_flash.hpp"
#include "plugins/stimuli/shared/frame_stimulus.hpp"

namespace {

struct Flash : stimulus_math::FrameStimulus {
  static constexpr auto name = "flash";
  static constexpr auto version = "1.0.0";
  static constexpr auto summary = "Full-field flash: dark, bright, dark (or the opposite)";
  static constexpr std::uint32_t outputs = V1E_OUT_FRAMES;
  static constexpr std::uint64_t flags = V1E_STIM_PURE | V1E_STIM_EVERY_TRIAL;

  v1e::Bool black_to_white{"black_to_white", true,
                           "Dark field with a bright flash; false: bright field, dark flash"};
  v1e::Float contrast{"contrast", "1", 0.8, v1e::closed(0.0, 1.0),
                      "Distance of both levels from mid-gray"};
  v1e::Int onset{"onset", "ms", 500, v1e::closed(0, 1e9), "Start of the flash"};
  v1e::Int duration{"duration", "ms", 1000, v1e::closed(0, 1e9), "Length of the flash"};

  void prepare(const v1e_stimulus_env& env) {
    keep(env);
    parameters = {black_to_white, contrast, onset, duration};
  }

  void fill(const v1e_window& window, v1e_drive& drive) const {
    fill_frames(window, drive, [&](std::int64_t t_ms, float* out) {
      std::fill_n(out, pixels(), static_cast<float>(flash::luminance(parameters, t_ms)));
    });
  }

  void describe(v1e::StimulusDescription& description) const {
    constant_column(description, "black_to_white", "1", black_to_white ? 1.0 : 0.0);
    constant_column(description, "contrast", "1", contrast);
    const double begin = static_cast<double>(parameters.onset_ms);
    const double end = begin + static_cast<double>(parameters.duration_ms);
    marker(description, begin, "flash onset");
    marker(description, end, "flash offset");
    const double inside = black_to_white ? contrast : -contrast;
    description.strip("Luminance", "1", {0.0, begin, end}, {-inside, inside, -inside});
  }

  flash::FlashParameters parameters;
};

}  // namespace

V1E_MODULE("org.v1engine.flash", "1.0.0", "BSD-3-Clause", v1e::stimulus_plugin<Flash>())
