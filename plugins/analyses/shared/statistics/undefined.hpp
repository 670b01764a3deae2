#pragma once
#include <limits>

namespace v1::analyses {

/// Result of a statistic whose input does not determine it (no trial, no spread, one sample).
/// Tables have "nan" there.
inline constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

}  // namespace v1::analyses
