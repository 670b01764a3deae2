#pragma once
#include <v1e_sdk/analysis.hpp>
#include <v1e_sdk/dataset.hpp>
#include <v1e_sdk/figure.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "plugins/analyses/shared/responses/direction_tuning.hpp"
#include "plugins/analyses/shared/spikes/spike_neurons.hpp"
#include "plugins/analyses/shared/trials/step_window.hpp"
#include "plugins/analyses/shared/trials/trial_conditions.hpp"

namespace v1::analyses {

/// What silencing or driving some neurons does to the others: rates and selectivity in pairs of
/// runs that differ in the perturbation only, with the same seed.
class PerturbationEffect {
 public:
  static constexpr auto name = "perturbation_effect";
  static constexpr auto version = "1.0.0";
  static constexpr auto summary =
      "Changes of rates and selectivity between control runs and runs with clamped neurons";
  static constexpr std::uint64_t flags = V1E_ANALYSIS_PARALLEL | V1E_ANALYSIS_MANY_DATASETS;

  v1e::NeuronSelection neurons{"neurons", "core", "Neurons to analyse"};
  v1e::NeuronSelection targets{"targets", "none",
                               "Neurons that the perturbation acts on; reported apart"};
  v1e::Text perturbation{"perturbation", "",
                         "Trial column with the strength of the perturbation, such as "
                         "input.0.params.amplitude; runs without it are controls; empty: the "
                         "first run is the control"};
  v1e::Float control{"control", "1", 0.0, v1e::any(), "Strength in the control runs"};
  v1e::Choice group{"group",
                    "cell_class",
                    {"cell_class", "population"},
                    "cell_class joins the excitatory populations of a layer"};
  v1e::TextList conditions{"conditions",
                           {"direction_deg", "temporal_frequency_hz", "contrast", "reverse"},
                           "Trial columns that control and perturbed trials must share"};
  v1e::Text direction{"direction", "direction_deg", "Trial column for selectivity"};
  TimeWindow window{"window", {500.0, 1500.0}, "Begin and end of the counted spikes"};
  v1e::Float least_rate{"least_rate", "Hz", 0.5, v1e::at_least(0),
                        "Neurons whose best rate is lower have no selectivity"};
  v1e::Text runs{"runs", "", "Use only runs whose name contains this"};
  v1e::Bool skip_first_trial{"skip_first_trial", true, "Leave out trial 0 of every run"};

  using Cell = std::pair<std::size_t, std::size_t>;  // place (below), condition
  struct Partial {
    std::map<Cell, std::vector<std::uint32_t>> counts;  // by neuron
  };

  void check() const;
  void prepare(const v1e_analysis_env& env);
  void plan(std::uint32_t pass, v1e::Requests& requests);
  Partial make_partial(std::uint32_t) const { return {}; }
  void consume(Partial& into, const v1e_chunk& chunk) const;
  void merge(Partial& into, const Partial& from) const;
  void end_pass(std::uint32_t pass, Partial& merged);
  void finish(v1e::Output& output);

 private:
  /// One strength of the perturbation; level 0 is the control.
  struct Level {
    std::string label;
    double strength = 0.0;            // NaN where runs have no such column
    std::vector<double> rate;         // Hz, by neuron, mean over shared conditions
    std::vector<double> control;      // Hz, of the control in the same conditions
    std::vector<std::size_t> shared;  // conditions
    std::vector<Selectivity> selectivity, control_selectivity;  // empty without directions
  };
  /// Neurons of a group that are targets, or are not.
  struct Cohort {
    std::string label;
    bool target = false;
    std::vector<std::size_t> members;
  };

  // prepare.cpp
  void choose_runs(const v1e_analysis_env& env);
  void choose_levels();
  void pair_trials();
  void find_other_differences();
  void choose_neurons();
  void choose_directions();
  // compute.cpp
  /// The trials of a level are counted at its own index, those of the control that are their pairs
  /// at this one.
  std::size_t place_of_control(std::size_t level) const { return levels_.size() + level; }
  std::vector<double> mean_rate(const Partial& merged, std::size_t place,
                                const std::vector<std::size_t>& shared) const;
  std::vector<Selectivity> selectivity_of(const Partial& merged, std::size_t place) const;
  // tables.cpp
  std::vector<double> changes(const Level& level, const Cohort& cohort) const;
  /// The level farthest from the control; without strengths the last one.
  const Level& strongest() const;
  void write_runs(v1e::Output& output) const;
  void write_neurons(v1e::Output& output) const;
  void write_groups(v1e::Output& output) const;
  void write_slopes(v1e::Output& output) const;
  void write_strengths(v1e::Output& output) const;
  // figures.cpp
  std::string caption(const std::string& what) const;
  std::vector<std::string> cohort_labels() const;
  /// "amplitude" of the column input.0.params.amplitude.
  std::string strength_name() const;
  /// " pA", or "" without a unit.
  std::string unit_text() const;
  void draw_changes(v1e::Output& output) const;
  void draw_rates(v1e::Output& output) const;
  void draw_selectivity(v1e::Output& output) const;
  void draw_slopes(v1e::Output& output) const;

  std::vector<v1e::Dataset> datasets_;  // those that count
  std::vector<std::uint32_t> index_;    // their place among all
  std::vector<std::size_t> level_of_;   // of each of them
  std::vector<Level> levels_;
  TrialConditions conditions_;
  std::map<TrialKey, std::vector<Cell>> cells_of_trial_;
  std::map<Cell, std::size_t> trials_;  // how many
  SpikeNeurons neurons_;
  std::vector<bool> is_target_;
  std::vector<Cohort> cohorts_;
  Directions directions_{{}};
  std::vector<std::size_t> condition_of_direction_;  // empty: no selectivity
  std::vector<std::uint32_t> run_of_request_;        // index into datasets_
  std::string strength_unit_ = "1";
  std::vector<std::string> notes_, warnings_;
};

}  // namespace v1::analyses
