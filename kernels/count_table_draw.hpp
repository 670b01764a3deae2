#pragma once
#include <cstdint>

#include "kernels/philox.hpp"

/// Random events by comparing a 32-bit word with thresholds made by count_table.hpp.
namespace v1::kernels {

/// A threshold at which every word fires.
inline constexpr std::uint32_t always_fires = 0xFFFFFFFFu;

/// Whether a source with this threshold spikes on this word.
V1_HD inline bool fires(std::uint32_t word, std::uint32_t threshold) {
  return word < threshold || threshold == always_fires;
}

/// Number of events for this word: the number of thresholds <= word.
V1_HD inline std::uint32_t count_events(std::uint32_t word, const std::uint32_t* thresholds,
                                        std::uint32_t threshold_count) {
  std::uint32_t events = 0;
  for (std::uint32_t k = 0; k < threshold_count; ++k) events += word >= thresholds[k] ? 1u : 0u;
  return events;
}

/// The word of a quantity drawn in steps 0, every, 2 every, ...: draws are numbered 0, 1, 2, ...
/// and use the numbers like steps (philox_step), so the draws per millisecond do not depend on
/// the step size.
V1_HD inline std::uint32_t draw_word(std::uint64_t key, std::uint32_t stream, std::uint32_t item,
                                     std::uint32_t trial, std::int64_t step, std::uint32_t every) {
  return philox_step(key, stream, item, trial, step / every);
}

}  // namespace v1::kernels
