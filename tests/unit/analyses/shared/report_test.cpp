#include <gmock/gmock.h>

#include <string>

#include "plugins/analyses/shared/report/layers.hpp"
#include "plugins/analyses/shared/report/trial_ticks.hpp"

namespace v1::analyses {
namespace {

using testing::ElementsAre;

TEST(Layers, OfNames) {
  EXPECT_EQ(layer_of_group("e23Cux2"), "L2/3");
  EXPECT_EQ(layer_of_group("i5Pvalb"), "L5");
  EXPECT_EQ(layer_of_group("granule"), "");
  const auto layers = by_layer({"i1Htr3a", "e23", "i23Sst", "granule"});
  ASSERT_EQ(layers.size(), 3u);
  EXPECT_THAT(layers[1].second, ElementsAre("e23", "i23Sst"));
}

TEST(TrialTicks, StandAtRoundNumbers) {
  EXPECT_EQ(trial_tick_step(1), 1.0);
  EXPECT_EQ(trial_tick_step(5), 1.0);
  EXPECT_EQ(trial_tick_step(6), 2.0);
  EXPECT_EQ(trial_tick_step(20), 5.0);
  EXPECT_EQ(trial_tick_step(90), 20.0);
  EXPECT_EQ(trial_tick_step(1000), 200.0);
}

}  // namespace
}  // namespace v1::analyses
