#pragma once
#include <v1e_sdk/analysis.hpp>
#include <v1e_sdk/dataset.hpp>
#include <v1e_sdk/figure.hpp>

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "plugins/analyses/overview/groups.hpp"

namespace v1::analyses {

/// A quick look at a run: rasters, LGN units, population activity and mean rates.
class Overview {
 public:
  static constexpr auto name = "overview";
  static constexpr auto version = "1.0.0";
  static constexpr auto summary = "Rasters, population activity and mean rates of a run";
  static constexpr std::uint64_t flags = V1E_ANALYSIS_PARALLEL;

  v1e::NeuronSelection neurons{"neurons", "core", "Neurons to show"};
  v1e::Int trial{"trial", "1", -1, v1e::at_least(-1), "Trial of the rasters; -1 = the last"};
  v1e::Float bin{"bin", "ms", 10.0, v1e::above(0), "Width of the bins of population activity"};
  v1e::Int units{"lgn_units", "1", 2, v1e::closed(0, 6), "LGN units to show one by one"};

  /// Spikes of one trial by division, group and bin.
  struct TrialSums {
    std::array<std::vector<double>, 3> binned;  // [group][bin], by division
    std::vector<double> populations;            // spikes
  };
  struct Events {
    std::vector<double> time_ms;
    std::vector<std::uint32_t> neuron;  // position in the network, or unit
    std::vector<std::uint32_t> trial;
  };
  struct Partial {
    std::map<std::uint32_t, TrialSums> trials;
    Events v1, lgn, lgn_units;
    std::vector<std::vector<float>> rates;  // [unit][frame]
  };

  void prepare(const v1e_analysis_env& env);
  void plan(std::uint32_t pass, v1e::Requests& requests);
  Partial make_partial(std::uint32_t) const { return {}; }
  void consume(Partial& into, const v1e_chunk& chunk) const;
  void merge(Partial& into, const Partial& from) const;
  void end_pass(std::uint32_t pass, Partial& merged);
  void finish(v1e::Output& output);

 private:
  enum class Kind { spikes, lgn, lgn_units, rates };
  enum Division { groups, populations, interneurons };

  void choose_neurons();
  void choose_units();
  void note_different_trials();
  void take_spikes(Partial& into, const v1e_chunk& chunk) const;
  void take_rates(Partial& into, const v1e_chunk& chunk) const;
  std::size_t bins() const { return static_cast<std::size_t>(dataset_.steps() / bin_steps_); }
  double bin_ms() const { return dataset_.dt_ms() * static_cast<double>(bin_steps_); }

  // report.cpp
  void write_raster_tables(v1e::Output& output) const;
  void write_rate_profile(v1e::Output& output) const;
  void write_activity(v1e::Output& output, const std::string& table, Division division) const;
  void write_rates(v1e::Output& output) const;
  void write_lgn_units(v1e::Output& output) const;
  // figures.cpp
  /// only_trial: of this trial; else of all.
  v1e::Figure figure(const std::string& title, const std::string& caption,
                     std::optional<std::uint32_t> only_trial = std::nullopt) const;
  void draw_raster(v1e::Output& output) const;
  void draw_lgn_units(v1e::Output& output) const;
  void draw_activity(v1e::Output& output) const;
  void draw_interneurons(v1e::Output& output) const;
  void draw_rates(v1e::Output& output) const;
  void activity_panel(v1e::Panel& panel, const std::string& table, const std::string& group,
                      const std::string& color) const;
  bool has_trial_spread() const { return result_.trials.size() > 1; }

  v1e::Dataset dataset_;
  std::vector<std::string> notes_;
  std::vector<std::uint32_t> neurons_;
  std::vector<NeuronLabels> labels_;
  std::array<Grouping, 3> divisions_;
  RasterOrder raster_;
  std::uint32_t trial_ = 0;
  std::string lgn_name_;  // of the block
  std::int64_t bin_steps_ = 1;
  bool has_lgn_ = false;
  bool has_rates_ = false;
  std::vector<std::uint32_t> units_;
  std::vector<Kind> kinds_;  // by request
  Partial result_;
};

}  // namespace v1::analyses
