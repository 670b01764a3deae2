#include "plugins/analyses/shared/signals/spectrum.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>

#include "plugins/analyses/shared/statistics/bootstrap.hpp"
#include "plugins/analyses/shared/statistics/statistics.hpp"
#include "tests/unit/analyses/shared/worked_examples.hpp"

namespace v1::analyses {
namespace {

using nlohmann::json;

// Counts of the worked example: a linear congruential generator, more spikes in every 25 ms.
std::vector<double> example_counts() {
  std::vector<double> counts;
  std::uint64_t state = 1;
  for (int t = 0; t < 2000; ++t) {
    state = (1103515245u * state + 12345u) % (1ull << 31);
    const double u = static_cast<double>(state) / 2147483648.0;
    counts.push_back((u < (t % 25 < 8 ? 0.55 : 0.3) ? 1.0 : 0.0) + (u < 0.05 ? 1.0 : 0.0));
  }
  return counts;
}

TEST(Spectrum, WelchOfTheWorkedExample) {
  const json expected = worked_examples("extra.json")["psd"];
  const std::vector<double> counts = example_counts();
  double sum = 0.0;
  for (const double c : counts) sum += c;
  ASSERT_EQ(sum, expected["signal_sum"].get<double>());
  ASSERT_EQ(segment_length(counts.size()), 1000u);
  ASSERT_EQ(segment_overlap(counts.size()), 500u);
  const Spectrum spectrum = welch(counts, 1.0, 1000, 500);
  EXPECT_EQ(spectrum.segments, expected["segments"].get<std::size_t>());
  for (const auto& [hz, power] : expected["power_at_hz"].items()) {
    const auto k = static_cast<std::size_t>(std::stoi(hz));
    EXPECT_EQ(spectrum.frequency_hz[k], std::stod(hz));
    EXPECT_NEAR(spectrum.power[k], power.get<double>(), 1e-8 * power.get<double>()) << hz;
  }
  for (const Band& band : bands) {
    const double power = expected["band_power_trapezoid_inclusive"][band.name].get<double>();
    EXPECT_NEAR(band_power(spectrum, band), power, 1e-8 * power) << band.name;
  }
  EXPECT_EQ(highest_peak(spectrum, fit_aperiodic(spectrum, 2, 100), 2, 100).frequency_hz,
            expected["peak_hz"].get<double>());
  EXPECT_NEAR(one_over_f_intercept(spectrum, 1.0, 100.0),
              expected["over_f_intercept_fixed_slope_minus1_f_above_1"].get<double>(), 1e-8);
}

TEST(Spectrum, VarianceIsTheIntegral) {
  // A full-length segment of a sine of amplitude a has power a^2 / 2 at its frequency.
  std::vector<double> sine;
  for (int t = 0; t < 1000; ++t) {
    sine.push_back(3.0 * std::sin(2.0 * std::numbers::pi * 20.0 * t / 1000.0));
  }
  const Spectrum spectrum = welch(sine, 1.0, 1000, 0);
  double integral = 0.0;
  for (const double p : spectrum.power) integral += p;  // 1 Hz apart
  EXPECT_NEAR(integral, 4.5, 1e-9);
}

TEST(Spectrum, TooShortOrTooCoarse) {
  EXPECT_TRUE(welch(std::vector<double>(50, 1.0), 1.0, 100, 50).power.empty());
  const Spectrum coarse = welch(std::vector<double>(200, 1.0), 1.0, 200, 100);  // 5 Hz
  EXPECT_TRUE(std::isnan(band_power(coarse, bands[0])));
  EXPECT_EQ(band_power(coarse, bands[2]), 0.0);
  EXPECT_EQ(segment_length(400), 400u);
  EXPECT_EQ(segment_length(800), 500u);
  EXPECT_EQ(segment_length(5000), 1000u);
}

TEST(Spectrum, LineThroughAPowerLaw) {
  Spectrum spectrum;
  for (int f = 0; f <= 200; ++f) {
    spectrum.frequency_hz.push_back(f);
    spectrum.power.push_back(f == 0 ? 7.0 : 100.0 * std::pow(f, -1.5) * (f == 40 ? 9.0 : 1.0));
  }
  const Aperiodic line = fit_aperiodic(spectrum, 2.0, 100.0);
  EXPECT_NEAR(line.exponent, 1.5, 1e-9);
  EXPECT_NEAR(line.at(10.0), 100.0 * std::pow(10.0, -1.5), 1e-9);
  const Peak peak = highest_peak(spectrum, line, 2.0, 100.0);
  EXPECT_EQ(peak.frequency_hz, 40.0);
  EXPECT_NEAR(peak.ratio, 9.0, 1e-9);
  EXPECT_TRUE(std::isnan(highest_peak(spectrum, line, 50.0, 100.0).ratio));
  // Above the line at the lowest frequency, which no lower one confirms, is no peak.
  EXPECT_TRUE(std::isnan(highest_peak({{0, 2, 4, 6}, {0, 900, 1, 1}, 1}, line, 2.0, 100.0).ratio));
  EXPECT_TRUE(std::isnan(fit_aperiodic(Spectrum{}, 2.0, 100.0).exponent));
}

TEST(SignedRank, ExactAndApproximate) {
  // Exact: of 2^5 sign patterns 2 have a rank sum as extreme as all positive.
  EXPECT_DOUBLE_EQ(signed_rank(std::vector<double>{1, 2, 3, 4, 5}).p, 2.0 / 32.0);
  // 10 subsets of the ranks 1 to 5 sum to 5 or less.
  EXPECT_DOUBLE_EQ(signed_rank(std::vector<double>{1, 2, 3, 4, -5}).p, 20.0 / 32.0);
  EXPECT_DOUBLE_EQ(signed_rank(std::vector<double>{0, 1, -2}).w_positive, 1.0);
  EXPECT_DOUBLE_EQ(signed_rank(std::vector<double>{0, 1, -2}).p, 1.0);
  // Two pairs of ties; the negative one is the last of the ranks 1.5 1.5 3 4 5.5 5.5.
  const SignedRank tied = signed_rank(std::vector<double>{1, 1, 2, 3, 4, -1.5 - 2.5});
  EXPECT_DOUBLE_EQ(tied.w_positive, 15.5);
  // 12 subsets of them sum to 5.5 or less.
  EXPECT_DOUBLE_EQ(tied.p, 24.0 / 64.0);
  // Few equal differences, as small groups of neurons have them, are no proof.
  EXPECT_DOUBLE_EQ(signed_rank(std::vector<double>{1, 1, 1}).p, 0.25);
  // The normal curve from 51 differences on: 1 to 50, a tie of 50, the first three negative.
  std::vector<double> many = {-1, -2, -3};
  for (int i = 4; i <= 50; ++i) many.push_back(i);
  many.push_back(50);
  const double variance = 51.0 * 52.0 * 103.0 / 24.0 - 6.0 / 48.0;
  const double distance = 51.0 * 52.0 / 4.0 - 6.0;
  EXPECT_NEAR(signed_rank(many).p / std::erfc(distance / std::sqrt(2.0 * variance)), 1.0, 1e-9);
  EXPECT_TRUE(std::isnan(signed_rank(std::vector<double>{0, 0}).p));
}

TEST(Bootstrap, IntervalHoldsTheMean) {
  std::vector<double> values;
  for (int i = 0; i < 40; ++i) values.push_back(i % 8);
  const auto average = [&](std::span<const std::size_t> draw) {
    double sum = 0.0;
    for (const std::size_t i : draw) sum += values[i];
    return sum / static_cast<double>(draw.size());
  };
  const Interval interval = bootstrap_interval(values.size(), average);
  // Standard error 2.291 / sqrt(40) = 0.362.
  EXPECT_NEAR(interval.low, 3.5 - 1.96 * 0.362, 0.1);
  EXPECT_NEAR(interval.high, 3.5 + 1.96 * 0.362, 0.1);
  EXPECT_EQ(interval.low, bootstrap_interval(values.size(), average).low);
  EXPECT_TRUE(std::isnan(bootstrap_interval(1, average).low));
}

}  // namespace
}  // namespace v1::analyses
