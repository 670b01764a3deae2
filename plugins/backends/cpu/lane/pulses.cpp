#include "plugins/backends/cpu/lane/pulses.hpp"

namespace v1::cpu {

Pulses::Pulses(std::uint32_t count, const v1e_pulse* const* pulses, const Layout& layout)
    : PulseTimes(count, pulses, layout.place_of_position.size()),
      parts_(layout.chunks.size(), std::vector<Part>(count)) {
  for (std::uint32_t k = 0; k < count; ++k) {
    const v1e_pulse& pulse = *pulses[k];
    steps_.push_back({pulse.step_begin, pulse.step_end});
    for (std::uint64_t i = 0; i < pulse.neuron_count; ++i) {
      const std::uint32_t position = pulse.neurons[i];
      Part& part = parts_[layout.chunk_of_position[position]][k];
      part.place.push_back(layout.place_of_position[position]);
      part.amplitude_pa.push_back(pulse.amplitude_pa[i]);
    }
  }
}

}  // namespace v1::cpu
