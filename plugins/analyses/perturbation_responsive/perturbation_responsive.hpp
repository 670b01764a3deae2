#pragma once
#include <v1e_sdk/analysis.hpp>
#include <v1e_sdk/dataset.hpp>
#include <v1e_sdk/figure.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "plugins/analyses/shared/classes/class_changes.hpp"
#include "plugins/analyses/shared/classes/direction_runs.hpp"
#include "plugins/analyses/shared/statistics/statistics.hpp"
#include "plugins/analyses/shared/trials/step_window.hpp"

namespace v1::analyses {

/// Do neurons with one class in all directions of flow (perturbation-responsive) and those with a
/// class in a single direction (direction-selective) answer a full-field flash differently?
/// Analysis 10 of Galvan Fraile et al. (2024).
class PerturbationResponsive : public DirectionRuns {
 public:
  static constexpr auto name = "perturbation_responsive";
  static constexpr auto version = "1.0.0";
  static constexpr auto summary =
      "Flash responses of perturbation-responsive and direction-selective neurons";
  static constexpr std::uint64_t flags = V1E_ANALYSIS_PARALLEL | V1E_ANALYSIS_MANY_DATASETS;
  static constexpr const char* needs[] = {"classification"};

  v1e::Choice mode{"mode",
                   "clean",
                   {"clean", "reference"},
                   "reference: rows of the class table taken as rows of the recording and pooled "
                   "bands, as in the published scripts"};
  v1e::Choice flash{"flash", "both", {"both", "white", "black"}, "Flash to look at"};
  TimeWindow response{"response", {500.0, 750.0}, "Begin and end of the response"};
  TimeWindow off_response{"off_response",
                          {1500.0, 1750.0},
                          "Begin and end of the response to the end of the flash; [] for none"};

  void check() const;
  void prepare(const v1e_analysis_env& env);
  void plan(std::uint32_t pass, v1e::Requests& requests);
  void end_pass(std::uint32_t pass, Partial& merged);
  void finish(v1e::Output& output);

 private:
  static constexpr std::size_t group_count = 4;  // the roles but "none"
  /// Responsive against selective neurons of one class to one flash.
  struct Test {
    std::string flash;
    std::size_t first = 0, second = 0;  // groups
    std::size_t n_first = 0, n_second = 0;
    Welch welch;
    double effect = 0.0;
    double p_holm = 0.0;  // corrected over all tests
  };

  bool reference() const { return mode.is("reference"); }
  void choose_flashes(const RunConditions& conditions);
  void choose_neurons();
  std::vector<double> responses(std::uint32_t dataset, std::size_t group) const;
  void compare_groups();
  double starred_p(const Test& test) const { return reference() ? test.welch.p : test.p_holm; }
  std::string caption(const std::string& what) const;

  void write_stimuli(v1e::Output& output);
  void write_neurons(v1e::Output& output) const;
  void write_traces(v1e::Output& output) const;
  void write_tests(v1e::Output& output) const;
  void write_signs(v1e::Output& output) const;
  void draw_pairs(v1e::Output& output) const;
  void draw_all(v1e::Output& output) const;
  void draw_responses(v1e::Output& output) const;
  void add_context(v1e::Panel& panel, const RunCondition& run) const;

  std::vector<RunCondition> flashes_;
  std::vector<std::uint32_t> neurons_;  // positions, ascending: those with a role
  std::vector<std::size_t> group_;      // of each of them
  std::vector<double> rheobase_;
  std::array<std::size_t, group_count> size_ = {};
  std::vector<Test> tests_;
  bool has_stimuli_ = false;
};

/// Short names of the groups and their colours: the hue is that of the class.
inline constexpr std::array<const char*, 4> flash_groups = {"Pert. dVf", "Pert. hVf", "Dir. dVf",
                                                            "Dir. hVf"};
inline constexpr std::array<const char*, 4> flash_colors = {"#33ABA2", "#F06233", "#1A5A8A",
                                                            "#8A5A1A"};

}  // namespace v1::analyses
