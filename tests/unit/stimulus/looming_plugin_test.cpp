#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "plugins/stimuli/looming/expanding_disc.hpp"
#include "tests/unit/stimulus/plugin_under_test.hpp"

namespace v1::stimulus {
namespace {

using testing::Each;

constexpr double pi = 3.14159265358979323846;

TEST(ExpandingDisc, FollowsTheAngleOfAnApproachingObject) {
  looming::DiscParameters parameters;
  parameters.size_over_speed_ms = 80.0;
  const looming::ExpandingDisc disc(parameters, {});
  EXPECT_LT(disc.radius_deg(499), 0.0);
  EXPECT_NEAR(disc.radius_deg(500), 1.0, 1e-9);
  // tan(radius) = (l / v) / tau, with contact at (l / v) / tan(1 deg) after the onset.
  const double contact = parameters.size_over_speed_ms / std::tan(pi / 180.0);
  for (const std::int64_t t : {1000, 3000, 4900}) {
    EXPECT_NEAR(std::tan(disc.radius_deg(t) * pi / 180.0),
                parameters.size_over_speed_ms / (contact - static_cast<double>(t - 500)), 1e-9);
  }
  const auto full = static_cast<std::int64_t>(500.0 + disc.growth_ms()) + 1;
  EXPECT_EQ(disc.radius_deg(full), 40.0);
  EXPECT_EQ(disc.radius_deg(full + 498), 40.0);
  EXPECT_LT(disc.radius_deg(full + 500), 0.0);
}

TEST(ExpandingDisc, TheAreaLawStartsAnew) {
  looming::DiscParameters parameters;
  parameters.law = looming::Law::area;
  const looming::ExpandingDisc disc(parameters, {});
  EXPECT_NEAR(std::pow(disc.radius_deg(500 + 100), 2), 75.0, 1e-9);
  EXPECT_NEAR(std::pow(disc.radius_deg(500 + 900), 2), 0.75 * 900 - 625.0, 1e-9);
}

TEST(LoomingPlugin, ADarkDiscOnGray) {
  const Environment env = test::movie_environment();
  const StimulusPlayer player = test::play(test::TestSettings(), env);
  EXPECT_THAT(test::frame_at(player, env, 499), Each(0.0f));
  const auto frame = test::frame_at(player, env, 1500);
  looming::DiscParameters parameters;
  const double radius = looming::ExpandingDisc(parameters, {}).radius_deg(1500);
  ASSERT_GT(radius, 5.0);
  EXPECT_EQ(frame[60 * 240 + 120], -1.0f);
  EXPECT_EQ(frame[60 * 240 + 190], 0.0f);
  EXPECT_NEAR(std::accumulate(frame.begin(), frame.end(), 0.0), -pi * radius * radius, 2.0);
}

TEST(LoomingPlugin, TellsItsSize) {
  const StimulusPlayer player = test::play(test::TestSettings(), test::movie_environment(4, 6));
  ASSERT_EQ(player.description().strips.size(), 1u);
  EXPECT_NEAR(player.description().strips[0].value[1], 2.0, 1e-9);
  EXPECT_EQ(player.description().markers[0].time_ms, 500.0);
}

}  // namespace
}  // namespace v1::stimulus
