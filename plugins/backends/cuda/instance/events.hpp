#pragma once
#include <v1e/host.h>

#include <cstdint>

#include "plugins/backends/shared/step_events.hpp"

namespace v1::cuda {

using backend::StepEvents;

/// The sources that had an event in each step of a window, as the device notes them: bit s of
/// bits[k * words ..] is source s in step k.
struct BitMap {
  const std::uint32_t* bits = nullptr;
  std::int64_t steps = 0;
  std::uint32_t words = 0;
  const std::uint32_t* count = nullptr;         // [step]: how many bits are set; null: unknown
  const std::uint16_t* multiplicity = nullptr;  // [step][sources]; null: 1 everywhere
  std::uint32_t sources = 0;
};

/// Reads a map, on the threads of the host where it is large.
void read_bits(const v1e_host* host, const BitMap& map, StepEvents& out);

}  // namespace v1::cuda
