#pragma once
#include <v1e_sdk/analysis.hpp>
#include <v1e_sdk/dataset.hpp>
#include <v1e_sdk/figure.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "plugins/analyses/shared/classes/direction_runs.hpp"
#include "plugins/analyses/shared/responses/perturbation_tuning.hpp"

namespace v1::analyses {

/// How responses to visual flow depend on its direction and temporal frequency; which neurons have
/// one class in all directions. Analysis 8 of Galvan Fraile et al. (2024).
class FeatureSelectivity : public DirectionRuns {
 public:
  static constexpr auto name = "feature_selectivity";
  static constexpr auto version = "1.0.0";
  static constexpr auto summary =
      "Classes and responses over directions and temporal frequencies of visual flow";
  static constexpr std::uint64_t flags = V1E_ANALYSIS_PARALLEL | V1E_ANALYSIS_MANY_DATASETS;
  static constexpr const char* needs[] = {"classification"};

  v1e::Choice mode{
      "mode",
      "clean",
      {"clean", "reference"},
      "reference: degrees taken as radians in the preferred perturbation direction, "
      "8 and 9 Hz in one bin, traces with their baseline, as in the published scripts"};
  v1e::FloatList frequencies{"frequencies",
                             "Hz",
                             {0, 1, 2, 3, 4, 5, 6, 7, 8, 9},
                             v1e::at_least(0),
                             "Temporal frequencies, one run each; [] leaves them out"};
  v1e::Float frequency_direction{"frequency_direction", "deg", 0.0, v1e::any(),
                                 "Direction of the runs of all temporal frequencies"};

  void prepare(const v1e_analysis_env& env);
  void plan(std::uint32_t pass, v1e::Requests& requests);
  void end_pass(std::uint32_t pass, Partial& merged);
  void finish(v1e::Output& output);

 private:
  bool reference() const { return mode.is("reference"); }
  void evaluate();
  void choose_pure();
  std::size_t size() const { return first().size(); }
  const ClassRows& at_frequency(std::size_t k) const {
    return classes_.at(by_frequency_[k].dataset);
  }
  std::size_t role_size(DirectionRole role) const;
  bool has_angles() const;
  std::string caption(const std::string& what) const;
  std::string role_label(DirectionRole role) const;

  // tables.cpp
  void write_neurons(v1e::Output& output) const;
  void write_roles(v1e::Output& output) const;
  void write_class_shares(v1e::Output& output) const;
  void write_responses(v1e::Output& output) const;
  // curve_tables.cpp
  void write_direction_tuning(v1e::Output& output) const;
  void write_frequency_tuning(v1e::Output& output) const;
  void write_frequency_counts(v1e::Output& output) const;
  void write_traces(v1e::Output& output) const;
  // figures.cpp
  void draw_class_shares(v1e::Output& output) const;
  void draw_responses(v1e::Output& output) const;
  void draw_traces(v1e::Output& output) const;
  // figures_tuning.cpp
  void draw_preferred(v1e::Output& output) const;
  void draw_direction_tuning(v1e::Output& output) const;
  void draw_frequencies(v1e::Output& output) const;

  std::vector<RunCondition> by_frequency_;

  std::vector<DirectionRole> role_;  // by neuron
  std::vector<PerturbationDirection> preferred_;
  std::vector<double> delta_;                // from the neuron's preferred visual direction
  std::vector<double> preferred_frequency_;  // Hz
  std::vector<std::uint32_t> pure_;          // positions, ascending
};

/// The two roles with one class in all directions, in the order of the groups of traces.
inline constexpr std::array<DirectionRole, 2> pure_roles = {DirectionRole::responsive_dvf,
                                                            DirectionRole::responsive_hvf};
inline constexpr std::array<const char*, 2> pure_colors = {"#33ABA2", "#F06233"};

}  // namespace v1::analyses
