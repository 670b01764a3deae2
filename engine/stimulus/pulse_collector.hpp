#pragma once
#include <cstdint>
#include <span>
#include <unordered_set>
#include <vector>

#include "engine/stimulus/stimulus_player.hpp"

namespace v1::stimulus {

/// The receiving side of v1e_drive::add_pulse: copies pulses, clipped to the trial, and refuses
/// those that make no sense.
class PulseCollector {
 public:
  /// `targets`: the neurons that may be named.
  PulseCollector(std::span<const std::uint32_t> targets, std::int64_t step_count)
      : targets_(targets.begin(), targets.end()), step_count_(step_count) {}
  PulseCollector(const PulseCollector&) = delete;
  PulseCollector& operator=(const PulseCollector&) = delete;

  void attach_to(v1e_drive& drive);
  std::vector<CurrentPulse> take() { return std::move(pulses_); }

 private:
  void add(const v1e_pulse& pulse);

  std::unordered_set<std::uint32_t> targets_;
  std::int64_t step_count_;
  std::vector<CurrentPulse> pulses_;
};

}  // namespace v1::stimulus
