#include "plugins/backends/cpu/pulses.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <v1e_sdk/error.hpp>

namespace v1::cpu {

Pulses::Pulses(std::uint32_t count, const v1e_pulse* const* pulses, const Layout& layout)
    : parts_(layout.chunks.size(), std::vector<Part>(count)) {
  for (std::uint32_t k = 0; k < count; ++k) {
    const v1e_pulse& pulse = *pulses[k];
    steps_.push_back({pulse.step_begin, pulse.step_end});
    changes_.push_back(pulse.step_begin);
    changes_.push_back(pulse.step_end);
    for (std::uint64_t i = 0; i < pulse.neuron_count; ++i) {
      const std::uint32_t position = pulse.neurons[i];
      if (position >= layout.place_of_position.size() || !std::isfinite(pulse.amplitude_pa[i])) {
        throw v1e::Error(V1E_E_INVALID, "",
                         "a current pulse of " + std::to_string(pulse.amplitude_pa[i]) +
                             " pA into neuron " + std::to_string(position) + " of " +
                             std::to_string(layout.place_of_position.size()));
      }
      Part& part = parts_[layout.chunk_of_position[position]][k];
      part.place.push_back(layout.place_of_position[position]);
      part.amplitude_pa.push_back(pulse.amplitude_pa[i]);
    }
  }
  std::sort(changes_.begin(), changes_.end());
}

bool Pulses::changes_at(std::int64_t step) const {
  return step == 0 || std::binary_search(changes_.begin(), changes_.end(), step);
}

}  // namespace v1::cpu
