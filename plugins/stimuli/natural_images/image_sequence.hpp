#pragma once
#include <cstdint>
#include <vector>

namespace natural_images {

/// Pictures one after another, with gray between them.
struct Sequence {
  std::vector<std::int64_t> shown;  // number of each picture, in order of time
  std::int64_t onset_ms = 500;
  std::int64_t duration_ms = 250;
  std::int64_t gray_ms = 250;
  bool repeat = false;  // starts over after the last picture

  /// Which entry of `shown` is on the screen at trial time t_ms; -1: gray.
  std::int64_t entry_at(std::int64_t t_ms) const;
};

/// Numbers first ... first + count - 1, in random order if wanted (by `key` and `order_seed` alone).
std::vector<std::int64_t> picture_order(std::int64_t first, std::int64_t count, bool random,
                                        std::uint64_t key, std::uint32_t order_seed);

}  // namespace natural_images
