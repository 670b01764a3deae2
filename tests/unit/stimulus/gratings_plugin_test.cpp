#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/hash.hpp"
#include "plugins/stimuli/gratings/drifting_grating.hpp"
#include "tests/unit/stimulus/plugin_under_test.hpp"

namespace v1::stimulus {
namespace {

using testing::ElementsAre;

TEST(GratingsPlugin, DeclaresTheParametersOfTheContract) {
  const v1e_plugin& plugin = test::linked_plugin();
  EXPECT_STREQ(plugin.name, "gratings");
  std::vector<std::string> keys;
  for (std::uint32_t i = 0; i < plugin.param_count; ++i) keys.push_back(plugin.params[i]->key);
  EXPECT_THAT(keys, ElementsAre("orientation", "temporal_frequency", "spatial_frequency",
                                "contrast", "reverse", "pause", "phase", "onset", "duration"));
}

TEST(GratingsPlugin, PlaysTheGratingFromThePrerollOn) {
  const Environment env = test::movie_environment();
  const StimulusPlayer player = test::play(test::TestSettings().set("orientation", 45.0), env);
  EXPECT_EQ(player.condition_count(), 1u);
  EXPECT_EQ(player.condition_of_trial(2), 0u);
  EXPECT_TRUE(player.concurrent());
  gratings::GratingParameters parameters;
  parameters.orientation_deg = 45.0;
  const gratings::DriftingGrating grating(parameters, {});
  for (const std::int64_t t : {-500, 0, 550, 1499, 2499}) {
    const std::vector<float> frame = test::frame_at(player, env, t);
    EXPECT_NEAR(frame[30 * 240 + 50], grating.pixel(t, 30, 50), 6e-8) << t << " ms";
  }
  EXPECT_NEAR(test::frame_at(player, env, 550)[30 * 240 + 50], 0.697772970514, 1e-7);
}

TEST(GratingsPlugin, WindowsAreStretchesOfOneMovie) {
  const Environment env = test::movie_environment(12, 20);
  const StimulusPlayer player = test::play(test::TestSettings(), env);
  std::vector<float> together(5 * 240);
  player.frames(1, 498, 5, together.data());
  for (int i = 0; i < 5; ++i) {
    const std::vector<float> alone = test::frame_at(player, env, 498 + i);
    EXPECT_TRUE(std::equal(alone.begin(), alone.end(), together.begin() + i * 240));
  }
}

TEST(GratingsPlugin, TellsMarkersStripAndTrialColumns) {
  const StimulusPlayer player =
      test::play(test::TestSettings().set("orientation", 90.0), test::movie_environment());
  const StimulusDescription& told = player.description();
  ASSERT_EQ(told.markers.size(), 2u);
  EXPECT_EQ(told.markers[0].time_ms, 500.0);
  EXPECT_EQ(told.markers[0].label, "flow onset");
  EXPECT_EQ(told.markers[1].time_ms, 1500.0);
  ASSERT_EQ(told.strips.size(), 1u);
  EXPECT_EQ(told.strips[0].name, "Temporal frequency");
  EXPECT_EQ(told.strips[0].unit, "Hz");
  EXPECT_THAT(told.strips[0].time_ms, ElementsAre(0.0, 500.0, 1500.0));
  EXPECT_THAT(told.strips[0].value, ElementsAre(0.0, 2.0, 0.0));
  ASSERT_EQ(told.trial_columns.size(), 4u);
  EXPECT_EQ(told.trial_columns[0].name, "direction_deg");
  EXPECT_EQ(told.trial_columns[1].name, "temporal_frequency_hz");
  EXPECT_EQ(told.trial_columns[2].name, "contrast");
  EXPECT_EQ(told.trial_columns[3].name, "reverse");
  EXPECT_THAT(std::get<std::vector<double>>(told.trial_columns[0].values),
              ElementsAre(90.0, 90.0, 90.0));
}

TEST(GratingsPlugin, ReverseTurnsTheStripAroundAndRenamesTheMarkers) {
  const StimulusPlayer player =
      test::play(test::TestSettings().set("reverse", 1), test::movie_environment());
  EXPECT_THAT(player.description().strips[0].value, ElementsAre(2.0, 0.0, 2.0));
  EXPECT_EQ(player.description().markers[0].label, "flow halt");
}

TEST(GratingsPlugin, LeavesOutMarkersBehindTheEndOfTheTrial) {
  Environment env = test::movie_environment(12, 20);
  env.duration_ms = 1000.0;
  EXPECT_EQ(test::play(test::TestSettings(), env).description().markers.size(), 1u);
}

TEST(GratingsPlugin, HasTheSamePixelsOnEveryMachine) {
  const Environment env = test::movie_environment();
  Hasher hasher;
  for (const double orientation : {0.0, 77.0, 270.0}) {
    const StimulusPlayer player =
        test::play(test::TestSettings().set("orientation", orientation), env);
    for (const std::int64_t t : {-1, 600, 1700}) {
      const std::vector<float> frame = test::frame_at(player, env, t);
      hasher.bytes(frame.data(), frame.size() * sizeof(float));
    }
  }
  EXPECT_EQ(to_hex(hasher.digest()), "f060512bb49c80e3");
}

TEST(GratingsPlugin, PausesCanBeGray) {
  const Environment env = test::movie_environment();
  const StimulusPlayer onset = test::play(test::TestSettings().set("pause", 1), env);
  const StimulusPlayer still = test::play(test::TestSettings(), env);
  const StimulusPlayer halt =
      test::play(test::TestSettings().set("pause", 1).set("reverse", 1), env);
  EXPECT_THAT(test::frame_at(onset, env, 499), ::testing::Each(0.0f));
  EXPECT_EQ(test::frame_at(onset, env, 700), test::frame_at(still, env, 700));
  EXPECT_THAT(test::frame_at(onset, env, 1500), ::testing::Each(0.0f));
  EXPECT_THAT(test::frame_at(halt, env, 700), ::testing::Each(0.0f));
  EXPECT_THAT(test::frame_at(halt, env, 499), ::testing::Not(::testing::Each(0.0f)));
  EXPECT_EQ(onset.description().strips.size(), 2u);
}

}  // namespace
}  // namespace v1::stimulus
