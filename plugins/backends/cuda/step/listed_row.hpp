#pragma once
#include "plugins/backends/cuda/step/view.hpp"

/// Rows on their way into a list of pieces.
namespace v1::cuda {

struct ListedRow {
  const Synapse* synapses;
  std::uint64_t size;
  std::uint32_t first;  // piece of the list
  std::uint32_t ring_class;
  std::uint32_t multiplicity;

  V1_HD std::uint32_t pieces() const {
    return static_cast<std::uint32_t>((size + piece_synapses - 1) / piece_synapses);
  }
  V1_HD Piece piece(std::uint32_t index) const {
    const std::uint64_t begin = std::uint64_t{index} * piece_synapses, left = size - begin;
    return {synapses + begin,
            static_cast<std::uint16_t>(left < piece_synapses ? left : piece_synapses),
            static_cast<std::uint16_t>(ring_class), multiplicity};
  }
};

V1_HD inline ListedRow listed_row(const BlockView& block, const Row& row,
                                  std::uint32_t multiplicity) {
  return {block.synapses + row.begin, row.end - row.begin, 0, block.ring_class, multiplicity};
}

}  // namespace v1::cuda
