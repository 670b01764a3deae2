#pragma once
#include <v1e/backend.h>

#include <cstdint>
#include <vector>

#include "plugins/backends/cpu/plan/layout.hpp"
#include "plugins/backends/shared/pulse_times.hpp"

namespace v1::cpu {

/// Current pulses of one condition, split by chunk.
class Pulses : public backend::PulseTimes {
 public:
  Pulses() = default;
  /// Throws v1e::Error as PulseTimes does.
  Pulses(std::uint32_t count, const v1e_pulse* const* pulses, const Layout& layout);

  /// Writes the sum of the pulses at `step` into the chunk's places of `current_pa`.
  template <class Real>
  void write(std::int64_t step, std::uint32_t chunk, const Chunk& places, Real* current_pa) const;

 private:
  struct Range {
    std::int64_t begin, end;
  };
  struct Part {
    std::vector<std::uint32_t> place;
    std::vector<float> amplitude_pa;
  };
  std::vector<Range> steps_;              // per pulse
  std::vector<std::vector<Part>> parts_;  // [chunk][pulse]
};

template <class Real>
void Pulses::write(std::int64_t step, std::uint32_t chunk, const Chunk& places,
                   Real* current_pa) const {
  for (std::uint32_t p = places.place_begin; p < places.place_end; ++p) current_pa[p] = 0;
  for (std::size_t k = 0; k < steps_.size(); ++k) {
    if (step < steps_[k].begin || step >= steps_[k].end) continue;
    const Part& part = parts_[chunk][k];
    for (std::size_t i = 0; i < part.place.size(); ++i) {
      current_pa[part.place[i]] += static_cast<Real>(part.amplitude_pa[i]);
    }
  }
}

}  // namespace v1::cpu
