#pragma once
#include <v1e_sdk/analysis.hpp>
#include <v1e_sdk/dataset.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "plugins/analyses/classification/other_rates.hpp"
#include "plugins/analyses/classification/potential_feed.hpp"
#include "plugins/analyses/classification/quantities.hpp"
#include "plugins/analyses/classification/single_neurons.hpp"
#include "plugins/analyses/shared/trials/step_window.hpp"

namespace v1::analyses {

/// What is known of every neuron of the population after the first pass.
struct NeuronTable {
  std::array<std::vector<double>, variable_count> baseline, response;
  std::vector<double> baseline_input_sd;
  std::vector<double> baseline_z;                    // spikes per ms
  std::vector<double> baseline_rate, response_rate;  // Hz; reference: spikes per window
  std::vector<double> baseline_smoothed_rate;        // Hz
  std::vector<double> ratio, modulation;
  std::vector<double> threshold;
  std::vector<ResponseClass> classes;
  std::vector<double> heatmap_rank;  // NaN outside the sample
};

/// Classification of neurons by their response to the onset of visual flow (Galvan Fraile et al.
/// 2024). First pass: window means per neuron. Second pass: traces per class and of a sample.
class Classification {
 public:
  static constexpr auto name = "classification";
  static constexpr auto version = "1.0.0";
  static constexpr auto summary =
      "Sorts neurons into dVf, hVf and unclassified by their response to visual flow";
  static constexpr auto citation =
      "Galvan Fraile J, Scherr F, Ramasco JJ, Arkhipov A, Maass W, Mirasso CR (2024) "
      "PLOS Comput Biol 20(3): e1011921";
  static constexpr std::uint64_t flags = V1E_ANALYSIS_PARALLEL;

  v1e::NeuronSelection population{"population", "e23", "Neurons to classify"};
  v1e::Choice criterion{"criterion",
                        "input_current",
                        {"input_current", "v", "firing_rate", "modulation_index"},
                        "What is compared with the threshold"};
  v1e::Choice mode{"mode",
                   "clean",
                   {"clean", "reference"},
                   "reference repeats the published scripts with their defects"};
  v1e::Bool correct_voltage{"correct_voltage", true, "Replace spikes in v by straight lines"};
  v1e::Bool skip_first_trial{"skip_first_trial", true, "Leave out trial 0"};
  v1e::Int trials{"trials", "1", 0, v1e::at_least(0), "Use only so many trials; 0 = all"};
  v1e::Bool classify_neurons{"classify", true, "false: quantities and heat maps only"};
  TimeWindow baseline{"baseline", {0.0, 500.0}, "Begin and end of the baseline"};
  TimeWindow response{"response", {500.0, 1500.0}, "Begin and end of the response"};
  v1e::Int sample{"heatmap_neurons", "1", 30, v1e::closed(1, 1000), "Neurons in the heat maps"};
  v1e::Choice sampling{"heatmap_sample",
                       "random",
                       {"random", "stratified"},
                       "stratified: the same number out of each class"};
  v1e::Choice single_neurons{"single_neurons",
                             "few",
                             {"few", "all", "none"},
                             "Neurons with a figure of their own; all: those of the paper, with "
                             "every neuron of the heat maps"};
  v1e::TextList other_populations{"other_populations",
                                  {"i23Pvalb", "i23Sst", "e4", "i4Pvalb"},
                                  "Populations whose rates stand beside those of the classes"};

  struct Partial {
    std::uint32_t pass = 0;
    bool begun = false;
    bool of_static = false;            // from the run with the static grating
    bool of_others = false;            // of the other populations
    std::size_t begin = 0, count = 0;  // neurons of the stripe, in the population
    WindowSums sums;
    ClassTraces traces;
    std::array<std::vector<double>, recorded_count> means;  // [bin][neuron], summed over trials
    std::vector<double> rest;  // [bin][neuron], total current of a trial less its other parts
    std::map<std::size_t, std::array<std::vector<float>, variable_count>> samples;
    SpikeTrains spikes;
    PotentialFeed feed;
    WindowSums static_sums;  // merged partials only
    OtherRates others;
    SingleNeurons singles;  // third pass
  };

  void check() const;
  void prepare(const v1e_analysis_env& env) { begin(v1e::Dataset(*env.datasets[0]), 0); }
  void plan(std::uint32_t pass, v1e::Requests& requests);
  Partial make_partial(std::uint32_t pass) const;
  void consume(Partial& into, const v1e_chunk& chunk) const;
  void merge(Partial& into, const Partial& from) const;
  void end_pass(std::uint32_t pass, Partial& merged);
  void finish(v1e::Output& output);

 protected:
  /// The run to classify; `still`: the run whose whole trials are the baseline.
  struct StaticRun {
    v1e::Dataset dataset;
    std::uint32_t index = 0;  // among the datasets
  };
  void begin(const v1e::Dataset& dataset, std::uint32_t index,
             const std::optional<StaticRun>& still = std::nullopt);

 private:
  friend class Report;

  struct RequestKind {
    int variable = -1;  // a Variable, or -1 for spikes
    bool of_static = false, of_others = false;
  };

  // prepare.cpp
  void plan_population(std::uint32_t dataset, const Frame& frame, std::uint32_t pass,
                       v1e::Requests& requests);
  void plan_others(v1e::Requests& requests);
  void plan_singles(v1e::Requests& requests);
  void add_spikes(v1e_request request, const RequestKind& kind, v1e::Requests& requests);
  void add_variables(v1e_request request, bool of_static, v1e::Requests& requests);
  void choose_trials();
  void choose_windows();
  void choose_neurons();
  void check_criterion() const;
  bool has(Variable variable) const { return has_[variable]; }
  /// Traces take a pass of their own where there are any.
  std::uint32_t single_pass() const {
    return has(potential) || has(recurrent) || has(bottom_up) || has(total) ? 2 : 1;
  }
  Criterion rule() const;

  // consume.cpp
  void begin_stripe(Partial& into, const v1e_chunk& chunk) const;
  const Frame& frame_of(const Partial& partial) const {
    return partial.of_static ? static_frame_ : frame_;
  }
  void take_spikes(Partial& into, const v1e_chunk& chunk) const;
  void count_spikes(Partial& into, std::uint32_t trial) const;
  void take_state(Partial& into, const v1e_chunk& chunk, Variable variable) const;
  template <class T>
  void add_windows(const Frame& frame, WindowSums& sums, const T* rows, std::size_t count,
                   Variable variable, bool odd) const;
  template <class T>
  void add_traces(Partial& into, const T* rows, Variable variable) const;
  void add_pooled(Partial& into, const std::vector<double>& values, std::size_t bin,
                  Variable variable) const;
  void finish_variable(Partial& into, Variable variable) const;
  void reduce_means(Partial& into, const std::vector<double>& means, Variable variable) const;

  // evaluate.cpp
  void evaluate(const WindowSums& sums, const WindowSums& before);
  void evaluate_rates(const WindowSums& sums, const WindowSums& before);
  const std::vector<double>& criterion_values() const;
  void assign_classes();
  void draw_sample();
  std::vector<std::size_t> picked_sample() const;
  void choose_singles();
  // halves.cpp
  bool by_rate() const {
    return rule() == Criterion::firing_rate || rule() == Criterion::modulation_index;
  }
  /// recorded_count for criteria of rates.
  std::size_t criterion_variable() const;
  bool removes_across_trials() const;
  bool too_few_trials_for_halves() const;
  void compare_halves(const WindowSums& sums, const WindowSums& before);

  v1e::Dataset dataset_;
  std::uint32_t dataset_index_ = 0;
  std::optional<StaticRun> static_;
  Frame frame_, static_frame_;  // the latter's baseline is the whole trial
  std::vector<std::string> notes_, warnings_;
  std::vector<std::uint32_t> neurons_;  // positions in the network, ascending
  std::vector<std::uint32_t> core_;     // positions of all recorded neurons
  std::array<bool, variable_count> has_{};
  bool has_spikes_ = true;
  std::vector<RequestKind> request_kind_;  // by request
  std::vector<double> angle_;              // of the neurons; NaN where there is none
  std::vector<double> rheobase_;

  NeuronTable table_;
  /// The criterion and the classes out of every second trial each; empty where that is impossible.
  struct Halves {
    std::array<std::vector<double>, 2> values;  // [half][neuron]
    std::array<std::vector<ResponseClass>, 2> classes;
  } halves_;
  std::vector<double> rates_;        // [neuron][block], trial means
  std::vector<std::size_t> sample_;  // neurons of the heat map, top row first
  ClassTraces traces_;
  std::map<std::size_t, std::array<std::vector<float>, variable_count>> samples_;
  OtherRates others_;
  std::vector<SingleNeuron> single_;  // ascending positions
  std::vector<std::uint32_t> single_positions_;
  SingleNeurons singles_;
};

/// The same with the baseline of the whole trials of the run with the static grating (0 Hz) of the
/// same direction, so it needs both runs.
class StaticClassification : public Classification {
 public:
  static constexpr auto name = "static_classification";
  static constexpr auto summary =
      "classification with the run of the static grating as baseline; needs both runs";
  static constexpr std::uint64_t flags = V1E_ANALYSIS_PARALLEL | V1E_ANALYSIS_MANY_DATASETS;

  v1e::Float direction{"direction", "deg", 0.0, v1e::any(), "Direction of both runs"};
  v1e::Float frequency{"temporal_frequency", "Hz", 2.0, v1e::at_least(0),
                       "Temporal frequency of the run to classify"};
  v1e::Bool reverse{"reverse", false, "Is the run to classify the reversed one?"};
  v1e::Text runs{"runs", "", "Use only runs whose name contains this"};

  void prepare(const v1e_analysis_env& env);
};

}  // namespace v1::analyses
