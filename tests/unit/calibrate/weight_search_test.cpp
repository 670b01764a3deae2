#include "engine/calibrate/weight_search.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace v1::calibrate {
namespace {

// Populations that excite or quiet each other: soft threshold-linear rates of all drives.
std::vector<double> respond(const std::vector<double>& weights, double coupling) {
  double mean = 0.0;
  for (const double w : weights) mean += w / static_cast<double>(weights.size());
  std::vector<double> rates;
  for (const double w : weights) {
    const double drive = 12.0 * (w + coupling * mean - 0.8);
    rates.push_back(3.0 * std::log1p(std::exp(drive)));
  }
  return rates;
}

int rounds_until_done(WeightSearch& search, double coupling) {
  int rounds = 0;
  while (!search.done() && rounds < 60) {
    search.tell(respond(search.weights(), coupling));
    ++rounds;
  }
  return rounds;
}

TEST(WeightSearch, ReachesTargetsOfCoupledPopulations) {
  for (const double coupling : {0.0, 0.4, -0.4}) {
    WeightSearch search({{0.5, 1.0, 2.0, 0.1}, {0.0, 1.0, 8.0, 0.4}, {1.2, 1.0, 0.5, 0.05}});
    EXPECT_LT(rounds_until_done(search, coupling), 25) << coupling;
    EXPECT_TRUE(search.done());
    const auto rates = respond(search.best_weights(), coupling);
    EXPECT_NEAR(rates[0], 2.0, 0.1);
    EXPECT_NEAR(rates[1], 8.0, 0.4);
    EXPECT_NEAR(rates[2], 0.5, 0.05);
    EXPECT_EQ(search.best_rates_hz(), rates);
  }
}

TEST(WeightSearch, TheUnitOnlyScales) {
  WeightSearch small({{0.5, 1.0, 2.0, 0.1}}), large({{50.0, 100.0, 2.0, 0.1}});
  for (int round = 0; round < 5; ++round) {
    small.tell(respond(small.weights(), 0.0));
    large.tell(respond({large.weights()[0] / 100.0}, 0.0));
    EXPECT_NEAR(large.weights()[0], 100.0 * small.weights()[0], 1e-9);
  }
}

TEST(WeightSearch, StopsAtZeroWhereNothingIsTooMuch) {
  WeightSearch search({{0.3, 1.0, 1.0, 0.05}});
  int rounds = 0;
  for (; !search.done() && rounds < 20; ++rounds) search.tell({5.0});
  EXPECT_TRUE(search.done());
  EXPECT_EQ(search.best_weights()[0], 0.0);
  EXPECT_TRUE(search.at_zero(0));
  EXPECT_FALSE(search.reached(0));
}

TEST(WeightSearch, KeepsTheBestRoundWhenNoneIsGood) {
  WeightSearch search({{1.0, 1.0, 4.0, 0.01}});
  search.tell({3.0});
  const double best = 1.0;
  search.tell({9.0});
  search.tell({0.0});
  EXPECT_FALSE(search.done());
  EXPECT_EQ(search.best_weights()[0], best);
  EXPECT_EQ(search.best_rates_hz()[0], 3.0);
}

}  // namespace
}  // namespace v1::calibrate
