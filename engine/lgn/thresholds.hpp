#pragma once
#include <cstdint>
#include <string>

#include "engine/lgn/rates.hpp"

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

/// Draw thresholds [frame][unit] for backends: a unit spikes in a step when its random word is
/// below the threshold; a probability of 1 gives 0xFFFFFFFF, which counts as always.
RawVector<std::uint32_t> spike_thresholds(const Rates& rates, double dt_ms, SpikeRule rule,
                                          ThreadPool& pool);

}  // namespace v1::lgn
