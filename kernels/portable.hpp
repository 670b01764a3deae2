#pragma once
#include <cstdint>
#include <cstring>

/// What the arithmetic of this folder needs to compile for the host and, under nvcc, for a GPU.
/// Build rules: no fast-math, and no contraction of a product and a sum into one fma unless the
/// source says fused() (g++ and clang++: -ffp-contract=off, nvcc: -fmad=false).
#if defined(__CUDACC__)
#define V1_HD __host__ __device__
#elif defined(V1_KERNELS_ALWAYS_INLINE)
// For sources compiled with flags of a newer processor: without out-of-line copies the linker
// cannot pick such a copy for the rest of the program.
#define V1_HD __attribute__((always_inline))
#else
#define V1_HD
#endif

namespace v1::kernels {

/// a * b + c with one rounding. Slow where the processor has no fma instruction, same bits.
V1_HD inline float fused(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
V1_HD inline double fused(double a, double b, double c) { return __builtin_fma(a, b, c); }

/// |x|, exactly.
#if defined(__CUDA_ARCH__)
V1_HD inline float magnitude(float x) { return ::fabsf(x); }
V1_HD inline double magnitude(double x) { return ::fabs(x); }
#else
V1_HD inline float magnitude(float x) { return __builtin_fabsf(x); }
V1_HD inline double magnitude(double x) { return __builtin_fabs(x); }
#endif

/// Reinterprets the bits of a value; sizes must agree.
template <class To, class From>
V1_HD inline To bits_of(From value) {
  static_assert(sizeof(To) == sizeof(From));
  To out;
  memcpy(&out, &value, sizeof out);
  return out;
}

}  // namespace v1::kernels
