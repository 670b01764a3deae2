#include "plugins/backends/cuda/plan/sum_order.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace v1::cuda {
namespace {

constexpr std::uint32_t most_bits = 8;   // of a digit
constexpr std::size_t digits_from = 64;  // shorter rows are compared

}  // namespace

SumOrder::SumOrder(std::uint32_t largest_sum) {
  const auto all =
      std::max<std::uint32_t>(1, static_cast<std::uint32_t>(std::bit_width(largest_sum)));
  digits_ = (all + most_bits - 1) / most_bits;
  bits_ = (all + digits_ - 1) / digits_;
  next_.resize(std::size_t{digits_} << bits_);
}

void SumOrder::sort(std::size_t count, Synapse* out) {
  if (count >= digits_from) return sort_by_digits(count, out);
  std::sort(row_.begin(), row_.begin() + static_cast<std::ptrdiff_t>(count),
            [](const Synapse& a, const Synapse& b) { return a.sum < b.sum; });
  std::copy_n(row_.begin(), count, out);
}

// From the lowest digit to the highest; synapses with the same digit keep their order.
void SumOrder::sort_by_digits(std::size_t count, Synapse* out) {
  const std::uint32_t mask = (1u << bits_) - 1;
  std::fill(next_.begin(), next_.end(), 0);
  for (std::size_t i = 0; i < count; ++i) {
    for (std::uint32_t d = 0; d < digits_; ++d) {
      ++next_[(d << bits_) + (row_[i].sum >> d * bits_ & mask)];
    }
  }
  if (other_.size() < count) other_.resize(count);
  Synapse *from = row_.data(), *to = other_.data();
  for (std::uint32_t d = 0; d < digits_; ++d) {
    std::size_t* const next = next_.data() + (std::size_t{d} << bits_);
    std::size_t begin = 0;
    for (std::uint32_t value = 0; value <= mask; ++value) {
      begin += std::exchange(next[value], begin);
    }
    Synapse* const target = d + 1 == digits_ ? out : to;
    for (std::size_t i = 0; i < count; ++i) {
      target[next[from[i].sum >> d * bits_ & mask]++] = from[i];
    }
    std::swap(from, to);
  }
}

}  // namespace v1::cuda
