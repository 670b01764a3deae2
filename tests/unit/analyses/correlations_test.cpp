#include <gmock/gmock.h>

#include <cmath>

#include "tests/unit/analyses/plugin_fixture.hpp"

namespace v1::analysis {
namespace {

using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class Correlations : public PluginFixture {
 protected:
  Correlations() : PluginFixture("correlations") {}

  // The worked example: three stimuli, four trials; the neurons 0 and 2 count as A, 1 as B, 3 (i)
  // is silent.
  static std::shared_ptr<SyntheticRun> make_run() {
    static constexpr int a[3][4] = {{3, 4, 5, 4}, {8, 9, 7, 8}, {1, 0, 2, 1}};
    static constexpr int b[3][4] = {{2, 4, 4, 2}, {6, 7, 5, 6}, {2, 1, 3, 2}};
    network::Network network = small_network({"e23Cux2", "i23Pvalb"}, 3);
    network.types[0].ei = "e";
    network.types[1].ei = "i";
    auto run = std::make_shared<SyntheticRun>(network, 12, 100);
    recording::TrialColumn column;
    column.name = "direction_deg";
    column.unit = "deg";
    std::vector<double> directions;
    for (std::uint32_t t = 0; t < 12; ++t) {
      const std::uint32_t stimulus = t % 3, repeat = t / 3;
      directions.push_back(90.0 * stimulus);
      for (std::uint32_t ms = 0; ms < 20; ++ms) {
        for (const std::uint32_t i : {0u, 2u}) {
          if (static_cast<int>(ms) < a[stimulus][repeat]) run->add_spike(t, ms, i);
        }
        if (static_cast<int>(ms) < b[stimulus][repeat]) run->add_spike(t, ms, 1);
      }
    }
    column.values = directions;
    run->change().stimulus.trial_columns.push_back(column);
    return run;
  }
  static constexpr const char* whole =
      "window = [0, 100]\nskip_first_trial = false\nleast_trials = 4\n";
};

TEST_F(Correlations, OfTheWorkedExample) {
  const AnalysisResult result = run(make_run(), whole);
  ASSERT_TRUE(result.ok) << result.error;
  const ResultTable pairs = table("pairs");
  const auto a = numbers(pairs, "id_a"), b = numbers(pairs, "id_b");
  const auto signal = numbers(pairs, "signal"), noise = numbers(pairs, "noise");
  const auto response = numbers(pairs, "response"), distance = numbers(pairs, "distance");
  bool found = false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] == 1000 && b[i] == 1001) {
      found = true;
      EXPECT_NEAR(signal[i], 0.980315618063239, 1e-8);
      EXPECT_NEAR(noise[i], 0.902368927062183, 1e-8);
      EXPECT_NEAR(response[i], 0.947728175305301, 1e-8);
      EXPECT_NEAR(distance[i], 10.0, 1e-4);
    }
    if (a[i] == 1000 && b[i] == 1002) {
      EXPECT_NEAR(noise[i], 1.0, 1e-9);
    }
    if (b[i] == 1003) {
      EXPECT_TRUE(std::isnan(signal[i]));  // silent
    }
  }
  EXPECT_TRUE(found);
  EXPECT_EQ(a.size(), 3u + 9u + 3u);  // e-e, e-i, i-i
  EXPECT_THAT(figures(), testing::IsSupersetOf({"matrices", "distributions", "by_distance"}));
}

// A flash has no direction: the numbers are those of the gratings alone, not of one pool.
TEST_F(Correlations, RunsWithoutTheTrialColumnAreLeftOut) {
  network::Network network = small_network({"e23Cux2", "i23Pvalb"}, 3);
  network.types[0].ei = "e";
  network.types[1].ei = "i";
  auto flash = std::make_shared<SyntheticRun>(network, 12, 100);
  for (std::uint32_t t = 0; t < 12; ++t) {
    for (std::uint32_t ms = 0; ms < 30; ++ms) flash->add_spike(t, ms, ms % 3);
  }
  flash->change().label = "flash";
  const AnalysisResult result = run_all({make_run(), flash}, whole);
  ASSERT_TRUE(result.ok) << result.error;
  const ResultTable pairs = table("pairs");
  for (std::size_t i = 0; i < numbers(pairs, "id_a").size(); ++i) {
    if (numbers(pairs, "id_a")[i] != 1000 || numbers(pairs, "id_b")[i] != 1001) continue;
    EXPECT_NEAR(numbers(pairs, "signal")[i], 0.980315618063239, 1e-8);
    EXPECT_NEAR(numbers(pairs, "noise")[i], 0.902368927062183, 1e-8);
    EXPECT_NEAR(numbers(pairs, "response")[i], 0.947728175305301, 1e-8);
  }
  EXPECT_THAT(json_text_of(place() / "summary.json"),
              HasSubstr("lack one of the trial columns direction_deg: flash."));
}

// Neuron 0 prefers 0 degrees, neuron 1 180 degrees; four directions at two contrasts.
std::shared_ptr<SyntheticRun> opposite_preferences() {
  auto opposite = std::make_shared<SyntheticRun>(small_network({"e23Cux2"}, 2), 16, 100);
  recording::TrialColumn direction, contrast;
  direction.name = "direction_deg";
  direction.unit = "deg";
  contrast.name = "contrast";
  std::vector<double> directions, contrasts;
  for (std::uint32_t t = 0; t < 16; ++t) {
    directions.push_back(90.0 * (t % 4));
    contrasts.push_back(t % 8 < 4 ? 0.2 : 0.8);
    for (std::uint32_t ms = 0; ms < 3 + t / 4; ++ms) {
      if (t % 4 == 0) opposite->add_spike(t, ms, 0);
      if (t % 4 == 2) opposite->add_spike(t, ms, 1);
    }
  }
  direction.values = directions;
  contrast.values = contrasts;
  opposite->change().stimulus.trial_columns = {direction, contrast};
  return opposite;
}

TEST_F(Correlations, OppositePreferencesFallIntoTheLastBin) {
  ASSERT_TRUE(run(opposite_preferences(), whole).ok);
  EXPECT_THAT(numbers(table("pairs"), "difference"), ElementsAre(testing::DoubleNear(180.0, 1e-9)));
  EXPECT_THAT(numbers(table("by_preference"), "difference"), Each(168.75));
}

// The tuning angles of the network would say that both prefer 0 degrees.
TEST_F(Correlations, PreferencesAreThoseOfTheResponsesAtSeveralContrasts) {
  const std::string settings = "window = [0, 100]\nskip_first_trial = false\nleast_trials = 2\n";
  for (const char* columns : {"'direction_deg', 'contrast'", "'contrast', 'direction_deg'"}) {
    ASSERT_TRUE(run(opposite_preferences(), settings + "conditions = [" + columns + "]").ok);
    EXPECT_THAT(numbers(table("pairs"), "difference"),
                ElementsAre(testing::DoubleNear(180.0, 1e-9)));
  }
}

TEST_F(Correlations, TooFewTrialsHaveNoNoiseCorrelations) {
  ASSERT_TRUE(run(make_run(), "window = [0, 100]\nskip_first_trial = false").ok);
  EXPECT_THAT(json_text_of(place() / "summary.json"), HasSubstr("noise correlations need 5"));
  for (const ResultColumn& column : table("pairs").columns) EXPECT_NE(column.name, "noise");
}

TEST_F(Correlations, OneStimulusHasNoSignalCorrelations) {
  ASSERT_TRUE(run(make_run(), std::string(whole) + "conditions = []").ok);
  EXPECT_THAT(json_text_of(place() / "summary.json"), HasSubstr("One stimulus only"));
  for (const ResultColumn& column : table("pairs").columns) EXPECT_NE(column.name, "signal");
}

TEST_F(Correlations, StimuliShownOnceHaveNoResponseCorrelationsOfTheirOwn) {
  const auto data = make_run();
  data->change().trials = 3;  // a repeat of each
  auto& columns = data->change().stimulus.trial_columns;
  auto& directions = std::get<std::vector<double>>(columns.back().values);
  directions.resize(3);
  ASSERT_TRUE(run(data, whole).ok);
  EXPECT_THAT(json_text_of(place() / "summary.json"), HasSubstr("shown once"));
  for (const char* name : {"pairs", "groups"}) {
    for (const ResultColumn& column : table(name).columns) EXPECT_NE(column.name, "response");
  }
}

TEST_F(Correlations, ASilentRunHasNoMean) {
  const auto data = std::make_shared<SyntheticRun>(small_network({"e4Rorb"}, 3), 3, 100);
  ASSERT_TRUE(run(data, "window = [0, 100]").ok);
  EXPECT_THAT(json_text_of(place() / "summary.json"),
              testing::AllOf(HasSubstr("None of the neurons fired"), HasSubstr("response none"),
                             testing::Not(HasSubstr("nan"))));
}

TEST_F(Correlations, AsManyPairsAsWantedTheSameEveryTime) {
  ASSERT_TRUE(run(make_run(), std::string(whole) + "pairs = 2", 1).ok);
  const auto first = numbers(table("pairs"), "id_b");
  EXPECT_EQ(first.size(), 6u);
  ASSERT_TRUE(run(make_run(), std::string(whole) + "pairs = 2", 4).ok);
  EXPECT_EQ(numbers(table("pairs"), "id_b"), first);
}

TEST_F(Correlations, ASingleTrialIsRefusedWhenItIsSkipped) {
  const auto data = std::make_shared<SyntheticRun>(small_network({"e4Rorb"}, 2), 1, 100);
  EXPECT_THAT(run(data, "window = [0, 100]").error, HasSubstr("skip_first_trial"));
  EXPECT_THAT(run(make_run(), "window = [0, 500]").error, HasSubstr("window"));
}

}  // namespace
}  // namespace v1::analysis
