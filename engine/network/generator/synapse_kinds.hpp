#pragma once
#include <cstdint>
#include <vector>

#include "engine/network/generator/model.hpp"

namespace v1::network::generator {

/// Index of each (delay, receptor) among Network::synapse_kinds, in the order of the tables and
/// hence the same for every selection.
struct SynapseKinds {
  std::vector<SynapseKind> kinds;
  std::vector<std::uint16_t> recurrent;  // [source population][target population]
  std::uint16_t lgn[2] = {};             // target e, i
  std::uint16_t background[2] = {};

  explicit SynapseKinds(const Model& model);

 private:
  std::uint16_t add(const SynapseKind& kind);
};

}  // namespace v1::network::generator
