#include "plugins/backends/cuda/events.hpp"

#include <bit>

namespace v1::cuda {

void read_bits(const std::uint32_t* bits, std::int64_t steps, std::uint32_t words,
               const std::uint16_t* multiplicity, std::uint32_t sources, std::uint64_t total,
               StepEvents& out) {
  out.clear();
  out.source.reserve(total);
  for (std::int64_t k = 0; k < steps; ++k) {
    const std::uint32_t* const row = bits + k * words;
    for (std::uint32_t w = 0; w < words; ++w) {
      for (std::uint32_t left = row[w]; left != 0; left &= left - 1) {
        const std::uint32_t source = 32 * w + static_cast<std::uint32_t>(std::countr_zero(left));
        out.source.push_back(source);
        if (multiplicity) out.count.push_back(multiplicity[k * sources + source]);
      }
    }
    out.end_step();
  }
}

}  // namespace v1::cuda
