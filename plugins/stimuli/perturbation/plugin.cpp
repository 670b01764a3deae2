#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <v1e_sdk/stimulus.hpp>

#include "flow_schedule.hpp"
#include "plugins/stimuli/shared/frame_stimulus.hpp"

namespace {

using perturbation::Change;
using perturbation::Event;
using perturbation::Flow;
using perturbation::FlowSchedule;
using stimulus_math::SineGrating;

constexpr const char* documentation =
    "Visual flow that is perturbed on a schedule. A full-field grating (as in `gratings`) drifts "
    "or stands still from 500 ms before the trial on; each entry of `schedule` changes it at a "
    "time: `flow` and `halt` start and stop it, `speed` sets the temporal frequency [Hz], "
    "`direction` the direction [deg], `contrast` the contrast, and `gray` hides it until the next "
    "`flow` or `halt`. Entries of equal time act together. The phase goes on where it stopped. "
    "`preset` is the published onset or halt of flow, 500 to 1500 ms.";

constexpr const char* change_names[] = {"flow", "halt", "speed", "direction", "contrast", "gray"};

struct Entry {
  v1e::Int start{"start", "ms", 0, v1e::closed(-500, 1e9), "Time in the trial"};
  v1e::Choice change{"change",
                     "flow",
                     {"flow", "halt", "speed", "direction", "contrast", "gray"},
                     "What changes then"};
  v1e::Float value{"value", "1", 0.0, v1e::any(),
                   "Hz for speed, degrees for direction, 0 to 1 for contrast; else unused"};
};

struct Perturbation : stimulus_math::FrameStimulus {
  static constexpr auto name = "perturbation";
  static constexpr auto version = "1.0.0";
  static constexpr auto summary =
      "Visual flow with perturbations: onsets, halts, changes of speed, direction and contrast";
  static constexpr auto doc = documentation;
  static constexpr std::uint32_t outputs = V1E_OUT_FRAMES;
  static constexpr std::uint64_t flags = V1E_STIM_PURE | V1E_STIM_EVERY_TRIAL;

  v1e::Choice preset{"preset",
                     "onset",
                     {"onset", "halt", "none"},
                     "Published protocol; none: the schedule says everything"};
  v1e::Records<Entry> schedule{"schedule", "Changes in order of time, with preset = \"none\""};
  v1e::Bool moving{"moving", true, "With preset = \"none\": does the pattern move from the start?"};
  v1e::Float orientation{"orientation", "deg", 0.0, v1e::Range{0.0, 360.0, V1E_PARAM_MAX_EXCLUSIVE},
                         "Direction of drift, until the schedule changes it"};
  v1e::Float temporal_frequency{"temporal_frequency", "Hz", 2.0, v1e::closed(0.0, 500.0),
                                "Cycles per second, until the schedule changes it"};
  v1e::Float spatial_frequency{"spatial_frequency", "cycles/deg", 0.04, v1e::closed(0.0, 10.0),
                               "Cycles per degree of visual angle"};
  v1e::Float contrast{"contrast", "1", 0.8, v1e::closed(0.0, 1.0),
                      "Amplitude around mid-gray, until the schedule changes it"};
  v1e::Float phase{"phase", "deg", 0.0, v1e::closed(-360.0, 360.0),
                   "Phase of the first frame at the top left pixel"};

  void check() const {
    if (!preset.is("none")) {
      if (!moving) {
        throw v1e::Error(V1E_E_INVALID, "moving", "needs preset = \"none\"; a preset has its own");
      }
      if (schedule.records().empty()) return;
      throw v1e::Error(V1E_E_INVALID, "schedule", "needs preset = \"none\"; a preset has its own");
    }
    const auto& entries = schedule.records();
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (i > 0 && entries[i].start < entries[i - 1].start) {
        throw wrong(i, "start",
                    "times must ascend, but " + text(entries[i].start) + " ms follows " +
                        text(entries[i - 1].start) + " ms");
      }
      check_value(i, entries[i]);
      check_alone(i);
    }
  }

  static std::string text(std::int64_t number) { return std::to_string(number); }

  static v1e::Error wrong(std::size_t entry, const char* field, const std::string& why) {
    return v1e::Error(V1E_E_INVALID, "schedule[" + std::to_string(entry) + "]." + field, why);
  }

  static void check_value(std::size_t i, const Entry& entry) {
    const auto between = [&](double low, double high, const char* what) {
      if (entry.value >= low && entry.value <= high) return;
      throw wrong(i, "value",
                  "the value of '" + entry.change.text() + "' at " + text(entry.start) +
                      " ms must be " + what);
    };
    switch (static_cast<Change>(entry.change.index())) {
      case Change::speed:
        return between(std::numeric_limits<double>::min(), 500.0,
                       "a temporal frequency above 0 and up to 500 Hz; 'halt' stops the flow");
      case Change::direction:
        return between(0.0, std::nextafter(360.0, 0.0), "a direction from 0 to below 360 deg");
      case Change::contrast:
        return between(0.0, 1.0, "a contrast from 0 to 1");
      default:
        if (entry.value == 0.0) return;
        throw wrong(i, "value",
                    "'" + entry.change.text() + "' at " + text(entry.start) +
                        " ms takes no value; speed, direction and contrast do");
    }
  }

  // Changes of one time act together, so they must not exclude each other.
  void check_alone(std::size_t i) const {
    const auto kind = [](const Entry& entry) {  // flow, halt and gray are one choice
      const auto change = static_cast<Change>(entry.change.index());
      return change == Change::halt || change == Change::gray ? Change::flow : change;
    };
    const auto& entries = schedule.records();
    for (std::size_t k = i; k-- > 0 && entries[k].start == entries[i].start;) {
      if (kind(entries[k]) != kind(entries[i])) continue;
      throw wrong(i, "change",
                  "'" + entries[i].change.text() + "' and '" + entries[k].change.text() +
                      "' are both at " + text(entries[i].start) + " ms and exclude each other");
    }
  }

  void prepare(const v1e_stimulus_env& env) {
    keep(env);
    events = perturbation::preset_events(preset.text());
    for (const Entry& entry : schedule.records()) {
      events.push_back({entry.start, static_cast<Change>(entry.change.index()), entry.value});
    }
    Flow first;
    first.moving = preset.is("none") ? bool{moving} : preset.is("halt");
    first.temporal_frequency_hz = temporal_frequency;
    first.direction_deg = orientation;
    first.contrast = contrast;
    course = std::make_unique<FlowSchedule>(first, events);
    for (const FlowSchedule::Segment& segment : course->segments()) {
      const double direction = segment.flow.direction_deg;
      patterns.try_emplace(direction, direction, spatial_frequency, phase, frame);
    }
  }

  void fill(const v1e_window& window, v1e_drive& drive) const {
    fill_frames(window, drive, [&](std::int64_t t_ms, float* out) {
      const Flow& flow = course->at(t_ms);
      if (flow.visible) {
        patterns.at(flow.direction_deg).frame(course->cycles(t_ms), flow.contrast, out);
      } else {
        std::fill_n(out, pixels(), 0.0f);
      }
    });
  }

  void describe(v1e::StimulusDescription& description) const {
    constant_column(description, "direction_deg", "deg", orientation);
    constant_column(description, "temporal_frequency_hz", "Hz", temporal_frequency);
    constant_column(description, "contrast", "1", contrast);
    for (const Event& event : events) {
      const auto time = static_cast<double>(event.start_ms);
      if (time < 0.0 || time > trial_ms) continue;
      description.marker(time, change_names[static_cast<std::size_t>(event.change)]);
    }
    std::vector<double> time, speed, direction, shown;
    for (const FlowSchedule::Segment& segment : course->segments()) {
      const auto begin = std::max(static_cast<double>(segment.begin_ms), 0.0);
      if (!time.empty() && time.back() == begin) {
        time.pop_back(), speed.pop_back(), direction.pop_back(), shown.pop_back();
      }
      const Flow& flow = segment.flow;
      time.push_back(begin);
      speed.push_back(flow.moving && flow.visible ? flow.temporal_frequency_hz : 0.0);
      direction.push_back(flow.direction_deg);
      shown.push_back(flow.visible ? flow.contrast : 0.0);
    }
    description.strip("Temporal frequency", "Hz", time, speed);
    if (patterns.size() > 1) description.strip("Direction", "deg", time, direction);
    const bool varies = std::any_of(shown.begin(), shown.end(),
                                    [&](double value) { return value != shown.front(); });
    if (varies) description.strip("Contrast", "1", time, shown);
  }

  std::vector<Event> events;
  std::unique_ptr<FlowSchedule> course;
  std::map<double, SineGrating> patterns;  // by direction
};

}  // namespace

V1E_MODULE("org.v1engine.perturbation", "1.0.0", "BSD-3-Clause",
           v1e::stimulus_plugin<Perturbation>())
