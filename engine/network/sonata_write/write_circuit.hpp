#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/network/network.hpp"

namespace v1::network::sonata {

/// Spikes that a virtual population sends in a simulation of the circuit, by time.
struct CircuitSpikes {
  std::string population;
  std::vector<double> time_ms;
  std::vector<std::uint64_t> node_id;  // [spike], as the nodes are written
};

/// What the simulation config of a written circuit says.
struct CircuitRun {
  double duration_ms = 1000.0;
  double dt_ms = 0.25;
  std::vector<CircuitSpikes> spikes = {};  // one for each population that has some
};

/// Writes a network as a SONATA circuit (docs/sonata.md): nodes and edges with their types and
/// indices, cell, synapse and spike files, a circuit config and a simulation config, all below
/// `folder`, which must not exist or be empty. read_circuit gives back the same neurons, synapses
/// and ids. Returns the simulation config's path. Throws Error(memory) when the disk is full.
std::filesystem::path write_circuit(const std::filesystem::path& folder, const Network& network,
                                    const CircuitRun& run);

}  // namespace v1::network::sonata
