#pragma once
#include <v1e/backend.h>

#include <cstddef>
#include <cstdint>

#include "plugins/backends/cpu/instance/aligned.hpp"
#include "plugins/backends/cpu/plan/layout.hpp"
#include "plugins/backends/shared/variables.hpp"

namespace v1::cpu {

using backend::class_of;
using backend::Variable;

/// A recorded variable of some neurons.
struct Probe {
  /// Throws v1e::Error for a probe that cannot be served.
  Probe(const v1e_probe& probe, const Layout& layout);

  Variable variable;
  v1e_dtype dtype;
  std::int64_t every_steps;
  std::size_t neuron_count;

  bool samples_after(std::int64_t step) const { return (step + 1) % every_steps == 0; }
  /// Samples taken after steps [0, step).
  std::int64_t samples_before(std::int64_t step) const { return step / every_steps; }
  std::size_t bytes_per_value() const { return dtype == V1E_F16 ? 2 : 4; }
};

/// Samples of one probe in one window: [sample][neuron].
struct ProbeSamples {
  AlignedVector<std::byte> data;
  std::int64_t count = 0;
  std::int64_t first_step = 0;
};

}  // namespace v1::cpu
