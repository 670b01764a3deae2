#pragma once
#include <v1e/backend.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "plugins/backends/cuda/plan/step_way.hpp"
#include "plugins/backends/shared/variables.hpp"

namespace v1::cuda {

/// Bytes rounded up to where the next array on the device may begin.
constexpr std::uint64_t aligned(std::uint64_t bytes) { return (bytes + 255) / 256 * 256; }

/// Sizes from which the memory of an instance follows.
struct Shape : backend::RecordedClasses {
  std::uint64_t places = 0;
  std::uint64_t inputs = 1;          // most of any type
  std::uint64_t currents = 0;        // most of any type
  std::uint64_t delay_steps = 0;     // the longest delay
  std::uint64_t steps_ahead = 1;     // input events are drawn before the update of their step
  std::uint64_t resident_steps = 0;  // those of so many steps are drawn at once, if any are
  std::uint64_t outside_sources = 0;
  bool billeh_tf = false;
  bool moving_threshold = false;  // of any type
  std::uint64_t real_bytes = 4, sum_bytes = 4;

  /// Makes room for what steps of these ways need.
  void serve(const v1e_backend_env& env, const std::vector<Way>& ways);

  /// When step k is updated, input events of up to step k + steps_ahead - 1 have been delivered or
  /// are being delivered; those of step k + steps_ahead are being drawn.
  std::uint64_t ring_slots() const { return delay_steps + steps_ahead; }
  std::uint64_t common_slots() const {
    return delay_steps + std::max(steps_ahead, resident_steps) + 1;
  }
  std::uint64_t input_lists() const { return steps_ahead; }
};

/// From the sizes of the network alone, as if every type used all its receptors.
Shape largest_shape(const v1e_backend_env& env, const std::vector<Way>& ways);

/// Byte offsets of a lane's arrays from its start; `end` is the distance to the next lane.
struct LaneOffsets {
  std::uint64_t u, asc0, asc1, y1, y2, class_y1[3], class_y2[3], current, refractory_ms,
      theta_spike, theta_voltage, hold, ring, common_events, clipped, served, spike_list,
      input_list, input_events, end;
};
/// Room for the pieces of a step: of all rows, at most.
struct ListSizes {
  std::uint64_t spikes = 0, inputs = 0;
};
ListSizes list_sizes(const v1e_network& network);

/// The lists come last.
LaneOffsets lane_offsets(const Shape& shape, const ListSizes& lists);

/// Bytes of one lane's part of a window of `steps`: spikes, drained events and samples.
std::uint64_t window_bytes(const v1e_backend_env& env, std::int64_t steps);

v1e_memory_need estimate_memory(const v1e_backend_env& env, const std::vector<Way>& ways);

/// How many of at most env.lane_count lanes fit into half of the cache: more than that and the
/// state of each is pushed out by the others before it is needed again.
std::uint32_t lanes_in_cache(const v1e_backend_env& env, const std::vector<Way>& ways,
                             std::uint64_t cache_bytes);

}  // namespace v1::cuda
