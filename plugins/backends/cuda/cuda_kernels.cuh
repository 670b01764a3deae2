#pragma once
#include <cuda_runtime.h>

#include "plugins/backends/cuda/deliver.hpp"
#include "plugins/backends/cuda/draw.hpp"
#include "plugins/backends/cuda/observe.hpp"
#include "plugins/backends/cuda/update.hpp"

/// The launches of a step. blockIdx.y is the lane. A kernel may be started while the one before
/// it still runs (programmatic dependent launch); it touches memory only after begin_kernel().
namespace v1::cuda {

inline constexpr unsigned update_threads = 256;

__device__ inline void begin_kernel() {
#if __CUDA_ARCH__ >= 900
  asm volatile("griddepcontrol.launch_dependents;" ::: "memory");
  asm volatile("griddepcontrol.wait;" ::: "memory");
#endif
}

/// Says which window step k = 0 of the following launches is.
static __global__ void begin_kernels(std::int64_t* first_step, std::int64_t first) {
  *first_step = first;
}

/// Step k of all neurons, and the draws of step k + 1.
template <class Real, class Sum>
__global__ void __launch_bounds__(update_threads)
    update_kernel(const __grid_constant__ View<Real, Sum> v, int k, int steps) {
  begin_kernel();
  const std::uint32_t lane = blockIdx.y;
  if (!v.window.lanes[lane].in_trial) return;
  const std::int64_t step = *v.window.first_step + k;
  std::uint32_t item = blockIdx.x * update_threads + threadIdx.x;
  if (item < v.places) {
    update_neuron(v, lane, step, item);
    return;
  }
  item -= v.places;
  if (item < v.drawn_sources && k + 1 < steps) draw_source(v, lane, step + 1, item);
}

/// The draws of the first step of a launch.
template <class Real, class Sum>
__global__ void __launch_bounds__(update_threads)
    draw_kernel(const __grid_constant__ View<Real, Sum> v) {
  begin_kernel();
  const std::uint32_t lane = blockIdx.y;
  if (!v.window.lanes[lane].in_trial) return;
  const std::uint32_t item = blockIdx.x * update_threads + threadIdx.x;
  if (item < v.drawn_sources) draw_source(v, lane, *v.window.first_step, item);
}

/// What comes between the updates of steps k and k + 1 (k = -1: before the first of a launch).
template <class Real, class Sum>
__global__ void __launch_bounds__(delivery_threads)
    deliver_kernel(const __grid_constant__ View<Real, Sum> v, int k, int steps) {
  begin_kernel();
  const std::uint32_t lane = blockIdx.y;
  if (!v.window.lanes[lane].in_trial) return;
  const std::int64_t first = *v.window.first_step;
  const std::uint64_t mine =
      deliver(v, lane, first + k, first, first + steps, blockIdx.x, gridDim.x, threadIdx.x);
  const std::uint32_t thread = blockIdx.x * delivery_threads + threadIdx.x;
  const std::uint32_t threads = gridDim.x * delivery_threads;
  if (k >= 0) sample(v, lane, first + k, thread, threads);
  write_current(v, lane, first + k, first, first + steps, thread, threads);

  __shared__ unsigned long long served;
  if (threadIdx.x == 0) served = 0;
  __syncthreads();
  if (mine > 0) atomicAdd(&served, static_cast<unsigned long long>(mine));
  __syncthreads();
  if (threadIdx.x == 0 && served > 0) {
    v.of_lane(v.served, lane)[blockIdx.x] += static_cast<std::int64_t>(served);
  }
}

}  // namespace v1::cuda
