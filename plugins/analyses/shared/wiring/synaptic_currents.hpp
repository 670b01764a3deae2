#pragma once
#include <v1e_sdk/analysis.hpp>
#include <v1e_sdk/dataset.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "plugins/analyses/shared/trials/step_window.hpp"
#include "plugins/analyses/shared/wiring/current_kernels.hpp"
#include "plugins/analyses/shared/wiring/wiring.hpp"

/// Synaptic currents out of spikes and weights: mean traces of groups of neurons by kind of source,
/// and what every source contributes to a time window. Linear, hence exact for means; spikes of the
/// trial before count where trials carry their state on.
namespace v1::analyses {

/// A block of synapses whose spikes were recorded, wholly or in part.
struct SourceBlock {
  std::uint32_t index = 0;  // in the network
  Origin origin = Origin::recurrent;
  std::string variable;                // of its spikes; "" for the network's neurons
  std::vector<std::uint32_t> sources;  // recorded ones, ascending
  std::vector<std::uint32_t> kind;     // of every source of the block: row of the traces
};

/// Blocks of `dataset` with recorded spikes, wholly or in part; `kind` is left empty. Names of the
/// others go to `missing`.
std::vector<SourceBlock> recorded_blocks(const v1e::Dataset& dataset,
                                         std::vector<std::string>& missing);

class SynapticCurrents {
 public:
  struct Share {  // of a target in a group
    std::uint32_t group = 0;
    float factor = 1.0f;
  };
  struct Setup {
    std::vector<SourceBlock> blocks;
    std::size_t kinds = 0;                   // of sources
    std::size_t groups = 0;                  // of targets
    std::vector<std::vector<Share>> shares;  // by position in the network; empty: no target
    std::vector<StepWindow> windows;
    std::uint32_t trial_begin = 0, trial_end = 0;  // trials averaged
    bool carried = true;                           // trials start where the one before ended
  };
  /// What a partial of the weight pass and of the spike pass holds.
  struct Entry {
    std::uint16_t group = 0, channel = 0;
    float weight = 0.0f;
  };
  struct Weights {
    std::map<std::uint32_t, std::map<std::uint32_t, std::vector<Entry>>> rows;  // block, source
  };
  struct Activity {
    std::map<std::uint32_t, std::vector<double>> input;   // by kind: [group][response][time]
    std::map<std::uint32_t, std::vector<double>> effect;  // by block: [used channel][window]
    std::map<std::uint32_t, std::uint64_t> first;         // by block: the first of them
  };

  void set_up(const v1e::Dataset& dataset, Setup setup);
  /// Requests of the synapses; kernels are known afterwards.
  void ask_synapses(v1e::Requests& requests);
  /// Requests of the spikes.
  void ask_spikes(v1e::Requests& requests) const;
  /// Block of the n-th of these requests.
  std::size_t block_of(std::size_t n) const { return n; }

  void add_weights(Weights& into, const v1e_chunk& chunk, std::size_t block) const;
  void merge(Weights& into, const Weights& from) const;
  void set_weights(Weights& merged);
  void add_spikes(Activity& into, const v1e_chunk& chunk, std::size_t block) const;
  void merge(Activity& into, const Activity& from) const;
  void set_activity(Activity& merged);

  const Setup& setup() const { return setup_; }
  const CurrentKernels& kernels() const { return kernels_; }
  std::size_t trials() const { return setup_.trial_end - setup_.trial_begin; }
  /// Mean current over the trials at every step, summed over the group by its factors [pA].
  std::vector<double> trace(std::size_t kind, std::size_t group, std::size_t response) const;
  /// Mean current in a window per pA of weight of a synapse from this source, in a channel that it
  /// has onto a target.
  double effect(std::size_t block, std::uint32_t source, std::size_t channel,
                std::size_t window) const;

 private:
  std::size_t times() const { return static_cast<std::size_t>(past_ + steps_); }
  std::size_t row(std::size_t group, std::size_t response) const {
    return (group * kernels_.responses().size() + response) * times();
  }
  void add_event(Activity& into, std::size_t block, std::uint32_t source, std::int64_t time) const;

  Setup setup_;
  v1e::Dataset dataset_;
  CurrentKernels kernels_;
  std::int64_t steps_ = 0, past_ = 0;
  std::vector<std::vector<std::uint32_t>> listed_;  // by block: place of a source in `sources`
  // by block and source: entries begin[source] ... begin[source + 1], and the channels among them
  std::vector<std::vector<std::uint64_t>> begin_, channel_begin_;
  std::vector<std::vector<Entry>> entries_;
  std::vector<std::vector<std::uint16_t>> channels_;
  std::map<std::uint32_t, std::vector<double>> input_;
  std::vector<std::vector<double>> effect_;  // by block: [used channel][window]
};

}  // namespace v1::analyses
