#pragma once
#include "engine/network/sonata_write/circuit_layout.hpp"

namespace v1::network::sonata {

/// Where edges come from: consecutive rows of a block, which are one population of nodes.
struct EdgeSources {
  std::string population;
  const EdgeBlock* block = nullptr;
  std::size_t row_begin = 0, row_end = 0;
};

/// Edges, edge types, indices and synapse files from some sources onto one population:
/// network/BASE_edges.h5 and network/BASE_edge_types.csv. Edges are sorted by
/// target, then source; the weight of each is an attribute, delay and receptor belong to its
/// type. Writes nothing and returns false when there is not a single edge.
bool write_edges(const CircuitFolders& folders, const std::string& base, const Network& network,
                 const EdgeSources& sources, const PopulationRange& targets);

}  // namespace v1::network::sonata
