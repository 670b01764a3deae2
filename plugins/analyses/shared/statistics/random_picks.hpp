#pragma once
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

/// The seeded draws of the published scripts: MT19937, integers by rejection of masked words.
namespace v1::analyses {

class RandomPicks {
 public:
  explicit RandomPicks(std::uint32_t seed = 42) : words_(seed) {}

  /// Uniform over 0 ... top.
  std::uint32_t integer(std::uint32_t top);
  /// `count` draws out of 0 ... n - 1 with replacement.
  std::vector<std::size_t> with_replacement(std::size_t n, std::size_t count);
  /// min(count, n) different ones: a Fisher-Yates shuffle from the end, then its beginning.
  std::vector<std::size_t> without_replacement(std::size_t n, std::size_t count);

 private:
  std::mt19937 words_;
};

/// Heat-map sample of a classification: the third draw after 2 of n_core and 10 of n.
std::vector<std::size_t> heatmap_sample(std::size_t n_core, std::size_t n, std::size_t count);

/// `count` random exchanges of the labels among their owners; every group keeps its size. Drawn
/// with RandomPicks, so the same seed gives the same exchanges everywhere.
std::vector<std::vector<std::uint8_t>> relabelled(const std::vector<std::uint8_t>& labels,
                                                  std::size_t count, std::uint32_t seed);

}  // namespace v1::analyses
