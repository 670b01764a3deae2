#pragma once
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/recording/run_reader.hpp"

namespace v1::recording {

/// Spikes of one trial and one population in order of time. A source that spikes twice in a step
/// appears twice.
struct SpikeColumns {
  std::vector<double> time_ms;
  std::vector<std::uint32_t> id;
  std::vector<std::uint32_t> index;  // in the population
};

/// A set of neurons or sources with spikes of its own.
struct SpikePopulation {
  std::string name;  // as in spikes.h5
  std::uint32_t block = V1E_BLOCK_NEURONS;
  std::uint32_t begin = 0, end = 0;  // positions in the network, or in the block
  std::vector<std::uint32_t> id;     // of begin .. end
};

/// Populations of the network, then the inputs whose spikes are stored.
std::vector<SpikePopulation> spike_populations(const RunReader& run);

SpikeColumns spikes_of(const RunReader& run, const SpikePopulation& population,
                       std::uint32_t trial);

/// Duration of a trial.
double trial_ms(const RunReader& run);

/// Calls visit(first_sample_of_the_run, sample_count, values [sample][neuron]) for all samples of
/// a variable in order; samples of a missing trial are NaN.
template <class Visit>
void for_each_slab(const RunReader& run, std::size_t variable, Visit&& visit) {
  constexpr std::int64_t slab_samples = 250;
  const StateVariable& info = run.variables()[variable];
  const std::size_t neurons = run.state_neurons().size();
  const auto& finished = run.finished_trials();
  std::vector<float> values;
  const std::uint32_t trials = finished.empty() ? 0 : finished.back() + 1;
  std::size_t next = 0;
  for (std::uint32_t trial = 0; trial < trials; ++trial) {
    const bool present = finished[next] == trial;
    for (std::int64_t begin = 0; begin < info.sample_count; begin += slab_samples) {
      const std::int64_t count = std::min(slab_samples, info.sample_count - begin);
      values.assign(static_cast<std::size_t>(count) * neurons, network::not_known);
      if (present) run.state(variable, trial, begin, count, 0, neurons, values.data());
      visit(trial * info.sample_count + begin, count, values);
    }
    if (present) ++next;
  }
}

}  // namespace v1::recording
