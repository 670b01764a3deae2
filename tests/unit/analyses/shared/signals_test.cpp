#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "plugins/analyses/shared/signals/current_source.hpp"
#include "plugins/analyses/shared/signals/smoothing.hpp"
#include "plugins/analyses/shared/signals/spike_removal.hpp"
#include "tests/unit/analyses/shared/worked_examples.hpp"

namespace v1::analyses {
namespace {

using nlohmann::json;

TEST(CurrentSource, OfTheWorkedExample) {
  const json expected = worked_examples("extra.json")["csd"];
  const std::vector<double> found = current_source_density(
      expected["potential_mV"].get<std::vector<double>>(), expected["spacing_mm"].get<double>(),
      expected["sigma_S_per_m"].get<double>());
  const auto csd = expected["csd_uA_per_mm3"].get<std::vector<double>>();
  ASSERT_EQ(found.size(), csd.size());
  for (std::size_t i = 0; i < csd.size(); ++i) EXPECT_NEAR(found[i], csd[i], 1e-10);
  EXPECT_TRUE(current_source_density(std::vector{1.0, 2.0}, 0.1, 0.3).empty());
}

std::vector<double> block_counts(const json& spikes, std::size_t blocks) {
  std::vector<double> counts(blocks, 0.0);
  for (const double at : spikes) counts.at(static_cast<std::size_t>(at / rate_block_ms)) += 1.0;
  return counts;
}

std::vector<double> sparse(const json& pairs, std::size_t size) {
  std::vector<double> out(size, 0.0);
  for (const json& pair : pairs) out.at(pair[0].get<std::size_t>()) = pair[1].get<double>();
  return out;
}

void expect_equal(const std::vector<double>& found, const std::vector<double>& expected,
                  double tolerance) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_NEAR(found[i], expected[i], tolerance) << "sample " << i;
  }
}

TEST(Smoothing, KernelIsANormalisedGaussian) {
  const json oracle = worked_examples("smoothing.json");
  expect_equal(gaussian_half_kernel(rate_sigma_blocks, rate_radius_blocks),
               oracle["half_kernel"].get<std::vector<double>>(), 1e-12);
}

TEST(Smoothing, RatesMatchTheWorkedTrains) {
  const json oracle = worked_examples("smoothing.json");
  const double trial_ms = oracle["trial_ms"];
  const std::size_t blocks = rate_block_count(trial_ms);
  ASSERT_EQ(blocks, oracle["samples"].get<std::size_t>());
  EXPECT_DOUBLE_EQ(last_rate_block_ms(trial_ms), 4.0);
  for (const json& train : oracle["trains"]) {
    SCOPED_TRACE(train["name"].get<std::string>());
    const std::vector<double> counts = block_counts(train["spikes"], blocks);
    std::vector<double> sixty = counts;
    for (double& count : sixty) count *= 60.0;
    expect_equal(sixty, sparse(train["blocks"], blocks), 0.0);
    const auto smooth =
        smooth_reflected(sixty, gaussian_half_kernel(rate_sigma_blocks, rate_radius_blocks));
    expect_equal(smooth, sparse(train["smoothed"], blocks), 1e-12);
    expect_equal(smoothed_rate(counts, 4.0, RateScaling::reference),
                 sparse(train["truncated"], blocks), 0.0);
    double sum = 0.0, largest = 0.0, in_window = 0.0;
    const std::size_t from = oracle["window"][0], to = oracle["window"][1];
    for (std::size_t i = 0; i < blocks; ++i) {
      sum += smooth[i];
      largest = std::max(largest, smooth[i]);
      if (i >= from && i < to) in_window += smooth[i];
    }
    EXPECT_NEAR(sum, train["sum"].get<double>(), 1e-9);
    EXPECT_NEAR(largest, train["max"].get<double>(), 1e-12);
    EXPECT_NEAR(in_window / static_cast<double>(to - from), train["window_mean"].get<double>(),
                1e-12);
  }
}

TEST(Smoothing, TrueBlockLengthsKeepAConstantRateConstant) {
  // one spike per ms: 16 in every block, 4 in the last
  std::vector<double> counts(157, 16.0);
  counts.back() = 4.0;
  for (const double rate : smoothed_rate(counts, 4.0, RateScaling::true_length)) {
    EXPECT_NEAR(rate, 1000.0, 1e-9);
  }
}

TEST(Smoothing, SeriesShorterThanTheKernelIsMirroredRepeatedly) {
  const std::vector<double> flat(3, 2.5);
  for (const double rate : smooth_reflected(flat, gaussian_half_kernel(6.0, 24))) {
    EXPECT_NEAR(rate, 2.5, 1e-12);
  }
}

TEST(SpikeRemoval, BothFormsMatchTheWorkedCases) {
  for (const json& c : worked_examples("spike_removal.json")) {
    SCOPED_TRACE(c["name"].get<std::string>());
    std::vector<double> joined;
    std::vector<std::int64_t> all_spikes;
    for (std::size_t k = 0; k < c["trials"].size(); ++k) {
      auto trial = c["trials"][k].get<std::vector<double>>();
      const auto spikes = c["spikes"][k].get<std::vector<std::int64_t>>();
      for (const auto spike : spikes) {
        all_spikes.push_back(spike + static_cast<std::int64_t>(joined.size()));
      }
      joined.insert(joined.end(), trial.begin(), trial.end());
      remove_spikes({trial.data(), static_cast<std::ptrdiff_t>(trial.size()), 1}, spikes);
      expect_equal(trial, c["clean"][k].get<std::vector<double>>(), 1e-9);
    }
    const Series series{joined.data(), static_cast<std::ptrdiff_t>(joined.size()), 1};
    for (const std::int64_t spike : all_spikes) {
      if (spike >= spike_before && spike + spike_after < series.length) {
        remove_spike_reference(series, spike);
      }
    }
    std::vector<double> expected;
    for (const json& trial : c["reference"]) {
      for (const double v : trial) expected.push_back(v);
    }
    expect_equal(joined, expected, 1e-9);
  }
}

TEST(SpikeRemoval, AStrideReachesOneNeuronOfMany) {
  std::vector<double> two(20);
  for (std::size_t i = 0; i < two.size(); ++i) two[i] = i == 10 ? 40.0 : 1.0;  // neuron 0, sample 5
  remove_spikes({two.data(), 10, 2}, std::vector<std::int64_t>{5});
  EXPECT_EQ(two, std::vector<double>(20, 1.0));
}

TEST(SpikeRemoval, WindowsLastAsLongAtAnyStep) {
  for (const double dt_ms : {1.0, 0.5, 0.25}) {
    const auto of_ms = [dt_ms](double ms) { return static_cast<std::ptrdiff_t>(ms / dt_ms); };
    std::vector<double> v(static_cast<std::size_t>(of_ms(20.0)), 1.0);
    // Held at the reset for 3 ms from the spike at 8 ms on.
    for (auto i = of_ms(8.0); i < of_ms(11.0); ++i) v[static_cast<std::size_t>(i)] = -30.0;
    remove_spikes({v.data(), static_cast<std::ptrdiff_t>(v.size()), 1},
                  std::vector<std::int64_t>{of_ms(8.0)}, spike_window(dt_ms));
    EXPECT_EQ(v, std::vector<double>(v.size(), 1.0)) << dt_ms;
  }
  EXPECT_EQ(spike_window(5.0).before, 1);
}

}  // namespace
}  // namespace v1::analyses
