#pragma once
#include <v1e_sdk/analysis.hpp>
#include <v1e_sdk/dataset.hpp>
#include <v1e_sdk/figure.hpp>

#include <array>
#include <string>
#include <vector>

#include "plugins/analyses/shared/classes/classes.hpp"
#include "plugins/analyses/shared/signals/trace_sums.hpp"
#include "plugins/analyses/shared/statistics/statistics.hpp"
#include "plugins/analyses/shared/trials/step_window.hpp"

namespace v1::analyses {

/// Do two populations respond alike to visual flow? Their currents around its onset, and a test of
/// the change of the input current. Analysis 4 of Galvan Fraile et al. (2024).
class PopulationComparison {
 public:
  static constexpr auto name = "population_comparison";
  static constexpr auto version = "1.0.0";
  static constexpr auto summary = "Currents of two populations around the onset of visual flow";
  static constexpr std::uint64_t flags = V1E_ANALYSIS_PARALLEL;

  v1e::NeuronSelection population_1{"population_1", "e23", "First population"};
  v1e::NeuronSelection population_2{"population_2", "e5_e6", "Second population"};
  v1e::Choice mode{"mode",
                   "clean",
                   {"clean", "reference"},
                   "reference: names exchanged, second sample cut to the size of the first, bands "
                   "pooled over trials, as in the published scripts"};
  v1e::Bool skip_first_trial{"skip_first_trial", true, "Leave out trial 0"};
  TimeWindow baseline{"baseline", {0.0, 500.0}, "Begin and end of the baseline"};
  TimeWindow response{"response", {500.0, 1500.0}, "Begin and end of the response"};

  static constexpr std::size_t population_count = 2;
  static constexpr std::array<const char*, 3> variables = {"input_current", "recurrent_current",
                                                           "bottom_up_current"};
  struct Partial {
    std::array<TraceSums, variables.size()> traces;
  };

  void check() const;
  void prepare(const v1e_analysis_env& env);
  void plan(std::uint32_t pass, v1e::Requests& requests);
  Partial make_partial(std::uint32_t) const { return {}; }
  void consume(Partial& into, const v1e_chunk& chunk) const;
  void merge(Partial& into, const Partial& from) const;
  void end_pass(std::uint32_t, Partial& merged) { traces_ = std::move(merged.traces); }
  void finish(v1e::Output& output);

 private:
  bool reference() const { return mode.is("reference"); }
  const v1e::NeuronSelection& population(std::size_t p) const {
    return p == 0 ? population_1 : population_2;
  }
  std::string label(std::size_t p) const;
  std::vector<std::uint32_t> recorded(const v1e::NeuronSelection& selection, const char* key);
  /// Responses of a population as they enter the test.
  std::vector<double> sample(std::size_t p) const;
  ResponseClass class_of(std::size_t neuron) const;
  std::string caption(const std::string& what) const;

  void write_neurons(v1e::Output& output) const;
  void write_traces(v1e::Output& output) const;
  void write_test(v1e::Output& output);
  void write_classes(v1e::Output& output) const;
  void draw_traces(v1e::Output& output) const;
  void draw_responses(v1e::Output& output) const;

  v1e::Dataset dataset_;
  TraceFrame frame_;
  TraceGroups groups_;
  std::vector<std::uint32_t> neurons_;    // of both populations, ascending
  std::array<std::size_t, 2> size_ = {};  // of the populations
  std::vector<std::size_t> variable_of_request_;
  std::array<bool, variables.size()> has_ = {};
  std::vector<double> rheobase_;
  std::vector<std::string> notes_;
  std::array<TraceSums, variables.size()> traces_;
  Welch welch_;
};

}  // namespace v1::analyses
