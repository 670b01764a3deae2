#include "engine/network/generator/synapse_kinds.hpp"

#include <algorithm>

namespace v1::network::generator {

std::uint16_t SynapseKinds::add(const SynapseKind& kind) {
  auto found = std::find(kinds.begin(), kinds.end(), kind);
  if (found == kinds.end()) found = kinds.insert(kinds.end(), kind);
  return static_cast<std::uint16_t>(found - kinds.begin());
}

SynapseKinds::SynapseKinds(const Model& model) {
  const auto n = static_cast<std::uint32_t>(model.populations.size());
  recurrent.assign(std::size_t{n} * n, 0);
  for (std::uint32_t s = 0; s < n; ++s) {
    for (std::uint32_t t = 0; t < n; ++t) {
      const SynapseRule& rule = model.synapse(s, t);
      if (!rule.present) continue;
      const Receptor& receptor =
          model.receptors[kind_of(model.populations[s])][kind_of(model.populations[t])];
      recurrent[s * n + t] = add({rule.delay_ms, receptor.index});
    }
  }
  for (int target = 0; target < 2; ++target) {
    const std::uint32_t from_excitatory = model.receptors[0][target].index;
    lgn[target] = add({model.lgn.delay_ms, from_excitatory});
    background[target] = add({model.background_delay_ms, from_excitatory});
  }
}

}  // namespace v1::network::generator
