#include "plugins/backends/cuda/pulses.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <v1e_sdk/error.hpp>

namespace v1::cuda {

Pulses::Pulses(std::uint32_t count, const v1e_pulse* const* pulses, const Layout& layout,
               Machine& machine) {
  std::vector<std::uint32_t> first(std::size_t{layout.places()} + 1, 0);
  for (std::uint32_t k = 0; k < count; ++k) {
    const v1e_pulse& pulse = *pulses[k];
    changes_.push_back(pulse.step_begin);
    changes_.push_back(pulse.step_end);
    for (std::uint64_t i = 0; i < pulse.neuron_count; ++i) {
      const std::uint32_t position = pulse.neurons[i];
      if (position >= layout.places() || !std::isfinite(pulse.amplitude_pa[i])) {
        throw v1e::Error(V1E_E_INVALID, "",
                         "a current pulse of " + std::to_string(pulse.amplitude_pa[i]) +
                             " pA into neuron " + std::to_string(position) + " of " +
                             std::to_string(layout.places()));
      }
      ++first[layout.place_of_position[position] + 1u];
    }
  }
  std::sort(changes_.begin(), changes_.end());
  for (std::size_t p = 1; p < first.size(); ++p) first[p] += first[p - 1];
  std::vector<std::uint32_t> next(first.begin(), first.end() - 1);
  std::vector<PulseEntry> entries(first.back());
  for (std::uint32_t k = 0; k < count; ++k) {
    const v1e_pulse& pulse = *pulses[k];
    for (std::uint64_t i = 0; i < pulse.neuron_count; ++i) {
      entries[next[layout.place_of_position[pulse.neurons[i]]]++] = {
          pulse.step_begin, pulse.step_end, static_cast<double>(pulse.amplitude_pa[i])};
    }
  }
  if (entries.empty()) return;
  first_ = Buffer(machine, first.size() * sizeof first[0]);
  entries_ = Buffer(machine, entries.size() * sizeof entries[0]);
  machine.upload(first_.data(), first.data(), first_.size());
  machine.upload(entries_.data(), entries.data(), entries_.size());
}

bool Pulses::changes_at(std::int64_t step) const {
  return step == 0 || std::binary_search(changes_.begin(), changes_.end(), step);
}

const std::uint32_t* Pulses::first() const {
  return reinterpret_cast<const std::uint32_t*>(first_.data());
}

const PulseEntry* Pulses::entries() const {
  return reinterpret_cast<const PulseEntry*>(entries_.data());
}

}  // namespace v1::cuda
