#pragma once
#include <v1e_sdk/analysis.hpp>
#include <v1e_sdk/dataset.hpp>
#include <v1e_sdk/figure.hpp>

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "plugins/analyses/currents/components.hpp"
#include "plugins/analyses/shared/statistics/bands.hpp"
#include "plugins/analyses/shared/trials/step_window.hpp"
#include "plugins/analyses/shared/wiring/synaptic_currents.hpp"
#include "plugins/analyses/shared/wiring/wiring.hpp"

namespace v1::analyses {

/// Which currents drive the neurons before and during the stimulus: as recorded, and by kind of
/// source and receptor out of spikes and weights, checked against what was recorded.
class Currents {
 public:
  static constexpr auto name = "currents";
  static constexpr auto version = "1.0.0";
  static constexpr auto summary =
      "Current budget: recurrent, LGN, background and after-spike currents, by source and receptor";
  static constexpr std::uint64_t flags = V1E_ANALYSIS_PARALLEL;

  v1e::NeuronSelection neurons{"neurons", "core", "Neurons whose currents are analysed"};
  v1e::Text classification{"classification", "",
                           "Name of a classification that ran before: neurons are grouped by its "
                           "classes; empty: by type"};
  TimeWindow baseline{"baseline", {0.0, 500.0}, "Window before"};
  TimeWindow stimulus{"stimulus", {500.0, 1500.0}, "Window during"};
  v1e::Bool skip_first_trial{"skip_first_trial", true, "Leave out the first trial"};
  v1e::Float bin{"bin", "ms", 5.0, v1e::above(0), "Bins of the traces"};
  v1e::Bool carried{"carried", true,
                    "Trials start in the state the one before ended in ([simulation] carry_state); "
                    "used where no recorded current tells"};
  v1e::Bool reconstruct{"reconstruct", true,
                        "Compute the currents of every kind of source from spikes and synapses"};

  static constexpr std::size_t window_count = 2;    // baseline, stimulus
  using Traces = std::vector<std::vector<double>>;  // [component or part][bin], minus base; pA
  using PerWindow = std::array<std::vector<double>, window_count>;

  /// Of the recorded currents; neurons of a stripe, then all.
  struct Recorded {
    std::size_t begin = 0, count = 0;
    bool begun = false;
    std::array<PerWindow, recorded_current_count> sums;             // [neuron]
    std::array<std::vector<double>, recorded_current_count> means;  // [bin][neuron]
    std::vector<std::vector<std::vector<Moments>>> traces;  // [component][group][bin], minus base
    std::map<std::size_t, Traces> sampled;                  // by row of the sample
    bool starts_moving = false;                             // a trial began with a synaptic current
    bool seen_start = false;
  };
  /// Mean currents of the neurons by kind of source, and by origin and receptor.
  struct Parts {
    PerWindow by_source, by_receptor;  // [neuron][kind], [neuron][origin][receptor]; pA
  };
  struct Partial {
    ClassTable classes;
    std::vector<std::uint32_t> sample;
    Recorded recorded;
    SynapticCurrents::Weights weights;
    SynapticCurrents::Activity activity;
    Parts parts;
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
  enum class Step { classes, recorded, weights, spikes, parts };

  // prepare.cpp
  void choose_neurons();
  void choose_groups();
  void choose_sample(const std::vector<std::uint32_t>& positions);
  void choose_sources();
  void choose_steps();
  bool any_recorded() const;
  // recorded.cpp
  void ask_recorded(v1e::Requests& requests);
  void take_recorded(Recorded& into, const v1e_chunk& chunk) const;
  void add_windows(Recorded& into, const float* rows, std::size_t variable) const;
  void add_bins(Recorded& into, const float* rows, std::size_t variable) const;
  void reduce_traces(Recorded& into) const;
  double change_of(const Recorded& of, std::size_t c, std::size_t n, std::size_t b) const;
  void merge_recorded(Recorded& into, const Recorded& from) const;
  // parts.cpp
  void sum_parts(Parts& into, const v1e_chunk& chunk) const;
  void find_traces();
  std::vector<double> binned_trace(std::size_t kind, std::size_t row) const;

  // summary.cpp
  void write_summary(v1e::Output& output) const;
  // tables.cpp
  double recorded(std::size_t component, std::size_t neuron, std::size_t window) const;
  double by_source(std::size_t neuron, std::size_t kind, std::size_t window) const {
    return parts_.by_source[window][neuron * kinds_.size() + kind];
  }
  double part(std::size_t p, std::size_t neuron, std::size_t window) const;
  bool has_part(std::size_t p) const;
  bool rebuilt_part(std::size_t p) const;
  bool after_spike_is_rest() const;  // recorded with the background, which is rebuilt
  int component(std::string_view name) const;
  std::vector<double> of_group(std::size_t group, const std::vector<double>& values) const;
  std::vector<double> recorded_trace(std::size_t component, std::size_t group) const;  // binned
  std::vector<double> part_trace(std::size_t p, std::size_t group) const;              // binned
  void write_neurons(v1e::Output& output) const;
  void write_budget(v1e::Output& output) const;
  void write_sources(v1e::Output& output) const;
  void write_receptors(v1e::Output& output) const;
  void write_traces(v1e::Output& output) const;
  void write_source_traces(v1e::Output& output) const;
  void write_check(v1e::Output& output) const;
  // composite.cpp
  void find_sampled_parts();
  double level_before(std::size_t group,
                      const std::function<double(std::size_t neuron)>& value) const;
  void write_sample(v1e::Output& output) const;
  void draw_composite(v1e::Output& output) const;
  // figures.cpp
  using Colors = std::vector<std::pair<std::string, std::string>>;
  v1e::Figure group_grid(const std::string& title, const std::string& caption) const;
  v1e::Mark& group_line(v1e::Panel& panel, const std::string& table, const std::string& group,
                        const std::string& column, const std::vector<std::string>& order,
                        const Colors& colors) const;
  bool by_group(v1e::Figure& figure, const std::string& table, const std::string& category,
                const std::vector<std::string>& shown, const std::string& value) const;
  std::vector<std::string> part_order() const;
  void draw_traces(v1e::Output& output) const;
  void draw_parts(v1e::Output& output) const;
  void draw_sources(v1e::Output& output) const;
  void draw_source_traces(v1e::Output& output) const;
  void draw_budget(v1e::Output& output) const;
  void draw_receptors(v1e::Output& output) const;
  void draw_check(v1e::Output& output) const;
  std::string sample_text() const;
  std::vector<std::string> strongest_sources(std::size_t most, bool with_background) const;

  std::size_t bins() const { return static_cast<std::size_t>(dataset_.steps() / bin_steps_); }
  double bin_time_ms(std::size_t b) const {
    return (static_cast<double>(b) + 0.5) * static_cast<double>(bin_steps_) * dataset_.dt_ms();
  }
  bool rebuilt() const { return !parts_.by_source[0].empty(); }

  v1e::Dataset dataset_;
  std::string variable_;
  std::vector<std::string> notes_, warnings_;
  std::vector<Step> steps_;  // by pass
  bool all_spikes_ = true;   // of the network's neurons were recorded
  std::array<bool, recorded_current_count> has_{};
  std::vector<std::size_t> variable_of_request_;
  std::vector<CurrentComponent> components_;
  std::uint32_t first_trial_ = 0;
  std::int64_t bin_steps_ = 1;
  std::array<StepWindow, window_count> windows_;

  std::vector<std::uint32_t> neurons_;  // positions, ascending
  std::vector<std::int64_t> index_of_;  // by position, -1: none
  std::vector<std::string> groups_;
  std::vector<std::uint32_t> group_of_;  // by neuron
  std::vector<std::size_t> group_size_;
  ClassTable classes_;

  std::vector<SourceBlock> blocks_;
  std::vector<std::string> missing_;
  std::vector<std::string> kinds_;  // of sources
  std::vector<Origin> origin_of_kind_;
  std::vector<bool> inhibitory_;  // by kind: summed weight below 0
  std::size_t receptors_ = 0;
  SynapticCurrents synaptic_;

  Recorded recorded_;
  Parts parts_;
  std::vector<std::vector<std::vector<double>>> source_traces_;  // [kind][group][bin], pA
  std::vector<std::size_t> sample_;    // neurons of the heat maps, top row first
  std::vector<Traces> sampled_parts_;  // [row of the sample][recurrent excitation, inhibition][bin]
};

}  // namespace v1::analyses
