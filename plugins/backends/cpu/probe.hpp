#pragma once
#include <v1e/backend.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "plugins/backends/cpu/aligned.hpp"
#include "plugins/backends/cpu/layout.hpp"

namespace v1::cpu {

enum class Variable {
  v,
  input_current,
  recurrent_current,
  bottom_up_current,
  background_current,
  asc_current,
};

/// Throws v1e::Error(V1E_E_UNSUPPORTED) for a name that is not in v1e/backend.h.
Variable variable_of(const std::string& name);

/// Current class (V1E_CURRENT_*) a variable needs the currents of, or -1.
int class_of(Variable variable);

/// A recorded variable of some neurons.
struct Probe {
  Probe(const v1e_probe& probe, const Layout& layout);

  Variable variable;
  v1e_dtype dtype;
  std::int64_t every_steps;
  std::size_t neuron_count = 0;

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
