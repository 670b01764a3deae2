#include "engine/simulate/step_threads.hpp"

#include "engine/simulate/backend_handle.hpp"

namespace v1::simulate {

unsigned step_threads(unsigned processors, const std::vector<Probe>& probes, std::size_t neurons) {
  if (processors < 2 || neurons == 0) return processors;
  double bytes = 0.0;  // a step
  for (const Probe& probe : probes) {
    bytes += static_cast<double>(probe.neurons.size() * dtype_size(probe.dtype));
  }
  // Storing a byte takes about this part of the time to step a neuron: 0.36 s for the 416 MB of a
  // second of configs/bench/recorded_core.toml, 0.30 s for its 52 million steps of neurons.
  constexpr double storing_a_byte = 0.15;
  const double storing = storing_a_byte * bytes / static_cast<double>(neurons);
  // All step and stop for the recorder, or one fewer steps beside it.
  const double n = processors;
  return 1.0 / n + storing > 1.0 / (n - 1.0) ? processors - 1 : processors;
}

}  // namespace v1::simulate
