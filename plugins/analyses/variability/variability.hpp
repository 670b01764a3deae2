#pragma once
#include <cstdint>
#include <map>
#include <v1e_sdk/analysis.hpp>
#include <v1e_sdk/dataset.hpp>
#include <v1e_sdk/figure.hpp>
#include <vector>

#include "plugins/analyses/shared/spikes/spike_neurons.hpp"
#include "plugins/analyses/shared/trials/step_window.hpp"
#include "plugins/analyses/shared/trials/trial_conditions.hpp"
#include "plugins/analyses/variability/neuron_statistics.hpp"
#include "plugins/analyses/variability/population_draws.hpp"

namespace v1::analyses {

/// Irregularity, variability and synchrony: intervals between spikes, Fano factors of neurons over
/// trials and of small populations over time, and synchrony of cell types.
class Variability {
 public:
  static constexpr auto name = "variability";
  static constexpr auto version = "1.0.0";
  static constexpr auto summary =
      "Irregularity of spike trains, Fano factors of neurons and populations, synchrony";
  static constexpr auto citation =
      "CV2: Holt GR et al. (1996) J Neurophysiol 75:1806; LV: Shinomoto S et al. (2003) Neural "
      "Comput 15:2823; chi: Golomb D (2007) Scholarpedia 2(1):1347";
  static constexpr std::uint64_t flags = V1E_ANALYSIS_PARALLEL | V1E_ANALYSIS_MANY_DATASETS;

  v1e::NeuronSelection neurons{"neurons", "core", "Neurons to analyse"};
  v1e::Choice group{"group",
                    "cell_class",
                    {"population", "cell_class", "all"},
                    "Groups of the summary and of synchrony"};
  TimeWindow window{"window", {500.0, 2500.0}, "Begin and end of the time looked at"};
  v1e::TextList conditions{"conditions",
                           {"direction_deg"},
                           "Trial columns; the Fano factor over trials compares equal ones only"};
  v1e::Bool skip_first_trial{"skip_first_trial", true, "Leave out trial 0 of every run"};
  v1e::Int draws{"draws", "1", 100, v1e::closed(1, 10000), "Random small populations"};
  v1e::Float draw_mean{"draw_mean", "1", 68.0, v1e::at_least(2), "Mean of their sizes"};
  v1e::Float draw_sd{"draw_sd", "1", 10.0, v1e::at_least(0), "Standard deviation of their sizes"};
  v1e::Int least_intervals{"least_intervals", "1", 5, v1e::at_least(2),
                           "Neurons with fewer intervals have no CV, CV2 and LV"};
  v1e::Float count_window{"count_window", "ms", 250.0, v1e::above(0),
                          "Length of the windows of the Fano factor over trials"};
  v1e::Float least_count{"least_count", "1", 0.5, v1e::above(0),
                         "Windows with a smaller mean count are left out"};
  v1e::Float synchrony_bin{"synchrony_bin", "ms", 10.0, v1e::above(0), "Bins of synchrony"};

  struct Partial {
    std::map<std::uint32_t, std::vector<std::uint32_t>> draw_counts;  // draw: spikes by ms
    std::map<TrialKey, std::vector<std::uint32_t>> group_counts;      // [group][synchrony bin]
    std::map<std::size_t, NeuronStatistics> of_neuron;                // by index
    std::map<std::size_t, TrialKey> trial_of_neuron;                  // the one being added to
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
  struct NeuronRow {
    double intervals = 0.0, mean_interval = 0.0, cv = 0.0, cv2 = 0.0, lv = 0.0, fano = 0.0;
    double variance = 0.0;  // mean over trials of the variance over time
  };
  struct FanoPoint {
    double bin_ms = 0.0, mean = 0.0, sem = 0.0, used = 0.0;
  };

  void add_populations(Partial& into, const v1e_chunk& chunk, std::uint32_t dataset) const;
  void add_neurons(Partial& into, const v1e_chunk& chunk, std::uint32_t dataset) const;
  void move_to_trial(Partial& into, std::size_t neuron, const TrialKey& trial) const;
  void finish_populations(const Partial& merged);
  void finish_neurons(Partial& merged);
  std::vector<std::size_t> excitatory() const;
  std::int64_t bins() const;
  std::size_t windows() const;
  std::size_t milliseconds() const;
  std::size_t trial_count() const { return conditions_.of_trial.size(); }

  void write_neurons(v1e::Output& output) const;
  void write_groups(v1e::Output& output) const;
  void write_curve(v1e::Output& output) const;
  void draw_curve(v1e::Output& output) const;
  void draw_irregularity(v1e::Output& output) const;

  std::vector<v1e::Dataset> datasets_;
  SpikeNeurons chosen_;
  TrialConditions conditions_;
  PopulationDraws draws_;
  std::vector<FanoPoint> curve_;
  std::vector<double> variance_of_mean_;  // by group
  std::vector<NeuronRow> rows_;
};

}  // namespace v1::analyses
