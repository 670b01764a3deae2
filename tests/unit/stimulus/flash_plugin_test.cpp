#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/stimulus/plugin_under_test.hpp"

namespace v1::stimulus {
namespace {

using testing::Each;
using testing::ElementsAre;

TEST(FlashPlugin, IsDarkThenBrightThenDark) {
  const Environment env = test::movie_environment(4, 6);
  const StimulusPlayer player = test::play(test::TestSettings(), env);
  for (const std::int64_t t : {-500, 0, 499, 1500, 2499}) {
    EXPECT_THAT(test::frame_at(player, env, t), Each(-0.8f)) << t << " ms";
  }
  for (const std::int64_t t : {500, 1000, 1499}) {
    EXPECT_THAT(test::frame_at(player, env, t), Each(0.8f)) << t << " ms";
  }
}

TEST(FlashPlugin, TurnsAroundWithoutBlackToWhite) {
  const Environment env = test::movie_environment(4, 6);
  const StimulusPlayer player =
      test::play(test::TestSettings().set("black_to_white", 0).set("contrast", 0.5), env);
  EXPECT_THAT(test::frame_at(player, env, 499), Each(0.5f));
  EXPECT_THAT(test::frame_at(player, env, 500), Each(-0.5f));
}

TEST(FlashPlugin, TellsItsLevelsAndMarkers) {
  const StimulusPlayer player = test::play(
      test::TestSettings().set("onset", 300).set("duration", 50), test::movie_environment(4, 6));
  const StimulusDescription& told = player.description();
  ASSERT_EQ(told.markers.size(), 2u);
  EXPECT_EQ(told.markers[0].time_ms, 300.0);
  EXPECT_EQ(told.markers[1].time_ms, 350.0);
  ASSERT_EQ(told.strips.size(), 1u);
  EXPECT_THAT(told.strips[0].value, ElementsAre(-0.8, 0.8, -0.8));
  EXPECT_EQ(told.trial_columns.size(), 2u);
}

}  // namespace
}  // namespace v1::stimulus
