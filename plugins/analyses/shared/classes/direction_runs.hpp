#pragma once
#include <string>
#include <vector>

#include "plugins/analyses/shared/classes/class_changes.hpp"
#include "plugins/analyses/shared/classes/flow_runs.hpp"
#include "plugins/analyses/shared/trials/step_window.hpp"

namespace v1::analyses {

/// What analyses of a series of directions share: runs of one temporal frequency, one per
/// direction, each with a classification, and the role of every neuron over them.
class DirectionRuns : public FlowRuns {
 public:
  v1e::Text classification{"classification", "classification", "Name of the classification"};
  v1e::FloatList directions{"directions",
                            "deg",
                            {0, 45, 90, 135, 180, 225, 270, 315},
                            v1e::any(),
                            "Directions of flow; one run each"};
  v1e::Float frequency{"temporal_frequency", "Hz", 2.0, v1e::at_least(0),
                       "Temporal frequency of the runs of all directions"};
  v1e::Text runs{"runs", "", "Use only runs whose name contains this"};
  v1e::Bool skip_first_trial{"skip_first_trial", true, "Leave out trial 0 of the recordings"};
  TimeWindow baseline{"baseline", {0.0, 500.0}, "Begin and end of the baseline"};

  /// Throws unless there are two directions and a baseline.
  void check() const;

 protected:
  struct Grating {
    double direction_deg, frequency_hz;
  };
  /// The datasets and, in by_direction_, the runs of all directions.
  RunConditions take_runs(const v1e_analysis_env& env);
  /// One run per grating. A missing one is never replaced by another: throws, naming `parameter`
  /// as what asked for it; `or_else`: another cure.
  std::vector<RunCondition> gratings(const RunConditions& conditions, const char* parameter,
                                     const std::vector<Grating>& wanted,
                                     const std::string& or_else = "") const;
  /// The classes that the first pass read; all runs must hold the same neurons.
  void take_classes(Partial& merged);

  const ClassRows& first() const { return at_direction(0); }
  const ClassRows& at_direction(std::size_t k) const {
    return classes_.at(by_direction_[k].dataset);
  }
  DirectionRole role_over_directions(std::size_t neuron) const;

  std::vector<RunCondition> by_direction_;
  std::string variable_;  // of the requests
};

}  // namespace v1::analyses
