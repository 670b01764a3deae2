#pragma once
#include <cstdint>
#include <vector>

#include "engine/network/generator/model.hpp"

namespace v1::network::generator {

/// Index of each (delay, receptor) among Network::synapse_kinds, in the order of the tables and
/// hence the same for every selection.
struct SynapseKinds {
  std::vector<SynapseKind> kinds;
  std::vector<std::uint16_t> recurrent;        // [source population][target population]
  std::vector<std::uint16_t> lgn, background;  // by target population

  explicit SynapseKinds(const Model& model);

 private:
  std::uint16_t add(const SynapseKind& kind);
};

}  // namespace v1::network::generator
