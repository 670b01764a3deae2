#include "engine/stimulus/presentation_order.hpp"

#include <algorithm>

#include "kernels/philox.hpp"
#include "kernels/streams.hpp"

namespace v1::stimulus {
namespace {

// A whole number below `bound`, each equally likely up to bound / 2^64.
std::uint32_t draw_below(std::uint32_t bound, std::uint64_t seed, std::uint32_t shuffle,
                         std::uint32_t position) {
  const kernels::PhiloxWords words =
      kernels::philox4(seed, kernels::stream::stimulus, shuffle, 0, position);
  const std::uint64_t wide = std::uint64_t{words.word[0]} << 32 | words.word[1];
  const auto high = static_cast<std::uint64_t>(wide >> 32) * bound;
  const auto low = (static_cast<std::uint64_t>(wide & 0xFFFFFFFFu) * bound) >> 32;
  return static_cast<std::uint32_t>((high + low) >> 32);
}

// Fisher and Yates, on the part from `begin` on.
void shuffle(std::vector<std::uint32_t>& items, std::size_t begin, std::uint64_t seed,
             std::uint32_t number) {
  for (std::size_t left = items.size() - begin; left > 1; --left) {
    const auto last = static_cast<std::uint32_t>(left);
    const std::uint32_t chosen = draw_below(last, seed, number, last);
    std::swap(items[begin + chosen], items[begin + left - 1]);
  }
}

}  // namespace

std::vector<std::uint32_t> presentation_order(std::span<const PresentationGroup> groups,
                                              PresentationOrder order, std::uint64_t seed) {
  std::vector<std::uint32_t> shown;
  const auto add_repeat = [&](const PresentationGroup& group, std::uint32_t first) {
    for (std::uint32_t i = 0; i < group.conditions; ++i) shown.push_back(first + i);
  };
  if (order != PresentationOrder::balanced) {
    std::uint32_t first = 0;
    for (const PresentationGroup& group : groups) {
      for (std::uint32_t r = 0; r < group.repeats; ++r) add_repeat(group, first);
      first += group.conditions;
    }
    if (order == PresentationOrder::random) shuffle(shown, 0, seed, 0);
    return shown;
  }
  std::uint32_t most = 0;
  for (const PresentationGroup& group : groups) most = std::max(most, group.repeats);
  for (std::uint32_t r = 0; r < most; ++r) {
    const std::size_t begin = shown.size();
    std::uint32_t first = 0;
    for (const PresentationGroup& group : groups) {
      if (r < group.repeats) add_repeat(group, first);
      first += group.conditions;
    }
    shuffle(shown, begin, seed, r);
  }
  return shown;
}

}  // namespace v1::stimulus
