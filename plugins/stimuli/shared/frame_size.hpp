#pragma once
#include <cstdint>

namespace stimulus_math {

/// Frames before a trial that the engine asks for, in ms: the movie begins there.
inline constexpr std::int64_t preroll_ms = 500;

struct FrameSize {
  std::uint32_t rows = 120;
  std::uint32_t cols = 240;
  double deg_per_pixel = 1.0;
};

}  // namespace stimulus_math
