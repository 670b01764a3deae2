#pragma once
#include <v1e/backend.h>

#include <cstdint>
#include <string>
#include <vector>

#include "plugins/backends/cuda/observe.hpp"

namespace v1::cuda {

/// Throws v1e::Error(V1E_E_UNSUPPORTED) for a name that is not in v1e/backend.h.
Variable variable_of(const std::string& name);

/// Throws v1e::Error for a probe that cannot be served.
void check_probe(const v1e_probe& probe, std::uint64_t neuron_count);

/// Samples taken after steps [0, step).
inline std::int64_t samples_before(std::uint32_t every_steps, std::int64_t step) {
  return step / every_steps;
}

inline std::uint64_t bytes_per_value(const ProbeView& probe) { return probe.half ? 2 : 4; }

}  // namespace v1::cuda
