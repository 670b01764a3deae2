#pragma once
#include "plugins/backends/cuda/lgn/lgn_view.hpp"
#include "plugins/backends/cuda/step/atomics.hpp"

/// Space: what each subunit sees of 32 frames. A block holds a group of neighbouring subunits; the
/// rows of its window pass through shared memory in tiles, once for all of them.
namespace v1::cuda {

/// A piece of a row: columns first .. first + count - 1.
struct LgnTile {
  std::uint32_t row, first, count;
};

V1_HD inline std::uint32_t tiles_per_row(const LgnGroup& group) {
  return (group.window.col_end - group.window.col_begin + tile_cols - 1) / tile_cols;
}

V1_HD inline std::uint32_t tile_count(const LgnGroup& group) {
  return (group.window.row_end - group.window.row_begin) * tiles_per_row(group);
}

V1_HD inline LgnTile tile_of(const LgnGroup& group, std::uint32_t index) {
  const std::uint32_t across = tiles_per_row(group);
  const std::uint32_t first = group.window.col_begin + index % across * tile_cols;
  const std::uint32_t left = group.window.col_end - first;
  return {group.window.row_begin + index / across, first, left < tile_cols ? left : tile_cols};
}

/// Frame by frame to pixel by pixel: item i of pixel_count * 32 * frame groups.
V1_HD inline void arrange_pixel(const LgnView& v, std::uint64_t i) {
  const std::uint64_t pixel = i / lgn_lanes % v.pixel_count;
  const std::uint64_t frame = i / lgn_lanes / v.pixel_count * lgn_lanes + i % lgn_lanes;
  v.pixels[i] = frame < v.distinct_count ? v.frames[frame * v.pixel_count + pixel] : 0.0f;
}

/// Where the pixels of a tile begin: [col][32].
V1_HD inline const float* tile_pixels(const LgnView& v, std::uint32_t frame_group,
                                      const LgnTile& tile) {
  const std::uint64_t pixel = std::uint64_t{tile.row} * v.cols + tile.first;
  return v.pixels + (std::uint64_t{frame_group} * v.pixel_count + pixel) * lgn_lanes;
}

/// Sums of a thread: one frame, the four subunits of a quad.
struct QuadSums {
  double sum[quad_size] = {};
  double row_sum[quad_size] = {};
};

/// Adds the pixels of a tile to the sums of frame `lane`.
V1_HD inline void add_tile(const LgnView& v, const LgnQuad& quad, const LgnTile& tile,
                           const float* pixels, std::uint32_t lane, QuadSums& sums) {
  const Window& window = quad.window;
  if (tile.row < window.row_begin || tile.row >= window.row_end) return;
  const std::uint32_t end = tile.first + tile.count;
  const std::uint32_t from = tile.first > window.col_begin ? tile.first : window.col_begin;
  const std::uint32_t to = end < window.col_end ? end : window.col_end;
  if (from >= to) return;
  const double* weight =
      v.weights + quad.col_weights + std::uint64_t{from - window.col_begin} * quad_size;
  const float* seen = pixels + std::uint64_t{from - tile.first} * lgn_lanes + lane;
  for (std::uint32_t col = from; col < to; ++col) {
    const double pixel = *seen;
    V1_UNROLL
    for (std::uint32_t j = 0; j < quad_size; ++j) sums.row_sum[j] += weight[j] * pixel;
    weight += quad_size;
    seen += lgn_lanes;
  }
  if (to < window.col_end) return;  // the row goes on in the next tile
  const double* row =
      v.weights + quad.row_weights + std::uint64_t{tile.row - window.row_begin} * quad_size;
  V1_UNROLL
  for (std::uint32_t j = 0; j < quad_size; ++j) {
    sums.sum[j] += row[j] * sums.row_sum[j];
    sums.row_sum[j] = 0.0;
  }
}

V1_HD inline void store_responses(const LgnView& v, const LgnQuad& quad, std::uint32_t frame_group,
                                  std::uint32_t lane, const QuadSums& sums) {
  const std::uint32_t frame = frame_group * lgn_lanes + lane;
  if (frame >= v.distinct_count) return;
  V1_UNROLL
  for (std::uint32_t j = 0; j < quad_size; ++j) {
    if (quad.subunit[j] == no_subunit) continue;
    v.response[std::uint64_t{quad.subunit[j]} * v.max_frames + frame] = sums.sum[j];
  }
}

}  // namespace v1::cuda
