#pragma once
#include <v1e_sdk/figure.hpp>

#include <string>
#include <vector>

#include "plugins/analyses/classification/classification.hpp"

namespace v1::analyses {

/// Writes the tables and figures of a finished classification.
class Report {
 public:
  Report(const Classification& analysis, v1e::Output& output) : a_(analysis), out_(output) {}
  void write();

 private:
  // tables.cpp
  void write_neurons();
  void write_class_counts();
  void write_class_means();
  void write_class_means(const std::string& which, bool responses);
  void write_sensitivity();
  // halves.cpp
  void write_halves();
  void draw_halves();
  // tests.cpp
  void write_tests();
  void write_test(const std::string& feature, const std::vector<double>& values);
  // trace_tables.cpp
  void write_traces();
  void write_heatmap();
  void write_rates();
  void write_rate_map();
  void write_rate_map_classes(const std::vector<std::size_t>& order, std::size_t per_row);
  // single_tables.cpp
  void write_singles();
  void write_single_traces();
  void write_single_spikes();
  void write_spike_removal();
  void write_other_rates();
  // figures_single.cpp
  void draw_singles();
  void draw_single(std::size_t k);
  int draw_single_traces(v1e::Figure& figure, const SingleNeuron& one) const;
  void draw_single_spikes(v1e::Figure& figure, const SingleNeuron& one) const;
  v1e::Panel& add_trial_panel(v1e::Figure& figure) const;
  std::string single_title(const SingleNeuron& one) const;
  std::string named_neuron(std::uint32_t position) const;
  void draw_spike_removal();
  void draw_other_rates();
  // figures_*.cpp
  void draw_responses();
  void draw_rate_change();
  void draw_baselines();
  void draw_preferred_angles();
  void draw_class_traces();
  void draw_currents_by_class();
  void draw_voltage();
  void draw_current_heatmaps();
  void draw_composite();
  void draw_rates();
  void draw_rate_map();
  void draw_competition();
  void draw_sensitivity();

  // helpers
  bool classified() const { return a_.classify_neurons; }
  std::size_t class_size(ResponseClass c) const;
  std::vector<double> of_class(const std::vector<double>& values, ResponseClass c) const;
  std::vector<std::string> class_labels() const;  // of every neuron
  const char* criterion_unit() const;             // of the criterion and its threshold
  std::vector<double> common_thresholds() const;  // the one threshold, if all agree
  std::string trials_text() const;
  static std::string rate_shades();                    // what the colours behind rate changes mean
  std::string caption(const std::string& what) const;  // with mode, configuration, seed and n
  std::string band_definition() const;
  v1e::Figure figure(const std::string& title, const std::string& text) const;
  void add_time_context(v1e::Figure& figure) const;  // markers and stimulus strip
  /// `below_heatmap`: leaves room for the class bar of the heat map above.
  void class_lines(v1e::Panel& panel, Variable variable, bool below_heatmap = false) const;
  double left_of_heatmap_ms() const;
  void heatmap_panel(v1e::Panel& panel, Variable variable, bool with_legend) const;
  void rate_map_panel(v1e::Panel& panel, const char* column, bool with_legend) const;
  void add_thresholds(v1e::Panel& panel, Variable variable, bool vertical) const;

  const Classification& a_;
  v1e::Output& out_;
  std::vector<std::string> significant_;  // features with a significant ANOVA
  struct Comparison {
    std::string feature, first, second;
    double p = 1.0;
  };
  std::vector<Comparison> comparisons_;
  bool has_other_rates_ = false;
};

/// Text with a fixed number of digits; "--" for NaN.
std::string fixed(double value, int digits);

/// Traces of every step are ragged; thin lines keep them apart.
inline constexpr double trace_width_pt = 0.7;

}  // namespace v1::analyses
