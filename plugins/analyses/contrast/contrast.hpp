#pragma once
#include <v1e_sdk/analysis.hpp>
#include <v1e_sdk/dataset.hpp>
#include <v1e_sdk/figure.hpp>

#include <cstdint>
#include <string>
#include <vector>

#include "plugins/analyses/shared/responses/direction_tuning.hpp"
#include "plugins/analyses/shared/responses/responsiveness.hpp"
#include "plugins/analyses/shared/spikes/spike_neurons.hpp"
#include "plugins/analyses/shared/spikes/trial_counts.hpp"
#include "plugins/analyses/shared/trials/step_window.hpp"
#include "plugins/analyses/shared/trials/trial_conditions.hpp"

namespace v1::analyses {

/// How rates, selectivity, reliability and the share of responsive neurons depend on contrast.
class Contrast {
 public:
  static constexpr auto name = "contrast";
  static constexpr auto version = "1.0.0";
  static constexpr auto summary =
      "Rates, selectivity, reliability and responsive neurons against the contrast of gratings";
  static constexpr auto citation = "Contrast curve: Naka KI, Rushton WAH (1966) J Physiol 185:587";
  static constexpr std::uint64_t flags = V1E_ANALYSIS_PARALLEL | V1E_ANALYSIS_MANY_DATASETS;

  v1e::NeuronSelection neurons{"neurons", "core", "Neurons to analyse"};
  v1e::Choice group{
      "group", "cell_class", {"population", "cell_class", "all"}, "Groups that are averaged"};
  TimeWindow evoked{"evoked", {500.0, 2500.0}, "Begin and end of the grating"};
  TimeWindow spontaneous{
      "spontaneous", {0.0, 500.0}, "Window without grating; used where no blank trials were shown"};
  v1e::Text contrast{"contrast", "contrast", "Trial column with the contrast"};
  v1e::Text direction{"direction", "direction_deg", "Trial column with the direction"};
  v1e::Bool skip_first_trial{"skip_first_trial", false, "Leave out trial 0 of every run"};
  v1e::Float level{"level", "1", 0.01, v1e::above_up_to(0, 1), "p below which a neuron responds"};
  v1e::Int rows{"heatmap_neurons", "1", 200, v1e::closed(1, 5000),
                "Most excitatory neurons in the heat map, drawn with a fixed seed"};

  struct Partial {
    TrialCounts evoked, spontaneous;
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
  /// Of one neuron at one contrast; NaN where not defined.
  struct Value {
    double rate = 0.0, osi = 0.0, dsi = 0.0, reliability = 0.0, sparsity = 0.0, p = 0.0;
  };
  /// Of a group at one contrast.
  struct Row {
    std::size_t group = 0, contrast = 0, tested = 0;
    double rate = 0.0, rate_sem = 0.0;
    double osi = 0.0, osi_sem = 0.0, reliability = 0.0, reliability_sem = 0.0, sparsity = 0.0;
    double positive = 0.0, positive_error = 0.0, negative = 0.0, negative_error = 0.0;
  };
  void find_blanks();
  void sort_conditions();
  const Value& value(std::size_t neuron, std::size_t contrast_index) const {
    return values_[neuron * contrasts_.size() + contrast_index];
  }
  void measure(std::size_t neuron, const Partial& counts);
  void summarise();
  bool has_directions() const { return directions_.evenly_spaced(); }
  std::vector<std::size_t> heatmap_neurons() const;

  void write_summary(v1e::Output& output) const;
  void write_neurons(v1e::Output& output) const;
  void write_groups(v1e::Output& output) const;
  void write_fits(v1e::Output& output) const;
  void write_heatmap(v1e::Output& output) const;
  void draw_rates(v1e::Output& output) const;
  void draw_measures(v1e::Output& output) const;
  void draw_responsive(v1e::Output& output) const;
  void draw_heatmap(v1e::Output& output) const;
  std::string sample_text() const;

  std::vector<v1e::Dataset> datasets_;
  SpikeNeurons chosen_;
  TrialConditions conditions_;  // of the gratings
  std::vector<TrialKey> blanks_;
  std::vector<std::string> notes_;
  std::vector<double> contrasts_;
  Directions directions_{{}};
  // [contrast][direction]: condition; empty inner lists without directions hold one condition
  std::vector<std::vector<std::size_t>> condition_of_;
  std::vector<Value> values_;
  std::vector<double> spontaneous_rate_;  // by neuron, Hz
  std::vector<Row> rows_;
  std::vector<ContrastCurve> fits_;             // by group
  std::vector<std::vector<double>> responses_;  // [neuron][condition], Hz; of the heat map
  std::vector<std::size_t> shown_;
};

}  // namespace v1::analyses
