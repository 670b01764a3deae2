#pragma once
#include <v1e_sdk/analysis.hpp>
#include <v1e_sdk/dataset.hpp>
#include <v1e_sdk/figure.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "plugins/analyses/shared/responses/decoder.hpp"
#include "plugins/analyses/shared/spikes/spike_neurons.hpp"
#include "plugins/analyses/shared/spikes/trial_counts.hpp"
#include "plugins/analyses/shared/trials/step_window.hpp"
#include "plugins/analyses/shared/trials/trial_conditions.hpp"
#include "plugins/analyses/shared/trials/trial_noise.hpp"
#include "plugins/analyses/shared/wiring/wiring.hpp"

namespace v1::analyses {

/// How well the stimulus (or whether it moves) can be decoded from the spikes of small populations
/// of a cell type or response class in single trials.
class Decoding {
 public:
  static constexpr auto name = "decoding";
  static constexpr auto version = "1.0.0";
  static constexpr auto summary =
      "What small populations of each type tell about the stimulus in single trials";
  static constexpr std::uint64_t flags = V1E_ANALYSIS_PARALLEL | V1E_ANALYSIS_MANY_DATASETS;

  v1e::NeuronSelection neurons{"neurons", "core", "Neurons to draw from"};
  v1e::Choice group{
      "group", "cell_class", {"population", "cell_class", "all"}, "Groups that are decoded"};
  v1e::Text classification{"classification", "",
                           "Name of a classification that ran before: its classes are decoded as "
                           "well; empty: none"};
  TimeWindow window{"window", {500.0, 2500.0}, "Where spikes count"};
  TimeWindow against{"against",
                     {},
                     "A second window: decoded is which of the two it was, for every stimulus "
                     "alike; empty: the stimulus is decoded"};
  v1e::TextList conditions{
      "conditions", {"direction_deg"}, "Trial columns that tell one stimulus from another"};
  v1e::Text runs{"runs", "", "Use only runs whose name contains this"};
  v1e::Bool skip_first_trial{"skip_first_trial", true, "Leave out trial 0 of every run"};
  v1e::IntList sizes{"sizes", "1", {10, 30, 50}, v1e::at_least(1), "Neurons of a population"};
  v1e::Int populations{"populations", "1", 5, v1e::closed(1, 1000),
                       "Populations drawn of every size, with a fixed seed"};
  v1e::Int folds{"folds", "1", 10, v1e::closed(2, 1000), "Parts of the cross-validation"};
  v1e::TextList classifiers{"classifiers", {"template", "logistic"}, "Of template and logistic"};

  struct Partial {
    TrialCounts counts, against;
    ClassTable classes;
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
  struct Pool {
    std::string name;
    std::vector<std::size_t> members;
  };
  struct Result {
    std::size_t pool = 0, size = 0;
    std::string classifier;
    std::vector<double> accuracy;                // by population
    std::vector<double> information;             // bits
    std::vector<std::vector<double>> confusion;  // [true][predicted], summed
  };

  bool by_window() const { return !against.values().empty(); }
  std::size_t labels() const { return by_window() ? 2 : conditions_.size(); }
  std::size_t repetitions() const;
  std::string label(std::size_t k) const;
  std::string short_label(std::size_t k) const;  // without the names of the columns
  std::string stimuli_text() const;              // which are these, in their order
  std::size_t fold_count() const;
  TrialKey trial(std::size_t k, std::size_t repetition) const;
  void share_out_noise();
  void make_pools();
  void decode(const Pool& pool, std::size_t size, const Partial& counts);
  Observations observe(const std::vector<std::size_t>& members, const Partial& counts) const;

  void write(v1e::Output& output) const;
  void draw_accuracy(v1e::Output& output) const;
  void draw_sizes(v1e::Output& output) const;
  void draw_confusion(v1e::Output& output) const;
  std::string sample_text() const;

  std::vector<v1e::Dataset> datasets_;
  std::string variable_;
  SpikeNeurons chosen_;
  TrialConditions conditions_;
  std::vector<std::vector<Noise>> noise_;        // [run][trial]
  std::vector<std::vector<std::size_t>> apart_;  // repetitions that share no noise with others
  std::vector<std::string> notes_;
  std::vector<Pool> pools_;
  ClassTable classes_;
  std::vector<Result> results_;
};

}  // namespace v1::analyses
