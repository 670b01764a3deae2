#pragma once
#include <v1e/network.h>

#include <cstdint>
#include <vector>

namespace v1::cpu {

/// The positions that each thread owns, in the order in which they came to it; ascending among
/// those of one type.
using Hands = std::vector<std::vector<std::uint32_t>>;

/// Stretches of consecutive positions, each to the thread with the least work so far. Every thread
/// gets some of each part of the network, and most neighbours have one owner, so that samples move
/// in long pieces.
Hands deal_stretches(const v1e_network& network, std::uint32_t threads,
                     const std::vector<std::uint32_t>& in_degree);

/// Types, the most work first, each to the thread with the least work so far; cut only where a
/// thread has its share, so that there are at most threads - 1 runs more than types.
Hands deal_types(const v1e_network& network, std::uint32_t threads,
                 const std::vector<std::uint32_t>& in_degree);

/// Whether dealing whole types is better: where stretches would make short runs of most types
/// in every thread, and no samples are moved.
bool prefers_types(const v1e_network& network, std::uint32_t threads, bool samples);

}  // namespace v1::cpu
