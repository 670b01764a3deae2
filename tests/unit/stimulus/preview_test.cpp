#include "engine/stimulus/preview.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/stimulus/plugin_under_test.hpp"

namespace v1::stimulus {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::FloatEq;

// The linked plugin is the grating: still, drifting from 500 to 1500 ms, still.
TEST(Preview, PicturesGoWhereSomethingMoves) {
  const Environment env = test::movie_environment();
  const Preview preview = make_preview(test::play(test::TestSettings(), env), env, 0, 6);
  EXPECT_THAT(preview.time_ms, ElementsAre(250, 625, 875, 1125, 1375, 2000));
  EXPECT_EQ(preview.rows, 40u);
  EXPECT_EQ(preview.cols, 80u);
  EXPECT_EQ(preview.deg_per_cell, 3.0);
  EXPECT_EQ(preview.luminance.size(), 6u * 40u * 80u);
}

TEST(Preview, CellsAreMeansOfPixels) {
  const Environment env = test::movie_environment(6, 10);
  const StimulusPlayer player = test::play(test::TestSettings(), env);
  const Preview preview = make_preview(player, env, 0, 3, 5);
  ASSERT_EQ(preview.rows, 3u);
  ASSERT_EQ(preview.cols, 5u);
  const std::vector<float> frame = test::frame_at(player, env, 250);
  EXPECT_NEAR(preview.luminance[0], (frame[0] + frame[1] + frame[10] + frame[11]) / 4.0, 1e-6);
}

TEST(Preview, AStillStimulusNeedsOnePicturePerStretch) {
  const Environment env = test::movie_environment(4, 6);
  const auto still = test::TestSettings().set("temporal_frequency", 0.0);
  const Preview preview = make_preview(test::play(still, env), env, 0, 8);
  EXPECT_THAT(preview.time_ms, ElementsAre(250, 1000, 2000));
}

TEST(Preview, ShortTrialsAndManyMarkersFit) {
  Environment env = test::movie_environment(4, 6);
  env.duration_ms = 1.0;
  const Preview one = make_preview(test::play(test::TestSettings(), env), env, 0, 8);
  EXPECT_THAT(one.time_ms, ElementsAre(0));
  env.duration_ms = 2500.0;
  const Preview two = make_preview(test::play(test::TestSettings(), env), env, 0, 2);
  EXPECT_EQ(two.time_ms.size(), 2u);
}

TEST(Preview, TheCourseTellsContrast) {
  const Environment env = test::movie_environment();
  const Preview preview =
      make_preview(test::play(test::TestSettings().set("pause", 1), env), env, 0, 4);
  ASSERT_EQ(preview.course_ms.size(), 250u);
  EXPECT_EQ(preview.contrast[0], 0.0);
  EXPECT_NEAR(preview.contrast[100], 0.8 / std::sqrt(2.0), 0.02);  // 1000 ms
  EXPECT_NEAR(preview.mean[100], 0.0, 0.05);
}

}  // namespace
}  // namespace v1::stimulus
