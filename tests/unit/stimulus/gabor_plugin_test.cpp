#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "plugins/stimuli/gabor/grating_patch.hpp"
#include "tests/unit/stimulus/plugin_under_test.hpp"

namespace v1::stimulus {
namespace {

using testing::Each;

TEST(GaborPlugin, IsGrayOutsideItsTime) {
  const Environment env = test::movie_environment();
  const StimulusPlayer player = test::play(test::TestSettings(), env);
  EXPECT_THAT(test::frame_at(player, env, 499), Each(0.0f));
  EXPECT_THAT(test::frame_at(player, env, 750), Each(0.0f));
}

TEST(GaborPlugin, TheWindowFallsLikeAGaussian) {
  gabor::PatchParameters parameters;
  parameters.size_deg = 10.0;
  const gabor::GratingPatch patch(parameters, {});
  // Pixel centres: row 60 is half a degree from the centre.
  const double near = 0.5 * 0.5 + 0.5 * 0.5, far = 0.5 * 0.5 + 20.5 * 20.5;
  EXPECT_NEAR(patch.window(60, 120), std::exp(-near / 200.0), 1e-6);
  EXPECT_NEAR(patch.window(60, 140), std::exp(-far / 200.0), 1e-6);
}

TEST(GaborPlugin, PatchAndSurroundAddUpToTheGrating) {
  const Environment env = test::movie_environment();
  const auto frame = [&](double place, double window) {
    return test::frame_at(
        test::play(test::TestSettings().set("place", place).set("window", window), env), env, 600);
  };
  std::vector<float> whole(120 * 240);
  stimulus_math::SineGrating(0.0, 0.08, 0.0, {}).frame(0.1 * 4.0, 0.8, whole.data());
  for (const double window : {0.0, 1.0}) {
    const auto centre = frame(0, window), surround = frame(1, window);
    for (std::size_t i = 0; i < whole.size(); i += 31) {
      EXPECT_NEAR(centre[i] + surround[i], whole[i], 1e-6);
    }
  }
}

TEST(GaborPlugin, ADiscHasAnEdge) {
  const Environment env = test::movie_environment();
  const StimulusPlayer player =
      test::play(test::TestSettings().set("window", 1).set("size", 20.0), env);
  const auto frame = test::frame_at(player, env, 510);
  EXPECT_EQ(frame[60 * 240 + 135], 0.0f);
  EXPECT_NE(frame[60 * 240 + 127], 0.0f);
}

}  // namespace
}  // namespace v1::stimulus
