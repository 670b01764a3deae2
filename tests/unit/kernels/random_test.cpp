#include <gmock/gmock.h>

#include <cmath>
#include <set>

#include "kernels/count_table.hpp"
#include "kernels/half.hpp"
#include "kernels/philox.hpp"
#include "kernels/streams.hpp"

namespace v1::kernels {
namespace {

using testing::ElementsAre;

TEST(Philox, MatchesThePublishedKnownAnswers) {
  // kat_vectors of Random123 (D. E. Shaw Research), philox4x32 with 10 rounds.
  EXPECT_THAT(philox4(0, 0, 0, 0, 0).word,
              ElementsAre(0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u));
  const std::uint32_t ones = 0xFFFFFFFFu;
  EXPECT_THAT(philox4(~std::uint64_t{0}, ones, ones, ones, ones).word,
              ElementsAre(0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu));
  EXPECT_THAT(
      philox4(0x299f31d0a4093822ull, 0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u).word,
      ElementsAre(0xd16cfe09u, 0x94fdcceb, 0x5001e420u, 0x24126ea1u));
}

TEST(Philox, OneCallServesFourSteps) {
  for (std::int64_t step = 0; step < 40; ++step) {
    const PhiloxWords words = philox4(7, stream::lgn, 3, 2, static_cast<std::uint32_t>(step / 4));
    EXPECT_EQ(philox_step(7, stream::lgn, 3, 2, step), words.word[step % 4]);
  }
}

TEST(Philox, UniformsStayInsideTheOpenInterval) {
  EXPECT_GT(uniform_open(0u), 0.0);
  EXPECT_LT(uniform_open(0xFFFFFFFFu), 1.0);
  EXPECT_GT(uniform_open(0u, 0u), 0.0);
  EXPECT_LT(uniform_open(0xFFFFFFFFu, 0xFFFFFFFFu), 1.0);
  EXPECT_EQ(uniform_open(0x80000000u, 0u), 0.5 + 0x1p-53);
}

TEST(Half, RoundTripsEveryHalf) {
  for (std::uint32_t bits = 0; bits < 0x10000u; ++bits) {
    const auto half = static_cast<std::uint16_t>(bits);
    const float value = from_half(half);
    if (std::isnan(value)) {
      EXPECT_TRUE(std::isnan(from_half(to_half(value))));
    } else if (std::isinf(value)) {
      EXPECT_TRUE(half_saturates(value));
      EXPECT_EQ(from_half(to_half(value)), std::copysign(half_max, value));
    } else {
      ASSERT_EQ(to_half(value), half);
    }
  }
}

TEST(Half, RoundsToTheNearestAndTiesToEven) {
  // Between two neighbours of every binade, and among the subnormals.
  for (std::uint32_t bits = 0; bits < 0x7BFFu; ++bits) {
    const double low = from_half(static_cast<std::uint16_t>(bits));
    const double high = from_half(static_cast<std::uint16_t>(bits + 1));
    const auto middle = static_cast<float>((low + high) / 2);
    const std::uint32_t even = bits % 2 == 0 ? bits : bits + 1;
    ASSERT_EQ(to_half(middle), even) << middle;
    ASSERT_EQ(to_half(std::nextafter(middle, 0.0f)), bits) << middle;
    ASSERT_EQ(to_half(std::nextafter(middle, 1e9f)), bits + 1) << middle;
  }
}

TEST(Half, SaturatesAndSaysSo) {
  EXPECT_EQ(to_half(65519.9f), 0x7BFF);
  EXPECT_FALSE(half_saturates(65519.9f));
  EXPECT_EQ(to_half(65520.0f), 0x7BFF);
  EXPECT_TRUE(half_saturates(65520.0f));
  EXPECT_EQ(to_half(-1e30f), 0xFBFF);
  EXPECT_TRUE(half_saturates(-1e30f));
  EXPECT_FALSE(half_saturates(std::nanf("")));
}

TEST(RateThreshold, IsExactAndSaturates) {
  EXPECT_EQ(rate_threshold(0.25), 0x40000000u);
  EXPECT_EQ(rate_threshold(0.0), 0u);
  EXPECT_EQ(rate_threshold(-1.0), 0u);
  EXPECT_EQ(rate_threshold(1.0), always_fires);
  EXPECT_EQ(rate_threshold(7.0), always_fires);
  EXPECT_EQ(rate_threshold(std::nextafter(1.0, 0.0)), 0xFFFFFFFEu);
  EXPECT_FALSE(fires(0u, rate_threshold(0.0)));
  EXPECT_TRUE(fires(0xFFFFFFFFu, rate_threshold(1.0)));
  EXPECT_FALSE(fires(0xFFFFFFFFu, rate_threshold(0.999999999)));
}

/// Probability of each count, out of the widths of the cells between thresholds.
std::vector<double> probabilities(const std::vector<std::uint32_t>& thresholds) {
  std::vector<double> p;
  double last = 0.0;
  for (const std::uint32_t t : thresholds) {
    p.push_back((t - last) / 0x1p32);
    last = t;
  }
  p.push_back(1.0 - last / 0x1p32);
  return p;
}

TEST(CountTable, PoissonCellsHaveTheRightWidths) {
  for (const double mean : {0.05, 0.25, 1.0, 12.5, 400.0, 900.0}) {
    const auto thresholds = poisson_count_thresholds(mean);
    EXPECT_TRUE(std::is_sorted(thresholds.begin(), thresholds.end()));
    const auto p = probabilities(thresholds);
    for (std::size_t k = 0; k < p.size(); ++k) {
      const double exact = std::exp(-mean + static_cast<double>(k) * std::log(mean) -
                                    std::lgamma(static_cast<double>(k) + 1.0));
      ASSERT_NEAR(p[k], exact, 4e-10) << mean << " " << k;
    }
  }
  EXPECT_TRUE(poisson_count_thresholds(0.0).empty());
}

TEST(CountTable, BinomialCellsHaveTheRightWidths) {
  const auto thresholds = binomial_count_thresholds(10, 0.1);
  const auto p = probabilities(thresholds);
  ASSERT_LE(p.size(), 11u);
  EXPECT_NEAR(p[0], 0.3486784401, 3e-10);
  EXPECT_NEAR(p[1], 0.3874204890, 3e-10);
  EXPECT_NEAR(p[2], 0.1937102445, 3e-10);
  EXPECT_EQ(count_events(12345u, binomial_count_thresholds(4, 1.0).data(), 4), 4u);
  EXPECT_TRUE(binomial_count_thresholds(10, 0.0).empty());
}

TEST(CountTable, DrawsHaveThePoissonMeanAndVariance) {
  const auto thresholds = poisson_count_thresholds(1.0);
  const auto size = static_cast<std::uint32_t>(thresholds.size());
  const int draws = 40000;
  double sum = 0, squares = 0;
  for (int step = 0; step < draws; ++step) {
    const double count =
        count_events(philox_step(11, stream::background, 0, 0, step), thresholds.data(), size);
    sum += count;
    squares += count * count;
  }
  const double mean = sum / draws;
  EXPECT_NEAR(mean, 1.0, 0.02);  // 4 standard errors
  EXPECT_NEAR(squares / draws - mean * mean, 1.0, 0.035);
}

TEST(CountTable, DrawsPerMillisecondDoNotDependOnTheStep) {
  for (std::int64_t ms = 0; ms < 50; ++ms) {
    EXPECT_EQ(draw_word(5, stream::background, 2, 1, ms, 1),
              draw_word(5, stream::background, 2, 1, 4 * ms, 4));
  }
}

TEST(Streams, AreDistinctAndOrdered) {
  const std::set<std::uint32_t> ids = {
      stream::lgn,       stream::background,      stream::stimulus,       stream::lgn_parameters,
      stream::selection, stream::generator_first, stream::analysis_first, stream::plugin_first};
  EXPECT_EQ(ids.size(), 8u);
  EXPECT_EQ(stream::lgn, 1u);
  EXPECT_EQ(stream::background, 2u);
  EXPECT_EQ(stream::plugin_first, 0xF0000000u);
}

}  // namespace
}  // namespace v1::kernels
