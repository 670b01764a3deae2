#pragma once
#include <v1e_sdk/analysis.hpp>
#include <v1e_sdk/dataset.hpp>
#include <v1e_sdk/figure.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "plugins/analyses/shared/spikes/spike_neurons.hpp"
#include "plugins/analyses/shared/spikes/trial_counts.hpp"
#include "plugins/analyses/shared/trials/step_window.hpp"
#include "plugins/analyses/shared/trials/trial_conditions.hpp"

namespace v1::analyses {

/// How alike pairs of neurons respond: signal, noise and response correlations, by type, distance
/// and preferred direction, of pairs drawn with a fixed seed.
class Correlations {
 public:
  static constexpr auto name = "correlations";
  static constexpr auto version = "1.0.0";
  static constexpr auto summary =
      "Signal, noise and response correlations of pairs, by type, distance and preferred direction";
  static constexpr auto citation =
      "Cohen MR, Kohn A (2011) Nat Neurosci 14:811, for signal and noise correlations";
  static constexpr std::uint64_t flags = V1E_ANALYSIS_PARALLEL | V1E_ANALYSIS_MANY_DATASETS;

  v1e::NeuronSelection neurons{"neurons", "core", "Neurons to pair"};
  v1e::Choice group{
      "group", "cell_class", {"population", "cell_class", "all"}, "Groups whose pairs are drawn"};
  TimeWindow window{"window", {500.0, 2500.0}, "Where spikes count"};
  v1e::TextList conditions{
      "conditions", {"direction_deg"}, "Trial columns that tell one stimulus from another"};
  v1e::Text runs{"runs", "", "Use only runs whose name contains this"};
  v1e::Bool skip_first_trial{"skip_first_trial", true, "Leave out trial 0 of every run"};
  v1e::Int pairs{"pairs", "1", 2000, v1e::closed(1, 1000000),
                 "Pairs drawn of every two groups, where there are more"};
  v1e::Int least_trials{"least_trials", "1", 5, v1e::at_least(2),
                        "Trials of a stimulus that noise correlations need"};
  v1e::Float distance_bin{"distance_bin", "um", 25.0, v1e::above(0), "Bins of the distance"};
  v1e::Float angle_bin{"angle_bin", "deg", 22.5, v1e::closed(1, 90),
                       "Bins of the difference of preferred directions"};

  struct Partial {
    TrialCounts counts;
  };
  struct Pair {
    std::uint32_t a = 0, b = 0;  // indices into the chosen neurons
    std::uint32_t groups = 0;    // index into group_pairs_
    double distance_um = 0.0, angle_deg = 0.0;
    double signal = 0.0, noise = 0.0, response = 0.0;
  };

  void check() const;
  void prepare(const v1e_analysis_env& env);
  void plan(std::uint32_t pass, v1e::Requests& requests);
  Partial make_partial(std::uint32_t) const { return {}; }
  void consume(Partial& into, const v1e_chunk& chunk) const;
  void merge(Partial& into, const Partial& from) const { into.counts.merge(from.counts); }
  void end_pass(std::uint32_t pass, Partial& merged);
  void finish(v1e::Output& output);

 private:
  using Field = double Pair::*;
  bool enough_trials() const {
    return conditions_.fewest_trials() >= static_cast<std::size_t>(least_trials);
  }
  // Then all trials are the means over stimuli, and their correlation is the signal correlation.
  bool shown_once() const {
    return conditions_.size() > 1 &&
           std::all_of(conditions_.trials.begin(), conditions_.trials.end(),
                       [](const auto& trials) { return trials.size() == 1; });
  }
  std::vector<Pair> draw_pairs() const;
  void measure(std::vector<Pair>& pairs, const TrialCounts& counts) const;
  std::vector<double> preferred_directions(const TrialCounts& counts) const;
  std::string kind_of(const Pair& pair) const;  // "E-E", "E-I", "I-I"

  void write_pairs(v1e::Output& output) const;
  void write_groups(v1e::Output& output) const;
  void write_binned(v1e::Output& output, const char* table, const char* axis, const char* unit,
                    Field at, double width, std::int64_t last) const;
  void draw_matrices(v1e::Output& output) const;
  void draw_distributions(v1e::Output& output) const;
  void draw_binned(v1e::Output& output, const char* table, const char* axis, const char* label,
                   const char* unit) const;
  std::vector<std::pair<const char*, Field>> measures() const;
  std::string sample_text() const;

  std::vector<v1e::Dataset> datasets_;
  SpikeNeurons chosen_;
  TrialConditions conditions_;
  std::vector<std::string> notes_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> group_pairs_;
  std::vector<bool> inhibitory_;  // by chosen neuron
  std::vector<double> x_, y_, z_, preferred_;
  bool has_positions_ = false;
  std::vector<Pair> pairs_;
};

}  // namespace v1::analyses
