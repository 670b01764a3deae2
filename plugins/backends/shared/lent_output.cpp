#include "plugins/backends/shared/lent_output.hpp"

#include <v1e_sdk/error.hpp>

namespace v1::backend {

void lend_events(const StepEvents* events, std::int64_t step_begin, v1e_spikes& out) {
  static const StepEvents none;
  const StepEvents& lent = events ? *events : none;
  out.step_begin = step_begin;
  out.step_count = static_cast<std::int64_t>(lent.steps());
  out.offset = lent.offset.data();
  out.neuron = lent.source.data();
  out.count = lent.count.empty() ? nullptr : lent.count.data();
}

v1e_const_array samples_view(const void* data, v1e_dtype dtype, std::int64_t samples,
                             std::int64_t neurons) {
  const std::int64_t width = dtype == V1E_F16 ? 2 : 4;
  v1e_const_array view{};
  view.data = data;
  view.dtype = dtype;
  view.ndim = 2;
  view.shape[0] = samples;
  view.shape[1] = neurons;
  view.stride[0] = neurons * width;
  view.stride[1] = width;
  return view;
}

Variable variable_to_read(const std::string& name, const RecordedClasses& classes,
                          std::int64_t begin, const v1e_array& out, std::int64_t neuron_count) {
  const Variable variable = variable_of(name);
  const int current_class = class_of(variable);
  if (current_class >= 0 && !classes.recorded[static_cast<std::size_t>(current_class)]) {
    throw v1e::Error(V1E_E_UNSUPPORTED, "", "'" + name + "' is kept only while a probe records it");
  }
  if (out.dtype != V1E_F64 || out.ndim != 1 || begin < 0 || out.shape[0] < 0 ||
      begin + out.shape[0] > neuron_count) {
    throw v1e::Error(V1E_E_INVALID, "", "read_state needs a one-dimensional F64 array of neurons");
  }
  return variable;
}

}  // namespace v1::backend
