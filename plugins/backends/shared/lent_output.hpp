#pragma once
#include <v1e/backend.h>

#include <cstdint>
#include <string>

#include "plugins/backends/shared/step_events.hpp"
#include "plugins/backends/shared/variables.hpp"

/// How output is handed to the engine.
namespace v1::backend {

/// Fills `out` but for lane and block. events: from step_begin on; null for a lane
/// that took no part in the window. Lent as long as they stay where they are.
void lend_events(const StepEvents* events, std::int64_t step_begin, v1e_spikes& out);

/// A view of samples [sample][neuron].
v1e_const_array samples_view(const void* data, v1e_dtype dtype, std::int64_t samples,
                             std::int64_t neurons);

/// The variable to be read by read_state. Throws when it is kept only while a probe records it, or
/// when `out` cannot take neurons from `begin` on.
Variable variable_to_read(const std::string& name, const RecordedClasses& classes,
                          std::int64_t begin, const v1e_array& out, std::int64_t neuron_count);

/// Fills `out` with value_of(position) of the neurons from `begin` on.
template <class ValueOf>
void fill_neurons(std::int64_t begin, v1e_array& out, ValueOf&& value_of) {
  for (std::int64_t i = 0; i < out.shape[0]; ++i) {
    *reinterpret_cast<double*>(static_cast<char*>(out.data) + i * out.stride[0]) =
        value_of(static_cast<std::size_t>(begin + i));
  }
}

}  // namespace v1::backend
