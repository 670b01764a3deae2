#pragma once
#include <cstdint>

#include "plugins/backends/cuda/step/view.hpp"

namespace v1::cuda {

/// Samples taken after steps [0, step).
inline std::int64_t samples_before(std::uint32_t every_steps, std::int64_t step) {
  return step / every_steps;
}

inline std::uint64_t bytes_per_value(const ProbeView& probe) { return probe.half ? 2 : 4; }

}  // namespace v1::cuda
