#pragma once
#include <cuda_runtime_api.h>

/// What nvcc adds to the language, for g++. __CUDACC__ and __CUDA_ARCH__ stay undefined: bodies of
/// kernels take the paths that they have for the host. Threads of a block are fibers, and only
/// one runs at a time, so that shared memory can be static and atomics plain. Static shared memory
/// is one for all blocks: kernels of cooperative launches may only have dynamic shared memory.

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
inline void __threadfence() {}

inline unsigned atomicAdd(unsigned* sum, unsigned value) {
  const unsigned before = *sum;
  *sum += value;
  return before;
}
inline unsigned long long atomicAdd(unsigned long long* sum, unsigned long long value) {
  const unsigned long long before = *sum;
  *sum += value;
  return before;
}

namespace emulated {
/// Of the block that runs; its own from its begin to its end.
void* dynamic_shared_memory();
/// Waits until the kernel before has ended, where this one was started while it ran.
void wait_for_kernel_before();
/// Called again and again by a thread that looks whether another block of a cooperative launch has
/// done something: once no thread of its own block can go on, the other blocks have their turns.
/// Between two looks there may be no barrier, or blocks that wait for ever are not seen.
void let_other_blocks_run();
}  // namespace emulated
