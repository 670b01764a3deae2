#pragma once
#include <cstdint>

#include "kernels/portable.hpp"

/// IEEE 754 half precision in integer arithmetic: the same bits with and without F16C.
namespace v1::kernels {

inline constexpr float half_max = 65504.0f;

/// True when to_half has to clip: the value would round beyond the largest finite half.
V1_HD inline bool half_saturates(float value) {
  const std::uint32_t magnitude = bits_of<std::uint32_t>(value) & 0x7FFFFFFFu;
  return magnitude >= 0x477FF000u && magnitude <= 0x7F800000u;  // 65520 .. infinity
}

/// Nearest half, ties to even; beyond the range +-65504; NaN stays NaN.
V1_HD inline std::uint16_t to_half(float value) {
  const std::uint32_t bits = bits_of<std::uint32_t>(value);
  const std::uint32_t sign = (bits >> 16) & 0x8000u;
  const std::uint32_t magnitude = bits & 0x7FFFFFFFu;
  // Adding 1/2 leaves the float's last place at 2^-24, the spacing of subnormal halves.
  const std::uint32_t subnormal =
      bits_of<std::uint32_t>(bits_of<float>(magnitude) + 0.5f) - 0x3F000000u;
  const std::uint32_t normal =
      ((magnitude + 0xFFFu + ((magnitude >> 13) & 1u)) >> 13) - (112u << 10);
  std::uint32_t half = magnitude < 0x38800000u ? subnormal : normal;
  half = magnitude >= 0x477FF000u ? 0x7BFFu : half;
  half = magnitude > 0x7F800000u ? 0x7E00u : half;
  return static_cast<std::uint16_t>(sign | half);
}

/// Exact.
V1_HD inline float from_half(std::uint16_t half) {
  const std::uint32_t sign = std::uint32_t{half & 0x8000u} << 16;
  const std::uint32_t exponent = (half >> 10) & 0x1Fu;
  const std::uint32_t fraction = half & 0x3FFu;
  if (exponent == 0) {
    const float size = static_cast<float>(fraction) * 0x1p-24f;
    return sign ? -size : size;
  }
  const std::uint32_t wide = exponent == 31 ? 0xFFu : exponent + 112u;
  return bits_of<float>(sign | wide << 23 | fraction << 13);
}

}  // namespace v1::kernels
