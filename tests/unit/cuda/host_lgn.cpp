#include "tests/unit/cuda/host_lgn.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "plugins/backends/cuda/lgn_space.hpp"
#include "plugins/backends/cuda/lgn_time.hpp"

namespace v1::test {
namespace {

using namespace cuda;

struct Loop {
  bool backward;
  template <class Body>
  void operator()(std::uint64_t count, Body&& body) const {
    for (std::uint64_t i = 0; i < count; ++i) body(backward ? count - 1 - i : i);
  }
};

void run_space_block(const LgnView& v, const Loop& loop, const LgnGroup& group,
                     std::uint32_t frame_group) {
  constexpr std::uint32_t threads = lgn_lanes * quads_per_group;
  std::vector<QuadSums> sums(threads);
  // Shared memory begins with anything.
  std::vector<float> shared(tile_cols * lgn_lanes, std::numeric_limits<float>::quiet_NaN());
  const auto quad_of = [&](std::uint64_t thread) {
    const auto mine = static_cast<std::uint32_t>(group.quad_begin + thread / lgn_lanes);
    return mine < group.quad_end ? v.quads[mine] : LgnQuad{};
  };
  for (std::uint32_t i = 0; i < tile_count(group); ++i) {
    const LgnTile tile = tile_of(group, i);
    const float* from = tile_pixels(v, frame_group, tile);
    loop(std::uint64_t{tile.count} * lgn_lanes, [&](std::uint64_t k) { shared[k] = from[k]; });
    loop(threads, [&](std::uint64_t t) {
      add_tile(v, quad_of(t), tile, shared.data(), static_cast<std::uint32_t>(t % lgn_lanes),
               sums[t]);
    });
  }
  loop(threads, [&](std::uint64_t t) {
    store_responses(v, quad_of(t), frame_group, static_cast<std::uint32_t>(t % lgn_lanes), sums[t]);
  });
}

void run_unit(const LgnView& v, const Loop& loop, std::uint32_t unit) {
  std::vector<double> reach(lgn_reach(v), std::numeric_limits<double>::quiet_NaN());
  const std::uint32_t begin = v.unit_begin[unit], end = v.unit_begin[unit + 1];
  const auto warp = [&](auto&& body) {
    loop(lgn_lanes, [&](std::uint64_t lane) { body(static_cast<std::uint32_t>(lane)); });
  };
  for (std::uint32_t base = 0; base < v.frame_count; base += frames_per_tile) {
    std::vector<LgnSums> sums(lgn_lanes);
    for (std::uint32_t s = begin; s < end; ++s) {
      warp([&](std::uint32_t lane) { load_reach(v, s, base, lane, reach.data()); });
      warp([&](std::uint32_t lane) { add_subunit(v, s, lane, reach.data(), sums[lane]); });
    }
    warp([&](std::uint32_t lane) { store_rates(v, unit, base, lane, sums[lane]); });
  }
  for (std::uint32_t s = begin; s < end; ++s) {
    warp([&](std::uint32_t lane) { store_history(v, s, lane); });
  }
}

}  // namespace

void run_lgn(const LgnView& v, bool backward) {
  const Loop loop{backward};
  if (v.distinct_count > 0) {
    loop(std::uint64_t{v.pixel_count} * lgn_lanes * v.frame_groups(),
         [&](std::uint64_t i) { arrange_pixel(v, i); });
    loop(v.frame_groups(), [&](std::uint64_t f) {
      loop(v.group_count, [&](std::uint64_t g) {
        run_space_block(v, loop, v.groups[g], static_cast<std::uint32_t>(f));
      });
    });
  }
  loop(v.unit_count, [&](std::uint64_t u) { run_unit(v, loop, static_cast<std::uint32_t>(u)); });
}

}  // namespace v1::test
