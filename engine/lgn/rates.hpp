#pragma once
#include <cstdint>
#include <functional>
#include <span>

#include "engine/base/parallel.hpp"
#include "engine/base/raw_vector.hpp"
#include "engine/config/run_config.hpp"
#include "engine/network/lgn_mosaic.hpp"

namespace v1::lgn {

/// Frames before a trial that fill the memory of the temporal filters.
inline constexpr std::int64_t default_preroll_ms = 500;

/// Where the movie comes from: frames of 1 ms, luminance -1 ... 1, row 0 on top.
struct FrameSource {
  std::uint32_t rows = 120;
  std::uint32_t cols = 240;
  /// Writes [count][rows][cols] from trial time first_ms on (negative during the pre-roll).
  std::function<void(std::int64_t first_ms, std::int64_t count, float* out)> fill;
  bool concurrent = false;  // fill may be called from several threads and in any order
};

/// Firing rates of all units; unit order is that of the mosaic.
struct Rates {
  std::int64_t frame_count = 0;  // of 1 ms, from trial time 0 on
  std::int64_t unit_count = 0;
  RawVector<float> hz;  // [frame][unit]

  std::span<const float> frame(std::int64_t index) const {
    return {hz.data() + index * unit_count, static_cast<std::size_t>(unit_count)};
  }
};

/// Takes the rates [count][unit] of `count` frames from trial time first_ms on, which are lent for
/// the call.
using RateRows = std::function<void(std::int64_t first_ms, std::int64_t count, const float* hz)>;

/// Runs the movie through the filter bank (docs/lgn.md). Before the pre-roll all is mid-gray.
/// The bits depend on the arguments only, never on threads or machine. Throws Error(data) for a
/// mosaic that makes no sense, Error(config) for an unknown word in `config`.
Rates compute_rates(const network::LgnMosaic& mosaic, const FrameSource& source,
                    std::int64_t frame_count, std::int64_t preroll_ms,
                    const config::LgnConfig& config, ThreadPool& pool);

}  // namespace v1::lgn
