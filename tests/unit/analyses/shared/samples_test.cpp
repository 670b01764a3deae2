#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "plugins/analyses/shared/statistics/bands.hpp"
#include "plugins/analyses/shared/statistics/line_fit.hpp"
#include "plugins/analyses/shared/statistics/random_picks.hpp"
#include "plugins/analyses/shared/statistics/similarity.hpp"
#include "tests/unit/analyses/shared/worked_examples.hpp"

namespace v1::analyses {
namespace {

using nlohmann::json;

TEST(Bands, FollowTheThreeDefinitions) {
  const json oracle = worked_examples("statistics.json")["error_bands"];
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
  const json oracle = worked_examples("picks.json");
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

TEST(Similarity, OfTheWorkedExample) {
  const json expected = worked_examples("extra.json")["ks_similarity"];
  const auto model = expected["model"].get<std::vector<double>>();
  const auto data = expected["data"].get<std::vector<double>>();
  EXPECT_NEAR(ks_statistic(model, data), expected["ks"].get<double>(), 1e-10);
  EXPECT_NEAR(ks_similarity(model, data), expected["similarity"].get<double>(), 1e-10);
  EXPECT_EQ(ks_statistic(std::vector{1.0, 2.0, 2.0}, std::vector{2.0, 1.0, 2.0}), 0.0);
  EXPECT_TRUE(std::isnan(ks_statistic(std::vector<double>{}, data)));
  EXPECT_NEAR(wasserstein(std::vector{0.0, 1.0}, std::vector{3.0, 5.0}), 3.5, 1e-12);
  EXPECT_NEAR(wasserstein(std::vector{0.0, 1.0, 3.0}, std::vector{5.0, 6.0, 8.0}), 5.0, 1e-12);
}

TEST(LineFit, SlopeAndItsTest) {
  const std::vector<double> x = {1, 2, 3, 4, 5}, y = {2.1, 3.9, 6.2, 7.8, 10.1};
  const LineFit fit = fit_line(x, y);
  EXPECT_NEAR(fit.slope, 1.99, 1e-12);
  EXPECT_NEAR(fit.intercept, 0.05, 1e-12);
  // t = slope / sqrt(residual / 3 / 10) with residual 0.107: 33.32 with 3 degrees of freedom.
  EXPECT_NEAR(fit.p, 5.94154e-05, 1e-9);
  EXPECT_TRUE(std::isnan(fit_line(std::vector<double>{1, 2}, std::vector<double>{1, 2}).p));
  EXPECT_TRUE(std::isnan(fit_line(std::vector<double>{1, 1}, std::vector<double>{1, 2}).slope));
  const std::vector<double> same = {0, 0, 0, 0, 0};
  EXPECT_EQ(fit_line(x, same).slope, 0.0);
  EXPECT_TRUE(std::isnan(fit_line(x, same).p)) << "nothing varies, so there is nothing to test";
  EXPECT_EQ(fit_line(x, x).p, 0.0);
}

}  // namespace
}  // namespace v1::analyses
