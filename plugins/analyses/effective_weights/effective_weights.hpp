#pragma once
#include <v1e_sdk/analysis.hpp>
#include <v1e_sdk/dataset.hpp>
#include <v1e_sdk/figure.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "plugins/analyses/shared/trials/step_window.hpp"
#include "plugins/analyses/shared/wiring/wiring.hpp"

namespace v1::analyses {

/// Which sources drive each response class: synaptic weight times the activity of its source,
/// before and during the flow. The background is left out.
class EffectiveWeights {
 public:
  static constexpr auto name = "effective_weights";
  static constexpr auto version = "1.0.0";
  static constexpr auto summary = "Weights times presynaptic activity, by source and class";
  static constexpr std::uint64_t flags = V1E_ANALYSIS_PARALLEL;
  static constexpr const char* needs[] = {"classification"};

  v1e::Choice mode{"mode",
                   "clean",
                   {"clean", "reference"},
                   "clean: a neuron without synapses from a type counts as zero; reference: it is "
                   "left out"};
  v1e::Text classification{"classification", "classification", "Name of the classification"};
  TimeWindow baseline{"baseline", {0.0, 500.0}, "Window before"};
  TimeWindow stimulus{"stimulus", {500.0, 1500.0}, "Window during"};
  v1e::Bool skip_first_trial{"skip_first_trial", true, "Leave out the first trial"};
  v1e::Float share{"share", "1", 0.95, v1e::above_up_to(0, 1),
                   "Sources are shown while their cumulative share of the influence is below this"};

  static constexpr std::size_t window_count = 2;  // baseline, stimulus
  /// Spikes by source.
  using Counts = std::array<std::vector<std::uint64_t>, window_count>;
  /// [target][source type]
  struct Sums {
    std::vector<double> weight;                               // pA
    std::array<std::vector<double>, window_count> influence;  // pA/ms
    std::array<std::vector<double>, window_count> current;    // pA
    std::vector<std::uint32_t> synapses;
  };
  struct Partial {
    ClassTable classes;
    std::vector<Counts> spikes;  // by block; empty where they do not count
    Sums sums;
  };

  void check() const;
  void prepare(const v1e_analysis_env& env);
  void plan(std::uint32_t pass, v1e::Requests& requests);
  Partial make_partial(std::uint32_t pass) const;
  void consume(Partial& into, const v1e_chunk& chunk) const;
  void merge(Partial& into, const Partial& from) const;
  void end_pass(std::uint32_t pass, Partial& merged);
  void finish(v1e::Output& output);

 private:
  struct Row {  // of the table by class
    std::string source;
    ResponseClass target = ResponseClass::dvf;
    double total = 0.0;  // sum of |influence during|
    bool relevant = false;
  };

  std::size_t targets() const { return classes_.positions.size(); }
  std::size_t sources() const { return sources_.size(); }
  ResponseClass class_of(std::size_t target) const {
    return static_cast<ResponseClass>(classes_.of_neuron[classes_.positions[target]]);
  }
  void choose_blocks();
  double rate_per_ms(std::size_t window, std::uint32_t block, std::uint32_t source) const;
  void count_spikes(Partial& into, const v1e_chunk& chunk, std::uint32_t block) const;
  void sum_synapses(Partial& into, const v1e_chunk& chunk) const;
  void measure_kernels();
  void add_totals();
  void choose_relevant();
  bool is_relevant(const std::string& source) const;
  std::vector<double> values(const std::vector<double>& of, std::size_t source,
                             ResponseClass c) const;
  std::string sample_text() const;

  // tables.cpp
  void write_targets(v1e::Output& output) const;
  void write_classes(v1e::Output& output) const;
  // figures.cpp
  void draw_static(v1e::Output& output) const;
  void draw_effective(v1e::Output& output) const;
  void draw_change(v1e::Output& output) const;

  v1e::Dataset dataset_;
  std::string variable_;
  std::vector<std::string> notes_, warnings_;
  std::vector<std::uint32_t> blocks_;  // with recorded spikes, without the background
  std::vector<Origin> origins_;        // of every block
  std::uint32_t first_trial_ = 0;
  std::array<StepWindow, window_count> steps_;
  std::array<double, window_count> window_ms_{};
  ClassTable classes_;
  TypeDivision types_;
  std::vector<std::string> sources_;          // types, what comes from outside, "Total"
  std::vector<std::size_t> source_of_block_;  // of the blocks from outside
  std::vector<std::int64_t> target_of_;
  std::vector<Counts> spikes_;
  std::vector<std::vector<double>> area_ms_;  // [node type][receptor]
  Sums sums_;
  std::vector<Row> shares_;
};

}  // namespace v1::analyses
