#pragma once
#include <numbers>

/// Degrees and radians.
namespace v1::kernels {

inline constexpr double radians_per_degree = std::numbers::pi / 180.0;
inline constexpr double degrees_per_radian = 180.0 / std::numbers::pi;

}  // namespace v1::kernels
