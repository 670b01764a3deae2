#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>

#include "engine/network/generator/quick_bounds.hpp"
#include "engine/network/generator/skip_draws.hpp"

/// Draws made side by side and bounds that spare an exact comparison: neither may show.
namespace v1::network::generator {
namespace {

TEST(SkipDraws, AreThePhiloxDrawsOneByOneToTheBit) {
  constexpr std::uint64_t seed = 0xFEDCBA9876543210;
  for (std::uint32_t item : {0u, 1u, 203'815u, 0xFFFFFFFFu}) {
    for (std::uint32_t trial = 0; trial < 19; ++trial) {
      SkipDraws draws(seed, item, trial);
      for (std::uint32_t block = 0; block < 203; ++block, draws.next()) {
        const auto words = kernels::philox4(seed, stream::recurrent, item, trial, block);
        ASSERT_EQ(draws.skip(), exponential(words)) << item << " " << trial << " " << block;
        ASSERT_EQ(draws.word2(), words.word[2]);
        ASSERT_EQ(draws.word3(), words.word[3]);
      }
    }
  }
}

TEST(QuickBounds, NeverExceedWhatTheyBound) {
  for (double x = 0.0; x < 60.0; x += 0.0137) {
    EXPECT_LE(exp_at_least(x), std::exp(x)) << x;
    EXPECT_LE(one_minus_exp_at_least(x), -std::expm1(-x)) << x;
  }
  for (double u = 0x1p-33; u < 1.0; u += 0.000731) {
    EXPECT_LE(minus_log_at_least(u), -std::log(u)) << u;
  }
  EXPECT_LE(minus_log_at_least(1.0 - 0x1p-33), -std::log1p(-0x1p-33));
}

TEST(QuickBounds, AreCloseWhereDrawsAreDecided) {
  EXPECT_GT(exp_at_least(1.0), 0.99 * std::exp(1.0));
  EXPECT_GT(exp_at_least(4.0), 0.85 * std::exp(4.0));
  EXPECT_GT(one_minus_exp_at_least(0.1), 0.99 * -std::expm1(-0.1));
  EXPECT_GT(minus_log_at_least(0.9), 0.99 * -std::log(0.9));
}

}  // namespace
}  // namespace v1::network::generator
