#pragma once
#include <v1e_sdk/analysis.hpp>
#include <v1e_sdk/dataset.hpp>
#include <v1e_sdk/figure.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "plugins/analyses/shared/classes/class_changes.hpp"
#include "plugins/analyses/shared/classes/flow_runs.hpp"
#include "plugins/analyses/shared/trials/step_window.hpp"

namespace v1::analyses {

/// A stimulus to compare with.
struct ComparedStimulus {
  v1e::Float direction{"direction", "deg", 0.0, v1e::any(), "Direction of flow"};
  v1e::Float frequency{"temporal_frequency", "Hz", 2.0, v1e::at_least(0), "Temporal frequency"};
  v1e::Bool reverse{"reverse", false, "Flow that halts"};
};

/// Does a neuron keep its response class when the stimulus changes? Confusion matrices between a
/// base stimulus and others. Analysis 7 of Galvan Fraile et al. (2024).
class StimulusComparison : public FlowRuns {
 public:
  static constexpr auto name = "stimulus_comparison";
  static constexpr auto version = "1.0.0";
  static constexpr auto summary = "Confusion matrices of the response classes between stimuli";
  static constexpr std::uint64_t flags = V1E_ANALYSIS_PARALLEL | V1E_ANALYSIS_MANY_DATASETS;
  static constexpr const char* needs[] = {"classification"};

  v1e::Text classification{"classification", "classification", "Name of the classification"};
  v1e::Float direction{"direction", "deg", 0.0, v1e::any(), "Direction of the base stimulus"};
  v1e::Float frequency{"temporal_frequency", "Hz", 2.0, v1e::at_least(0),
                       "Temporal frequency of the base stimulus"};
  v1e::Records<ComparedStimulus> compare{
      "compare",
      "Stimuli whose matrices and heat maps are drawn; none: 8 Hz, 90 and 180 degrees, reversed"};
  v1e::Text runs{"runs", "", "Use only runs whose name contains this"};
  v1e::Bool skip_first_trial{"skip_first_trial", true, "Leave out trial 0 in the heat maps"};
  TimeWindow baseline{"baseline", {0.0, 500.0}, "Baseline of the heat maps"};

  void check() const;
  void prepare(const v1e_analysis_env& env);
  void plan(std::uint32_t pass, v1e::Requests& requests);
  void end_pass(std::uint32_t pass, Partial& merged);
  void finish(v1e::Output& output);

 private:
  /// A run beside the base.
  struct Compared {
    RunCondition run;
    Confusion matrix;
  };
  void choose_drawn(const RunConditions& conditions);
  std::string caption(const std::string& what) const;
  const ClassRows& base() const { return classes_.at(base_.dataset); }

  void write_stimuli(v1e::Output& output);
  void write_neurons(v1e::Output& output) const;
  void write_agreement(v1e::Output& output) const;
  void write_confusion(v1e::Output& output) const;
  void write_heatmaps(v1e::Output& output) const;
  void draw_confusion(v1e::Output& output) const;
  void draw_agreement(v1e::Output& output) const;
  void draw_heatmaps(v1e::Output& output) const;

  RunCondition base_;
  std::vector<Compared> compared_;       // every other run with gratings or a flash
  std::vector<RunCondition> drawn_;      // the base, then those of `compare`
  std::vector<RunCondition> with_maps_;  // the drawn ones whose input current was recorded
  std::map<std::uint32_t, std::string> strip_of_;  // runs that have a stimulus strip: its label
  std::string strip_unit_;
  std::string variable_;
  std::vector<std::uint32_t> sample_;  // positions, ascending
};

}  // namespace v1::analyses
