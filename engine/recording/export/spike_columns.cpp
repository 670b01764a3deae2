#include "engine/recording/export/spike_columns.hpp"

namespace v1::recording {

std::vector<SpikePopulation> spike_populations(const RunReader& run) {
  const network::Network& network = run.network();
  const GroupNames names = group_names(network);
  std::vector<SpikePopulation> populations;
  for (std::size_t p = 0; p < names.populations.size(); ++p) {
    const network::PopulationRange& range = network.neurons.populations[p];
    const auto first = network.neurons.id.begin();
    populations.push_back({names.populations[p],
                           V1E_BLOCK_NEURONS,
                           range.begin,
                           range.end,
                           {first + range.begin, first + range.end}});
  }
  for (const std::uint32_t block : run.spike_blocks()) {
    const std::vector<std::uint32_t>& ids = network.blocks[block].source_id;
    populations.push_back(
        {names.blocks[block], block, 0, static_cast<std::uint32_t>(ids.size()), ids});
  }
  return populations;
}

SpikeColumns spikes_of(const RunReader& run, const SpikePopulation& population,
                       std::uint32_t trial) {
  const SpikeEvents events = run.spikes(trial, population.block);
  const double first_step = static_cast<double>(run.steps_per_trial()) * trial;
  SpikeColumns out;
  for (std::size_t i = 0; i < events.step.size(); ++i) {
    const std::uint32_t position = events.position[i];
    if (position < population.begin || position >= population.end) continue;
    const double time_ms = (first_step + events.step[i] + 1.0) * run.dt_ms();
    const std::uint32_t index = position - population.begin;
    const std::uint16_t times = events.count.empty() ? 1 : events.count[i];
    out.time_ms.insert(out.time_ms.end(), times, time_ms);
    out.id.insert(out.id.end(), times, population.id[index]);
    out.index.insert(out.index.end(), times, index);
  }
  return out;
}

double trial_ms(const RunReader& run) {
  return static_cast<double>(run.steps_per_trial()) * run.dt_ms();
}

}  // namespace v1::recording
