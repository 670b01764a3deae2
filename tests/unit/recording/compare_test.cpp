#include "engine/recording/compare.hpp"

#include <gmock/gmock.h>

#include "tests/unit/recording/test_run.hpp"

namespace v1::recording::test {
namespace {

using ::testing::HasSubstr;

class CompareTest : public ::testing::Test {
 protected:
  TempDir dir_;
  network::Network network_ = small_network();
  RecordingPlan plan_ = plan_for(network_, 30, 3);

  RunReader run(const char* name, const std::function<void(std::uint32_t, Activity&)>& change = {},
                std::uint32_t trials = 3) {
    const RunFolder folder = RunFolder::create(dir_ / name, name);
    Recorder recorder(folder, plan_);
    for (std::uint32_t trial = 0; trial < trials; ++trial) {
      Activity activity = random_activity(plan_, 4, trial);
      if (change) change(trial, activity);
      play_trial(recorder, plan_, activity, trial);
    }
    recorder.finish();
    return RunReader(folder.path());
  }
};

TEST_F(CompareTest, EqualRunsHaveNoDifference) {
  EXPECT_FALSE(first_difference(run("a"), run("b")).has_value());
}

TEST_F(CompareTest, FindsTheFirstSpikeThatDiffers) {
  const RunReader a = run("a");
  const RunReader b = run("b", [](std::uint32_t trial, Activity& activity) {
    if (trial == 1) activity.neurons[20].clear();
    if (trial == 1) activity.neurons[12] = {0, 45};
    if (trial == 2) activity.neurons[0].clear();
  });
  const Activity original = random_activity(plan_, 4, 1);
  std::vector<std::uint32_t> only;  // positions in just one of the two
  const std::vector<std::uint32_t> changed = {0, 45};
  std::set_symmetric_difference(original.neurons[12].begin(), original.neurons[12].end(),
                                changed.begin(), changed.end(), std::back_inserter(only));
  ASSERT_FALSE(only.empty());
  const auto difference = first_difference(a, b);
  ASSERT_TRUE(difference.has_value());
  EXPECT_EQ(difference->trial, 1u);
  EXPECT_EQ(difference->step, 12);
  EXPECT_EQ(difference->neuron_id, network_.neurons.id[only.front()]);
  EXPECT_EQ(difference->population, only.front() < 33 ? "v1" : "l4");
  EXPECT_EQ(first_difference(b, a)->step, 12);
}

TEST_F(CompareTest, ASpikeMoreAtTheEndIsADifference) {
  const RunReader a = run("a");
  const RunReader b = run("b", [](std::uint32_t, Activity& activity) {
    activity.neurons[29] = {49};
    activity.neurons[28] = {};
  });
  EXPECT_TRUE(first_difference(a, b).has_value());
  EXPECT_TRUE(first_difference(b, a).has_value());
}

TEST_F(CompareTest, InputsAreComparedToo) {
  const RunReader a = run("a");
  const RunReader b = run("b", [](std::uint32_t trial, Activity& activity) {
    if (trial == 0) activity.pool[3][2] = 77;
  });
  const auto difference = first_difference(a, b);
  ASSERT_TRUE(difference.has_value());
  EXPECT_EQ(difference->population, "bkg");
  EXPECT_EQ(difference->step, 3);
}

TEST_F(CompareTest, MissingTrialsAreADifferenceAfterTheCommonOnes) {
  const auto difference = first_difference(run("a"), run("b", {}, 2));
  ASSERT_TRUE(difference.has_value());
  EXPECT_THAT(difference->what, HasSubstr("3 there, 2 here"));
  EXPECT_FALSE(difference->step.has_value());
}

TEST_F(CompareTest, RunsOfDifferentShapeDiffer) {
  const RunReader a = run("a");
  plan_.dt_ms = 1.0;
  EXPECT_THAT(first_difference(a, run("b"))->what, HasSubstr("dt"));
  plan_.dt_ms = 0.5;
  plan_.spike_positions = {1, 2};
  EXPECT_THAT(first_difference(a, run("c"))->what, HasSubstr("different neurons"));
  plan_.spike_positions.reset();
  network_.neurons.id.back() += 2;
  EXPECT_THAT(first_difference(a, run("d"))->what, HasSubstr("not the same ones"));
}

}  // namespace
}  // namespace v1::recording::test
