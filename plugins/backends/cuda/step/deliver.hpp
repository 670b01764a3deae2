#pragma once
#include "plugins/backends/cuda/step/atomics.hpp"
#include "plugins/backends/cuda/step/listed_row.hpp"
#include "plugins/backends/cuda/step/state_access.hpp"
#include "plugins/backends/cuda/step/view.hpp"

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

/// A piece of a list, which other blocks may have written while this kernel runs.
V1_HD inline Piece load_piece(const Piece* at) {
#if defined(__CUDA_ARCH__)
  const int4 words = __ldcg(reinterpret_cast<const int4*>(at));
  Piece piece;
  memcpy(&piece, &words, sizeof piece);
  return piece;
#else
  return *at;
#endif
}

/// A slot of the ring of input sums, and what lies behind it.
template <class Sum>
struct RingSlot {
  Sum* ring;             // of the class
  std::uint32_t first;   // sum of the slot
  std::uint32_t behind;  // sums from there to the end of the ring

  V1_HD Sum* at(std::uint32_t sum) const {
    return ring + (sum < behind ? first + sum : sum - behind);
  }
};

template <class Real, class Sum>
V1_HD inline RingSlot<Sum> ring_slot(const View<Real, Sum>& v, std::uint32_t lane,
                                     std::uint32_t ring_class, std::uint32_t slot) {
  const std::uint32_t of_slot = v.inputs * v.places;
  return {v.of_lane(v.ring, lane) + ring_class * (std::uint64_t{v.ring_slots} * of_slot),
          slot * of_slot, (v.ring_slots - slot) * of_slot};
}

/// The synapses of a piece that a thread delivers; rank: of the thread in the warp. They are asked
/// for together: they come from far, one after another they would take longest.
struct HeldSynapses {
  Synapse synapse[held_synapses];
};
V1_HD inline HeldSynapses load_synapses(const Synapse* synapses, std::uint32_t size,
                                        std::uint32_t rank) {
  HeldSynapses held{};
  V1_UNROLL
  for (std::uint32_t i = 0; i < held_synapses; ++i) {
    if (rank + i * warp_threads < size)
      held.synapse[i] = load_synapse(synapses + rank + i * warp_threads);
  }
  return held;
}

/// Adds them to the input sums.
template <class Sum>
V1_HD inline void add_synapses(const RingSlot<Sum>& slot, const HeldSynapses& held,
                               std::uint32_t size, Sum multiplicity, std::uint32_t rank) {
  V1_UNROLL
  for (std::uint32_t i = 0; i < held_synapses; ++i) {
    if (rank + i * warp_threads >= size) continue;
    add(slot.at(held.synapse[i].sum), static_cast<Sum>(Sum{held.synapse[i].weight} * multiplicity));
  }
}

template <class Sum>
V1_HD inline void deliver_piece(const RingSlot<Sum>& slot, const Synapse* synapses,
                                std::uint32_t size, Sum multiplicity, std::uint32_t rank) {
  add_synapses(slot, load_synapses(synapses, size, rank), size, multiplicity, rank);
}

/// What warp `warp` of `warps` delivers of a list. slot: of the events' step. A piece is read
/// before it is known whether it is listed, the next one before the last is delivered.
template <class Real, class Sum>
V1_HD inline void deliver_list(const View<Real, Sum>& v, std::uint32_t lane, const Piece* list,
                               std::uint32_t room, std::uint32_t count, std::uint32_t slot,
                               std::uint32_t warp, std::uint32_t warps, std::uint32_t rank) {
  Piece next{};
  if (warp < room) next = load_piece(list + warp);
  for (std::uint32_t item = warp; item < count; item += warps) {
    const Piece piece = next;
    if (item + warps < count) next = load_piece(list + item + warps);
    deliver_piece(ring_slot(v, lane, piece.ring_class, slot), piece.synapses, piece.size,
                  static_cast<Sum>(piece.multiplicity), rank);
  }
}

/// What warp `warp` of `warps` delivers between the updates of steps k and k + 1: pieces of the
/// spikes of step k and of the input events of step k + 1, as far as they are the launch's.
template <class Real, class Sum>
V1_HD inline void deliver(const View<Real, Sum>& v, std::uint32_t lane, std::uint32_t cursor,
                          const LaunchStep& now, std::uint32_t warp, std::uint32_t warps,
                          std::uint32_t rank) {
  const auto step = static_cast<std::uint64_t>(now.first + now.k);
  const std::uint64_t row = lane * static_cast<std::uint64_t>(v.window.capacity) + step;
  const std::uint32_t slot = cursor + static_cast<std::uint32_t>(step);
  // Both counts are asked for at once.
  const std::uint32_t spikes = now.has(now.k) ? v.window.spike_pieces[row] : 0;
  const std::uint32_t inputs = now.has(now.k + 1) ? v.window.input_pieces[row + 1] : 0;
  deliver_list(v, lane, v.of_lane(v.spike_list, lane), v.spike_list_size, spikes,
               slot % v.ring_slots, warp, warps, rank);
  // From the other end, so that few pieces of each do not meet in one warp.
  deliver_list(v, lane, v.inputs_of(lane, step + 1), v.input_list_size, inputs,
               (slot + 1) % v.ring_slots, warps - 1 - warp, warps, rank);
}

/// What warp `warp` of `warps` delivers of the input events of step k + 1 where they are delivered
/// beside the update of step k.
template <class Real, class Sum>
V1_HD inline void deliver_inputs(const View<Real, Sum>& v, std::uint32_t lane, std::uint32_t cursor,
                                 const LaunchStep& now, std::uint32_t warp, std::uint32_t warps,
                                 std::uint32_t rank) {
  if (!now.has(now.k + 1)) return;
  const auto step = static_cast<std::uint64_t>(now.first + now.k + 1);
  const std::uint64_t row = lane * static_cast<std::uint64_t>(v.window.capacity) + step;
  deliver_list(v, lane, v.inputs_of(lane, step), v.input_list_size, v.window.input_pieces[row],
               (cursor + static_cast<std::uint32_t>(step)) % v.ring_slots, warp, warps, rank);
}

/// What warp `warp` of the `warps` of a block delivers of a row: the pieces of all rows of the
/// block are dealt out in turn. slot: of the spike's step.
template <class Sum>
V1_HD inline void deliver_row(const RingSlot<Sum>& slot, const ListedRow& row, std::uint32_t warp,
                              std::uint32_t warps, std::uint32_t rank) {
  for (std::uint32_t i = (warp + warps - row.first % warps) % warps; i < row.pieces(); i += warps) {
    const Piece piece = row.piece(i);
    deliver_piece(slot, piece.synapses, piece.size, static_cast<Sum>(piece.multiplicity), rank);
  }
}

}  // namespace v1::cuda
