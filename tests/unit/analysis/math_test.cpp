#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "plugins/analyses/math/classes/classes.hpp"
#include "plugins/analyses/math/report/trial_ticks.hpp"
#include "plugins/analyses/math/signals/smoothing.hpp"
#include "plugins/analyses/math/signals/spike_removal.hpp"
#include "plugins/analyses/math/statistics/bands.hpp"
#include "plugins/analyses/math/statistics/random_picks.hpp"

namespace v1::analyses {
namespace {

using nlohmann::json;

json table(const std::string& name) {
  std::ifstream file(std::string(V1_TEST_DATA) + "/analysis/" + name);
  return json::parse(file);
}

TEST(TrialTicks, StandAtRoundNumbers) {
  EXPECT_EQ(trial_tick_step(1), 1.0);
  EXPECT_EQ(trial_tick_step(5), 1.0);
  EXPECT_EQ(trial_tick_step(6), 2.0);
  EXPECT_EQ(trial_tick_step(20), 5.0);
  EXPECT_EQ(trial_tick_step(90), 20.0);
  EXPECT_EQ(trial_tick_step(1000), 200.0);
}

double value_or_nan(const json& node) {
  return node.is_string() ? std::numeric_limits<double>::quiet_NaN() : node.get<double>();
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
  const json oracle = table("smoothing.json");
  expect_equal(gaussian_half_kernel(rate_sigma_blocks, rate_radius_blocks),
               oracle["half_kernel"].get<std::vector<double>>(), 1e-12);
}

TEST(Smoothing, RatesMatchTheWorkedTrains) {
  const json oracle = table("smoothing.json");
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
  for (const json& c : table("spike_removal.json")) {
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

TEST(Classes, StrictInequalitiesDecide) {
  const json table_of_row = table("classification.json")["decisions"];
  for (const json& row : table_of_row) {
    const std::string name = row["criterion"];
    const Criterion criterion = name == "v"                  ? Criterion::v
                                : name == "input_current"    ? Criterion::input_current
                                : name == "modulation_index" ? Criterion::modulation_index
                                                             : Criterion::firing_rate;
    const auto found = classify(criterion, value_or_nan(row["value"]), row["threshold"]);
    EXPECT_EQ(class_names[static_cast<std::size_t>(found)], row["expect"].get<std::string>())
        << row.dump();
  }
}

TEST(Classes, RatioAndModulationOfTheToyNeurons) {
  const json table_of_cell = table("classification.json")["expected"];
  for (const json& cell : table_of_cell) {
    const auto expect_same = [&](double found, const char* key) {
      const double expected = value_or_nan(cell[key]);
      EXPECT_EQ(std::isnan(found), std::isnan(expected)) << cell["name"] << " " << key;
      if (!std::isnan(expected)) {
        EXPECT_NEAR(found, expected, 1e-9) << cell["name"] << " " << key;
      }
    };
    const double b = cell["baseline_count"], r = cell["response_count"];
    const double b_hz = cell["baseline_hz"], r_hz = cell["response_hz"];
    expect_same(rate_ratio(b, r), "ratio_reference");
    expect_same(rate_ratio(b_hz, r_hz), "ratio_hz");
    expect_same(modulation_index(b, r), "mi_reference");
    expect_same(modulation_index(b_hz, r_hz), "mi_hz");
  }
}

TEST(Bands, FollowTheThreeDefinitions) {
  const json oracle = table("statistics.json")["error_bands"];
  Moments pooled, trial_means, first_neuron;
  const auto values = oracle["trials_by_neurons"].get<std::vector<std::vector<double>>>();
  for (const auto& trial : values) {
    for (const double value : trial) pooled.add(value);
    first_neuron.add(trial[0]);
  }
  for (std::size_t n = 0; n < 4; ++n) {
    trial_means.add((values[0][n] + values[1][n] + values[2][n]) / 3.0);
  }
  EXPECT_NEAR(pooled.mean(12), oracle["mean"].get<double>(), 1e-10);
  EXPECT_NEAR(pooled_error(pooled, 3, 4), oracle["band_pooled_sd_over_sqrt_neurons"].get<double>(),
              1e-10);
  EXPECT_NEAR(standard_error(trial_means, 4),
              oracle["band_trial_mean_then_sem_over_neurons"].get<double>(), 1e-10);
  EXPECT_NEAR(standard_error(first_neuron, 3),
              oracle["band_sem_over_trials_of_neuron0"].get<double>(), 1e-10);
  EXPECT_TRUE(std::isnan(standard_error(first_neuron, 1)));
  Moments equal;
  for (int k = 0; k < 3; ++k) equal.add(100.0 / 9.0);  // the squares' sum is a bit too large
  EXPECT_EQ(equal.deviation(3), 0.0);
  for (int k = 3; k < 1000; ++k) equal.add(100.0 / 9.0);
  EXPECT_EQ(equal.deviation(1000), 0.0);
  EXPECT_TRUE(std::isnan(Moments{}.mean(0)));
}

TEST(RandomPicks, RepeatThePublishedDraws) {
  const json oracle = table("picks.json");
  for (const json& run : oracle["runs"]) {
    const std::size_t n_core = run["n_core"], n = run["n_selected"];
    RandomPicks picks(run["seed"].get<std::uint32_t>());
    EXPECT_EQ(picks.with_replacement(n_core, 2),
              run["first_two_core"].get<std::vector<std::size_t>>());
    EXPECT_EQ(picks.with_replacement(n, 10), run["ten_selected"].get<std::vector<std::size_t>>());
    EXPECT_EQ(picks.without_replacement(n, 30),
              run["thirty_heatmap"].get<std::vector<std::size_t>>());
    EXPECT_EQ(heatmap_sample(n_core, n, 30), run["thirty_heatmap"].get<std::vector<std::size_t>>());
  }
  std::mt19937 words(3000);
  for (const std::uint32_t word : oracle["words_seed_3000"]) EXPECT_EQ(words(), word);
}

TEST(RandomPicks, SmallPopulationsGiveAllTheirMembers) {
  RandomPicks picks(7);
  auto all = picks.without_replacement(4, 30);
  std::sort(all.begin(), all.end());
  EXPECT_EQ(all, (std::vector<std::size_t>{0, 1, 2, 3}));
  EXPECT_TRUE(picks.without_replacement(0, 30).empty());
  EXPECT_TRUE(picks.with_replacement(0, 2).empty());
}

}  // namespace
}  // namespace v1::analyses
