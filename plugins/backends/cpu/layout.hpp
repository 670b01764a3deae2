#pragma once
#include <v1e/network.h>

#include <cstdint>
#include <vector>

namespace v1::cpu {

inline constexpr std::uint32_t no_position = 0xFFFFFFFFu;

/// Places [begin, end) hold neurons of one type.
struct TypeRun {
  std::uint32_t begin = 0, end = 0;
  std::uint32_t type = 0;
};

/// What one thread owns: consecutive positions of the network, hence consecutive places.
struct Chunk {
  std::uint32_t position_begin = 0, position_end = 0;
  std::uint32_t place_begin = 0, place_end = 0;
  std::vector<TypeRun> runs;
};

/// Where the state of a neuron is kept. Inside a chunk neurons are ordered by type, then
/// position, so that the update runs over neurons with the same constants; chunks begin on cache
/// lines, so that threads never share one.
struct Layout {
  std::vector<Chunk> chunks;
  std::vector<std::uint32_t> place_of_position;
  std::vector<std::uint32_t> position_of_place;  // no_position in the gaps between chunks
  std::size_t place_count() const { return position_of_place.size(); }
};

/// Cuts the network into `threads` chunks of about equal work. in_degree: synapses onto each
/// neuron.
Layout make_layout(const v1e_network& network, std::uint32_t threads,
                   const std::vector<std::uint32_t>& in_degree);

}  // namespace v1::cpu
