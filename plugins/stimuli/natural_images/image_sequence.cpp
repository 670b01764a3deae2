#include "image_sequence.hpp"

#include <numeric>
#include <utility>

#include "kernels/philox.hpp"

namespace natural_images {

std::int64_t Sequence::entry_at(std::int64_t t_ms) const {
  const auto pictures = static_cast<std::int64_t>(shown.size());
  const std::int64_t since = t_ms - onset_ms, slot = duration_ms + gray_ms;
  if (since < 0 || pictures == 0) return -1;
  const std::int64_t entry = since / slot;
  if (since % slot >= duration_ms || (entry >= pictures && !repeat)) return -1;
  return entry % pictures;
}

std::vector<std::int64_t> picture_order(std::int64_t first, std::int64_t count, bool random,
                                        std::uint64_t key, std::uint32_t order_seed) {
  constexpr std::uint32_t stream = 0xF0000001u;
  std::vector<std::int64_t> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), first);
  for (std::uint32_t left = static_cast<std::uint32_t>(order.size()); random && left > 1; --left) {
    const std::uint32_t word = v1::kernels::philox4(key, stream, order_seed, 0, left).word[0];
    const auto chosen = static_cast<std::size_t>((std::uint64_t{word} * left) >> 32);
    std::swap(order[left - 1], order[chosen]);
  }
  return order;
}

}  // namespace natural_images
