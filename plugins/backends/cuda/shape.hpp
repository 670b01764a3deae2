#pragma once
#include <v1e/backend.h>

#include <cstdint>

#include "plugins/backends/shared/variables.hpp"

namespace v1::cuda {

/// Bytes rounded up to where the next array on the device may begin.
constexpr std::uint64_t aligned(std::uint64_t bytes) { return (bytes + 255) / 256 * 256; }

/// Sizes from which the memory of an instance follows.
struct Shape : backend::RecordedClasses {
  std::uint64_t places = 0;
  std::uint64_t inputs = 1;    // most of any type
  std::uint64_t currents = 0;  // most of any type
  std::uint64_t ring_slots = 1;
  bool billeh_tf = false;
  bool moving_threshold = false;  // of any type
  std::uint64_t real_bytes = 4, sum_bytes = 4;
  std::uint64_t delivery_blocks = 1;
};

/// From the sizes of the network alone, as if every type used all its receptors.
Shape largest_shape(const v1e_backend_env& env);

/// Byte offsets of a lane's arrays from its start; `end` is the distance to the next lane.
struct LaneOffsets {
  std::uint64_t u, asc0, asc1, y1, y2, class_y1[3], class_y2[3], current, refractory_ms,
      theta_spike, theta_voltage, word, ring, spike_list, clipped, served, lists, end;
};
/// lists: bytes of the lists of drawn events, which come last.
LaneOffsets lane_offsets(const Shape& shape, std::uint64_t lists);

/// Bytes of a lane's list of drawn events of a block with so many sources.
inline std::uint64_t list_bytes(std::uint64_t sources) {
  return (sources * 4 + 63) / 64 * 64 + (sources * 2 + 63) / 64 * 64;
}
std::uint64_t list_bytes(const v1e_network& network);

/// Bytes of one lane's part of a window of `steps`: spikes, drained events and samples.
std::uint64_t window_bytes(const v1e_backend_env& env, std::int64_t steps);

v1e_memory_need estimate_memory(const v1e_backend_env& env);

/// How many of at most env.lane_count lanes fit into half of the cache: more than that and the
/// state of each is pushed out by the others before it is needed again.
std::uint32_t lanes_in_cache(const v1e_backend_env& env, std::uint64_t cache_bytes);

}  // namespace v1::cuda
