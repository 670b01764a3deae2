#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "plugins/stimuli/shared/sine_grating.hpp"

namespace perturbation {

/// What changes at a time.
enum class Change : std::uint8_t {
  flow,       // the pattern is visible and moves
  halt,       // it is visible and stands still
  speed,      // value: temporal frequency in Hz; moving or not stays
  direction,  // value: degrees
  contrast,   // value: 0 to 1
  gray        // nothing is visible until flow or halt
};

struct Event {
  std::int64_t start_ms = 0;  // of the trial
  Change change = Change::flow;
  double value = 0.0;
};

/// State of the flow at one millisecond.
struct Flow {
  bool moving = false;
  bool visible = true;
  double temporal_frequency_hz = 2.0;
  double direction_deg = 0.0;
  double contrast = 0.8;
  bool operator==(const Flow&) const = default;
};

/// The course of visual flow over a trial: a state that holds from one change to the next. Between
/// two frames the pattern moves by the temporal frequency of the later one, if it moves in both;
/// so its phase never jumps when flow stops, resumes or changes speed.
class FlowSchedule {
 public:
  /// `before`: the state from the beginning of the movie (preroll_ms before the trial) on. Events
  /// in ascending order of time; those of equal time act together.
  FlowSchedule(const Flow& before, const std::vector<Event>& events);

  const Flow& at(std::int64_t t_ms) const;
  /// Cycles that the pattern has moved since the movie began.
  double cycles(std::int64_t t_ms) const;

  struct Segment {
    std::int64_t begin_ms = 0;  // the first one counts from the beginning of the movie
    Flow flow;
  };
  const std::vector<Segment>& segments() const { return segments_; }

 private:
  std::vector<Segment> segments_;
};

/// The published protocols: "onset" (still, flow from 500 to 1500 ms, still) and "halt" (flow,
/// still from 500 to 1500 ms, flow).
std::vector<Event> preset_events(const std::string& preset);

}  // namespace perturbation
