#include "engine/config/run_config.hpp"

#include <cmath>

namespace v1::config {

std::int64_t SimulationConfig::steps_per_trial() const { return std::llround(duration_ms / dt_ms); }

int SimulationConfig::precision_bits() const {
  if (precision == Precision::automatic) return dt_ms >= 0.25 ? 32 : 64;
  return precision == Precision::float32 ? 32 : 64;
}

std::uint64_t StimulusBlocks::presentation_count() const {
  std::uint64_t count = 0;
  for (const StimulusBlock& block : blocks) {
    count += std::uint64_t{block.repeats} * block.conditions.size();
  }
  return count;
}

}  // namespace v1::config
