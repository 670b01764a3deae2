#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "engine/recording/run_reader.hpp"

namespace v1::recording {

/// Where two runs part. what is a sentence; the rest is set when it is about a spike.
struct Difference {
  std::string what;
  std::optional<std::uint32_t> trial;
  std::optional<std::int64_t> step;
  std::string population;  // or the input block
  std::optional<std::uint32_t> neuron_id;
};

/// First difference in the spikes of all populations and of the input blocks that both runs
/// stored: by trial, then step, then neuron. Runs of different shape (neurons, dt, steps, trials)
/// differ by that. Nothing when the spikes are identical.
std::optional<Difference> first_difference(const RunReader& a, const RunReader& b);

}  // namespace v1::recording
