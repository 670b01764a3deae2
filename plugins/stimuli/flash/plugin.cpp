#include <algorithm>
#include <v1e_sdk/stimulus.hpp>

#include "full_field_flash.hpp"

namespace {

struct Flash {
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
    trial_count = env.trial_count;
    trial_ms = env.duration_ms;
    pixels = static_cast<std::size_t>(env.frame_rows) * env.frame_cols;
    parameters = {black_to_white, contrast, onset, duration};
  }

  void fill(const v1e_window& window, v1e_drive& drive) const {
    auto* out = static_cast<float*>(drive.dense.data);
    for (std::int64_t i = 0; i < window.step_count; ++i) {
      const double value = flash::luminance(parameters, window.step_begin + i);
      out = std::fill_n(out, pixels, static_cast<float>(value));
    }
  }

  void describe(v1e::StimulusDescription& description) const {
    const auto constant = [&](double value) { return std::vector<double>(trial_count, value); };
    description.trial_column("black_to_white", "1", constant(black_to_white ? 1.0 : 0.0));
    description.trial_column("contrast", "1", constant(contrast));
    const double begin = static_cast<double>(parameters.onset_ms);
    const double end = begin + static_cast<double>(parameters.duration_ms);
    if (begin <= trial_ms) description.marker(begin, "flash onset");
    if (end <= trial_ms) description.marker(end, "flash offset");
    const double inside = black_to_white ? contrast : -contrast;
    description.strip("Luminance", "1", {0.0, begin, end}, {-inside, inside, -inside});
  }

  flash::FlashParameters parameters;
  std::size_t pixels = 0;
  std::uint32_t trial_count = 0;
  double trial_ms = 0.0;
};

}  // namespace

V1E_MODULE("org.v1engine.flash", "1.0.0", "BSD-3-Clause", v1e::stimulus_plugin<Flash>())
