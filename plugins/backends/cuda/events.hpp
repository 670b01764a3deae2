#pragma once
#include <v1e/backend.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace v1::cuda {

/// Events of the consecutive steps of a window: source[offset[k] .. offset[k + 1]) in step k,
/// ascending; count is empty when every event has multiplicity 1.
struct WindowEvents {
  std::vector<std::uint64_t> offset = {0};
  std::vector<std::uint32_t> source;
  std::vector<std::uint16_t> count;
};

/// What a bit map says: bits of step k are bits[k * words .. (k + 1) * words). multiplicity:
/// [step][sources], or null. total: how many bits are set, as far as known, for the reservation.
void read_bits(const std::uint32_t* bits, std::int64_t steps, std::uint32_t words,
               const std::uint16_t* multiplicity, std::uint32_t sources, std::uint64_t total,
               WindowEvents& out);

/// Checks events handed over by the engine and copies them, filled up to a window of `steps` that
/// begins at `window_begin`.
WindowEvents copy_injected(const v1e_edge_block& block, const v1e_spikes& spikes);

/// Shifts events of the steps begin .. to a window [window_begin, window_begin + steps); throws
/// v1e::Error when they lie outside.
void place_in_window(const v1e_edge_block& block, std::int64_t begin, std::int64_t window_begin,
                     std::int64_t steps, WindowEvents& events);

}  // namespace v1::cuda
