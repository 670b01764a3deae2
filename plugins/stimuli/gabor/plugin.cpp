#include <memory>
#include <v1e_sdk/stimulus.hpp>

#include "grating_patch.hpp"
#include "plugins/stimuli/shared/frame_stimulus.hpp"

namespace {

constexpr const char* documentation =
    "A drifting grating inside a Gaussian or round window on a gray screen "
    "(`place = \"centre\"`), or everywhere but there (`place = \"surround\"`, the inverse stimulus "
    "of surround suppression experiments). The grating is that of `gratings`; map receptive fields "
    "by varying `center_x` and `center_y` in [[stimulus.block]].";

struct Gabor : stimulus_math::FrameStimulus {
  static constexpr auto name = "gabor";
  static constexpr auto version = "1.0.0";
  static constexpr auto summary = "A patch of drifting grating, or a grating with a hole";
  static constexpr auto doc = documentation;
  static constexpr std::uint32_t outputs = V1E_OUT_FRAMES;
  static constexpr std::uint64_t flags = V1E_STIM_PURE | V1E_STIM_EVERY_TRIAL;

  v1e::Float orientation{"orientation", "deg", 0.0, v1e::Range{0.0, 360.0, V1E_PARAM_MAX_EXCLUSIVE},
                         "Direction of drift"};
  v1e::Float temporal_frequency{"temporal_frequency", "Hz", 4.0, v1e::closed(0.0, 500.0),
                                "Cycles per second"};
  v1e::Float spatial_frequency{"spatial_frequency", "cycles/deg", 0.08, v1e::closed(0.0, 10.0),
                               "Cycles per degree of visual angle"};
  v1e::Float contrast{"contrast", "1", 0.8, v1e::closed(0.0, 1.0), "Amplitude around mid-gray"};
  v1e::Float phase{"phase", "deg", 0.0, v1e::closed(-360.0, 360.0),
                   "Phase of the first frame at the top left pixel"};
  v1e::Choice window{"window", "gaussian", {"gaussian", "disc"}, "Shape of the patch"};
  v1e::Float size{"size", "deg", 10.0, v1e::above(0.0),
                  "Standard deviation of the Gaussian, diameter of the disc"};
  v1e::Choice place{"place", "centre", {"centre", "surround"}, "Grating in the patch or around it"};
  v1e::Float center_x{"center_x", "deg", 120.0, v1e::any(), "Centre, from the left edge"};
  v1e::Float center_y{"center_y", "deg", 60.0, v1e::any(), "Centre, from the upper edge"};
  v1e::Int onset{"onset", "ms", 500, v1e::closed(0, 1e9), "Time at which it appears"};
  v1e::Int duration{"duration", "ms", 250, v1e::closed(0, 1e9), "How long it stays"};

  void prepare(const v1e_stimulus_env& env) {
    keep(env);
    gabor::PatchParameters p;
    p.direction_deg = orientation;
    p.temporal_frequency_hz = temporal_frequency;
    p.spatial_frequency_cpd = spatial_frequency;
    p.contrast = contrast;
    p.phase_deg = phase;
    p.center_x_deg = center_x;
    p.center_y_deg = center_y;
    p.window = static_cast<gabor::Window>(window.index());
    p.size_deg = size;
    p.surround = place.is("surround");
    p.onset_ms = onset;
    p.duration_ms = duration;
    patch = std::make_unique<gabor::GratingPatch>(p, frame);
  }

  void fill(const v1e_window& steps, v1e_drive& drive) const {
    fill_frames(steps, drive, [&](std::int64_t t_ms, float* out) { patch->frame(t_ms, out); });
  }

  void describe(v1e::StimulusDescription& description) const {
    constant_column(description, "direction_deg", "deg", orientation);
    constant_column(description, "temporal_frequency_hz", "Hz", temporal_frequency);
    constant_column(description, "contrast", "1", contrast);
    constant_column(description, "center_x_deg", "deg", center_x);
    constant_column(description, "center_y_deg", "deg", center_y);
    constant_column(description, "size_deg", "deg", size);
    const auto begin = static_cast<double>(std::int64_t{onset});
    const double end = begin + static_cast<double>(std::int64_t{duration});
    marker(description, begin, "patch onset");
    marker(description, end, "patch offset");
    description.strip("Contrast", "1", {0.0, begin, end}, {0.0, contrast, 0.0});
  }

  std::unique_ptr<gabor::GratingPatch> patch;
};

}  // namespace

V1E_MODULE("org.v1engine.gabor", "1.0.0", "BSD-3-Clause", v1e::stimulus_plugin<Gabor>())
