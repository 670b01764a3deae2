#include "engine/network/receptors.hpp"

#include <algorithm>

namespace v1::network {
namespace {

using Counts = std::vector<std::uint64_t>;  // [type][receptor]

void count_synapses(const Network& network, const EdgeBlock& block, bool excitatory,
                    std::size_t receptors, Counts& counts) {
  for (std::size_t e = 0; e < block.edge_count(); ++e) {
    const float weight = block.weight_pa[e];
    if (excitatory ? !(weight > 0.0f) : !(weight < 0.0f)) continue;
    const std::size_t type = network.neurons.type[block.address.target(e)];
    ++counts[type * receptors + network.synapse_kinds[block.address.kind(e)].receptor];
  }
}

}  // namespace

std::uint32_t receptor_count(const NodeType& type) {
  switch (type.model) {
    case NeuronModel::iaf_psc_alpha:
      return 2;
    case NeuronModel::iaf_psc_delta:
      return 1;
    case NeuronModel::glif_psc:
    case NeuronModel::glif_psc_double_alpha:
      break;
  }
  return static_cast<std::uint32_t>(type.tau_syn_ms.size());
}

std::vector<std::optional<std::uint32_t>> usual_receptors(const Network& network, bool excitatory) {
  const std::size_t receptors = network.receptor_count();
  const std::size_t size = network.types.size() * receptors;
  Counts between_neurons(size, 0), from_outside(size, 0);
  for (const EdgeBlock& block : network.blocks) {
    Counts& counts = block.source_kind == SourceKind::neurons ? between_neurons : from_outside;
    count_synapses(network, block, excitatory, receptors, counts);
  }
  std::vector<std::optional<std::uint32_t>> usual(network.types.size());
  for (std::size_t type = 0; type < usual.size(); ++type) {
    for (const Counts* counts : {&between_neurons, &from_outside}) {
      const auto begin = counts->begin() + static_cast<std::ptrdiff_t>(type * receptors);
      const auto most = std::max_element(begin, begin + static_cast<std::ptrdiff_t>(receptors));
      if (receptors == 0 || *most == 0) continue;
      usual[type] = static_cast<std::uint32_t>(most - begin);
      break;
    }
  }
  return usual;
}

}  // namespace v1::network
