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
  const std::uint32_t* source;
  const std::uint16_t* count;  // null: 1 each
  std::uint32_t size;
};

template <class Real, class Sum>
V1_HD inline EventsView events_of(const View<Real, Sum>& v, std::uint32_t lane, std::uint32_t b,
                                  std::int64_t k) {
  const BlockView& block = v.blocks[b];
  const auto step = static_cast<std::uint64_t>(k);
  const auto capacity = static_cast<std::uint64_t>(v.window.capacity);
  if (block.source_kind == V1E_SOURCE_NEURONS) {
    return {v.of_lane(v.spike_list, lane), nullptr, v.window.spike_count[lane * capacity + step]};
  }
  if (block.source_kind == V1E_SOURCE_EVENTS) {
    const InputControl& input = v.window.inputs[lane * v.block_count + b];
    if (!input.offset) return {nullptr, nullptr, 0};
    const std::uint64_t begin = input.offset[step];
    return {input.source + begin, input.count ? input.count + begin : nullptr,
            static_cast<std::uint32_t>(input.offset[step + 1] - begin)};
  }
  return {v.of_lane(block.list_source, lane), v.of_lane(block.list_count, lane),
          v.window.event_count[(std::uint64_t{lane} * v.block_count + b) * capacity + step]};
}

/// Adds one piece of a row to the input sums. slot: ring slot of the events' step.
template <class Real, class Sum>
V1_HD inline std::uint64_t deliver_piece(const View<Real, Sum>& v, const BlockView& block,
                                         Sum* ring, std::uint32_t slot, std::uint32_t source,
                                         std::uint32_t piece, Sum multiplicity,
                                         std::uint32_t rank) {
  const std::uint64_t begin = block.row[source] + std::uint64_t{piece} * block.piece;
  const std::uint64_t row_end = block.row[source + 1];
  if (begin >= row_end) return 0;
  const std::uint64_t end = begin + block.piece < row_end ? begin + block.piece : row_end;
  const std::uint32_t mask = (1u << v.route_shift) - 1u;
  for (std::uint64_t s = begin + rank; s < end; s += block.team) {
    const Synapse synapse = load_synapse(block.synapses + s);
    const Route route = v.routes[synapse.address >> v.route_shift];
    std::uint32_t at = slot + route.delay_steps;  // a delay is shorter than the ring
    if (at >= v.ring_slots) at -= v.ring_slots;
    add(ring + (std::uint64_t{at} * v.inputs + route.input) * v.places + (synapse.address & mask),
        static_cast<Sum>(Sum{synapse.weight} * multiplicity));
  }
  return rank == 0 ? end - begin : 0;
}

/// What thread `thread` of block `block_index` of `grid` blocks delivers between the updates of
/// window steps k and k + 1: the neurons' spikes of step k and the input events of step k + 1, as
/// far as they lie in the launch's steps [begin, end). Returns the synapses this thread counted.
template <class Real, class Sum>
V1_HD inline std::uint64_t deliver(const View<Real, Sum>& v, std::uint32_t lane, std::int64_t k,
                                   std::int64_t begin, std::int64_t end, std::uint32_t block_index,
                                   std::uint32_t grid, std::uint32_t thread) {
  const LaneControl& control = v.window.lanes[lane];
  const std::uint64_t class_stride = std::uint64_t{v.ring_slots} * v.inputs * v.places;
  std::uint64_t served = 0;
  for (std::uint32_t b = 0; b < v.block_count; ++b) {
    const BlockView& block = v.blocks[b];
    const bool neurons = block.source_kind == V1E_SOURCE_NEURONS;
    const std::int64_t step = neurons ? k : k + 1;
    if (step < begin || step >= end) continue;
    const EventsView events = events_of(v, lane, b, step);
    const std::uint32_t slot = (control.cursor + static_cast<std::uint32_t>(step)) % v.ring_slots;
    Sum* const ring = v.of_lane(v.ring, lane) + block.ring_class * class_stride;
    const std::uint32_t teams = delivery_threads / block.team;
    // Inputs begin at the other end of the grid, so that few rows of each do not meet there.
    const std::uint32_t from = neurons ? block_index : grid - 1 - block_index;
    const std::uint32_t rank = thread % block.team;
    const std::uint64_t items = std::uint64_t{events.size} * block.pieces;
    for (std::uint64_t item = std::uint64_t{from} * teams + thread / block.team; item < items;
         item += std::uint64_t{grid} * teams) {
      const std::uint64_t event = item / block.pieces;
      const Sum multiplicity = events.count ? events.count[event] : 1;
      served += deliver_piece(v, block, ring, slot, events.source[event],
                              static_cast<std::uint32_t>(item % block.pieces), multiplicity, rank);
    }
  }
  return served;
}

}  // namespace v1::cuda
