#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "engine/network/network.hpp"
#include "engine/recording/plan.hpp"
#include "engine/recording/run_reader.hpp"
#include "plugin_api/include/v1e/network.h"

namespace v1::analysis {

/// What an analysis may know of a stored run before reading any recording.
struct RunFacts {
  std::string label;
  const network::Network* network = nullptr;  // lent; edges may be missing
  double dt_ms = 1.0;
  std::int64_t steps_per_trial = 0;
  std::uint32_t trials = 0;  // finished ones, counted from 0 below
  std::uint64_t seed = 0;
  std::vector<recording::StateVariable> variables;
  std::vector<std::uint32_t> state_neurons;                   // positions, ascending
  std::optional<std::vector<std::uint32_t>> spike_positions;  // nothing: all neurons
  std::vector<std::uint32_t> spike_blocks;                    // indices into network->blocks
  recording::StimulusInfo stimulus;
  std::filesystem::path analyses_dir;  // where tables of earlier analyses are
};

/// One stored run as the analysis planner reads it. Calls come from one thread at a time, those of
/// state() from several; all throw Error(data) naming the file.
class RunData {
 public:
  virtual ~RunData() = default;
  virtual const RunFacts& facts() const = 0;
  const network::Network& network() const { return *facts().network; }
  /// block: V1E_BLOCK_NEURONS or an index out of facts().spike_blocks.
  virtual recording::SpikeEvents spikes(std::uint32_t trial, std::uint32_t block) const = 0;
  /// out: [sample_count][neuron_count]; neurons are counted in facts().state_neurons.
  virtual void state(std::size_t variable, std::uint32_t trial, std::int64_t sample_begin,
                     std::int64_t sample_count, std::size_t neuron_begin, std::size_t neuron_count,
                     float* out) const = 0;
  /// [frame][source] of facts().stimulus.rates[index], for the trial's condition.
  virtual const std::vector<float>& rates(std::uint32_t trial, std::size_t index) const = 0;
  /// The network with its synapses in fixed point, made or loaded on the first call; null when
  /// they are not at hand. Block indices are those of facts().network.
  virtual const v1e_network* synapses() { return nullptr; }
};

}  // namespace v1::analysis
