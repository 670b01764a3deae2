#pragma once
#include <cuda_runtime.h>

#include <cstdint>

namespace v1::cuda {

/// The blocks of a lane, where they wait for each other.
class LaneBarrier {
 public:
  __device__ LaneBarrier(std::uint32_t* arrivals, std::uint32_t blocks)
      : arrivals_(arrivals), blocks_(blocks) {}

  /// By all threads: what they have written can be read by all blocks after their next wait.
  __device__ void arrive() {
    __syncthreads();
    expected_ += blocks_;
    if (threadIdx.x == 0) {
#if defined(__CUDACC__)
      asm volatile(
          "red.release.gpu.global.add.u32 [%0], 1;" ::"l"(__cvta_generic_to_global(arrivals_))
          : "memory");
#else
      ++*arrivals_;
#endif
    }
  }
  __device__ void wait() const {
    if (threadIdx.x == 0) {
      while (static_cast<std::int32_t>(arrived() - expected_) < 0) {
#if !defined(__CUDACC__)
        emulated::let_other_blocks_run();  // tests/emulated_cuda
#endif
      }
#if defined(__CUDACC__)
      asm volatile("fence.acq_rel.gpu;" ::: "memory");
#endif
    }
    __syncthreads();
  }

 private:
  __device__ std::uint32_t arrived() const {
#if defined(__CUDACC__)
    std::uint32_t count;
    asm volatile("ld.relaxed.gpu.global.u32 %0, [%1];"
                 : "=r"(count)
                 : "l"(__cvta_generic_to_global(arrivals_))
                 : "memory");
    return count;
#else
    return *arrivals_;
#endif
  }
  std::uint32_t* arrivals_;
  std::uint32_t blocks_;
  std::uint32_t expected_ = 0;
};

}  // namespace v1::cuda
