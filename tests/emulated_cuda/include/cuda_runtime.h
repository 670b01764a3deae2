#pragma once
#include <cuda_runtime_api.h>

#include <cstdint>
#include <cstring>

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
/// What the thread `rank` of the warp hands over, in exchange for an own value: all of them call.
std::uint64_t exchange_in_warp(std::uint64_t value, unsigned rank);
/// The place of the thread that runs in its warp.
unsigned rank_in_warp();
/// Waits until the kernel before has ended, where this one was started while it ran.
void wait_for_kernel_before();
/// Called again and again by a thread that looks whether another block of a cooperative launch has
/// done something: once no thread of its own block can go on, the other blocks have their turns.
/// Between two looks there may be no barrier, or blocks that wait for ever are not seen.
void let_other_blocks_run();
}  // namespace emulated

/// Of values of at most 8 bytes; the mask is that of a whole warp.
template <class T>
T __shfl_sync(unsigned, T value, int rank) {
  std::uint64_t bits = 0;
  static_assert(sizeof value <= sizeof bits);
  std::memcpy(&bits, &value, sizeof value);
  bits = emulated::exchange_in_warp(bits, static_cast<unsigned>(rank) % 32);
  std::memcpy(&value, &bits, sizeof value);
  return value;
}
/// The own value where there is no thread so far below.
template <class T>
T __shfl_up_sync(unsigned mask, T value, unsigned distance) {
  const unsigned rank = emulated::rank_in_warp();
  return __shfl_sync(mask, value, static_cast<int>(rank < distance ? rank : rank - distance));
}
