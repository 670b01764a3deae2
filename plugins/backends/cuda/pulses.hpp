#pragma once
#include <v1e/backend.h>

#include <cstdint>
#include <vector>

#include "plugins/backends/cuda/layout.hpp"
#include "plugins/backends/cuda/machine.hpp"
#include "plugins/backends/cuda/view.hpp"

namespace v1::cuda {

/// Current pulses of one condition, on the machine by place.
class Pulses {
 public:
  Pulses() = default;
  /// Throws v1e::Error on neurons that do not exist and amplitudes that are not finite.
  Pulses(std::uint32_t count, const v1e_pulse* const* pulses, const Layout& layout,
         Machine& machine);

  bool empty() const { return changes_.empty(); }
  /// Whether the sum of the pulses may differ between step - 1 and step; true at step 0.
  bool changes_at(std::int64_t step) const;
  const std::uint32_t* first() const;
  const PulseEntry* entries() const;

 private:
  std::vector<std::int64_t> changes_;  // sorted first steps and ends of all pulses
  Buffer first_, entries_;
};

}  // namespace v1::cuda
