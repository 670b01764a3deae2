#pragma once
#include <cstdint>

#include "kernels/portable.hpp"

/// The only operations that threads of one launch share memory through: integer sums, bits and
/// minima, whose order cannot be seen in the result. On the host, where the bodies run in plain
/// loops, they are what they say.
namespace v1::cuda {

#if defined(__CUDACC__)
#define V1_UNROLL _Pragma("unroll")
#else
#define V1_UNROLL
#endif

// Without a result to wait for. In kernels with fences the compiler does not see by itself that the
// result of an atomic addition is not used. The sums lie in the memory of the device.
V1_HD inline void add(std::int32_t* sum, std::int32_t value) {
#if defined(__CUDA_ARCH__)
  asm volatile("red.relaxed.gpu.global.add.s32 [%0], %1;" ::"l"(__cvta_generic_to_global(sum)),
               "r"(value)
               : "memory");
#else
  *sum += value;
#endif
}

V1_HD inline void add(std::int64_t* sum, std::int64_t value) {
#if defined(__CUDA_ARCH__)
  asm volatile("red.relaxed.gpu.global.add.u64 [%0], %1;" ::"l"(__cvta_generic_to_global(sum)),
               "l"(value)
               : "memory");
#else
  *sum += value;
#endif
}

/// Likewise, in the shared memory of a block.
V1_HD inline void add_on_chip(std::int32_t* sum, std::int32_t value) {
#if defined(__CUDA_ARCH__)
  atomicAdd(sum, value);
#else
  *sum += value;
#endif
}

/// One more, of what is counted only.
V1_HD inline void count_one(std::uint32_t* count) {
#if defined(__CUDA_ARCH__)
  asm volatile("red.relaxed.gpu.global.add.u32 [%0], 1;" ::"l"(__cvta_generic_to_global(count))
               : "memory");
#else
  ++*count;
#endif
}

/// The first of the next `items` free indices of a list; the order of claims is not part of any
/// result.
V1_HD inline std::uint32_t claim(std::uint32_t* count, std::uint32_t items) {
#if defined(__CUDA_ARCH__)
  return atomicAdd(count, items);
#else
  const std::uint32_t first = *count;
  *count += items;
  return first;
#endif
}

V1_HD inline void set_bit(std::uint32_t* words, std::uint32_t index) {
  const std::uint32_t bit = 1u << (index & 31u);
#if defined(__CUDA_ARCH__)
  asm volatile("red.relaxed.gpu.global.or.b32 [%0], %1;" ::"l"(
                   __cvta_generic_to_global(words + (index >> 5))),
               "r"(bit)
               : "memory");
#else
  words[index >> 5] |= bit;
#endif
}

V1_HD inline void take_smaller(std::uint64_t* least, std::uint64_t value) {
#if defined(__CUDA_ARCH__)
  atomicMin(reinterpret_cast<unsigned long long*>(least), static_cast<unsigned long long>(value));
#else
  if (value < *least) *least = value;
#endif
}

}  // namespace v1::cuda
