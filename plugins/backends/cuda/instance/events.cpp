#include "plugins/backends/cuda/instance/events.hpp"

#include <algorithm>
#include <bit>
#include <v1e_sdk/error.hpp>

#include "plugins/backends/cuda/instance/parallel.hpp"

namespace v1::cuda {
namespace {

// Words 2 * pair and 2 * pair + 1 of a row as one.
std::uint64_t pair_of(const std::uint32_t* row, std::uint32_t pair) {
  return std::uint64_t{row[2 * pair + 1]} << 32 | row[2 * pair];
}

/// Calls visit(base, bits) for the pairs of words of a row that are not 0, ascending: bit i of them
/// is source base + i. Few are: they are found first, without branches that would be mispredicted.
template <class Visit>
void for_each_pair(const std::uint32_t* row, std::uint32_t words, Visit&& visit) {
  constexpr std::uint32_t most = 512;
  std::uint32_t found[most];
  const std::uint32_t pairs = words / 2;
  for (std::uint32_t begin = 0; begin < pairs; begin += most) {
    const std::uint32_t end = std::min(begin + most, pairs);
    std::uint32_t count = 0;
    for (std::uint32_t p = begin; p < end; ++p) {
      found[count] = p;
      count += pair_of(row, p) != 0 ? 1 : 0;
    }
    for (std::uint32_t f = 0; f < count; ++f) visit(64 * found[f], pair_of(row, found[f]));
  }
  if (words % 2 == 1 && row[words - 1] != 0) visit(64 * pairs, std::uint64_t{row[words - 1]});
}

// Calls body(0 .. steps - 1), on the host's threads where there is enough to do.
template <class Body>
void for_each_step(const v1e_host* host, const BitMap& map, Body&& body) {
  const auto steps = static_cast<std::uint64_t>(map.steps);
  const bool large = steps * map.words > 1 << 16;
  for_each(large ? host : nullptr, steps, body);
}

}  // namespace

void read_bits(const v1e_host* host, const BitMap& map, StepEvents& out) {
  const auto row_of = [&](std::uint64_t k) { return map.bits + k * map.words; };
  out.offset.assign(static_cast<std::size_t>(map.steps) + 1, 0);
  std::uint64_t* const count = out.offset.data() + 1;
  if (map.count) {
    std::copy(map.count, map.count + map.steps, count);
  } else {
    for_each_step(host, map, [&](std::uint64_t k) {
      std::uint64_t bits = 0;
      for_each_pair(row_of(k), map.words, [&](std::uint32_t, std::uint64_t pair) {
        bits += static_cast<std::uint64_t>(std::popcount(pair));
      });
      count[k] = bits;
    });
  }
  for (std::size_t k = 1; k < out.offset.size(); ++k) out.offset[k] += out.offset[k - 1];
  out.source.resize(out.offset.back());
  out.count.resize(map.multiplicity ? out.offset.back() : 0);
  for_each_step(host, map, [&](std::uint64_t k) {
    std::uint32_t* source = out.source.data() + out.offset[k];
    std::uint32_t* const first = source;
    std::uint32_t* const end = out.source.data() + out.offset[k + 1];
    std::uint64_t without_room = 0;
    for_each_pair(row_of(k), map.words, [&](std::uint32_t base, std::uint64_t left) {
      for (; left != 0 && source < end; left &= left - 1) {
        *source++ = base + static_cast<std::uint32_t>(std::countr_zero(left));
      }
      without_room |= left;
    });
    if (source != end || without_room != 0) {
      throw v1e::Error(V1E_E_INTERNAL, "", "the device counted other events than it noted");
    }
    if (!map.multiplicity) return;
    const std::uint16_t* const times = map.multiplicity + k * map.sources;
    std::transform(first, end, out.count.data() + out.offset[k],
                   [&](std::uint32_t s) { return times[s]; });
  });
}

}  // namespace v1::cuda
