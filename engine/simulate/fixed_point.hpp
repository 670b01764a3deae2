#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "engine/network/network.hpp"

namespace v1::simulate {

/// How synaptic weights become integers, so that sums do not depend on their order.
/// value = integer * 2^-exponent[receptor].
struct FixedPointScale {
  std::vector<std::int32_t> exponent;  // per receptor
  int accumulator_bits = 32;
  std::vector<double> largest_input_pa;  // per receptor: greatest simultaneous sum of |weight|
};

/// Chooses the scale of a network. 32-bit sums: the largest exponent up to 20 for which the sum
/// of |weight| x max_multiplicity onto any (neuron, receptor), over all blocks, stays below 2^30;
/// overflow is then impossible. If that leaves an exponent below 14 for any receptor, sums take
/// 64 bits and the exponents (up to 32) follow from the largest single weight instead, which
/// must stay below 2^30.
/// max_multiplicity: one per block, the most events of one source in one step.
FixedPointScale choose_scale(const network::Network& network,
                             std::span<const std::uint32_t> max_multiplicity);

struct QuantizedWeights {
  std::vector<std::int32_t> weight;   // one per edge
  std::uint64_t rounded_to_zero = 0;  // non-zero weights that became 0
};

/// Rounds to nearest, ties to even.
QuantizedWeights quantize(const network::Network& network, const network::EdgeBlock& block,
                          const FixedPointScale& scale);

}  // namespace v1::simulate
