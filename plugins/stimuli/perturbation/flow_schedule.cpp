#include "flow_schedule.hpp"

#include <algorithm>

namespace perturbation {
namespace {

constexpr double ms_per_s = 1000.0;

void apply(Flow& flow, const Event& event) {
  switch (event.change) {
    case Change::flow:
    case Change::halt:
      flow.moving = event.change == Change::flow;
      flow.visible = true;
      break;
    case Change::speed:
      flow.temporal_frequency_hz = event.value;
      break;
    case Change::direction:
      flow.direction_deg = event.value;
      break;
    case Change::contrast:
      flow.contrast = event.value;
      break;
    case Change::gray:
      flow.visible = false;
      break;
  }
}

}  // namespace

FlowSchedule::FlowSchedule(const Flow& before, const std::vector<Event>& events) {
  segments_.push_back({-stimulus_math::preroll_ms, before});
  for (const Event& event : events) {
    const std::int64_t begin = std::max(event.start_ms, -stimulus_math::preroll_ms);
    if (begin > segments_.back().begin_ms) segments_.push_back({begin, segments_.back().flow});
    apply(segments_.back().flow, event);
  }
}

const Flow& FlowSchedule::at(std::int64_t t_ms) const {
  const Flow* found = &segments_.front().flow;
  for (const Segment& segment : segments_) {
    if (segment.begin_ms <= t_ms) found = &segment.flow;
  }
  return *found;
}

double FlowSchedule::cycles(std::int64_t t_ms) const {
  double cycles = 0.0;
  // Steps at one speed are counted together, so that a pause leaves no rounding behind.
  double speed_hz = 0.0;
  std::int64_t steps = 0;
  for (std::size_t s = 0; s < segments_.size(); ++s) {
    const Segment& segment = segments_[s];
    if (segment.begin_ms > t_ms || !segment.flow.moving) continue;
    const std::int64_t next = s + 1 < segments_.size() ? segments_[s + 1].begin_ms : t_ms + 1;
    const std::int64_t frames = std::min(next, t_ms + 1) - segment.begin_ms;
    const bool goes_on = s > 0 && segments_[s - 1].flow.moving;
    if (segment.flow.temporal_frequency_hz != speed_hz) {
      cycles += static_cast<double>(steps) * (speed_hz / ms_per_s);
      speed_hz = segment.flow.temporal_frequency_hz;
      steps = 0;
    }
    steps += goes_on ? frames : frames - 1;
  }
  return cycles + static_cast<double>(steps) * (speed_hz / ms_per_s);
}

std::vector<Event> preset_events(const std::string& preset) {
  constexpr std::int64_t begin = 500, end = 1500;
  if (preset == "onset") return {{begin, Change::flow, 0.0}, {end, Change::halt, 0.0}};
  if (preset == "halt") return {{begin, Change::halt, 0.0}, {end, Change::flow, 0.0}};
  return {};
}

}  // namespace perturbation
