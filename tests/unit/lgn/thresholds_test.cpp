#include "engine/lgn/thresholds.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "engine/base/error.hpp"
#include "kernels/count_table.hpp"

namespace v1::lgn {
namespace {

TEST(SpikeProbability, FollowsTheThreeRules) {
  EXPECT_DOUBLE_EQ(spike_probability(50.0, 1.0, SpikeRule::bernoulli), 0.05);
  EXPECT_DOUBLE_EQ(spike_probability(50.0, 0.1, SpikeRule::bernoulli), 0.005);
  EXPECT_NEAR(spike_probability(50.0, 1.0, SpikeRule::exponential), 1.0 - std::exp(-0.05), 1e-15);
  // One sub-bin up to a mean of 0.1, then ceil(m / 0.1) of them.
  EXPECT_DOUBLE_EQ(spike_probability(100.0, 1.0, SpikeRule::bmtk), 0.1);
  EXPECT_NEAR(spike_probability(250.0, 1.0, SpikeRule::bmtk), 1.0 - std::pow(1.0 - 0.25 / 3.0, 3.0),
              1e-15);
}

TEST(SpikeProbability, StaysWithinZeroAndOne) {
  for (const SpikeRule rule : {SpikeRule::bernoulli, SpikeRule::exponential, SpikeRule::bmtk}) {
    EXPECT_EQ(spike_probability(0.0, 1.0, rule), 0.0);
    EXPECT_EQ(spike_probability(-3.0, 1.0, rule), 0.0);
    EXPECT_LE(spike_probability(1e6, 1.0, rule), 1.0);
    EXPECT_GT(spike_probability(1e6, 1.0, rule), 0.999);
  }
  EXPECT_EQ(spike_probability(1000.0, 1.0, SpikeRule::bernoulli), 1.0);
}

TEST(SpikeThresholds, AreTheProbabilityInTwoToTheThirtySecond) {
  const std::vector<float> hz = {0.0f, 500.0f, 2000.0f, 250.0f, 1000.0f, 0.25f};
  ThreadPool pool(2);
  std::vector<std::uint32_t> thresholds(hz.size());
  spike_thresholds(hz, 1.0, SpikeRule::bernoulli, pool, thresholds.data());
  const std::vector<std::uint32_t> expected = {
      0, 1u << 31, kernels::always_fires, 1u << 30, kernels::always_fires, 1073741u};
  EXPECT_EQ(thresholds, expected);
}

TEST(SpikeThresholds, FollowTheRuleForManyRates) {
  std::vector<float> hz(50000);
  for (std::size_t i = 0; i < hz.size(); ++i) hz[i] = static_cast<float>(i) / 40.0f;
  ThreadPool pool(2);
  std::vector<std::uint32_t> thresholds(hz.size());
  for (const SpikeRule rule : {SpikeRule::bernoulli, SpikeRule::exponential, SpikeRule::bmtk}) {
    spike_thresholds(hz, 0.5, rule, pool, thresholds.data());
    for (std::size_t i = 0; i < hz.size(); ++i) {
      ASSERT_EQ(thresholds[i], kernels::rate_threshold(spike_probability(hz[i], 0.5, rule))) << i;
    }
  }
}

TEST(SpikeRules, AreReadFromTheConfigWord) {
  EXPECT_EQ(spike_rule("bernoulli"), SpikeRule::bernoulli);
  EXPECT_EQ(spike_rule("exponential"), SpikeRule::exponential);
  EXPECT_EQ(spike_rule("bmtk"), SpikeRule::bmtk);
  EXPECT_THROW(spike_rule("poisson"), Error);
}

}  // namespace
}  // namespace v1::lgn
