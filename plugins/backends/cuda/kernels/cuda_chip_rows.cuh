#pragma once
#include <cuda_runtime.h>

#include "plugins/backends/cuda/kernels/cuda_chip_block.cuh"
#include "plugins/backends/cuda/kernels/cuda_warp.cuh"

/// Rows of sources that have events, where each block adds up what they have for its own neurons.
/// The segments of a row are in the order of the blocks. A thread looks up the segments of a few
/// rows, then the threads of its warp share their synapses.
namespace v1::cuda {

/// The part of a row that a block serves.
struct Segment {
  const Synapse* first = nullptr;
  std::uint32_t size = 0;
  std::int32_t multiplicity = 1;
};

/// Synapses that a thread asks for together.
inline constexpr std::uint32_t chip_held = 4;

/// Adds the synapses of the segments that the threads of a warp have found to the sums. slot: of
/// the step of their events. counted: whether multiplicities other than 1 occur.
template <bool counted, class Real, class Sum>
__device__ void add_segments(const ChipBlock<Real, Sum>& block, const Segment& mine,
                             std::uint32_t slot) {
  const ChipPlan& plan = block.plan();
  Sum* const ring = block.ring();
  const std::uint32_t all_words = plan.slots * plan.slot_words, begin = slot * plan.slot_words;
  // Synapses of the segments are numbered on.
  const std::uint32_t end = sum_up_to(mine.size, block.rank);
  const std::uint32_t all = value_of_thread(end, warp_threads - 1);
  const auto number_0 = reinterpret_cast<unsigned long long>(mine.first) -
                        static_cast<unsigned long long>(end - mine.size) * sizeof(Synapse);
  for (std::uint32_t some = 0; some < all; some += chip_held * warp_threads) {
    Synapse synapse[chip_held] = {};
    std::int32_t multiplicity[chip_held] = {};
    V1_UNROLL
    for (std::uint32_t i = 0; i < chip_held; ++i) {
      if (some + i * warp_threads >= all) continue;  // the same for all threads
      const std::uint32_t number = some + i * warp_threads + block.rank;
      const bool exists = number < all;
      const std::uint32_t owner = thread_of_number(end, exists ? number : all - 1);
      const unsigned long long from = value_of_thread(number_0, owner);
      if constexpr (counted) multiplicity[i] = value_of_thread(mine.multiplicity, owner);
      if (exists) synapse[i] = load_synapse(reinterpret_cast<const Synapse*>(from) + number);
    }
    V1_UNROLL
    for (std::uint32_t i = 0; i < chip_held; ++i) {
      if (some + i * warp_threads + block.rank >= all) continue;
      std::uint32_t word = begin + synapse[i].sum;
      if (word >= all_words) word -= all_words;
      add_on_chip(ring + word, counted ? synapse[i].weight * multiplicity[i] : synapse[i].weight);
    }
  }
}

/// How the warps of a block share rows: each takes so many of them in turn.
__device__ inline std::uint32_t rows_of_warp(std::uint32_t rows, std::uint32_t warps) {
  const std::uint32_t shared = (rows + warps - 1) / warps;
  return shared < warp_threads ? shared : warp_threads;
}

/// The rows of the neurons that spiked in step k of the kernel, in any block of the lane. The
/// number of synapses that the thread has looked up.
template <class Real, class Sum>
__device__ std::uint32_t add_spikes(const ChipBlock<Real, Sum>& block, int k, std::uint32_t slot) {
  const View<Real, Sum>& v = block.v;
  const std::uint32_t* const places =
      v.of_lane(v.spike_places, block.lane) + (k & 1 ? v.places : 0);
  const std::uint32_t count =
      load_written(v.window.spike_count + block.lane * v.window.capacity + block.first + k);
  const std::uint32_t together = rows_of_warp(count, block.warps);
  std::uint32_t served = 0;
  for (std::uint32_t first = block.warp * together; first < count;
       first += block.warps * together) {
    const std::uint32_t row = first + block.rank;
    const bool exists = block.rank < together && row < count;
    const std::uint32_t place = exists ? load_written(places + row) : 0;
    for (std::uint32_t b = 0; b < v.block_count; ++b) {
      const BlockView& edges = v.blocks[b];
      if (edges.source_kind != V1E_SOURCE_NEURONS) continue;
      Segment mine;
      if (exists) {
        const std::uint16_t* const cut = edges.chip_short_segments +
                                         std::uint64_t{place} * (block.plan().blocks + 1) +
                                         blockIdx.x;
        mine.first = edges.chip_synapses + edges.row[place].begin + cut[0];
        mine.size = static_cast<std::uint32_t>(cut[1] - cut[0]);
      }
      served += mine.size;
      add_segments<false>(block, mine, slot);
    }
  }
  return served;
}

/// The rows of the sources outside the network that have events in step k of the kernel.
template <class Real, class Sum>
__device__ void add_inputs(const ChipBlock<Real, Sum>& block, int k, std::uint32_t slot) {
  const View<Real, Sum>& v = block.v;
  const std::uint32_t count = block.events(v.window.dense_events, k);
  const InputEvent* const last = v.of_lane(v.input_events, block.lane) +
                                 static_cast<std::uint64_t>(k + 1) * v.outside_sources - 1;
  const std::uint32_t together = rows_of_warp(count, block.warps);
  for (std::uint32_t first = block.warp * together; first < count;
       first += block.warps * together) {
    const std::uint32_t row = first + block.rank;
    Segment mine;
    if (block.rank < together && row < count) {
      const InputEvent event = *(last - row);
      const BlockView& edges = v.blocks[event.block];
      const std::uint32_t* const cut =
          edges.chip_segments + std::uint64_t{event.size} * (block.plan().blocks + 1) + blockIdx.x;
      mine = {edges.chip_synapses + event.begin + cut[0], cut[1] - cut[0],
              static_cast<std::int32_t>(event.multiplicity)};
    }
    add_segments<true>(block, mine, slot);
  }
}

}  // namespace v1::cuda
