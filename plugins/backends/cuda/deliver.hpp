#pragma once
#include "plugins/backends/cuda/atomics.hpp"
#include "plugins/backends/cuda/view.hpp"

/// Synapses of the sources that have events.
namespace v1::cuda {

/// A synapse is read once per event: it should not push the state out of the cache.
V1_HD inline Synapse load_synapse(const Synapse* at) {
#if defined(__CUDA_ARCH__)
  const int2 words = __ldcs(reinterpret_cast<const int2*>(at));
  return {static_cast<std::uint32_t>(words.x), words.y};
#else
  return *at;
#endif
}

/// Events of one block in one window step.
struct EventsView {
  const std::uint32_t* source = nullptr;
  const std::uint16_t* count = nullptr;  // null: 1 each
  std::uint32_t size = 0;
  std::uint32_t readable = 0;  // entries of `source` that exist, however many are events
};

/// What a block delivers between the updates of steps k and k + 1: its spikes of step k, or its
/// input events of step k + 1, as far as they are the launch's.
template <class Real, class Sum>
V1_HD inline EventsView events_of(const View<Real, Sum>& v, std::uint32_t lane, std::uint32_t b,
                                  const LaunchStep& now) {
  const BlockView& block = v.blocks[b];
  const int k = block.source_kind == V1E_SOURCE_NEURONS ? now.k : now.k + 1;
  if (!now.has(k)) return {};
  const auto step = static_cast<std::uint64_t>(now.first + k);
  const auto capacity = static_cast<std::uint64_t>(v.window.capacity);
  if (block.source_kind == V1E_SOURCE_NEURONS) {
    return {v.of_lane(v.spike_list, lane), nullptr, v.window.spike_count[lane * capacity + step],
            block.source_count};
  }
  if (block.source_kind == V1E_SOURCE_EVENTS) {
    const InputControl& input = v.window.inputs[lane * v.block_count + b];
    if (!input.offset) return {};
    const std::uint64_t first = input.offset[step];
    const auto size = static_cast<std::uint32_t>(input.offset[step + 1] - first);
    return {input.source + first, input.count ? input.count + first : nullptr, size, size};
  }
  return {v.of_lane(block.list_source, lane), v.of_lane(block.list_count, lane),
          v.window.event_count[(std::uint64_t{lane} * v.block_count + b) * capacity + step],
          block.source_count};
}

/// Adds one piece of a row to the input sums. slot: ring slot of the events' step. The synapses of
/// a thread are asked for together: they come from far, one after another they would take longest.
template <class Real, class Sum>
V1_HD inline std::uint64_t deliver_piece(const View<Real, Sum>& v, const BlockView& block,
                                         Sum* ring, std::uint32_t slot, std::uint32_t source,
                                         std::uint32_t piece, Sum multiplicity,
                                         std::uint32_t rank) {
  const std::uint64_t begin = block.row[source] + std::uint64_t{piece} * block.piece;
  const std::uint64_t row_end = block.row[source + 1];
  if (begin >= row_end) return 0;
  const std::uint64_t end = begin + block.piece < row_end ? begin + block.piece : row_end;
  const auto size = static_cast<std::uint32_t>(end - begin);
  const std::uint32_t mask = (1u << v.route_shift) - 1u;
  const Synapse* const synapses = block.synapses + begin;
  const std::uint32_t team = 1u << block.team_bits;
  for (std::uint32_t first = rank; first < size; first += held_synapses * team) {
    Synapse synapse[held_synapses] = {};
    V1_UNROLL
    for (std::uint32_t i = 0; i < held_synapses; ++i) {
      if (first + i * team < size) synapse[i] = load_synapse(synapses + first + i * team);
    }
    Route route[held_synapses];
    V1_UNROLL
    for (std::uint32_t i = 0; i < held_synapses; ++i) {
      route[i] = v.routes[synapse[i].address >> v.route_shift];
    }
    V1_UNROLL
    for (std::uint32_t i = 0; i < held_synapses; ++i) {
      if (first + i * team >= size) continue;
      std::uint32_t at = slot + route[i].delay_steps;  // a delay is shorter than the ring
      if (at >= v.ring_slots) at -= v.ring_slots;
      add(ring + ((at * v.inputs + route[i].input) * v.places + (synapse[i].address & mask)),
          static_cast<Sum>(Sum{synapse[i].weight} * multiplicity));
    }
  }
  return rank == 0 ? size : 0;
}

/// What thread `thread` of block `block_index` of `grid` blocks delivers of one edge block. slot:
/// ring slot of the events' step. Returns the synapses this thread counted.
template <class Real, class Sum>
V1_HD inline std::uint64_t deliver_events(const View<Real, Sum>& v, std::uint32_t lane,
                                          std::uint32_t b, const EventsView& events,
                                          std::uint32_t slot, std::uint32_t block_index,
                                          std::uint32_t grid, std::uint32_t thread) {
  const BlockView& block = v.blocks[b];
  const std::uint64_t class_stride = std::uint64_t{v.ring_slots} * v.inputs * v.places;
  Sum* const ring = v.of_lane(v.ring, lane) + block.ring_class * class_stride;
  const std::uint32_t teams = delivery_threads >> block.team_bits;
  // Inputs begin at the other end of the grid, so that few rows of each do not meet there.
  const bool neurons = block.source_kind == V1E_SOURCE_NEURONS;
  const std::uint32_t from = neurons ? block_index : grid - 1 - block_index;
  const std::uint32_t rank = thread & ((1u << block.team_bits) - 1u);
  std::uint64_t served = 0;
  for (std::uint32_t item = from * teams + (thread >> block.team_bits);; item += grid * teams) {
    const std::uint32_t event = block.pieces == 1 ? item : item / block.pieces;
    // Read before it is known whether it is an event, so that both answers come together.
    const std::uint32_t source = event < events.readable ? events.source[event] : 0;
    if (event >= events.size) break;
    const Sum multiplicity = events.count ? events.count[event] : 1;
    served += deliver_piece(v, block, ring, slot, source, item - event * block.pieces, multiplicity,
                            rank);
  }
  return served;
}

/// What thread `thread` of block `block_index` of `grid` blocks delivers. Returns the synapses this
/// thread counted.
template <class Real, class Sum>
V1_HD inline std::uint64_t deliver(const View<Real, Sum>& v, std::uint32_t lane,
                                   std::uint32_t cursor, const LaunchStep& now,
                                   std::uint32_t block_index, std::uint32_t grid,
                                   std::uint32_t thread) {
  std::uint64_t served = 0;
  // The events of the next block are asked for before those of this one are needed.
  EventsView next = v.block_count > 0 ? events_of(v, lane, 0, now) : EventsView{};
  for (std::uint32_t b = 0; b < v.block_count; ++b) {
    const EventsView events = next;
    if (b + 1 < v.block_count) next = events_of(v, lane, b + 1, now);
    const bool neurons = v.blocks[b].source_kind == V1E_SOURCE_NEURONS;
    const auto step = static_cast<std::uint32_t>(now.first + now.k + (neurons ? 0 : 1));
    served += deliver_events(v, lane, b, events, (cursor + step) % v.ring_slots, block_index, grid,
                             thread);
  }
  return served;
}

}  // namespace v1::cuda
