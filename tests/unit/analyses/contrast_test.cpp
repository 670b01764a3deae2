#include <gmock/gmock.h>

#include <cmath>

#include "tests/unit/analyses/plugin_fixture.hpp"

namespace v1::analysis {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsSupersetOf;

constexpr double none = std::numeric_limits<double>::quiet_NaN();

class ContrastAnalysis : public PluginFixture {
 protected:
  ContrastAnalysis() : PluginFixture("contrast") {}

  static void add_column(SyntheticRun& run, const char* name, std::vector<double> values) {
    recording::TrialColumn column;
    column.name = name;
    column.values = std::move(values);
    run.change().stimulus.trial_columns.push_back(column);
  }

  // Contrasts 0.1, 0.2, 0.4 and 0.8 in 4 directions, twice each, then 4 blanks; windows of 200 ms.
  // Neuron 0 fires 10 c spikes (2 c more at 90 deg), neuron 1 always 2, neuron 2 one only in
  // blanks, neuron 3 never.
  static std::shared_ptr<SyntheticRun> make_run(bool blanks = true) {
    network::Network network = small_network({"e23Cux2", "i23Pvalb"}, 2);
    network.types[0].ei = "e";
    network.types[1].ei = "i";
    const std::uint32_t shown = 32;
    const std::uint32_t trials = shown + (blanks ? 4 : 0);
    auto run = std::make_shared<SyntheticRun>(network, trials, 400);
    std::vector<double> contrast, direction;
    for (std::uint32_t t = 0; t < trials; ++t) {
      const bool blank = t >= shown;
      contrast.push_back(blank ? none : 0.1 * std::pow(2.0, (t / 4) % 4));
      direction.push_back(blank ? none : 90.0 * (t % 4));
      const double driven =
          blank ? 0.0 : (direction.back() == 90.0 ? 20.0 : 10.0) * contrast.back();
      for (std::uint32_t ms = 200; ms < 220; ++ms) {
        const double k = ms - 200;
        if (k < std::lround(driven)) run->add_spike(t, ms, 0);
        if (k < 2 + (t / 16) % 2) run->add_spike(t, ms, 1);
        if (blank && k < 5) run->add_spike(t, ms, 2);
      }
    }
    add_column(*run, "contrast", contrast);
    add_column(*run, "direction_deg", direction);
    return run;
  }
  static constexpr const char* windows = "evoked = [200, 400]\nspontaneous = [0, 200]\n";
};

TEST_F(ContrastAnalysis, RatesAndSelectivityByContrast) {
  const AnalysisResult result = run(make_run(), windows);
  ASSERT_TRUE(result.ok) << result.error;
  const ResultTable neurons = table("neurons");
  const auto rate = numbers(neurons, "rate"), osi = numbers(neurons, "osi");
  // 8 spikes in three directions, 16 in the fourth, in 0.2 s.
  EXPECT_NEAR(rate[3], 50.0, 1e-9);
  EXPECT_NEAR(osi[3], 8.0 / 40.0, 1e-9);
  EXPECT_NEAR(numbers(neurons, "dsi")[3], 8.0 / 40.0, 1e-9);
  EXPECT_NEAR(numbers(neurons, "reliability")[3], 1.0, 1e-9);
  EXPECT_EQ(numbers(neurons, "response_index")[3], 1.0);
  EXPECT_LT(numbers(neurons, "p")[3], 0.01);
  EXPECT_GT(numbers(neurons, "p")[11], 0.99);          // fires in blanks only
  EXPECT_TRUE(std::isnan(numbers(neurons, "p")[15]));  // never fires
  EXPECT_TRUE(std::isnan(numbers(neurons, "osi")[15]));
  const ResultTable groups = table("groups");
  EXPECT_THAT(numbers(groups, "contrast"), ElementsAre(0.1, 0.2, 0.4, 0.8, 0.1, 0.2, 0.4, 0.8));
  EXPECT_EQ(numbers(groups, "responsive")[3], 0.5);
  EXPECT_EQ(numbers(groups, "suppressed")[7], 0.5);
  EXPECT_THAT(figures(), IsSupersetOf({"rates", "selectivity", "responsive", "heatmap"}));
  EXPECT_GT(numbers(table("fits"), "r_squared")[0], 0.99);
}

TEST_F(ContrastAnalysis, WithoutBlanksTheWindowBeforeCounts) {
  ASSERT_TRUE(run(make_run(false), windows).ok);
  EXPECT_THAT(json_text_of(place() / "summary.json"), HasSubstr("No blank trials"));
  EXPECT_EQ(numbers(table("neurons"), "spontaneous_rate")[0], 0.0);
}

TEST_F(ContrastAnalysis, OneContrastOrNoneIsRefused) {
  auto run_without = std::make_shared<SyntheticRun>(small_network({"e4Rorb"}, 2), 4, 400);
  EXPECT_THAT(run(run_without, windows).error, HasSubstr("no trial column 'contrast'"));
  add_column(*run_without, "contrast", {0.8, 0.8, 0.8, 0.8});
  EXPECT_THAT(run(run_without, windows).error, HasSubstr("two contrasts or more"));
}

TEST_F(ContrastAnalysis, OneTrialOfEachHasNoReliability) {
  auto data = std::make_shared<SyntheticRun>(small_network({"e4Rorb"}, 2), 2, 400);
  add_column(*data, "contrast", {0.1, 0.8});
  ASSERT_TRUE(run(data, windows).ok);  // and no directions
  for (const double r : numbers(table("neurons"), "reliability")) EXPECT_TRUE(std::isnan(r));
  EXPECT_THAT(json_text_of(place() / "summary.json"), HasSubstr("no selectivity"));
}

// As in the table of neurons: what never fired has no response.
TEST_F(ContrastAnalysis, SilentNeuronsAreMissingInTheHeatMap) {
  auto data = std::make_shared<SyntheticRun>(small_network({"e4Rorb"}, 2), 2, 400);
  add_column(*data, "contrast", {0.1, 0.8});
  data->add_spike(1, 250, 0);
  ASSERT_TRUE(run(data, windows).ok);
  EXPECT_TRUE(std::isnan(numbers(table("neurons"), "response_index")[2]));
  const auto response = numbers(table("heatmap"), "response");
  ASSERT_EQ(response.size(), 4u);
  EXPECT_FALSE(std::isnan(response[0]));
  EXPECT_TRUE(std::isnan(response[2]));
  EXPECT_TRUE(std::isnan(response[3]));
}

TEST_F(ContrastAnalysis, ThreadsDoNotMatter) {
  ASSERT_TRUE(run(make_run(), windows, 1).ok);
  const auto once = numbers(table("groups"), "rate");
  ASSERT_TRUE(run(make_run(), windows, 4).ok);
  EXPECT_EQ(numbers(table("groups"), "rate"), once);
}

}  // namespace
}  // namespace v1::analysis
