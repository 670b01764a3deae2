#pragma once
#include <cuda_runtime_api.h>

/// What nvcc adds to the language, for g++. __CUDACC__ and __CUDA_ARCH__ stay undefined: bodies of
/// kernels take the paths that they have for the host. Threads of a block are fibers, and only
/// one runs at a time, so that shared memory can be static and atomics plain.

#define __global__
#define __device__
#define __host__
#define __shared__ static
#define __grid_constant__
#define __launch_bounds__(...)

struct uint3 {
  unsigned x, y, z;
};
extern uint3 threadIdx, blockIdx;
extern dim3 blockDim, gridDim;

void __syncthreads();
void __syncwarp();

inline unsigned long long atomicAdd(unsigned long long* sum, unsigned long long value) {
  const unsigned long long before = *sum;
  *sum += value;
  return before;
}

namespace emulated {
void* dynamic_shared_memory();
/// Waits until the kernel before has ended, where this one was started while it ran.
void wait_for_kernel_before();
}  // namespace emulated
