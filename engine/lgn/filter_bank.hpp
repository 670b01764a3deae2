#pragma once
#include <cstdint>
#include <vector>

#include "engine/base/parallel.hpp"
#include "engine/config/run_config.hpp"
#include "engine/lgn/spatial_filter.hpp"
#include "engine/network/lgn_mosaic.hpp"

namespace v1::lgn {

inline constexpr std::size_t units_per_task = 64;  // work is dealt out in such pieces

/// One linear filter; a simple unit has one, a composite unit two. With f(t) the response of
/// space and time together, the rate of a unit is the sum over its filters of
/// max(0, gain f + offset_hz).
struct Subunit {
  AxisWeights rows;
  AxisWeights cols;
  std::int32_t first_lag = 0;  // of kernel[0]; zeros at both ends of the kernel are left out
  std::vector<double> kernel;
  double gain = 1.0;
  double offset_hz = 0.0;
};

struct FilterBank {
  std::int32_t rows = 0;
  std::int32_t cols = 0;
  std::int32_t memory_ms = 0;        // most frames before the present one that any kernel reads
  std::vector<Subunit> subunits;     // in order of units
  std::vector<std::uint32_t> begin;  // subunits of unit u: begin[u] ... begin[u + 1]

  std::size_t unit_count() const { return begin.size() - 1; }
};

/// Filters of all units for frames of rows x cols pixels over the field of the mosaic. Throws
/// Error(data) naming the unit for impossible parameters, Error(config) for pixels that are not
/// square or unknown words in `config`.
FilterBank make_filter_bank(const network::LgnMosaic& mosaic, std::int32_t rows, std::int32_t cols,
                            const config::LgnConfig& config, ThreadPool& pool);

}  // namespace v1::lgn
