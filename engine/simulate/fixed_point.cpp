#include "engine/simulate/fixed_point.hpp"

#include <algorithm>
#include <cmath>

namespace v1::simulate {
namespace {

constexpr int max_exponent_32 = 20;
constexpr int min_exponent_32 = 14;
constexpr int max_exponent_64 = 32;
constexpr double limit = 1073741824.0;  // 2^30: one bit of headroom below int32

// Largest e <= highest with value * 2^e < 2^30.
int largest_exponent(double value, int highest) {
  int exponent = highest;
  while (exponent > -64 && std::ldexp(value, exponent) >= limit) --exponent;
  return exponent;
}

std::vector<double> largest_sums(const network::Network& network,
                                 std::span<const std::uint32_t> max_multiplicity,
                                 std::uint32_t receptors) {
  std::vector<double> sums(network.neurons.size() * receptors, 0.0);
  for (std::size_t b = 0; b < network.blocks.size(); ++b) {
    const network::EdgeBlock& block = network.blocks[b];
    const double times = max_multiplicity[b];
    for (std::size_t e = 0; e < block.edge_count(); ++e) {
      const std::uint32_t receptor = network.synapse_kinds[block.address.kind(e)].receptor;
      sums[std::size_t{block.address.target(e)} * receptors + receptor] +=
          times * std::fabs(static_cast<double>(block.weight_pa[e]));
    }
  }
  std::vector<double> largest(receptors, 0.0);
  for (std::size_t i = 0; i < sums.size(); ++i) {
    largest[i % receptors] = std::max(largest[i % receptors], sums[i]);
  }
  return largest;
}

std::vector<double> largest_weights(const network::Network& network, std::uint32_t receptors) {
  std::vector<double> largest(receptors, 0.0);
  for (const network::EdgeBlock& block : network.blocks) {
    for (std::size_t e = 0; e < block.edge_count(); ++e) {
      double& slot = largest[network.synapse_kinds[block.address.kind(e)].receptor];
      slot = std::max(slot, std::fabs(static_cast<double>(block.weight_pa[e])));
    }
  }
  return largest;
}

}  // namespace

FixedPointScale choose_scale(const network::Network& network,
                             std::span<const std::uint32_t> max_multiplicity) {
  const std::uint32_t receptors = std::max(1u, network.receptor_count());
  FixedPointScale scale;
  scale.largest_input_pa = largest_sums(network, max_multiplicity, receptors);
  scale.exponent.resize(receptors);
  for (std::uint32_t r = 0; r < receptors; ++r) {
    scale.exponent[r] = largest_exponent(scale.largest_input_pa[r], max_exponent_32);
  }
  if (*std::min_element(scale.exponent.begin(), scale.exponent.end()) >= min_exponent_32) {
    return scale;
  }
  scale.accumulator_bits = 64;
  const std::vector<double> largest = largest_weights(network, receptors);
  for (std::uint32_t r = 0; r < receptors; ++r) {
    scale.exponent[r] = largest_exponent(largest[r], max_exponent_64);
  }
  return scale;
}

QuantizedWeights quantize(const network::Network& network, const network::EdgeBlock& block,
                          const FixedPointScale& scale) {
  std::vector<double> factor(scale.exponent.size());
  for (std::size_t r = 0; r < factor.size(); ++r) factor[r] = std::ldexp(1.0, scale.exponent[r]);
  QuantizedWeights out;
  out.weight.resize(block.edge_count());
  for (std::size_t e = 0; e < block.edge_count(); ++e) {
    const double weight = block.weight_pa[e];
    const double scaled = weight * factor[network.synapse_kinds[block.address.kind(e)].receptor];
    out.weight[e] = static_cast<std::int32_t>(std::nearbyint(scaled));
    if (out.weight[e] == 0 && weight != 0.0) ++out.rounded_to_zero;
  }
  return out;
}

}  // namespace v1::simulate
