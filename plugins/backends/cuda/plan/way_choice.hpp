#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "plugins/backends/cuda/plan/step_way.hpp"

namespace v1::cuda {

/// Tries several ways in the first windows of a run and keeps the fastest. Windows go to the ways
/// in turn, back and forth (A B C C B A A B C ...), so that a network that grows busier favours
/// none. The first two rounds do not count: each way then begins once in either parity.
class WayChoice {
 public:
  explicit WayChoice(std::vector<Way> ways = {Way{}});

  /// Of a window.
  struct Turn {
    Way way;
    bool counts = false;
    std::uint32_t index = 0;  // of the way
  };
  /// The way of a window that is to be started.
  Turn next(std::int64_t steps);
  /// What it took. True when this was the last that had to be known: the best has been chosen.
  bool took(const Turn& turn, std::int64_t steps, double seconds);

  const std::vector<Way>& ways() const { return ways_; }
  /// The fastest, or the first while it is not known.
  Way best() const { return ways_[best_]; }
  /// "one-launch, cached 13.2 us a step; ..."
  std::string times() const;

  static constexpr std::uint32_t rounds_before = 2, rounds_counted = 2;

 private:
  double step_us(std::size_t way) const;

  std::vector<Way> ways_;
  std::vector<double> seconds_;      // by way, of counted windows
  std::vector<std::int64_t> steps_;  // by way, of counted windows
  std::int64_t usual_steps_ = 0;     // of the first window
  std::uint32_t given_ = 0, known_ = 0;
  std::uint32_t best_ = 0;
};

}  // namespace v1::cuda
