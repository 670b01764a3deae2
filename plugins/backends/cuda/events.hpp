#pragma once
#include <cstdint>

#include "plugins/backends/shared/step_events.hpp"

namespace v1::cuda {

using backend::StepEvents;

/// What a bit map says: bits of step k are bits[k * words .. (k + 1) * words). multiplicity:
/// [step][sources], or null. total: how many bits are set, as far as known, for the reservation.
void read_bits(const std::uint32_t* bits, std::int64_t steps, std::uint32_t words,
               const std::uint16_t* multiplicity, std::uint32_t sources, std::uint64_t total,
               StepEvents& out);

}  // namespace v1::cuda
