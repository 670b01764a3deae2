#pragma once
#include <filesystem>

#include "engine/network/network.hpp"

namespace v1::network::sonata {

/// What the simulation config of a written circuit says.
struct CircuitRun {
  double duration_ms = 1000.0;
  double dt_ms = 0.25;
};

/// Writes a network as a SONATA circuit (docs/sonata.md): nodes and edges with their types and
/// indices, cell and synapse files, a circuit config and a simulation config, all below `folder`,
/// which must not exist or be empty. read_circuit gives back the same neurons, synapses and ids.
/// Returns the simulation config's path. Throws Error(memory) when the disk is full.
std::filesystem::path write_circuit(const std::filesystem::path& folder, const Network& network,
                                    const CircuitRun& run);

}  // namespace v1::network::sonata
