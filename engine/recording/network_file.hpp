#pragma once
#include <filesystem>

#include "engine/network/network.hpp"

/// A whole network in one HDF5 file (docs/networks.md): what nodes.h5 holds, and the synapses as
/// they lie in memory, so that they are read and written in bulk.
namespace v1::recording {

/// Replaces the file at once. Throws Error(memory) when the disk is full.
void write_network_file(const std::filesystem::path& path, const network::Network& network);

/// Gives back the network that was written, bit for bit. Throws Error(data) naming file and
/// dataset for files that are truncated, damaged, of another kind or of a later version.
network::Network read_network_file(const std::filesystem::path& path);

/// True for an HDF5 file that write_network_file wrote.
bool is_network_file(const std::filesystem::path& path);

}  // namespace v1::recording
