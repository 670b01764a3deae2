#pragma once
#include "engine/network/sonata_write/circuit_layout.hpp"

namespace v1::network::sonata {

/// Id of each entry of Network::types in the node-types files: its own, or a new one where ids
/// are not unique.
std::vector<std::int64_t> node_type_ids(const Network& network);

/// Nodes, node types and cell files of a population of neurons: network/NAME_nodes.h5,
/// network/NAME_node_types.csv, components/cell_models/ID_POPNAME.json.
void write_neurons(const CircuitFolders& folders, const Network& network,
                   const PopulationRange& range);

/// Nodes and node types of the virtual population of a block, written as population `name`. Units
/// with filters carry their position and kernels as attributes, a background its rate as a column
/// of its type.
void write_virtual_nodes(const CircuitFolders& folders, const Network& network,
                         const EdgeBlock& block, const std::string& name);

}  // namespace v1::network::sonata
