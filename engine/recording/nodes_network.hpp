#pragma once
#include <string>

#include "engine/base/hdf5.hpp"
#include "engine/network/network.hpp"

/// The network's part of nodes.h5.
namespace v1::recording {

/// Group of an edge block: "/blocks/000".
std::string block_group(std::size_t index);

void write_network_nodes(h5::File& file, const network::Network& network);

/// Blocks come back without synapses: row_ptr is all zeros. Throws Error(data).
network::Network read_network_nodes(const h5::File& file);

}  // namespace v1::recording
