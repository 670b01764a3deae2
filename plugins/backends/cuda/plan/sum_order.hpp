#pragma once
#include <cstdint>
#include <vector>

#include "plugins/backends/cuda/step/view.hpp"

namespace v1::cuda {

/// Sorts rows of synapses by their sums. Long rows are sorted digit by digit, which takes as many
/// passes as sums have digits, however long the row.
class SumOrder {
 public:
  explicit SumOrder(std::uint32_t largest_sum);
  /// Room for the synapses of a row, to be written before `sort`.
  Synapse* room(std::size_t count) {
    if (row_.size() < count) row_.resize(count);
    return row_.data();
  }
  /// Writes the first `count` synapses of the room to `out`, ascending by sum.
  void sort(std::size_t count, Synapse* out);

 private:
  void sort_by_digits(std::size_t count, Synapse* out);

  std::uint32_t digits_, bits_;    // bits_ per digit
  std::vector<std::size_t> next_;  // [digit][value]: where the next synapse goes
  std::vector<Synapse> row_, other_;
};

}  // namespace v1::cuda
