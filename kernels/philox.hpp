#pragma once
#include <cstdint>

#include "kernels/portable.hpp"

/// Philox4x32 with 10 rounds (Salmon, Moraes, Dror, Shaw: Parallel random numbers: as easy as
/// 1, 2, 3; SC 2011). A draw is a pure function of key and counter, so threads, devices and
/// subsets of a network all see the same numbers.
///
/// Convention of the engine: key = seed (low word first), counter = {stream, item, trial, block}.
/// A quantity drawn once per step uses block = step >> 2 and word = step & 3: one call serves
/// four steps.
namespace v1::kernels {

struct PhiloxWords {
  std::uint32_t word[4];
};

/// Four uniform 32-bit words for one counter.
V1_HD inline PhiloxWords philox4(std::uint64_t key, std::uint32_t stream, std::uint32_t item,
                                 std::uint32_t trial, std::uint32_t block) {
  std::uint32_t key0 = static_cast<std::uint32_t>(key);
  std::uint32_t key1 = static_cast<std::uint32_t>(key >> 32);
  std::uint32_t c0 = stream, c1 = item, c2 = trial, c3 = block;
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t product0 = std::uint64_t{0xD2511F53u} * c0;
    const std::uint64_t product1 = std::uint64_t{0xCD9E8D57u} * c2;
    const std::uint32_t next0 = static_cast<std::uint32_t>(product1 >> 32) ^ c1 ^ key0;
    const std::uint32_t next2 = static_cast<std::uint32_t>(product0 >> 32) ^ c3 ^ key1;
    c1 = static_cast<std::uint32_t>(product1);
    c3 = static_cast<std::uint32_t>(product0);
    c0 = next0;
    c2 = next2;
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
  return {{c0, c1, c2, c3}};
}

/// The word that belongs to one step of a once-per-step quantity.
V1_HD inline std::uint32_t philox_step(std::uint64_t key, std::uint32_t stream, std::uint32_t item,
                                       std::uint32_t trial, std::int64_t step) {
  const PhiloxWords words =
      philox4(key, stream, item, trial, static_cast<std::uint32_t>(step >> 2));
  // Chosen by value: an index that is not a constant would put the words into memory on a GPU.
  const std::uint32_t even = step & 2 ? words.word[2] : words.word[0];
  const std::uint32_t odd = step & 2 ? words.word[3] : words.word[1];
  return step & 1 ? odd : even;
}

/// Uniform double in (0, 1) from two words: the centre of one of 2^52 cells, exactly.
V1_HD inline double uniform_open(std::uint32_t high, std::uint32_t low) {
  const std::uint64_t bits = (std::uint64_t{high} << 32 | low) >> 12;  // 52 bits
  return (static_cast<double>(bits) + 0.5) * 0x1p-52;
}

/// Uniform double in (0, 1) from one word: the centre of one of 2^32 cells.
V1_HD inline double uniform_open(std::uint32_t word) {
  return (static_cast<double>(word) + 0.5) * 0x1p-32;
}

}  // namespace v1::kernels
