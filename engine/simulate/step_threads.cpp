#include "engine/simulate/step_threads.hpp"

#include <algorithm>
#include <cmath>

#include "engine/simulate/backend_handle.hpp"

namespace v1::simulate {

unsigned useful_threads(std::size_t neurons, std::int64_t steps, std::uint32_t trials) {
  // With n threads a step takes work / n + barrier * n, least at n = sqrt(work / barrier). On 16
  // processors (docs/performance.md) a thread adds to a barrier what stepping so many neurons
  // takes.
  constexpr double neurons_a_barrier = 120.0;
  const double work = static_cast<double>(neurons) * static_cast<double>(steps);
  const double threads = std::max(1.0, std::round(std::sqrt(work / neurons_a_barrier)));
  constexpr double most = 1u << 16;
  return static_cast<unsigned>(std::min(most, threads * trials));
}

unsigned step_threads(unsigned processors, const std::vector<Probe>& probes, std::size_t neurons) {
  if (processors < 2 || neurons == 0) return processors;
  double bytes = 0.0;  // a step
  for (const Probe& probe : probes) {
    bytes += static_cast<double>(probe.neurons.size() * dtype_size(probe.dtype));
  }
  // To store a byte takes about this part of the time to step a neuron: 0.36 s for the 416 MB of a
  // second of configs/bench/recorded_core.toml, 0.30 s for its 52 million steps of neurons.
  constexpr double storing_a_byte = 0.15;
  const double storing = storing_a_byte * bytes / static_cast<double>(neurons);
  // All step and stop for the recorder, or one fewer steps beside it.
  const double n = processors;
  return 1.0 / n + storing > 1.0 / (n - 1.0) ? processors - 1 : processors;
}

}  // namespace v1::simulate
