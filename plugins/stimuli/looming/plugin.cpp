#include <memory>
#include <v1e_sdk/stimulus.hpp>

#include "expanding_disc.hpp"
#include "plugins/stimuli/shared/frame_stimulus.hpp"

namespace {

constexpr const char* documentation =
    "A dark (or bright) disc that grows on a gray screen. With `law = \"approach\"` it looks like "
    "an object of half size l that comes nearer at speed v: it subtends 2 atan((l/v) / tau) at a "
    "time tau before contact, from the first to the last diameter, which stays for `hold`. With "
    "`law = \"area\"` its squared radius grows at a constant rate and starts anew at a limit, as "
    "in the published scripts of the model.";

struct Looming : stimulus_math::FrameStimulus {
  static constexpr auto name = "looming";
  static constexpr auto version = "1.0.0";
  static constexpr auto summary = "An expanding disc, as of an approaching object";
  static constexpr auto doc = documentation;
  static constexpr std::uint32_t outputs = V1E_OUT_FRAMES;
  static constexpr std::uint64_t flags = V1E_STIM_PURE | V1E_STIM_EVERY_TRIAL;

  v1e::Choice law{"law", "approach", {"approach", "area"}, "How the disc grows"};
  v1e::Float size_over_speed{"size_over_speed", "ms", 20.0, v1e::above(0.0),
                             "approach: l / v, half size over speed"};
  v1e::Float first_diameter{"first_diameter", "deg", 2.0, v1e::above_up_to(0.0, 170.0),
                            "approach: at the onset"};
  v1e::Float last_diameter{"last_diameter", "deg", 80.0, v1e::above_up_to(0.0, 170.0),
                           "approach: at the end of the growth"};
  v1e::Int hold{"hold", "ms", 500, v1e::closed(0, 1e9), "approach: how long the full size stays"};
  v1e::Float area_rate{"area_rate", "deg^2/ms", 0.75, v1e::above(0.0),
                       "area: growth of the squared radius"};
  v1e::Float largest_area{"largest_area", "deg^2", 625.0, v1e::above(0.0),
                          "area: squared radius at which it starts anew"};
  v1e::Float luminance{"luminance", "1", -1.0, v1e::closed(-1.0, 1.0),
                       "Of the disc: 1 white, -1 black"};
  v1e::Float center_x{"center_x", "deg", 120.0, v1e::any(), "Centre, from the left edge"};
  v1e::Float center_y{"center_y", "deg", 60.0, v1e::any(), "Centre, from the upper edge"};
  v1e::Int onset{"onset", "ms", 500, v1e::closed(0, 1e9), "Start of the growth"};

  void check() const {
    if (last_diameter > first_diameter) return;
    throw v1e::Error(V1E_E_INVALID, "last_diameter", "must be larger than first_diameter");
  }

  void prepare(const v1e_stimulus_env& env) {
    keep(env);
    looming::DiscParameters p;
    p.law = static_cast<looming::Law>(law.index());
    p.size_over_speed_ms = size_over_speed;
    p.first_diameter_deg = first_diameter;
    p.last_diameter_deg = last_diameter;
    p.area_rate_deg2_per_ms = area_rate;
    p.largest_area_deg2 = largest_area;
    p.center_x_deg = center_x;
    p.center_y_deg = center_y;
    p.luminance = luminance;
    p.onset_ms = onset;
    p.hold_ms = hold;
    disc = std::make_unique<looming::ExpandingDisc>(p, frame);
  }

  void fill(const v1e_window& window, v1e_drive& drive) const {
    fill_frames(window, drive, [&](std::int64_t t_ms, float* out) { disc->frame(t_ms, out); });
  }

  void describe(v1e::StimulusDescription& description) const {
    constant_column(description, "size_over_speed_ms", "ms", size_over_speed);
    constant_column(description, "luminance", "1", luminance);
    const auto begin = static_cast<double>(std::int64_t{onset});
    marker(description, begin, "looming onset");
    if (law.is("approach")) {
      const double full = begin + disc->growth_ms();
      const double end = full + static_cast<double>(std::int64_t{hold});
      marker(description, full, "full size");
      marker(description, end, "looming offset");
    }
    std::vector<double> time{0.0}, diameter{0.0};
    for (std::int64_t t = onset; static_cast<double>(t) <= trial_ms; t += strip_step_ms) {
      time.push_back(static_cast<double>(t));
      diameter.push_back(std::max(2.0 * disc->radius_deg(t), 0.0));
    }
    description.strip("Diameter", "deg", time, diameter);
  }

  static constexpr std::int64_t strip_step_ms = 10;
  std::unique_ptr<looming::ExpandingDisc> disc;
};

}  // namespace

V1E_MODULE("org.v1engine.looming", "1.0.0", "BSD-3-Clause", v1e::stimulus_plugin<Looming>())
