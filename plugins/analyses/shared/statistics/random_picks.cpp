#include "plugins/analyses/shared/statistics/random_picks.hpp"

#include <algorithm>
#include <bit>
#include <numeric>
#include <utility>

namespace v1::analyses {

std::uint32_t RandomPicks::integer(std::uint32_t top) {
  if (top == 0) return 0;
  const std::uint32_t mask = std::bit_ceil(top + 1u) - 1u;
  std::uint32_t word = 0;
  do {
    word = static_cast<std::uint32_t>(words_()) & mask;
  } while (word > top);
  return word;
}

std::vector<std::size_t> RandomPicks::with_replacement(std::size_t n, std::size_t count) {
  std::vector<std::size_t> out;
  for (std::size_t k = 0; k < count && n > 0; ++k) {
    out.push_back(integer(static_cast<std::uint32_t>(n - 1)));
  }
  return out;
}

std::vector<std::size_t> RandomPicks::without_replacement(std::size_t n, std::size_t count) {
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  for (std::size_t last = n; last-- > 1;) {
    std::swap(order[last], order[integer(static_cast<std::uint32_t>(last))]);
  }
  order.resize(std::min(count, n));
  return order;
}

std::vector<std::size_t> heatmap_sample(std::size_t n_core, std::size_t n, std::size_t count) {
  RandomPicks picks;
  picks.with_replacement(n_core, 2);
  picks.with_replacement(n, 10);
  return picks.without_replacement(n, count);
}

std::vector<std::vector<std::uint8_t>> relabelled(const std::vector<std::uint8_t>& labels,
                                                  std::size_t count, std::uint32_t seed) {
  RandomPicks picks(seed);
  std::vector<std::vector<std::uint8_t>> out(count);
  for (std::vector<std::uint8_t>& exchanged : out) {
    exchanged.reserve(labels.size());
    for (const std::size_t i : picks.without_replacement(labels.size(), labels.size())) {
      exchanged.push_back(labels[i]);
    }
  }
  return out;
}

}  // namespace v1::analyses
