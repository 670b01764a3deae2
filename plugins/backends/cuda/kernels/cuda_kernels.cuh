#pragma once
#include <cuda_runtime.h>

#include "plugins/backends/cuda/step/deliver.hpp"
#include "plugins/backends/cuda/step/draw.hpp"
#include "plugins/backends/cuda/step/observe.hpp"
#include "plugins/backends/cuda/step/update.hpp"

/// A step is two launches or one; blockIdx.y is the lane.
///
/// Two: update: neurons take their input sums of step k and advance, and the rows of those that
/// spike are listed; sources outside the network draw their events of step k + 1, and their rows
/// are listed. deliver: the synapses of both lists are added to the input sums, by as many warps as
/// there is work.
///
/// One: some blocks draw and list the input events of step k + 2, some deliver those of step k + 1,
/// which the launch before has listed, and the others update neurons (step k) and deliver the
/// spikes of their own. None knows of another: what one reads no other writes in that launch.
/// Events and spikes are added to slots of the ring from that of step k + 1 on, at the latest to
/// that of step k + 1 + the longest delay, which is also that of step k - 1. A block's warps take
/// neurons from places far apart, as neighbours of one type often spike together.
///
/// A kernel may be started while the one before it still runs (programmatic dependent launch).
/// Until wait_for_kernel_before() it reads only what stays the same while steps run (constants, the
/// lanes' controls, thresholds), writes nothing, and so has that at hand when the other ends.
namespace v1::cuda {

inline constexpr unsigned update_threads = 128;  // of a block
inline constexpr unsigned update_warps = update_threads / warp_threads;
inline constexpr unsigned delivery_threads = 128;  // of a block
inline constexpr unsigned delivery_warps = delivery_threads / warp_threads;
/// Blocks of the delivery for each processor of the device, at most. They leave registers for
/// blocks of the update that starts early.
inline constexpr unsigned delivery_blocks_per_processor = 8;
/// Blocks that deliver input events beside an update for each processor, at most.
inline constexpr unsigned input_blocks_per_processor = 2;
/// Of the pieces of a network's rows, one in so many is delivered in a busy step: some 5 Hz.
inline constexpr std::uint64_t pieces_per_warp = 200;

__device__ inline void let_kernel_after_start() {
#if __CUDA_ARCH__ >= 900
  asm volatile("griddepcontrol.launch_dependents;" ::: "memory");
#endif
}
__device__ inline void wait_for_kernel_before() {
#if __CUDA_ARCH__ >= 900
  asm volatile("griddepcontrol.wait;" ::: "memory");
#elif !defined(__CUDACC__)
  emulated::wait_for_kernel_before();  // tests/emulated_cuda
#endif
}

/// Says which window step k = 0 of the following launches is.
static __global__ void begin_kernels(std::int64_t* first_step, std::int64_t first) {
  *first_step = first;
}

/// Blocks of the update that a processor is to hold at once, which bounds their registers.
template <class Real, std::uint32_t held>
inline constexpr unsigned update_blocks = sizeof(Real) > 4   ? 2
                                          : held > most_held ? 4
                                          : held > few_held  ? 6
                                                             : 7;

/// What the blocks of the launch of an update do, in this order of blockIdx.x.
struct StepGrid {
  unsigned draw, deliver, update;

  unsigned blocks() const { return draw + deliver + update; }
};

/// Rows that the warps of a block share.
struct BlockRows {
  ListedRow row[update_threads];
  std::uint32_t count;
  std::uint32_t pieces;
};
/// By all threads of the block.
__device__ inline void clear(BlockRows& rows) {
  if (threadIdx.x == 0) rows.count = rows.pieces = 0;
  __syncthreads();
}

/// Notes the events that the outside source of `drawn` makes in window step `step`. Its row, which
/// is empty where there is nothing to deliver.
template <class Real, class Sum>
__device__ ListedRow note_drawn(const View<Real, Sum>& v, std::uint32_t lane,
                                const LaneControl& control, std::int64_t step, const Drawn& drawn) {
  const bool common = drawn.block == v.common_block;
  if (common && drawn.block != no_block) {
    v.of_lane(v.common_events, lane)[common_slot(v, control, step)] = drawn.events;
  }
  if (drawn.events == 0) return {};
  note_events(v, lane, step, drawn);
  ListedRow row = listed_row(v.blocks[drawn.block], drawn.row, drawn.events);
  add(v.of_lane(v.served, lane) + blockIdx.x % served_counters,
      static_cast<std::int64_t>(row.size));
  if (common) row.size = 0;
  return row;
}

/// The events of the outside source `item` in step k of the launch, noted and listed. All threads
/// of a block write the pieces of its rows: some sources reach very many neurons.
template <class Real, class Sum>
__device__ void draw_and_list(const View<Real, Sum>& v, std::uint32_t lane,
                              const LaneControl& control, const LaunchStep& now, int k,
                              std::uint32_t item, BlockRows& rows) {
  const std::int64_t step = now.first + k;
  Drawn drawn;
  if (control.in_trial && item < v.outside_sources && now.has(k)) {
    drawn = draw_source(v, lane, control, step, item);
  }
  wait_for_kernel_before();
  clear(rows);
  ListedRow row = note_drawn(v, lane, control, step, drawn);
  if (row.size > 0) {
    row.first = claim(v.window.input_pieces + lane * v.window.capacity + step, row.pieces());
    rows.row[claim(&rows.count, 1)] = row;
  }
  __syncthreads();
  Piece* const list = v.inputs_of(lane, static_cast<std::uint64_t>(step));
  for (std::uint32_t r = 0; r < rows.count; ++r) {
    const ListedRow listed = rows.row[r];
    for (std::uint32_t i = threadIdx.x; i < listed.pieces(); i += update_threads) {
      list[listed.first + i] = listed.piece(i);
    }
  }
}

/// Notes and delivers the spikes of a block's neurons in window step k. rows: clear.
template <class Real, class Sum>
__device__ void deliver_spikes(const View<Real, Sum>& v, std::uint32_t lane,
                               const LaneControl& control, std::int64_t k, std::uint32_t place,
                               bool spiked, BlockRows& rows) {
  const std::uint32_t position = spiked ? v.position_of_place[place] : 0;
  const std::uint32_t slot = (control.cursor + static_cast<std::uint32_t>(k)) % v.ring_slots;
  bool first = true;
  for (std::uint32_t b = 0; b < v.block_count; ++b) {
    const BlockView& block = v.blocks[b];
    if (block.source_kind != V1E_SOURCE_NEURONS) continue;
    if (!first) {
      __syncthreads();
      clear(rows);
    }
    first = false;
    if (spiked) {
      ListedRow row = listed_row(block, block.row[place], 1);
      if (row.size > 0) {
        row.first = claim(&rows.pieces, row.pieces());
        rows.row[claim(&rows.count, 1)] = row;
        add(v.of_lane(v.served, lane) + blockIdx.x % served_counters,
            static_cast<std::int64_t>(row.size));
      }
    }
    __syncthreads();
    for (std::uint32_t r = 0; r < rows.count; ++r) {
      const ListedRow row = rows.row[r];
      deliver_row(ring_slot(v, lane, row.ring_class, slot), row, threadIdx.x / warp_threads,
                  update_warps, threadIdx.x % warp_threads);
    }
  }
  if (spiked) note_spike(v, lane, k, position);
}

/// Step k of all neurons, and what StepGrid says.
template <class Real, class Sum, std::uint32_t held, bool plain, Home home, bool one_launch>
__global__ void __launch_bounds__(update_threads, update_blocks<Real, held>)
    update_kernel(const __grid_constant__ View<Real, Sum> v, const __grid_constant__ StepGrid grid,
                  int k, int steps) {
  __shared__ BlockRows rows;
  let_kernel_after_start();
  const std::uint32_t lane = blockIdx.y;
  const LaneControl control = v.window.lanes[lane];
  const LaunchStep now = {*v.window.first_step, k, steps};
  unsigned block = blockIdx.x;
  if (block < grid.draw) {
    draw_and_list(v, lane, control, now, k + (one_launch ? 2 : 1),
                  block * update_threads + threadIdx.x, rows);
    return;
  }
  block -= grid.draw;
  std::uint32_t place = block * update_threads + threadIdx.x;
  if constexpr (one_launch) {
    const unsigned warp = threadIdx.x / warp_threads, rank = threadIdx.x % warp_threads;
    if (block < grid.deliver) {
      wait_for_kernel_before();
      if (!control.in_trial) return;
      deliver_inputs(v, lane, control.cursor, now, block * update_warps + warp,
                     grid.deliver * update_warps, rank);
      return;
    }
    place = (warp * grid.update + block - grid.deliver) * warp_threads + rank;
  }
  const bool exists = control.in_trial && place < v.places;
  const std::uint32_t known = exists ? place : 0;  // everybody reads, without a branch
  const NeuronConstants<Real, held> constants = constants_of<held, home>(v, known);
  const StepInput<Real, Sum, plain, false> input = input_of<plain, home>(
      v, lane, step_time(v, lane, control, now.first + k), known, constants.common);
  wait_for_kernel_before();
  const auto update = [&] {
    return update_neuron<plain, home>(v, lane, control, now.first + k, place,
                                      state_in_memory(v, lane, place), constants, input);
  };
  if constexpr (one_launch) {
    if (!control.in_trial) return;
    clear(rows);
    const bool spiked = exists && update();
    deliver_spikes(v, lane, control, now.first + k, place, spiked, rows);
  } else {
    if (!exists) return;
    if (update()) list_spike(v, lane, now.first + k, place, blockIdx.x);
  }
}

/// The input events of the first step of a launch.
template <class Real, class Sum>
__global__ void __launch_bounds__(update_threads)
    draw_kernel(const __grid_constant__ View<Real, Sum> v, int steps) {
  __shared__ BlockRows rows;
  let_kernel_after_start();
  wait_for_kernel_before();
  const std::uint32_t lane = blockIdx.y;
  const LaneControl control = v.window.lanes[lane];
  const LaunchStep now = {*v.window.first_step, 0, steps};
  draw_and_list(v, lane, control, now, 0, blockIdx.x * update_threads + threadIdx.x, rows);
}

/// What comes between the updates of steps k and k + 1 (k = -1: before the first of a launch).
template <class Real, class Sum>
__global__ void __launch_bounds__(delivery_threads, 12)
    deliver_kernel(const __grid_constant__ View<Real, Sum> v, int k, int steps) {
  let_kernel_after_start();
  const std::uint32_t lane = blockIdx.y;
  const LaneControl control = v.window.lanes[lane];
  const LaunchStep now = {*v.window.first_step, k, steps};
  wait_for_kernel_before();
  if (!control.in_trial) return;
  deliver(v, lane, control.cursor, now, blockIdx.x * delivery_warps + threadIdx.x / warp_threads,
          gridDim.x * delivery_warps, threadIdx.x % warp_threads);
}

}  // namespace v1::cuda
