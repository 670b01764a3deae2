#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "plugins/stimuli/bar/moving_bar.hpp"
#include "tests/unit/stimulus/plugin_under_test.hpp"

namespace v1::stimulus {
namespace {

using testing::Each;

// Mean column (or row) of what is not gray.
double centre(const std::vector<float>& frame, std::uint32_t cols, bool of_columns) {
  double weight = 0.0, sum = 0.0;
  for (std::size_t i = 0; i < frame.size(); ++i) {
    const auto place = static_cast<double>(of_columns ? i % cols : i / cols) + 0.5;
    weight += frame[i];
    sum += frame[i] * place;
  }
  return sum / weight;
}

TEST(BarPlugin, CrossesTheFieldAtItsSpeed) {
  const Environment env = test::movie_environment();
  const StimulusPlayer player = test::play(test::TestSettings().set("speed", 200.0), env);
  EXPECT_THAT(test::frame_at(player, env, 0), Each(0.0f));
  EXPECT_THAT(test::frame_at(player, env, 500), Each(0.0f));
  // The middle starts half a width (and half a pixel) outside.
  const double first = centre(test::frame_at(player, env, 1000), 240, true);
  const double later = centre(test::frame_at(player, env, 1400), 240, true);
  EXPECT_NEAR(first, -5.5 + 0.5 * 200.0, 0.01);
  EXPECT_NEAR(later - first, 0.4 * 200.0, 0.01);
  EXPECT_THAT(test::frame_at(player, env, 500 + 1255), Each(0.0f));  // 251 deg later
}

TEST(BarPlugin, AreaIsWidthTimesHeightWhereverItStands) {
  const Environment env = test::movie_environment();
  const StimulusPlayer player =
      test::play(test::TestSettings().set("luminance", -0.5).set("width", 7.0), env);
  for (const std::int64_t t : {1003, 1004, 1017}) {
    const auto frame = test::frame_at(player, env, t);
    EXPECT_NEAR(std::accumulate(frame.begin(), frame.end(), 0.0), -0.5 * 7.0 * 120.0, 0.01) << t;
  }
}

TEST(BarPlugin, MovesInItsDirection) {
  const Environment env = test::movie_environment();
  const StimulusPlayer up =
      test::play(test::TestSettings().set("direction", 270.0).set("speed", 100.0), env);
  EXPECT_GT(centre(test::frame_at(up, env, 800), 240, false),
            centre(test::frame_at(up, env, 1200), 240, false) + 39.9);
}

TEST(BarPlugin, AShortBarHasItsLength) {
  const Environment env = test::movie_environment();
  const StimulusPlayer player =
      test::play(test::TestSettings().set("length", 20.0).set("center_y", 30.0), env);
  const auto frame = test::frame_at(player, env, 1500);
  EXPECT_NEAR(std::accumulate(frame.begin(), frame.end(), 0.0), 0.8 * 10.0 * 20.0, 0.01);
  EXPECT_NEAR(centre(frame, 240, false), 30.0, 1e-6);
}

TEST(MovingBar, EntersAtTheOnsetWhereverItsCentreLies) {
  for (const double center : {-50.0, 0.0, 120.0, 300.0}) {
    bar::BarParameters parameters;
    parameters.center_x_deg = center;
    const bar::MovingBar bar(parameters, {});
    EXPECT_DOUBLE_EQ(bar.position_deg(parameters.onset_ms), -center - 5.5) << center;
    EXPECT_DOUBLE_EQ(bar.crossing_ms(), 2510.0) << center;
  }
}

TEST(MovingBar, EntersAgain) {
  bar::BarParameters parameters;
  parameters.repeat = true;
  const bar::MovingBar bar(parameters, {});
  const auto period = static_cast<std::int64_t>(bar.crossing_ms());
  ASSERT_EQ(static_cast<double>(period), bar.crossing_ms());
  EXPECT_NEAR(bar.position_deg(700), bar.position_deg(700 + period), 1e-9);
}

}  // namespace
}  // namespace v1::stimulus
