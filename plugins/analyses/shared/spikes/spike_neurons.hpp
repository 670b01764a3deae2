#pragma once
#include <cstdint>
#include <string>
#include <v1e_sdk/analysis.hpp>
#include <v1e_sdk/dataset.hpp>
#include <v1e_sdk/param.hpp>
#include <vector>

/// The neurons of an analysis of spikes, sorted into groups.
namespace v1::analyses {

enum class Grouping {
  population,  // "e4Rorb", "i4Pvalb", ...
  cell_class,  // excitatory populations of a layer together: "e4", "i4Pvalb", ...
  all
};

/// Neurons of a selection whose spikes were stored in every run.
struct SpikeNeurons {
  std::vector<std::uint32_t> positions;  // ascending
  std::vector<std::int64_t> ids;         // in the full network
  std::vector<std::string> groups;       // in the order of the node types
  std::vector<std::size_t> group_of;     // per neuron: index into groups
  std::vector<std::size_t> group_size;
  std::vector<std::string> notes;  // what the report should say

  std::size_t size() const { return positions.size(); }
  /// Index of the neuron at this position of the network; it must be one of them.
  std::size_t index_of(std::uint32_t position) const { return index_at_[position]; }

  std::vector<std::uint32_t> index_at_;  // by position
};

/// Throws when the selection is not resolved or no spikes of it were recorded.
SpikeNeurons choose_spike_neurons(const v1e::NeuronSelection& selection,
                                  const std::vector<v1e::Dataset>& datasets,
                                  Grouping grouping = Grouping::population);

/// "Spikes of 5 of 8 neurons were not recorded; they count as silent", "" where all were.
std::string unrecorded_text(const v1e::Dataset& dataset);

/// A request for the spikes of these neurons in all trials from trial_begin on, in stripes of
/// whole trials.
v1e_request spikes_request(std::uint32_t dataset, const SpikeNeurons& neurons,
                           std::uint32_t trial_begin);

/// First trial that counts: 1 when the first one is to be skipped and there are others. Throws
/// where it is the only one.
std::uint32_t first_trial(bool skip_first_trial, const v1e::Dataset& dataset);

}  // namespace v1::analyses
