#pragma once
#include <v1e_sdk/analysis.hpp>
#include <v1e_sdk/dataset.hpp>

#include <cstdint>
#include <map>
#include <vector>

#include "plugins/analyses/shared/responses/correlation.hpp"
#include "plugins/analyses/shared/spikes/spike_neurons.hpp"
#include "plugins/analyses/shared/trials/step_window.hpp"
#include "plugins/analyses/shared/trials/trial_conditions.hpp"

/// Spikes of every neuron in a window of every trial: the responses that analyses of tuning,
/// correlation and decoding start from. Two bytes per neuron and trial.
namespace v1::analyses {

class TrialCounts {
 public:
  /// Adds the events of a chunk of spikes_request that lie in the window.
  void add(const v1e_chunk& chunk, std::uint32_t dataset, const SpikeNeurons& neurons,
           const StepWindow& window);
  void merge(const TrialCounts& from);
  /// Is there any spike in the window?
  bool any() const { return !counts_.empty(); }
  /// A trial without spikes has no entry and counts as zeros.
  double count(const TrialKey& trial, std::size_t neuron) const {
    const auto found = counts_.find(trial);
    return found == counts_.end() ? 0.0 : found->second[neuron];
  }
  /// [condition][trial] of a neuron, in spikes per second of a window of `seconds`. Trials of a
  /// condition beyond `most` are left out; 0 = all.
  Responses responses(const TrialConditions& conditions, std::size_t neuron, double seconds,
                      std::size_t most = 0) const;

 private:
  std::map<TrialKey, std::vector<std::uint16_t>> counts_;
};

/// Requests of the spikes of all trials of all runs in the window, one per dataset in their order.
void ask_spikes(v1e::Requests& requests, const std::vector<v1e::Dataset>& datasets,
                const SpikeNeurons& neurons, const TimeWindow& window);

}  // namespace v1::analyses
