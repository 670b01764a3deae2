#pragma once
#include <v1e/backend.h>

#include <cstdint>

#include "plugins/backends/cuda/instance/machine.hpp"
#include "plugins/backends/cuda/plan/layout.hpp"
#include "plugins/backends/cuda/step/view.hpp"
#include "plugins/backends/shared/pulse_times.hpp"

namespace v1::cuda {

/// Current pulses of one condition, on the machine by place.
class Pulses : public backend::PulseTimes {
 public:
  Pulses() = default;
  /// Throws v1e::Error as PulseTimes does.
  Pulses(std::uint32_t count, const v1e_pulse* const* pulses, const Layout& layout,
         Machine& machine);

  const std::uint32_t* first() const;
  const PulseEntry* entries() const;

 private:
  Buffer first_, entries_;
};

}  // namespace v1::cuda
