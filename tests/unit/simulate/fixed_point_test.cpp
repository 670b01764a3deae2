#include "engine/simulate/fixed_point.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace v1::simulate {
namespace {

// One neuron with two receptors, and sources of the given weights onto receptor 0 and 1.
network::Network network_with(const std::vector<float>& weights0,
                              const std::vector<float>& weights1) {
  network::Network network;
  network.types.emplace_back().tau_syn_ms = {5.5, 8.5};
  network.neurons.id = {0};
  network.neurons.type = {0};
  network.synapse_kinds = {{1.0, 0}, {1.0, 1}};
  network::EdgeBlock& block = network.blocks.emplace_back();
  block.name = "recurrent";
  block.row_ptr = {0};
  const std::vector<float>* per_receptor[] = {&weights0, &weights1};
  for (std::uint16_t receptor = 0; receptor < 2; ++receptor) {
    for (const float weight : *per_receptor[receptor]) {
      block.source_id.push_back(static_cast<std::uint32_t>(block.source_id.size()));
      block.address.push_back(0, static_cast<std::uint16_t>(receptor));
      block.weight_pa.push_back(weight);
      block.row_ptr.push_back(static_cast<std::int64_t>(block.address.size()));
    }
  }
  return network;
}

TEST(ChooseScale, TakesTheLargestExponentThatCannotOverflow) {
  const auto network = network_with({1000.0f, -1000.0f}, {10.0f});
  const FixedPointScale scale = choose_scale(network, std::vector<std::uint32_t>{1});
  EXPECT_EQ(scale.accumulator_bits, 32);
  EXPECT_EQ(scale.exponent[0], 19);  // 2000 * 2^19 = 1.05e9 < 2^30
  EXPECT_EQ(scale.exponent[1], 20);  // never finer than 2^-20 pA
  EXPECT_DOUBLE_EQ(scale.largest_input_pa[0], 2000.0);
}

TEST(ChooseScale, CountsSimultaneousEventsOfASource) {
  const auto network = network_with({1000.0f}, {});
  EXPECT_EQ(choose_scale(network, std::vector<std::uint32_t>{1}).exponent[0], 20);
  EXPECT_EQ(choose_scale(network, std::vector<std::uint32_t>{12}).exponent[0], 16);
}

TEST(ChooseScale, StrongInputTakes64Bits) {
  const auto network = network_with({1e5f, 1e5f}, {3.0f});
  const FixedPointScale scale = choose_scale(network, std::vector<std::uint32_t>{1});
  EXPECT_EQ(scale.accumulator_bits, 64);
  EXPECT_LT(1e5 * std::ldexp(1.0, scale.exponent[0]), 1073741824.0);
  EXPECT_GE(1e5 * std::ldexp(1.0, scale.exponent[0] + 1), 1073741824.0);
  EXPECT_EQ(scale.exponent[1], 28);
}

TEST(Quantize, RoundsToNearestAndCountsWhatVanishes) {
  const auto network = network_with({2.5f, 1e-8f, 0.0f}, {-3.25f});
  const FixedPointScale scale = choose_scale(network, std::vector<std::uint32_t>{1});
  const QuantizedWeights q = quantize(network, network.blocks[0], scale);
  EXPECT_EQ(q.weight[0], static_cast<std::int32_t>(2.5 * 1048576));
  EXPECT_EQ(q.weight[1], 0);
  EXPECT_EQ(q.weight[3], -static_cast<std::int32_t>(3.25 * 1048576));
  EXPECT_EQ(q.rounded_to_zero, 1u);  // the zero weight does not count
}

}  // namespace
}  // namespace v1::simulate
