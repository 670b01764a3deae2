#pragma once
#include <cstdint>

#include "engine/network/generator/draws.hpp"

namespace v1::network::generator {

/// Some consecutive draws of an item, made side by side: for each an exponential with mean 1 (of
/// words 0 and 1: how far to skip to the next candidate), and words 2 and 3.
struct SkipBatch {
  static constexpr std::uint32_t size = 8;
  double skip[size];
  std::uint32_t word2[size], word3[size];
};

/// Draws `block` to `block` + 7 of an item of stream::recurrent. The same bits as philox4() and
/// exponential() on every machine.
void draw_skips(std::uint64_t seed, std::uint32_t item, std::uint32_t trial, std::uint32_t block,
                SkipBatch& batch);

/// The draws of DrawSequence(seed, stream::recurrent, item, trial), one after another.
class SkipDraws {
 public:
  SkipDraws(std::uint64_t seed, std::uint32_t item, std::uint32_t trial)
      : seed_(seed), item_(item), trial_(trial) {
    draw_skips(seed_, item_, trial_, 0, batch_);
  }
  void next() {
    if (++at_ < SkipBatch::size) return;
    at_ = 0;
    draw_skips(seed_, item_, trial_, block_ += SkipBatch::size, batch_);
  }
  double skip() const { return batch_.skip[at_]; }
  std::uint32_t word2() const { return batch_.word2[at_]; }
  std::uint32_t word3() const { return batch_.word3[at_]; }

 private:
  std::uint64_t seed_;
  std::uint32_t item_, trial_;
  std::uint32_t block_ = 0, at_ = 0;
  SkipBatch batch_;
};

}  // namespace v1::network::generator
