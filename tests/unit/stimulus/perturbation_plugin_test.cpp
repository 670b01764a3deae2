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

struct Step {
  std::int64_t start;
  Change change;
  double value;
};

// What the plugin says of a schedule with preset = "none": "schedule[1].value: ...", or "".
std::string complaint(const std::vector<Step>& steps, bool moving = true, int preset = 2) {
  std::vector<std::vector<v1e_value>> fields;
  for (const Step& step : steps) {
    std::vector<v1e_value>& one = fields.emplace_back(3);
    one[0] = {V1E_INT, 1, {}};
    one[1] = {V1E_CHOICE, 1, {}};
    one[2] = {V1E_FLOAT, 1, {}};
    one[0].as.i = step.start;
    one[1].as.i = static_cast<std::int64_t>(step.change);
    one[2].as.f = step.value;
  }
  std::vector<v1e_settings> records;
  for (const auto& one : fields) records.push_back({sizeof(v1e_settings), 3, one.data()});
  std::vector<const v1e_settings*> pointers;
  for (const v1e_settings& record : records) pointers.push_back(&record);
  std::vector<v1e_value> values;
  const v1e_plugin& plugin = test::linked_plugin();
  for (std::uint32_t i = 0; i < plugin.param_count; ++i) {
    const std::string_view key = plugin.params[i]->key;
    v1e_value& value = values.emplace_back(*plugin.params[i]->default_value);
    if (key == "preset") value.as.i = preset;
    if (key == "moving") value.as.i = moving ? 1 : 0;
    if (key != "schedule") continue;
    value.count = static_cast<std::uint32_t>(pointers.size());
    value.as.records = pointers.data();
  }
  const v1e_settings settings{sizeof(v1e_settings), plugin.param_count, values.data()};
  v1e_error err{};
  err.struct_size = sizeof err;
  if (test::linked_api().validate(&settings, &err) == V1E_OK) return "";
  return std::string(err.param) + ": " + err.message;
}

TEST(PerturbationPlugin, RefusesWhatWouldBeIgnored) {
  EXPECT_EQ(complaint({{100, Change::flow, 0.0}, {100, Change::speed, 4.0}}), "");
  EXPECT_EQ(complaint({{100, Change::flow, 0.0}, {50, Change::halt, 0.0}}),
            "schedule[1].start: times must ascend, but 50 ms follows 100 ms");
  EXPECT_EQ(complaint({{100, Change::flow, 3.0}}),
            "schedule[0].value: 'flow' at 100 ms takes no value; speed, direction and contrast do");
  EXPECT_EQ(complaint({{100, Change::speed, 0.0}}),
            "schedule[0].value: the value of 'speed' at 100 ms must be a temporal frequency above "
            "0 and up to 500 Hz; 'halt' stops the flow");
  EXPECT_EQ(complaint({{100, Change::contrast, 2.0}}),
            "schedule[0].value: the value of 'contrast' at 100 ms must be a contrast from 0 to 1");
  EXPECT_EQ(
      complaint({{100, Change::flow, 0.0}, {100, Change::speed, 4.0}, {100, Change::gray, 0.0}}),
      "schedule[2].change: 'gray' and 'flow' are both at 100 ms and exclude each other");
  EXPECT_EQ(complaint({}, false, 1), "moving: needs preset = \"none\"; a preset has its own");
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
