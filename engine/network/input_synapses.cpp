#include "engine/network/input_synapses.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "engine/base/error.hpp"
#include "engine/base/text.hpp"
#include "engine/network/receptors.hpp"

namespace v1::network {
namespace {

std::string named_input(const InputConnection& input) {
  return fmt::format("{}input '{}'", place_prefix(input.where), input.name);
}

void check_name(const Network& network, const InputConnection& input) {
  const auto& populations = network.neurons.populations;
  const bool neurons = std::any_of(populations.begin(), populations.end(),
                                   [&](const auto& range) { return range.name == input.name; });
  if (!neurons && !network.find_block(input.name)) return;
  throw error(ExitCode::config,
              "{}: network '{}' has a population of this name; choose another 'name'",
              named_input(input), network.name);
}

// A file of spikes names sources by their ids.
void check_ids(const Network& network, const InputConnection& input) {
  if (input.all_to_all) return;
  std::vector<std::uint32_t> ids;
  for (const std::uint32_t target : input.targets) ids.push_back(network.neurons.id[target]);
  std::sort(ids.begin(), ids.end());
  const auto twice = std::adjacent_find(ids.begin(), ids.end());
  if (twice == ids.end()) return;
  throw error(
      ExitCode::config,
      "{}: 'target' holds two neurons with id {}, of different populations, so that a train "
      "of this id would have no one target; write an [[input]] for each population",
      named_input(input), *twice);
}

std::string name_of(const NodeType& type) {
  return type.population.empty() ? fmt::format("node type {}", type.id)
                                 : fmt::format("{} (node type {})", type.population, type.id);
}

// Receptor by node type, checked for those that are targets.
std::vector<std::uint32_t> choose_receptors(const Network& network, const InputConnection& input) {
  const bool excitatory = input.weight_pa >= 0.0;
  std::vector<std::optional<std::uint32_t>> chosen(network.types.size(), input.receptor);
  if (!input.receptor) chosen = usual_receptors(network, excitatory);
  std::vector<std::uint32_t> receptors(network.types.size(), 0);
  for (const std::uint32_t target : input.targets) {
    const std::uint16_t t = network.neurons.type[target];
    const NodeType& type = network.types[t];
    if (!chosen[t]) {
      throw error(ExitCode::config,
                  "{}'input.receptor' is needed: neurons of {} receive no {} synapse in this "
                  "network, from which the receptor could follow; give one of 1 to {}",
                  place_prefix(input.receptor_where), name_of(type),
                  excitatory ? "excitatory" : "inhibitory", receptor_count(type));
    }
    if (*chosen[t] >= receptor_count(type)) {
      throw error(
          ExitCode::config,
          "{}'input.receptor' = {}: neurons of {} have the receptors 1 to {}; choose one of "
          "these, or another 'target'",
          place_prefix(input.receptor_where), *chosen[t] + 1, name_of(type), receptor_count(type));
    }
    receptors[t] = *chosen[t];
  }
  return receptors;
}

// Kinds of the input's own: in scheme billeh-tf neurons and inputs cannot share one.
class InputKinds {
 public:
  InputKinds(Network& network, const InputConnection& input) : network_(network), input_(input) {}

  std::uint16_t of_receptor(std::uint32_t receptor) {
    const auto [entry, is_new] = known_.try_emplace(receptor);
    if (is_new) entry->second = add({input_.delay_ms, receptor});
    return entry->second;
  }

 private:
  std::uint16_t add(const SynapseKind& kind) {
    const std::size_t index = network_.synapse_kinds.size();
    if (index >= SynapseAddresses::most_kinds(network_.neurons.size())) {
      throw error(
          ExitCode::config,
          "{}: network '{}' has {} combinations of delay and receptor, and {} neurons leave "
          "room for no more; use fewer inputs",
          named_input(input_), network_.name, index, network_.neurons.size());
    }
    network_.synapse_kinds.push_back(kind);
    return static_cast<std::uint16_t>(index);
  }

  Network& network_;
  const InputConnection& input_;
  std::map<std::uint32_t, std::uint16_t> known_;
};

}  // namespace

void add_input_block(Network& network, const InputConnection& input) {
  if (input.targets.empty()) {
    throw error(ExitCode::config, "{}: 'target' selects no neuron", named_input(input));
  }
  check_name(network, input);
  check_ids(network, input);
  const std::vector<std::uint32_t> receptors = choose_receptors(network, input);
  InputKinds kinds(network, input);
  EdgeBlock block;
  block.name = input.name;
  block.source_kind = SourceKind::events;
  block.current_class = CurrentClass::bottom_up;
  block.address = SynapseAddresses(network.neurons.size());
  for (const std::uint32_t target : input.targets) {
    const std::uint16_t type = network.neurons.type[target];
    block.address.push_back(target, kinds.of_receptor(receptors[type]));
    if (!input.all_to_all) block.source_id.push_back(network.neurons.id[target]);
  }
  const auto synapses = static_cast<std::int64_t>(input.targets.size());
  block.weight_pa.assign(input.targets.size(), static_cast<float>(input.weight_pa));
  if (input.all_to_all) {
    block.source_id = {0};
    block.row_ptr = {0, synapses};
  } else {
    block.row_ptr.resize(input.targets.size() + 1);
    std::iota(block.row_ptr.begin(), block.row_ptr.end(), std::int64_t{0});
  }
  network.blocks.push_back(std::move(block));
}

}  // namespace v1::network
