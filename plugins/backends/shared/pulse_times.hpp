#pragma once
#include <v1e/backend.h>

#include <cstdint>
#include <vector>

namespace v1::backend {

/// When the sum of the current pulses of a condition changes.
class PulseTimes {
 public:
  PulseTimes() = default;
  /// Throws v1e::Error on neurons that do not exist and amplitudes that are not finite.
  PulseTimes(std::uint32_t count, const v1e_pulse* const* pulses, std::uint64_t neuron_count);

  bool empty() const { return changes_.empty(); }
  /// Whether the sum of the pulses may differ between step - 1 and step; true at step 0.
  bool changes_at(std::int64_t step) const;

 private:
  std::vector<std::int64_t> changes_;  // sorted first steps and ends of all pulses
};

}  // namespace v1::backend
