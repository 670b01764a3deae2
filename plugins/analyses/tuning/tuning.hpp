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
#include "plugins/analyses/tuning/cell_types.hpp"
#include "plugins/analyses/tuning/neuropixels.hpp"
#include "plugins/analyses/tuning/reference_table.hpp"

namespace v1::analyses {

/// What one trial showed.
struct TrialCondition {
  std::size_t direction = 0;   // index into the directions
  std::size_t repetition = 0;  // of that direction
  bool used = false;
};

/// Rates and selectivity of every neuron; rates in Hz.
struct NeuronTuning {
  std::vector<double> spontaneous, evoked, best_rate;
  std::vector<double> rates;  // [direction][neuron]
  std::vector<Selectivity> selectivity;
  std::vector<double> tuned_p;
};

/// How panels of a figure with many small ones are laid out.
struct PanelSize {
  int most_columns = 5;
  double width_mm = 0.0, height_mm = 0.0;
  double margin_mm = 10.0;  // beside all columns
};

/// A figure with room for `count` panels of their own scales.
v1e::Figure small_panels(const std::string& title, std::size_t count, const PanelSize& size);

/// Rates by cell type and selectivity for the direction of gratings: the metrics of the public
/// Allen Neuropixels survey, for one run that shows all directions or for one run per direction.
class Tuning {
 public:
  static constexpr auto name = "tuning";
  static constexpr auto version = "1.0.0";
  static constexpr auto summary =
      "Rates by cell type, orientation and direction selectivity, beside reference data";
  static constexpr auto citation =
      "Vector selectivity as in Mazurek M, Kager M, Van Hooser SD (2014) Front Neural Circuits "
      "8:92";
  static constexpr std::uint64_t flags = V1E_ANALYSIS_PARALLEL | V1E_ANALYSIS_MANY_DATASETS;

  v1e::NeuronSelection neurons{"neurons", "core", "Neurons to analyse"};
  TimeWindow evoked{"evoked", {500.0, 2500.0}, "Begin and end of the grating"};
  TimeWindow spontaneous{
      "spontaneous", {100.0, 500.0}, "Begin and end of the gray screen before it"};
  v1e::Text direction{"direction", "direction_deg", "Trial column with the direction of drift"};
  v1e::Text runs{"runs", "", "Use only runs whose name contains this"};
  v1e::Bool skip_first_trial{"skip_first_trial", false, "Leave out trial 0 of every run"};
  v1e::Float least_rate{"least_rate", "Hz", 0.5, v1e::at_least(0),
                        "Neurons whose best rate is lower have no selectivity"};
  v1e::Path reference{"reference", "", "CSV table of reference values by population"};
  v1e::Path units{"units", "", "CSV table of recorded units, for the similarity of distributions"};

  /// Spikes of one trial in both windows, by neuron.
  struct Counts {
    std::vector<std::uint16_t> evoked, spontaneous;
  };
  using TrialKey = std::pair<std::uint32_t, std::uint32_t>;  // dataset, trial
  struct Partial {
    std::map<TrialKey, Counts> trials;
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
  // prepare.cpp
  void choose_neurons();
  void choose_conditions();
  // report.cpp
  void write_neurons(v1e::Output& output) const;
  void write_cell_types(v1e::Output& output) const;
  void write_comparison(v1e::Output& output) const;
  void write_curves(v1e::Output& output) const;
  // preference.cpp
  bool has_assigned_angles() const;
  /// Populations with at least so many selective neurons.
  std::vector<std::string> selective_populations(std::size_t least) const;
  void write_preference(v1e::Output& output) const;
  void write_assigned_curves(v1e::Output& output) const;
  void draw_preference(v1e::Output& output) const;
  void draw_map(v1e::Output& output) const;
  // similarity.cpp
  std::vector<double> metric_values(const std::vector<std::size_t>& members,
                                    std::size_t metric) const;
  /// Whose medians and distributions the run is compared with.
  const char* recorded_name() const;
  void note_unused_units(v1e::Output& output, bool none) const;
  void write_similarity(v1e::Output& output) const;
  void draw_similarity(v1e::Output& output) const;
  // figures.cpp
  void draw_rates(v1e::Output& output) const;
  void draw_selectivity(v1e::Output& output) const;
  void draw_curves(v1e::Output& output) const;
  void draw_comparison(v1e::Output& output) const;
  std::string sample_text() const;
  bool selective() const { return directions_.size() > 1; }

  std::vector<v1e::Dataset> datasets_;
  SpikeNeurons neurons_;
  std::vector<double> tuning_angle_;
  std::vector<double> x_, z_;  // um; empty without positions
  Directions directions_{{}};
  std::map<TrialKey, TrialCondition> conditions_;
  std::vector<std::size_t> repetitions_;  // by direction
  std::vector<std::uint32_t> dataset_of_request_;
  std::vector<std::string> notes_, warnings_;
  ReferenceTable reference_;
  UnitTable units_;
  NeuronTuning result_;
  std::vector<CellType> cell_types_;
};

}  // namespace v1::analyses
