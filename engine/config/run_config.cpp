#include "engine/config/run_config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace v1::config {

std::int64_t SimulationConfig::steps_per_trial() const { return std::llround(duration_ms / dt_ms); }

int SimulationConfig::precision_bits() const {
  if (precision == Precision::automatic) return dt_ms >= 0.25 ? 32 : 64;
  return precision == Precision::float32 ? 32 : 64;
}

std::optional<std::string> frame_problem(double dt_ms) {
  const double steps = std::round(1.0 / dt_ms);
  if (steps >= 1.0 && std::fabs(steps * dt_ms - 1.0) <= 1e-9) return std::nullopt;
  return fmt::format(
      "must divide the 1 ms frames of the LGN: 1, 0.5, 0.25, 0.2, 0.1, ..., found {}", dt_ms);
}

std::string PluginUse::place_of(const std::string& param) const {
  const auto written = param_where.find(param.substr(0, param.find_first_of(".[")));
  return written == param_where.end() ? where : written->second;
}

bool is_swept(const RunConfig& config, const std::string& key) {
  const auto touches = [&](const SweepAxis& axis) {
    return axis.key == key || axis.key.starts_with(key + ".") || key.starts_with(axis.key + ".");
  };
  return std::any_of(config.sweep.begin(), config.sweep.end(), [&](const auto& axes) {
    return std::any_of(axes.begin(), axes.end(), touches);
  });
}

std::uint64_t StimulusBlocks::presentation_count() const {
  std::uint64_t count = 0;
  for (const StimulusBlock& block : blocks) {
    count += std::uint64_t{block.repeats} * block.conditions.size();
  }
  return count;
}

}  // namespace v1::config
