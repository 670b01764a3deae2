#include <cuda_pipeline_primitives.h>

#include "plugins/backends/cuda/kernels/cuda_launch.cuh"
#include "plugins/backends/cuda/lgn/cuda_lgn.hpp"
#include "plugins/backends/cuda/lgn/lgn_space.hpp"
#include "plugins/backends/cuda/lgn/lgn_time.hpp"

namespace v1::cuda {
namespace {

constexpr unsigned arrange_threads = 256;
constexpr unsigned space_threads = lgn_lanes * quads_per_group;
constexpr unsigned time_threads = lgn_lanes * units_per_block;

__global__ void __launch_bounds__(arrange_threads)
    arrange_kernel(const __grid_constant__ LgnView v, std::uint64_t count) {
  const std::uint64_t i = std::uint64_t{blockIdx.x} * arrange_threads + threadIdx.x;
  if (i < count) arrange_pixel(v, i);
}

/// All threads of a block copy 16 bytes each at a time, past the registers.
__device__ void copy_tile(const LgnView& v, const LgnTile& tile, float* to) {
  const float* from = tile_pixels(v, blockIdx.y, tile);
  for (std::uint32_t i = threadIdx.x * 4; i < tile.count * lgn_lanes; i += space_threads * 4) {
    __pipeline_memcpy_async(to + i, from + i, 16);
  }
}

/// Block (group, 32 frames), warp = quad, lane = frame. While one tile is added, the next comes.
__global__ void __launch_bounds__(space_threads) space_kernel(const __grid_constant__ LgnView v) {
  alignas(16) __shared__ float tiles[2][tile_cols * lgn_lanes];
  const LgnGroup group = v.groups[blockIdx.x];
  const std::uint32_t lane = threadIdx.x % lgn_lanes;
  const std::uint32_t mine = group.quad_begin + threadIdx.x / lgn_lanes;
  LgnQuad quad;  // without a window it adds nothing
  if (mine < group.quad_end) quad = v.quads[mine];
  QuadSums sums;
  const std::uint32_t count = tile_count(group);
  copy_tile(v, tile_of(group, 0), tiles[0]);
  __pipeline_commit();
  for (std::uint32_t i = 0; i < count; ++i) {
    if (i + 1 < count) copy_tile(v, tile_of(group, i + 1), tiles[(i + 1) % 2]);
    __pipeline_commit();
    __pipeline_wait_prior(1);
    __syncthreads();
    add_tile(v, quad, tile_of(group, i), tiles[i % 2], lane, sums);
    __syncthreads();
  }
  store_responses(v, quad, blockIdx.y, lane, sums);
}

/// Warp = unit.
__global__ void __launch_bounds__(time_threads) time_kernel(const __grid_constant__ LgnView v) {
  const std::uint32_t warp = threadIdx.x / lgn_lanes, lane = threadIdx.x % lgn_lanes;
  const std::uint32_t unit = blockIdx.x * units_per_block + warp;
  if (unit >= v.unit_count) return;
  double* const reach = dynamic_shared<double>() + std::uint64_t{warp} * lgn_reach(v);
  const std::uint32_t begin = v.unit_begin[unit], end = v.unit_begin[unit + 1];
  for (std::uint32_t base = 0; base < v.frame_count; base += frames_per_tile) {
    LgnSums sums;
    for (std::uint32_t s = begin; s < end; ++s) {
      load_reach(v, s, base, lane, reach);
      __syncwarp();
      add_subunit(v, s, lane, reach, sums);
      __syncwarp();
    }
    store_rates(v, unit, base, lane, sums);
  }
  for (std::uint32_t s = begin; s < end; ++s) store_history(v, s, lane);
}

}  // namespace

void launch_lgn(const LgnView& v, cudaStream_t stream) {
  if (v.distinct_count > 0 && v.group_count > 0) {
    const std::uint64_t items = std::uint64_t{v.pixel_count} * lgn_lanes * v.frame_groups();
    const auto blocks = static_cast<unsigned>((items + arrange_threads - 1) / arrange_threads);
    launch({dim3(blocks), arrange_threads, stream}, arrange_kernel, v, items);
    launch({dim3(v.group_count, v.frame_groups()), space_threads, stream}, space_kernel, v);
  }
  const std::size_t shared = units_per_block * lgn_reach(v) * sizeof(double);
  if (shared > 48 * 1024) {
    check(cudaFuncSetAttribute(time_kernel, cudaFuncAttributeMaxDynamicSharedMemorySize,
                               static_cast<int>(shared)),
          "asking for shared memory");
  }
  const unsigned blocks = (v.unit_count + units_per_block - 1) / units_per_block;
  launch({dim3(blocks), time_threads, stream, false, shared}, time_kernel, v);
}

}  // namespace v1::cuda
