#include "plugins/analyses/shared/spikes/trial_counts.hpp"

#include <limits>

namespace v1::analyses {

void TrialCounts::add(const v1e_chunk& chunk, std::uint32_t dataset, const SpikeNeurons& neurons,
                      const StepWindow& window) {
  for (std::uint64_t e = 0; e < chunk.event_count; ++e) {
    if (!window.contains(chunk.event_step[e])) continue;
    std::vector<std::uint16_t>& counts = counts_[{dataset, chunk.event_trial[e]}];
    counts.resize(neurons.size(), 0);
    std::uint16_t& count = counts[neurons.index_of(chunk.event_neuron[e])];
    if (count < std::numeric_limits<std::uint16_t>::max()) ++count;
  }
}

void TrialCounts::merge(const TrialCounts& from) {
  for (const auto& [trial, counts] : from.counts_) {
    std::vector<std::uint16_t>& sum = counts_[trial];
    sum.resize(counts.size(), 0);
    for (std::size_t i = 0; i < counts.size(); ++i) {
      sum[i] = static_cast<std::uint16_t>(sum[i] + counts[i]);
    }
  }
}

Responses TrialCounts::responses(const TrialConditions& conditions, std::size_t neuron,
                                 double seconds, std::size_t most) const {
  Responses out;
  for (const std::vector<TrialKey>& trials : conditions.trials) {
    std::vector<double>& rates = out.emplace_back();
    for (const TrialKey& trial : trials) {
      if (most > 0 && rates.size() == most) break;
      rates.push_back(count(trial, neuron) / seconds);
    }
  }
  return out;
}

void ask_spikes(v1e::Requests& requests, const std::vector<v1e::Dataset>& datasets,
                const SpikeNeurons& neurons, const TimeWindow& window) {
  for (std::uint32_t d = 0; d < datasets.size(); ++d) {
    v1e_request request = spikes_request(d, neurons, 0);
    request.begin_ms = window.values()[0];
    request.end_ms = window.values()[1];
    requests.add(request);
  }
}

}  // namespace v1::analyses
