#pragma once
#include <v1e_sdk/analysis.hpp>
#include <v1e_sdk/dataset.hpp>
#include <v1e_sdk/figure.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "plugins/analyses/shared/trials/trial_starts.hpp"
#include "plugins/analyses/shared/wiring/synaptic_currents.hpp"

namespace v1::analyses {

/// Stand-ins for the local field potential: point neurons have no dipoles. Rates and synaptic
/// currents of the excitatory neurons of a layer, their weighted sum, and a potential with its
/// current source density along a line of contacts; all as means over trials.
class LfpProxy {
 public:
  static constexpr auto name = "lfp_proxy";
  static constexpr auto version = "1.0.0";
  static constexpr auto summary =
      "Proxies of the local field potential by layer and depth, and their current source density";
  static constexpr auto citation =
      "Mazzoni A, Linden H, Cuntz H, Lansner A, Panzeri S, Einevoll GT (2015) PLoS Comput Biol "
      "11(12): e1004584";
  static constexpr std::uint64_t flags = V1E_ANALYSIS_PARALLEL;

  v1e::NeuronSelection neurons{"neurons", "core", "Neurons; the excitatory ones of them count"};
  v1e::Bool skip_first_trial{"skip_first_trial", true, "Leave out the first trial"};
  v1e::Bool carried{"carried", true,
                    "Trials start in the state the one before ended in ([simulation] carry_state); "
                    "used where no recorded current tells"};
  v1e::Float delay{"delay", "ms", 6.0, v1e::at_least(0), "Of the excitatory currents"};
  v1e::Float ratio{"ratio", "1", 1.65, v1e::at_least(0), "Weight of the inhibitory currents"};
  v1e::Float spacing{"spacing", "um", 50.0, v1e::closed(10, 500), "Between the contacts"};
  v1e::Float least_distance{"least_distance", "um", 50.0, v1e::above(0),
                            "Neurons nearer to a contact count as this far"};
  v1e::Float conductivity{"conductivity", "S/m", 0.3, v1e::above(0), "Of the tissue"};
  v1e::Float bin{"bin", "ms", 2.0, v1e::above(0), "Of the tables over time"};
  v1e::Float smoothing{"smoothing", "ms", 10.0, v1e::at_least(0),
                       "Standard deviation of the Gaussian that smooths the rates"};

  struct Partial {
    TrialStarts::Seen starts;
    SynapticCurrents::Weights weights;
    SynapticCurrents::Activity activity;
    std::map<std::uint32_t, std::vector<double>> counts;  // by layer: [step]
  };

  void prepare(const v1e_analysis_env& env);
  void plan(std::uint32_t pass, v1e::Requests& requests);
  Partial make_partial(std::uint32_t) const { return {}; }
  void consume(Partial& into, const v1e_chunk& chunk) const;
  void merge(Partial& into, const Partial& from) const;
  void end_pass(std::uint32_t pass, Partial& merged);
  void finish(v1e::Output& output);

 private:
  enum Kind : std::size_t { excitatory, inhibitory, kind_count };
  enum class Step { starts, weights, spikes };
  void choose_layers();
  void place_contacts();
  SynapticCurrents::Setup make_setup() const;
  std::vector<double> current(Kind kind, std::size_t group) const;       // by step
  std::vector<double> weighted_sum(std::size_t group) const;             // by step
  std::vector<double> binned(const std::vector<double>& by_step) const;  // means
  void write_layers(v1e::Output& output) const;
  void write_depth(v1e::Output& output) const;
  void draw_layers(v1e::Output& output) const;
  void draw_depth(v1e::Output& output) const;
  std::string sample_text() const;

  v1e::Dataset dataset_;
  std::vector<std::string> notes_, warnings_;
  std::vector<SourceBlock> blocks_;
  std::uint32_t first_trial_ = 0;
  std::int64_t bin_steps_ = 1;
  std::vector<std::string> layers_;
  std::vector<std::size_t> layer_size_;
  std::vector<std::int64_t> layer_of_;  // by position; -1: not an excitatory neuron of the choice
  std::vector<double> contact_y_um_;    // from the surface down
  std::vector<std::vector<float>> nearness_;  // by position: [contact] 1/um
  std::size_t excitatory_count_ = 0;
  std::vector<Step> steps_;  // of the passes
  TrialStarts starts_;
  bool carried_ = true;
  SynapticCurrents synaptic_;
  std::map<std::uint32_t, std::vector<double>> counts_;
};

}  // namespace v1::analyses
