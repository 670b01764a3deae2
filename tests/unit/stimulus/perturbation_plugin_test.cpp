#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugins/stimuli/gratings/drifting_grating.hpp"
#include "plugins/stimuli/perturbation/flow_schedule.hpp"
#include "tests/unit/stimulus/plugin_under_test.hpp"

namespace v1::stimulus {
namespace {

using perturbation::Change;
using perturbation::Flow;
using perturbation::FlowSchedule;
using testing::Each;
using testing::ElementsAre;

// Frames of the gratings plugin's mathematics.
std::vector<float> grating_frame(bool reverse, double direction, std::int64_t t_ms) {
  gratings::GratingParameters parameters;
  parameters.reverse = reverse;
  parameters.orientation_deg = direction;
  std::vector<float> out(120 * 240);
  gratings::DriftingGrating(parameters, {}).frame(t_ms, out.data());
  return out;
}

TEST(PerturbationPlugin, PresetsAreTheGratingsProtocolsBitByBit) {
  for (const double direction : {0.0, 135.0, 180.0}) {
    for (const bool halt : {false, true}) {
      const Environment env = test::movie_environment();
      const StimulusPlayer player = test::play(
          test::TestSettings().set("preset", halt ? 1 : 0).set("orientation", direction), env);
      for (const std::int64_t t : {-500, -1, 0, 499, 500, 501, 777, 1499, 1500, 1501, 2499}) {
        EXPECT_EQ(test::frame_at(player, env, t), grating_frame(halt, direction, t))
            << direction << " deg, " << t << " ms, halt " << halt;
      }
    }
  }
}

TEST(FlowSchedule, PhaseNeverJumps) {
  Flow first;
  first.moving = true;
  first.temporal_frequency_hz = 4.0;
  const FlowSchedule course(first, {{100, Change::halt, 0.0},
                                    {200, Change::speed, 8.0},
                                    {200, Change::flow, 0.0},
                                    {300, Change::direction, 90.0},
                                    {400, Change::gray, 0.0},
                                    {450, Change::flow, 0.0}});
  for (std::int64_t t = -499; t < 600; ++t) {
    const double step = course.cycles(t) - course.cycles(t - 1);
    const bool still = t >= 100 && t <= 200;
    EXPECT_NEAR(step, still ? 0.0 : t < 100 ? 0.004 : 0.008, 1e-12) << t;
  }
  EXPECT_EQ(course.cycles(-500), 0.0);
  EXPECT_NEAR(course.cycles(99), 599 * 0.004, 1e-12);
}

TEST(FlowSchedule, ChangesHoldUntilTheNext) {
  Flow first;
  first.moving = true;
  const FlowSchedule course(
      first, {{100, Change::contrast, 0.2}, {200, Change::gray, 0.0}, {300, Change::halt, 0.0}});
  EXPECT_EQ(course.at(99).contrast, 0.8);
  EXPECT_EQ(course.at(100).contrast, 0.2);
  EXPECT_TRUE(course.at(199).visible);
  EXPECT_FALSE(course.at(200).visible);
  EXPECT_TRUE(course.at(300).visible);
  EXPECT_FALSE(course.at(300).moving);
  EXPECT_EQ(course.at(5000).contrast, 0.2);
  EXPECT_EQ(course.segments().size(), 4u);
}

TEST(PerturbationPlugin, TellsMarkersAndSpeeds) {
  const StimulusPlayer player = test::play(test::TestSettings(), test::movie_environment(4, 6));
  const StimulusDescription& told = player.description();
  ASSERT_EQ(told.markers.size(), 2u);
  EXPECT_EQ(told.markers[0].label, "flow");
  EXPECT_EQ(told.markers[1].time_ms, 1500.0);
  ASSERT_EQ(told.strips.size(), 1u);
  EXPECT_THAT(told.strips[0].time_ms, ElementsAre(0.0, 500.0, 1500.0));
  EXPECT_THAT(told.strips[0].value, ElementsAre(0.0, 2.0, 0.0));
}

}  // namespace
}  // namespace v1::stimulus
