#include "plugins/backends/shared/pulse_times.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <v1e_sdk/error.hpp>

namespace v1::backend {

PulseTimes::PulseTimes(std::uint32_t count, const v1e_pulse* const* pulses,
                       std::uint64_t neuron_count) {
  for (std::uint32_t k = 0; k < count; ++k) {
    const v1e_pulse& pulse = *pulses[k];
    changes_.push_back(pulse.step_begin);
    changes_.push_back(pulse.step_end);
    for (std::uint64_t i = 0; i < pulse.neuron_count; ++i) {
      if (pulse.neurons[i] < neuron_count && std::isfinite(pulse.amplitude_pa[i])) continue;
      throw v1e::Error(V1E_E_INVALID, "",
                       "a current pulse of " + std::to_string(pulse.amplitude_pa[i]) +
                           " pA into neuron " + std::to_string(pulse.neurons[i]) + " of " +
                           std::to_string(neuron_count));
    }
  }
  std::sort(changes_.begin(), changes_.end());
}

bool PulseTimes::changes_at(std::int64_t step) const {
  return step == 0 || std::binary_search(changes_.begin(), changes_.end(), step);
}

}  // namespace v1::backend
