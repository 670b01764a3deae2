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
          model.receptor(model.populations[s].synapse_class, model.populations[t].synapse_class);
      recurrent[s * n + t] = add({rule.delay_ms, receptor.index});
    }
  }
  for (const Population& target : model.populations) {
    const std::uint32_t from_lgn =
        model.receptor(model.lgn.synapse_class, target.synapse_class).index;
    const std::uint32_t from_background =
        model.receptor(model.background_synapse_class, target.synapse_class).index;
    lgn.push_back(add({model.lgn.delay_ms, from_lgn}));
    background.push_back(add({model.background_delay_ms, from_background}));
  }
}

}  // namespace v1::network::generator
