#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/stimulus/plugin_under_test.hpp"

namespace v1::stimulus {
namespace {

TEST(SpontaneousPlugin, IsGrayThroughoutAndHasNothingToTell) {
  const Environment env = test::movie_environment(4, 6);
  const StimulusPlayer player = test::play(test::TestSettings(), env);
  EXPECT_THAT(test::frame_at(player, env, -500), testing::Each(0.0f));
  EXPECT_THAT(test::frame_at(player, env, 1000), testing::Each(0.0f));
  EXPECT_TRUE(player.description().markers.empty());
  EXPECT_EQ(player.condition_count(), 1u);
}

}  // namespace
}  // namespace v1::stimulus
