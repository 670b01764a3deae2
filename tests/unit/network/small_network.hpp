#pragma once
#include "engine/network/network.hpp"

namespace v1::network {

inline void set_addresses(EdgeBlock& block, std::size_t neurons,
                          const std::vector<std::uint32_t>& targets,
                          const std::vector<std::uint16_t>& kinds) {
  block.address = SynapseAddresses(neurons);
  for (std::size_t e = 0; e < targets.size(); ++e) block.address.push_back(targets[e], kinds[e]);
}

/// Two SONATA populations, three types, six neurons with positions, one block of five synapses.
inline Network small_network() {
  Network network;
  network.name = "small";
  network.full_size = 100;
  const auto type = [](std::int64_t id, const char* population, const char* ei,
                       const char* location) {
    NodeType node;
    node.id = id;
    node.population = population;
    node.ei = ei;
    node.location = location;
    node.tau_syn_ms = {5.5, 8.5};
    return node;
  };
  network.types = {type(1, "e23Cux2", "e", "L2/3"), type(2, "i23Pvalb", "i", "L2/3"),
                   type(3, "e5Rbp4", "e", "VisL5")};
  Neurons& neurons = network.neurons;
  neurons.populations = {{"v1", 0, 4}, {"lm", 4, 6}};
  neurons.id = {3, 10, 11, 40, 3, 7};
  neurons.type = {0, 1, 2, 0, 0, 2};
  neurons.x_um = {0.0f, 300.0f, 0.0f, 500.0f, 100.0f, 0.0f};
  neurons.y_um = {-200.0f, -200.0f, -500.0f, -200.0f, -200.0f, -500.0f};
  neurons.z_um = {0.0f, 0.0f, 399.0f, 0.0f, 0.0f, -400.0f};
  neurons.tuning_angle_deg = {0.0f, 10.0f, 20.0f, 30.0f, 40.0f, 50.0f};
  neurons.has_positions = true;
  network.synapse_kinds = {{1.5, 0}, {2.0, 1}};
  EdgeBlock block;
  block.name = "recurrent";
  block.source_id = neurons.id;
  block.row_ptr = {0, 2, 3, 3, 3, 4, 5};
  set_addresses(block, neurons.size(), {1, 2, 0, 5, 0}, {0, 0, 1, 0, 0});
  block.weight_pa = {1.0f, 2.0f, -3.0f, 4.0f, 5.0f};
  network.blocks = {block};
  return network;
}

}  // namespace v1::network
