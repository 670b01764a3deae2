#pragma once
#include <cstdint>

#include "kernels/portable.hpp"

/// The LGN filters as the kernels see them (docs/gpu.md). A warp looks at 32 frames at a time, one
/// per thread, so every result is one sum in one order.
namespace v1::cuda {

inline constexpr std::uint32_t lgn_lanes = 32;         // frames side by side
inline constexpr std::uint32_t quad_size = 4;          // subunits that share every pixel they read
inline constexpr std::uint32_t quads_per_group = 8;    // warps of a block
inline constexpr std::uint32_t tile_cols = 64;         // pixels of a row in shared memory
inline constexpr std::uint32_t frames_per_thread = 9;  // of the temporal filter; odd: no bank twice
inline constexpr std::uint32_t frames_per_tile = lgn_lanes * frames_per_thread;
inline constexpr std::uint32_t units_per_block = 4;  // warps of a block of the temporal filter
inline constexpr std::uint32_t no_subunit = 0xFFFFFFFFu;

/// Rows and columns of a frame, the ends excluded.
struct Window {
  std::uint32_t row_begin = 0, row_end = 0;
  std::uint32_t col_begin = 0, col_end = 0;
};

/// Four subunits on the window that holds theirs, with weights of 0 where one has none: that adds 0
/// to its sums and changes no bit.
struct LgnQuad {
  Window window;
  std::uint64_t row_weights = 0;  // [row][4] from there
  std::uint64_t col_weights = 0;  // [col][4]
  std::uint32_t subunit[quad_size] = {no_subunit, no_subunit, no_subunit, no_subunit};
};

/// The quads of a block, on the window that holds theirs.
struct LgnGroup {
  Window window;
  std::uint32_t quad_begin = 0, quad_end = 0;
};

/// The temporal filter of a subunit. `history`: spatial responses before the stretch.
struct LgnKernel {
  std::uint64_t weights = 0;  // of the first lag
  std::uint64_t history = 0;  // of the oldest frame
  std::uint32_t first_lag = 0;
  std::uint32_t lags = 0;
  std::uint32_t frames_back = 1;  // length of the history
  std::uint32_t reserved = 0;
  double gain = 0.0;
  double offset_hz = 0.0;
};

struct LgnView {
  std::uint32_t pixel_count = 0;
  std::uint32_t cols = 0;
  std::uint32_t group_count = 0;
  std::uint32_t unit_count = 0;
  std::uint32_t max_frames = 0;
  std::uint32_t most_frames_back = 1;  // of all kernels
  const LgnGroup* groups = nullptr;
  const LgnQuad* quads = nullptr;
  const double* weights = nullptr;     // of space, see LgnQuad
  const LgnKernel* kernels = nullptr;  // [subunit]
  const double* kernel_weights = nullptr;
  const std::uint32_t* unit_begin = nullptr;  // [unit + 1]
  double* response = nullptr;                 // [subunit][max_frames], distinct frames
  float* pixels = nullptr;                    // [32 frames][pixel][32]
  // The stretch at hand.
  std::uint32_t frame_count = 0;
  std::uint32_t distinct_count = 0;
  const float* frames = nullptr;         // [distinct][pixel]
  const std::uint32_t* shown = nullptr;  // [frame], 0: the last of the stretch before
  const double* history = nullptr;
  double* next_history = nullptr;
  float* rates = nullptr;  // [frame][unit]

  V1_HD std::uint32_t frame_groups() const { return (distinct_count + lgn_lanes - 1) / lgn_lanes; }
};

}  // namespace v1::cuda
