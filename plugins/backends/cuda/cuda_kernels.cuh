#pragma once
#include <cuda_runtime.h>

#include "plugins/backends/cuda/deliver.hpp"
#include "plugins/backends/cuda/draw.hpp"
#include "plugins/backends/cuda/observe.hpp"
#include "plugins/backends/cuda/update.hpp"

/// The launches of a step. blockIdx.y is the lane. A kernel may be started while the one before
/// it still runs (programmatic dependent launch). Until wait_for_kernel_before() it reads only what
/// stays the same while steps run (constants, the lanes' controls, thresholds), writes nothing, and
/// so has that at hand when the other ends.
namespace v1::cuda {

inline constexpr unsigned update_threads = 256;
/// The grid of the delivery is that many blocks for each processor of the device. They may take
/// half of its registers, so that blocks of the update that starts early fit beside them.
inline constexpr unsigned delivery_blocks_per_processor = 4;

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
inline constexpr unsigned update_blocks = sizeof(Real) > 4  ? 1
                                          : held > few_held ? 3
                                                            : 4;

/// Step k of all neurons, and the draws of step k + 1.
template <class Real, class Sum, std::uint32_t held>
__global__ void __launch_bounds__(update_threads, update_blocks<Real, held>)
    update_kernel(const __grid_constant__ View<Real, Sum> v, int k, int steps) {
  let_kernel_after_start();
  const std::uint32_t lane = blockIdx.y;
  const LaneControl control = v.window.lanes[lane];
  const std::int64_t step = *v.window.first_step + k;
  const std::uint32_t item = blockIdx.x * update_threads + threadIdx.x;
  if (item < v.places) {
    const NeuronConstants<Real, held> constants = constants_of<held>(v, item);
    wait_for_kernel_before();
    if (control.in_trial) update_neuron(v, lane, control, step, item, constants);
    return;
  }
  Drawn drawn;
  if (control.in_trial && item - v.places < v.drawn_sources && k + 1 < steps) {
    drawn = draw_source(v, lane, control, step + 1, item - v.places);
  }
  wait_for_kernel_before();
  publish(v, lane, step + 1, drawn);
}

/// The draws of the first step of a launch.
template <class Real, class Sum>
__global__ void __launch_bounds__(update_threads)
    draw_kernel(const __grid_constant__ View<Real, Sum> v) {
  let_kernel_after_start();
  wait_for_kernel_before();
  const std::uint32_t lane = blockIdx.y;
  const LaneControl control = v.window.lanes[lane];
  const std::uint32_t item = blockIdx.x * update_threads + threadIdx.x;
  if (!control.in_trial || item >= v.drawn_sources) return;
  const std::int64_t step = *v.window.first_step;
  publish(v, lane, step, draw_source(v, lane, control, step, item));
}

/// What comes between the updates of steps k and k + 1 (k = -1: before the first of a launch).
template <class Real, class Sum>
__global__ void __launch_bounds__(delivery_threads, 2 * delivery_blocks_per_processor)
    deliver_kernel(const __grid_constant__ View<Real, Sum> v, int k, int steps) {
  let_kernel_after_start();
  const std::uint32_t lane = blockIdx.y;
  const LaneControl control = v.window.lanes[lane];
  const LaunchStep now = {*v.window.first_step, k, steps};
  wait_for_kernel_before();
  if (!control.in_trial) return;
  const std::uint64_t mine =
      deliver(v, lane, control.cursor, now, blockIdx.x, gridDim.x, threadIdx.x);
  const std::uint32_t thread = blockIdx.x * delivery_threads + threadIdx.x;
  const std::uint32_t threads = gridDim.x * delivery_threads;
  sample(v, lane, now, thread, threads);
  if (control.uses_current) write_current(v, lane, now, thread, threads);

  __shared__ unsigned long long served;
  if (threadIdx.x == 0) served = 0;
  __syncthreads();
  if (mine > 0) atomicAdd(&served, static_cast<unsigned long long>(mine));
  __syncthreads();
  if (threadIdx.x == 0 && served > 0) {
    add(v.of_lane(v.served, lane) + blockIdx.x, static_cast<std::int64_t>(served));
  }
}

}  // namespace v1::cuda
