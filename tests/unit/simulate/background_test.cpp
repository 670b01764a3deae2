#include "engine/simulate/background.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <set>

#include "engine/base/error.hpp"

namespace v1::simulate {
namespace {

// 50 neurons with ids 1000.. and one shared background unit of 1 kHz.
network::Network shared_background() {
  network::Network network;
  network.name = "test";
  network.seed = 11;
  network.types.emplace_back().tau_syn_ms = {5.5};
  network.synapse_kinds = {{1.0, 0}};
  network::EdgeBlock block;
  block.name = "bkg";
  block.source_kind = network::SourceKind::counts;
  block.current_class = network::CurrentClass::background;
  block.source_id = {0};
  block.row_ptr = {0, 50};
  block.address = network::SynapseAddresses(50);
  for (std::uint32_t i = 0; i < 50; ++i) {
    network.neurons.id.push_back(1000 + i);
    network.neurons.type.push_back(0);
    block.address.push_back(i, 0);
    block.weight_pa.push_back(1.0f + static_cast<float>(i));
  }
  network.background = {"shared-poisson", 1000.0};
  network.blocks.push_back(block);
  return network;
}

config::BackgroundConfig kind(const std::string& word) {
  config::BackgroundConfig background;
  background.kind = word;
  return background;
}

TEST(ApplyBackground, ModelDrawsPoissonCountsOfMeanOnePerMillisecond) {
  network::Network network = shared_background();
  const auto drives = apply_background(network, kind("model"), 1.0);
  ASSERT_EQ(drives.size(), 1u);
  // P(count = 0) = exp(-1).
  EXPECT_NEAR(drives[0].count_thresholds[0] / 4294967296.0, 0.36787944117, 1e-9);
  EXPECT_EQ(drives[0].max_multiplicity, drives[0].count_thresholds.size());
  EXPECT_LT(drives[0].max_multiplicity, 16u);
}

TEST(ApplyBackground, BinomialIsDrawnOncePerMillisecond) {
  network::Network network = shared_background();
  const auto drives = apply_background(network, kind("shared-binomial"), 0.25);
  EXPECT_EQ(drives[0].draw_every_steps, 4u);
  EXPECT_NEAR(drives[0].count_thresholds[0] / 4294967296.0, 0.3486784401, 1e-9);  // 0.9^10
  EXPECT_EQ(drives[0].max_multiplicity, 9u);  // 10 of 10 is rarer than one in 2^32
}

// 2.5 steps a millisecond would be drawn every third step, at 833 Hz.
TEST(ApplyBackground, BinomialNeedsWholeStepsPerMillisecond) {
  for (const double dt_ms : {0.4, 0.8, 2.0}) {
    network::Network network = shared_background();
    EXPECT_THROW(apply_background(network, kind("shared-binomial"), dt_ms), Error) << dt_ms;
  }
}

TEST(ApplyBackground, PoolGivesEveryNeuronFourDifferentUnits) {
  network::Network network = shared_background();
  const auto drives = apply_background(network, kind("pool"), 1.0);
  const network::EdgeBlock& block = network.blocks[0];
  EXPECT_EQ(block.source_count(), 100u);
  EXPECT_EQ(block.edge_count(), 200u);
  std::vector<std::set<std::uint32_t>> units(50);
  for (std::uint32_t s = 0; s < 100; ++s) {
    for (auto e = block.row_ptr[s]; e < block.row_ptr[s + 1]; ++e) {
      const auto edge = static_cast<std::size_t>(e);
      units[block.address.target(edge)].insert(s);
      EXPECT_FLOAT_EQ(block.weight_pa[edge], 1.0f + static_cast<float>(block.address.target(edge)));
    }
  }
  for (const auto& of_neuron : units) EXPECT_EQ(of_neuron.size(), 4u);
  EXPECT_NEAR(drives[0].count_thresholds[0] / 4294967296.0, 0.77880078307, 1e-9);  // exp(-1/4)
}

TEST(ApplyBackground, IndependentUnitsCarryTheNeuronsIds) {
  network::Network network = shared_background();
  apply_background(network, kind("independent-poisson"), 1.0);
  EXPECT_EQ(network.blocks[0].source_id, network.neurons.id);
  EXPECT_EQ(network.blocks[0].address.target(7), 7u);
}

TEST(ApplyBackground, NoneRemovesTheBlock) {
  network::Network network = shared_background();
  EXPECT_TRUE(apply_background(network, kind("none"), 1.0).empty());
  EXPECT_TRUE(network.blocks.empty());
}

TEST(ApplyBackground, ExplainsWhatANetworkWithoutBackgroundLacks) {
  network::Network network = shared_background();
  network.blocks.clear();
  EXPECT_NO_THROW(apply_background(network, kind("model"), 1.0));
  config::BackgroundConfig pool = kind("pool");
  pool.kind_where = "a.toml:5:8";
  try {
    apply_background(network, pool, 1.0);
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(std::string(e.what()).find("a.toml:5:8: 'background.kind' = \"pool\" needs a"), 0u);
  }
}

TEST(StratifiedCounts, EveryHalfSecondHasTheSameNumberOfEvents) {
  const auto counts = stratified_counts(3000, 0, 2, 2500, 1.0, 1000.0);
  ASSERT_EQ(counts.size(), 2500u);
  for (std::size_t begin = 0; begin < 2500; begin += 500) {
    EXPECT_EQ(std::accumulate(counts.begin() + static_cast<long>(begin),
                              counts.begin() + static_cast<long>(begin) + 500, 0),
              500);
  }
  EXPECT_NE(counts, stratified_counts(3000, 0, 3, 2500, 1.0, 1000.0));  // another trial
  // Poisson-like inside a window: the variance of the counts is close to their mean.
  double square = 0.0;
  for (const auto c : counts) square += (c - 1.0) * (c - 1.0);
  EXPECT_NEAR(square / 2500.0, 1.0, 0.15);
}

}  // namespace
}  // namespace v1::simulate
