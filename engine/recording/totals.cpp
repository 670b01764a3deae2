#include "engine/recording/totals.hpp"

#include <numeric>

namespace v1::recording {
namespace {

void add_each(std::vector<std::uint64_t>& into, const std::vector<std::uint64_t>& from) {
  if (into.size() < from.size()) into.resize(from.size(), 0);
  for (std::size_t i = 0; i < from.size(); ++i) into[i] += from[i];
}

}  // namespace

void Totals::add(const Totals& other) {
  trials += other.trials;
  add_each(populations, other.populations);
  add_each(types, other.types);
  add_each(blocks, other.blocks);
}

std::uint64_t Totals::neuron_spikes() const {
  return std::accumulate(populations.begin(), populations.end(), std::uint64_t{0});
}

Totals empty_totals(const network::Network& network) {
  Totals totals;
  totals.populations.resize(network.neurons.populations.size(), 0);
  totals.types.resize(network.types.size(), 0);
  totals.blocks.resize(network.blocks.size(), 0);
  return totals;
}

std::map<std::string, double> mean_rates_hz(const Totals& totals, const network::Network& network,
                                            double trial_ms) {
  struct Sum {
    std::uint64_t spikes = 0, neurons = 0;
  };
  std::map<std::string, Sum> sums;
  std::vector<std::uint64_t> neurons_of_type(network.types.size(), 0);
  for (const std::uint16_t type : network.neurons.type) ++neurons_of_type[type];
  for (std::size_t t = 0; t < network.types.size(); ++t) {
    Sum& sum = sums[network.types[t].population];
    sum.spikes += totals.types.at(t);
    sum.neurons += neurons_of_type[t];
  }
  // "v1" beside "e23Cux2"; a circuit whose types carry its own name keeps the types' sum.
  for (std::size_t p = 0; p < network.neurons.populations.size(); ++p) {
    const network::PopulationRange& range = network.neurons.populations[p];
    sums.try_emplace(range.name, Sum{totals.populations.at(p), range.end - range.begin});
  }
  std::map<std::string, double> rates;
  const double seconds = trial_ms / 1000.0 * totals.trials;
  for (const auto& [name, sum] : sums) {
    const double neuron_seconds = static_cast<double>(sum.neurons) * seconds;
    if (name.empty() || sum.neurons == 0) continue;
    rates[name] = seconds > 0.0 ? static_cast<double>(sum.spikes) / neuron_seconds : 0.0;
  }
  return rates;
}

}  // namespace v1::recording
