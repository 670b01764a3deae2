#include <gmock/gmock.h>

#include <cmath>

#include "tests/unit/analyses/plugin_fixture.hpp"

namespace v1::analysis {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

class Variability : public PluginFixture {
 protected:
  Variability() : PluginFixture("variability") {}

  // Trials of 500 ms; neuron 0 fires every 20 ms, neuron 1 every 20 and 60 ms in turn, neuron 2
  // (inhibitory) at 110 ms in every other trial, neuron 3 never.
  static std::shared_ptr<SyntheticRun> make_run(std::uint32_t trials) {
    network::Network network = small_network({"e23Cux2", "i23Pvalb"}, 2);
    network.types[0].ei = "e";
    network.types[1].ei = "i";
    auto run = std::make_shared<SyntheticRun>(network, trials, 500);
    for (std::uint32_t t = 0; t < trials; ++t) {
      for (std::uint32_t ms = 0; ms < 500; ++ms) {
        if (ms % 20 == 0) run->add_spike(t, ms, 0);
        if (ms % 80 == 0 || ms % 80 == 20) run->add_spike(t, ms, 1);
        if (ms == 110 && t % 2 == 0) run->add_spike(t, ms, 2);
      }
    }
    return run;
  }
  static constexpr const char* whole = "window = [0, 500]\nskip_first_trial = false\n";
};

TEST_F(Variability, IntervalsOfNeurons) {
  ASSERT_TRUE(run(make_run(4), std::string(whole) + "least_count = 0.1").ok);
  const ResultTable neurons = table("neurons");
  EXPECT_THAT(numbers(neurons, "id"), ElementsAre(1000, 1001, 1002, 1003));
  EXPECT_THAT(numbers(neurons, "intervals"), ElementsAre(24 * 4, 12 * 4, 0, 0));
  EXPECT_EQ(numbers(neurons, "mean_interval")[0], 20.0);
  EXPECT_EQ(numbers(neurons, "cv")[0], 0.0);
  EXPECT_NEAR(numbers(neurons, "cv")[1], 0.5, 1e-9);   // 20 and 60 ms
  EXPECT_NEAR(numbers(neurons, "cv2")[1], 1.0, 1e-9);  // 2 * 40 / 80
  EXPECT_TRUE(std::isnan(numbers(neurons, "cv")[2]));
  // Counts 1 0 1 0: mean 1/2, variance 1/3. A clock never varies.
  EXPECT_NEAR(numbers(neurons, "fano")[2], 2.0 / 3.0, 1e-9);
  EXPECT_EQ(numbers(neurons, "fano")[0], 0.0);
  EXPECT_TRUE(std::isnan(numbers(neurons, "fano")[3]));
  EXPECT_THAT(figures(), UnorderedElementsAre("population_fano", "irregularity"));
}

TEST_F(Variability, EqualTrialsAreCompared) {
  // The same run, its even trials another direction: nothing varies within a direction.
  auto data = make_run(4);
  recording::TrialColumn column;
  column.name = "direction_deg";
  column.unit = "deg";
  column.values = std::vector<double>{0, 90, 0, 90};
  data->change().stimulus.trial_columns.push_back(column);
  ASSERT_TRUE(run(data, std::string(whole) + "least_count = 0.1").ok);
  EXPECT_EQ(numbers(table("neurons"), "fano")[2], 0.0);
}

// The difference of stimuli would count as variability.
TEST_F(Variability, TrialsThatDifferInSomethingElseAreTold) {
  const auto with_contrast = [](std::vector<double> contrast) {
    auto data = make_run(4);
    auto& columns = data->change().stimulus.trial_columns;
    columns.push_back({"direction_deg", "deg", std::vector<double>{0, 90, 0, 90}});
    columns.push_back({"contrast", "1", std::move(contrast)});
    return data;
  };
  const std::string words = "same stimulus differ in contrast (0.1, 0.8); name such";
  ASSERT_TRUE(run(with_contrast({0.1, 0.1, 0.8, 0.8}), whole).ok);
  EXPECT_THAT(json_text_of(place() / "summary.json"), HasSubstr(words));
  ASSERT_TRUE(run(with_contrast({0.1, 0.8, 0.1, 0.8}), whole).ok);
  EXPECT_THAT(json_text_of(place() / "summary.json"), ::testing::Not(HasSubstr("differ in")));
}

TEST_F(Variability, SmallPopulationsAreExcitatory) {
  ASSERT_TRUE(run(make_run(2), std::string(whole) + "draw_mean = 2\ndraw_sd = 0").ok);
  const ResultTable curve = table("population_fano");
  // Both excitatory neurons: 25 + 13 spikes in 500 ms, at most one of each per ms. 38 spikes in
  // 25 occupied ms, 13 of them with two.
  const double mean = 38.0 / 500.0, squares = (12.0 + 13.0 * 4.0) / 500.0;
  EXPECT_NEAR(numbers(curve, "fano")[0], (squares - mean * mean) / mean, 1e-9);
  EXPECT_NEAR(numbers(curve, "fano_sem")[0], 0.0, 1e-12);
  EXPECT_EQ(numbers(curve, "draws")[0], 100.0);
}

TEST_F(Variability, IdenticalTrainsAreSynchronous) {
  network::Network network = small_network({"e23Cux2"}, 3);
  auto data = std::make_shared<SyntheticRun>(network, 2, 500);
  for (std::uint32_t t = 0; t < 2; ++t) {
    for (std::uint32_t ms = t; ms < 500; ms += 37) {
      for (std::uint32_t i = 0; i < 3; ++i) data->add_spike(t, ms, i);
    }
  }
  ASSERT_TRUE(run(data, whole).ok);
  EXPECT_NEAR(numbers(table("groups"), "synchrony")[0], 1.0, 1e-9);
}

TEST_F(Variability, ThreadsAndChunksDoNotMatter) {
  ASSERT_TRUE(run(make_run(6), whole).ok);
  const auto cv = numbers(table("neurons"), "cv");
  const auto curve = numbers(table("population_fano"), "fano");
  ASSERT_TRUE(run(make_run(6), whole, 3, 4 << 20).ok);
  EXPECT_EQ(numbers(table("neurons"), "cv")[1], cv[1]);
  EXPECT_EQ(numbers(table("population_fano"), "fano"), curve);
}

TEST_F(Variability, ASilentRunHasNoNumbers) {
  auto data = std::make_shared<SyntheticRun>(small_network({"e23Cux2"}, 2), 2, 500);
  ASSERT_TRUE(run(data, whole).ok);
  EXPECT_TRUE(std::isnan(numbers(table("groups"), "cv_median")[0]));
  EXPECT_TRUE(std::isnan(numbers(table("groups"), "synchrony")[0]));
  EXPECT_THAT(json_text_of(place() / "summary.json"), HasSubstr("None of the neurons fired"));
}

TEST_F(Variability, BadParametersAreNamed) {
  EXPECT_THAT(complaint("window = [0, 100]"), HasSubstr("count_window"));
  EXPECT_THAT(complaint("synchrony_bin = 1500"), HasSubstr("synchrony_bin"));
  const AnalysisResult one = run(make_run(1), "window = [0, 500]");
  EXPECT_FALSE(one.ok);
  EXPECT_THAT(one.error, HasSubstr("skip_first_trial"));
}

}  // namespace
}  // namespace v1::analysis
