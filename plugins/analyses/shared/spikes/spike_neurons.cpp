#include "plugins/analyses/shared/spikes/spike_neurons.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <v1e_sdk/error.hpp>

namespace v1::analyses {
namespace {

std::string group_name(const std::string& population, Grouping grouping) {
  if (grouping == Grouping::all) return "all";
  if (grouping == Grouping::population || population.empty() || population[0] != 'e') {
    return population;
  }
  std::size_t end = 1;
  while (end < population.size() && std::isdigit(static_cast<unsigned char>(population[end])))
    ++end;
  return end > 1 ? population.substr(0, end) : population;
}

bool stored_everywhere(std::uint32_t neuron, const std::vector<std::vector<double>>& stored) {
  return std::all_of(stored.begin(), stored.end(),
                     [&](const auto& column) { return column.empty() || column[neuron] != 0.0; });
}

void sort_into_groups(SpikeNeurons& neurons, const v1e::Dataset& dataset, Grouping grouping) {
  const auto population = v1e::texts(dataset.neuron_column("population"));
  std::set<std::string> present;
  for (const std::uint32_t i : neurons.positions) {
    present.insert(group_name(population.at(i), grouping));
  }
  std::map<std::string, std::size_t> index_of;
  for (const std::string& one : v1e::texts(dataset.type_column("population"))) {
    const std::string group = group_name(one, grouping);
    if (present.contains(group) && index_of.emplace(group, neurons.groups.size()).second) {
      neurons.groups.push_back(group);
    }
  }
  neurons.group_size.assign(neurons.groups.size(), 0);
  for (const std::uint32_t i : neurons.positions) {
    neurons.group_of.push_back(index_of.at(group_name(population[i], grouping)));
    ++neurons.group_size[neurons.group_of.back()];
  }
}

}  // namespace

SpikeNeurons choose_spike_neurons(const v1e::NeuronSelection& selection,
                                  const std::vector<v1e::Dataset>& datasets, Grouping grouping) {
  if (!selection.resolved()) {
    throw v1e::Error(V1E_E_STATE, "neurons", "the selection was not resolved by the engine");
  }
  std::vector<std::vector<double>> stored;
  for (const v1e::Dataset& dataset : datasets) {
    stored.push_back(v1e::numbers(dataset.neuron_column("spikes_stored")));
  }
  SpikeNeurons neurons;
  for (const std::uint32_t i : selection.neurons()) {
    if (stored_everywhere(i, stored)) neurons.positions.push_back(i);
  }
  if (neurons.positions.empty()) {
    throw v1e::Error(V1E_E_INVALID, "neurons",
                     "no spikes of the neurons in '" + selection.text() +
                         "' were recorded; widen [record] spikes to cover them");
  }
  if (neurons.size() < selection.neurons().size()) {
    neurons.notes.push_back("Spikes of " + std::to_string(neurons.size()) + " of " +
                            std::to_string(selection.neurons().size()) +
                            " selected neurons were recorded.");
  }
  neurons.index_at_.assign(datasets.front().neurons(), 0);
  for (std::size_t k = 0; k < neurons.size(); ++k) {
    neurons.index_at_[neurons.positions[k]] = static_cast<std::uint32_t>(k);
    neurons.ids.push_back(datasets.front().raw().network->neuron_id[neurons.positions[k]]);
  }
  sort_into_groups(neurons, datasets.front(), grouping);
  return neurons;
}

std::string unrecorded_text(const v1e::Dataset& dataset) {
  const std::vector<double> stored = v1e::numbers(dataset.neuron_column("spikes_stored"));
  const auto missing = std::count(stored.begin(), stored.end(), 0.0);
  if (missing == 0) return "";
  return "Spikes of " + std::to_string(missing) + " of " + std::to_string(stored.size()) +
         " neurons were not recorded; they count as silent";
}

v1e_request spikes_request(std::uint32_t dataset, const SpikeNeurons& neurons,
                           std::uint32_t trial_begin) {
  v1e_request request{};
  request.dataset = dataset;
  request.source = V1E_SRC_SPIKES;
  request.layout = V1E_LAYOUT_EVENTS;
  request.stripes = V1E_STRIPE_TRIALS;
  request.neuron_count = neurons.size();
  request.neurons = neurons.positions.data();
  request.trial_begin = trial_begin;
  return request;
}

std::uint32_t first_trial(bool skip_first_trial, const v1e::Dataset& dataset) {
  if (!skip_first_trial) return 0;
  if (dataset.trials() < 2) {
    throw v1e::Error(V1E_E_INVALID, "skip_first_trial",
                     "'" + dataset.label() +
                         "' has a single trial; simulate more trials or set skip_first_trial = "
                         "false");
  }
  return 1;
}

}  // namespace v1::analyses
