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

/// Adds a piece of a row to the input sums; rank: of the thread in the warp. The synapses of a
/// thread are asked for together: they come from far, one after another they would take longest.
template <class Sum>
V1_HD inline void deliver_piece(const RingSlot<Sum>& slot, const Synapse* synapses,
                                std::uint32_t size, Sum multiplicity, std::uint32_t rank) {
  Synapse synapse[held_synapses] = {};
  V1_UNROLL
  for (std::uint32_t i = 0; i < held_synapses; ++i) {
    if (rank + i * warp_threads < size)
      synapse[i] = load_synapse(synapses + rank + i * warp_threads);
  }
  V1_UNROLL
  for (std::uint32_t i = 0; i < held_synapses; ++i) {
    if (rank + i * warp_threads >= size) continue;
    add(slot.at(synapse[i].sum), static_cast<Sum>(Sum{synapse[i].weight} * multiplicity));
  }
}

/// Row of a neuron that spiked, of one edge block.
struct SpikedRow {
  const Synapse* synapses;
  std::uint64_t size;
};

/// What warp `warp` of the `warps` of a block delivers of the rows of the block's spikes.
template <class Sum>
V1_HD inline void deliver_rows(const RingSlot<Sum>& slot, const SpikedRow* rows,
                               std::uint32_t count, std::uint32_t warp, std::uint32_t warps,
                               std::uint32_t rank) {
  std::uint32_t turn = warp;  // pieces until it is this warp's turn
  for (std::uint32_t r = 0; r < count; ++r) {
    const SpikedRow row = rows[r];
    std::uint64_t first = std::uint64_t{turn} * piece_synapses;
    for (; first < row.size; first += std::uint64_t{warps} * piece_synapses) {
      const std::uint64_t left = row.size - first;
      deliver_piece(slot, row.synapses + first,
                    left < piece_synapses ? static_cast<std::uint32_t>(left) : piece_synapses,
                    Sum{1}, rank);
    }
    const auto pieces =
        static_cast<std::uint32_t>((row.size + piece_synapses - 1) / piece_synapses);
    turn = (turn + warps - pieces % warps) % warps;
  }
}

/// Where the pieces of window step `step` are listed.
template <class Real, class Sum>
V1_HD inline Piece* pieces_of(const View<Real, Sum>& v, std::uint32_t lane, std::uint64_t step) {
  return v.of_lane(v.pieces, lane) + (step & 1) * v.listed_pieces;
}

/// What warp `warp` of `warps` delivers of the listed events of step now.k + 1.
template <class Real, class Sum>
V1_HD inline void deliver_listed(const View<Real, Sum>& v, std::uint32_t lane, std::uint32_t cursor,
                                 const LaunchStep& now, std::uint32_t warp, std::uint32_t warps,
                                 std::uint32_t rank) {
  if (!now.has(now.k + 1)) return;
  const auto step = static_cast<std::uint64_t>(now.first + now.k + 1);
  const std::uint32_t slot = (cursor + static_cast<std::uint32_t>(step)) % v.ring_slots;
  const Piece* const listed = pieces_of(v, lane, step);
  const std::uint32_t count =
      v.window.piece_count[lane * static_cast<std::uint64_t>(v.window.capacity) + step];
  for (std::uint32_t item = warp;; item += warps) {
    // Read before it is known whether it is listed, so that both answers come together.
    Piece piece{};
    if (item < v.listed_pieces) piece = listed[item];
    if (item >= count) return;
    deliver_piece(ring_slot(v, lane, piece.ring_class, slot), piece.synapses, piece.size,
                  static_cast<Sum>(piece.multiplicity), rank);
  }
}

}  // namespace v1::cuda
