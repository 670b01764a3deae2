#include "plugins/backends/cpu/lane/probe.hpp"

namespace v1::cpu {

Probe::Probe(const v1e_probe& probe, const Layout& layout)
    : variable(backend::variable_of(probe.variable)),
      dtype(probe.dtype),
      every_steps(probe.every_steps),
      neuron_count(static_cast<std::size_t>(probe.neuron_count)) {
  backend::check_probe(probe, layout.place_of_position.size());
}

}  // namespace v1::cpu
