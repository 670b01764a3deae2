#include <memory>
#include <v1e_sdk/stimulus.hpp>

#include "drifting_grating.hpp"
#include "plugins/stimuli/shared/frame_stimulus.hpp"

namespace {

constexpr const char* documentation =
    "A full-field sinusoidal grating that stands still, drifts, and stands still again (with "
    "`reverse`: drifts, halts, drifts on). It drifts along (cos, sin) of `orientation` in columns "
    "and rows: 0 to the right, 90 downwards, 180 to the left, 270 upwards. With `pause = \"gray\"` "
    "the screen is gray where the pattern would stand still. The movie begins 500 ms before the "
    "trial; after the last phase the pattern stays as it is.";

struct Gratings : stimulus_math::FrameStimulus {
  static constexpr auto name = "gratings";
  static constexpr auto version = "1.0.0";
  static constexpr auto summary = "Drifting sinusoidal grating with still phases around it";
  static constexpr auto doc = documentation;
  static constexpr std::uint32_t outputs = V1E_OUT_FRAMES;
  static constexpr std::uint64_t flags = V1E_STIM_PURE | V1E_STIM_EVERY_TRIAL;

  v1e::Float orientation{"orientation", "deg", 0.0, v1e::Range{0.0, 360.0, V1E_PARAM_MAX_EXCLUSIVE},
                         "Direction of drift"};
  v1e::Float temporal_frequency{"temporal_frequency", "Hz", 2.0, v1e::closed(0.0, 500.0),
                                "Cycles per second; 0 shows the still pattern throughout"};
  v1e::Float spatial_frequency{"spatial_frequency", "cycles/deg", 0.04, v1e::closed(0.0, 10.0),
                               "Cycles per degree of visual angle"};
  v1e::Float contrast{"contrast", "1", 0.8, v1e::closed(0.0, 1.0),
                      "Amplitude around mid-gray; 1 reaches black and white"};
  v1e::Bool reverse{"reverse", false, "Drift, halt, drift on instead of halt, drift, halt"};
  v1e::Choice pause{"pause", "still", {"still", "gray"}, "What is shown while nothing drifts"};
  v1e::Float phase{"phase", "deg", 0.0, v1e::closed(-360.0, 360.0),
                   "Phase of the still pattern at the top left pixel"};
  v1e::Int onset{"onset", "ms", 500, v1e::closed(0, 1e9),
                 "Start of the flow (with reverse: of the halt)"};
  v1e::Int duration{"duration", "ms", 1000, v1e::closed(0, 1e9),
                    "Length of the flow (with reverse: of the halt)"};

  void prepare(const v1e_stimulus_env& env) {
    keep(env);
    gratings::GratingParameters parameters;
    parameters.orientation_deg = orientation;
    parameters.temporal_frequency_hz = temporal_frequency;
    parameters.spatial_frequency_cpd = spatial_frequency;
    parameters.contrast = contrast;
    parameters.phase_deg = phase;
    parameters.reverse = reverse;
    parameters.gray_when_still = pause.is("gray");
    parameters.onset_ms = onset;
    parameters.duration_ms = duration;
    grating = std::make_unique<gratings::DriftingGrating>(parameters, frame);
  }

  void fill(const v1e_window& window, v1e_drive& drive) const {
    fill_frames(window, drive, [&](std::int64_t t_ms, float* out) { grating->frame(t_ms, out); });
  }

  void describe(v1e::StimulusDescription& description) const {
    constant_column(description, "direction_deg", "deg", orientation);
    constant_column(description, "temporal_frequency_hz", "Hz", temporal_frequency);
    constant_column(description, "contrast", "1", contrast);
    constant_column(description, "reverse", "1", reverse ? 1.0 : 0.0);
    const double begin = static_cast<double>(std::int64_t{onset});
    const double end = begin + static_cast<double>(std::int64_t{duration});
    marker(description, begin, reverse ? "flow halt" : "flow onset");
    marker(description, end, reverse ? "flow resumption" : "flow offset");
    const double moving = temporal_frequency;
    const double outside = reverse ? moving : 0.0, inside = reverse ? 0.0 : moving;
    description.strip("Temporal frequency", "Hz", {0.0, begin, end}, {outside, inside, outside});
    if (pause.is("gray")) {
      const double shown = contrast, outer = reverse ? shown : 0.0, inner = reverse ? 0.0 : shown;
      description.strip("Contrast", "1", {0.0, begin, end}, {outer, inner, outer});
    }
  }

  std::unique_ptr<gratings::DriftingGrating> grating;
};

}  // namespace

V1E_MODULE("org.v1engine.gratings", "1.0.0", "BSD-3-Clause", v1e::stimulus_plugin<Gratings>())
