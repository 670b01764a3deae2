#include "plugins/backends/cuda/instance/pulses.hpp"

#include <vector>

namespace v1::cuda {

Pulses::Pulses(std::uint32_t count, const v1e_pulse* const* pulses, const Layout& layout,
               Machine& machine)
    : PulseTimes(count, pulses, layout.places()) {
  std::vector<std::uint32_t> first(std::size_t{layout.places()} + 1, 0);
  for (std::uint32_t k = 0; k < count; ++k) {
    const v1e_pulse& pulse = *pulses[k];
    for (std::uint64_t i = 0; i < pulse.neuron_count; ++i) {
      ++first[layout.place_of_position[pulse.neurons[i]] + 1u];
    }
  }
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

const std::uint32_t* Pulses::first() const {
  return reinterpret_cast<const std::uint32_t*>(first_.data());
}

const PulseEntry* Pulses::entries() const {
  return reinterpret_cast<const PulseEntry*>(entries_.data());
}

}  // namespace v1::cuda
