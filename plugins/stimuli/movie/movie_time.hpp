#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>

namespace movie {

enum class Before { gray, first };
enum class After { gray, last, repeat };

/// A movie as it runs in a trial.
struct Timing {
  std::int64_t frames = 0;
  double rate_hz = 1000.0;
  double onset_ms = 0.0;
  Before before = Before::gray;
  After after = After::gray;
};

/// What is on the screen: (1 - share) of picture a and share of picture b.
struct Mixture {
  bool gray = false;
  std::int64_t a = 0;
  std::int64_t b = 0;
  double share = 0.0;
};

/// The screen during the millisecond that begins at trial time t_ms. Without `blend`, a picture
/// stays until the next one begins. With it, pictures stand for the moments at which they begin,
/// and the screen changes linearly between them; the last one stays.
inline Mixture screen_at(const Timing& timing, double t_ms, bool blend) {
  Mixture out;
  double position = (t_ms - timing.onset_ms) * timing.rate_hz / 1000.0;
  if (position < -1e-9) {
    out.gray = timing.before == Before::gray;
    return out;
  }
  // A quotient that is whole but for rounding counts as whole.
  if (std::abs(position - std::round(position)) < 1e-6) position = std::round(position);
  const auto frames = static_cast<double>(timing.frames);
  const bool repeat = timing.after == After::repeat;
  if (position >= frames) {
    out.gray = timing.after == After::gray;
    if (repeat) position = std::fmod(position, frames);
  }
  const double whole = std::floor(position);
  const std::int64_t last = timing.frames - 1;
  out.a = std::min(static_cast<std::int64_t>(whole), last);
  out.b = repeat ? (out.a + 1) % timing.frames : std::min(out.a + 1, last);
  out.share = blend && out.b != out.a ? position - whole : 0.0;
  return out;
}

}  // namespace movie
