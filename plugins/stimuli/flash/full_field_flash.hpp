#pragma once
#include <cstdint>

namespace flash {

struct FlashParameters {
  bool black_to_white = true;
  double contrast = 0.8;
  std::int64_t onset_ms = 500;
  std::int64_t duration_ms = 1000;
};

/// Luminance of the whole field during the millisecond that begins at trial time t_ms:
/// -contrast outside the flash and +contrast in it, or the other way round.
inline double luminance(const FlashParameters& p, std::int64_t t_ms) {
  const bool inside = t_ms >= p.onset_ms && t_ms < p.onset_ms + p.duration_ms;
  return inside == p.black_to_white ? p.contrast : -p.contrast;
}

}  // namespace flash
