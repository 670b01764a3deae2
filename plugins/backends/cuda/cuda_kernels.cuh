#pragma once
#include <cuda_runtime.h>

#include "plugins/backends/cuda/deliver.hpp"
#include "plugins/backends/cuda/draw.hpp"
#include "plugins/backends/cuda/observe.hpp"
#include "plugins/backends/cuda/update.hpp"

/// A step is one launch. blockIdx.y is the lane; by blockIdx.x blocks come in three kinds that know
/// nothing of each other: those of the first kind deliver the listed input events of step k + 1,
/// those of the second update neurons (step k) and deliver their spikes, those of the third draw
/// the input events of step k + 2 and list them.
///
/// Nothing that is read in a launch is written in it: spikes come at the earliest in the slot of
/// step k + 1, and so do the input events of step k + 1, which may have no delay. At the latest
/// either comes in the slot of step k + 1 + the longest delay, which is that of step k - 1.
///
/// A kernel may be started while the one before it still runs (programmatic dependent launch).
/// Until wait_for_kernel_before() it reads only what stays the same while steps run (constants, the
/// lanes' controls, thresholds), writes nothing, and so has that at hand when the other ends.
namespace v1::cuda {

inline constexpr unsigned step_threads = 128;  // of a block
inline constexpr unsigned step_warps = step_threads / warp_threads;
/// Blocks of the first kind for each processor of the device.
inline constexpr unsigned delivery_blocks_per_processor = 2;

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

/// Blocks that a processor is to hold at once, which bounds their registers.
template <class Real, std::uint32_t held>
inline constexpr unsigned blocks_at_once = sizeof(Real) > 4  ? 2
                                           : held > few_held ? 6
                                                             : 8;

/// How many blocks of each kind a launch has.
struct StepGrid {
  unsigned deliver = 0, update = 0, draw = 0;
  unsigned all() const { return deliver + update + draw; }
};

template <class Real, class Sum>
__device__ void draw_and_publish(const View<Real, Sum>& v, std::uint32_t lane,
                                 const LaneControl& control, const LaunchStep& now, int k,
                                 std::uint32_t item) {
  Drawn drawn;
  if (control.in_trial && item < v.outside_sources && now.has(k)) {
    drawn = draw_source(v, lane, control, now.first + k, item);
  }
  wait_for_kernel_before();
  publish(v, lane, now.first + k, drawn, blockIdx.x);
}

/// The updates of a block and the rows of its spikes.
template <std::uint32_t held, class Real, class Sum>
__device__ void update_and_deliver(const View<Real, Sum>& v, std::uint32_t lane,
                                   const LaneControl& control, const LaunchStep& now,
                                   std::uint32_t place) {
  __shared__ SpikedRow rows[step_threads];
  __shared__ std::uint32_t row_count;
  const bool exists = control.in_trial && place < v.places;
  NeuronConstants<Real, held> constants{};
  if (exists) constants = constants_of<held>(v, place);
  const std::int64_t k = now.first + now.k;
  const std::uint32_t slot = (control.cursor + static_cast<std::uint32_t>(k)) % v.ring_slots;
  wait_for_kernel_before();
  if (threadIdx.x == 0) row_count = 0;
  __syncthreads();
  const bool spiked = exists && update_neuron(v, lane, control, k, place, constants);
  const std::uint32_t position = spiked ? v.position_of_place[place] : 0;
  if (spiked) note_spike(v, lane, k, position);
  bool first = true;
  for (std::uint32_t b = 0; b < v.block_count; ++b) {
    const BlockView& block = v.blocks[b];
    if (block.source_kind != V1E_SOURCE_NEURONS) continue;
    if (!first) {
      __syncthreads();
      if (threadIdx.x == 0) row_count = 0;
      __syncthreads();
    }
    first = false;
    if (spiked) {
      const std::uint64_t begin = block.row[position], size = block.row[position + 1] - begin;
      rows[claim(&row_count, 1)] = {block.synapses + begin, size};
      add(v.of_lane(v.served, lane) + blockIdx.x % served_counters,
          static_cast<std::int64_t>(size));
    }
    __syncthreads();
    deliver_rows(ring_slot(v, lane, block.ring_class, slot), rows, row_count,
                 threadIdx.x / warp_threads, step_warps, threadIdx.x % warp_threads);
  }
}

/// k = -1: before the first step of a launch.
template <class Real, class Sum, std::uint32_t held>
__global__ void __launch_bounds__(step_threads, blocks_at_once<Real, held>)
    step_kernel(const __grid_constant__ View<Real, Sum> v, const __grid_constant__ StepGrid grid,
                int k, int steps) {
  let_kernel_after_start();
  const std::uint32_t lane = blockIdx.y;
  const LaneControl control = v.window.lanes[lane];
  const LaunchStep now = {*v.window.first_step, k, steps};
  const unsigned thread = threadIdx.x;
  if (blockIdx.x < grid.deliver) {
    wait_for_kernel_before();
    if (!control.in_trial) return;
    deliver_listed(v, lane, control.cursor, now, blockIdx.x * step_warps + thread / warp_threads,
                   grid.deliver * step_warps, thread % warp_threads);
  } else if (blockIdx.x < grid.deliver + grid.update) {
    update_and_deliver<held>(v, lane, control, now,
                             (blockIdx.x - grid.deliver) * step_threads + thread);
  } else {
    draw_and_publish(v, lane, control, now, k + 2,
                     (blockIdx.x - grid.deliver - grid.update) * step_threads + thread);
  }
}

/// The input events of the first step of a launch.
template <class Real, class Sum>
__global__ void __launch_bounds__(step_threads)
    draw_kernel(const __grid_constant__ View<Real, Sum> v, int steps) {
  let_kernel_after_start();
  wait_for_kernel_before();
  const std::uint32_t lane = blockIdx.y;
  const LaneControl control = v.window.lanes[lane];
  const LaunchStep now = {*v.window.first_step, 0, steps};
  draw_and_publish(v, lane, control, now, 0, blockIdx.x * step_threads + threadIdx.x);
}

}  // namespace v1::cuda
