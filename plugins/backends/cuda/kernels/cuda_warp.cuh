#pragma once
#include <cuda_runtime.h>

#include <cstdint>

/// What the threads of a warp tell each other; all of them call.
namespace v1::cuda {

/// The value of the thread `rank` of the warp.
template <class T>
__device__ inline T value_of_thread(T value, std::uint32_t rank) {
  return __shfl_sync(0xFFFFFFFFu, value, static_cast<int>(rank));
}

/// The sum of the values of the threads up to this one, `rank`.
__device__ inline std::uint32_t sum_up_to(std::uint32_t value, std::uint32_t rank) {
  for (std::uint32_t distance = 1; distance < 32; distance *= 2) {
    const std::uint32_t below = __shfl_up_sync(0xFFFFFFFFu, value, distance);
    if (rank >= distance) value += below;
  }
  return value;
}

/// The first thread whose `end` lies behind `number`; the ends ascend, and the last does.
__device__ inline std::uint32_t thread_of_number(std::uint32_t end, std::uint32_t number) {
  std::uint32_t before = 0;
  for (std::uint32_t half = 16; half > 0; half /= 2) {
    if (value_of_thread(end, before + half - 1) <= number) before += half;
  }
  return before;
}

}  // namespace v1::cuda
