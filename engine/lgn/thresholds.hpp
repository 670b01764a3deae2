#pragma once
#include <cstdint>
#include <span>
#include <string>

#include "engine/base/parallel.hpp"

namespace v1::lgn {

enum class SpikeRule {
  bernoulli,    // p = rate dt
  exponential,  // p = 1 - exp(-rate dt)
  bmtk          // at least one spike among ceil(m / 0.1) sub-bins of m = rate dt
};

/// Throws Error(config) for an unknown word.
SpikeRule spike_rule(const std::string& word);

/// Probability of a spike in a step of dt at the given rate, in [0, 1].
double spike_probability(double rate_hz, double dt_ms, SpikeRule rule);

/// Writes a draw threshold for each of the rates: a unit spikes in a step when its random word is
/// below the threshold; a probability of 1 gives 0xFFFFFFFF, which counts as always.
void spike_thresholds(std::span<const float> hz, double dt_ms, SpikeRule rule, ThreadPool& pool,
                      std::uint32_t* out);

}  // namespace v1::lgn
