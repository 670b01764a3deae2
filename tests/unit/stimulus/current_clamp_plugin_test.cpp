#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/error.hpp"
#include "plugins/stimuli/current_clamp/clamp_steps.hpp"
#include "tests/unit/stimulus/plugin_under_test.hpp"

namespace v1::stimulus {
namespace {

using testing::ElementsAre;

Environment clamp_environment(const NeuronChannels& channels, double dt_ms) {
  Environment env;
  env.output = V1E_OUT_CURRENTS;
  env.dt_ms = dt_ms;
  env.duration_ms = 2500.0;
  channels.describe_to(env);
  return env;
}

TEST(ClampSteps, CoverTheWindowHalfOpen) {
  const auto steps = [](double start, double duration, double dt) {
    const auto range = current_clamp::clamp_steps(start, duration, dt);
    return std::pair(range.begin, range.end);
  };
  EXPECT_EQ(steps(500.0, 1000.0, 1.0), std::pair(500L, 1500L));
  EXPECT_EQ(steps(0.3, 0.3, 0.1), std::pair(3L, 6L));  // 0.6 / 0.1 is not whole in binary
  EXPECT_EQ(steps(0.5, 1.0, 1.0), std::pair(1L, 2L));
  EXPECT_EQ(steps(10.0, 0.0, 1.0), std::pair(10L, 10L));
}

TEST(CurrentClampPlugin, GivesOnePulseIntoAllTargets) {
  const NeuronChannels channels({4, 9, 17});
  const StimulusPlayer player =
      test::play(test::TestSettings().set("amplitude", -100.0), clamp_environment(channels, 0.5));
  const std::vector<CurrentPulse> pulses = player.pulses(0, 5000);
  ASSERT_EQ(pulses.size(), 1u);
  EXPECT_EQ(pulses[0].step_begin, 1000);
  EXPECT_EQ(pulses[0].step_end, 3000);
  EXPECT_THAT(pulses[0].neurons, ElementsAre(4, 9, 17));
  EXPECT_THAT(pulses[0].amplitude_pa, ElementsAre(-100.0f, -100.0f, -100.0f));
}

// One entry of `scale`, as the engine hands it over.
struct ScaleEntry {
  ScaleEntry(std::vector<std::uint32_t> chosen, double factor) : neurons(std::move(chosen)) {
    selection = {sizeof selection, 1, "some", neurons.size(), neurons.data()};
    values[0].type = V1E_SELECTION;
    values[0].count = 1;
    values[0].as.selection = &selection;
    values[1].type = V1E_FLOAT;
    values[1].count = 1;
    values[1].as.f = factor;
    settings = {sizeof settings, 2, values};
  }
  ScaleEntry(const ScaleEntry&) = delete;
  ScaleEntry& operator=(const ScaleEntry&) = delete;
  std::vector<std::uint32_t> neurons;
  v1e_selection selection{};
  v1e_value values[2]{};
  v1e_settings settings{};
};

// A clamp of neurons 4, 9 and 17 with these two entries.
std::vector<CurrentPulse> scaled_pulses(const ScaleEntry& first, const ScaleEntry& second,
                                        const v1e_host* host = nullptr) {
  const NeuronChannels channels({4, 9, 17});
  const v1e_settings* records[] = {&first.settings, &second.settings};
  const v1e_plugin& plugin = test::linked_plugin();
  std::vector<v1e_value> values;
  for (std::uint32_t i = 0; i < plugin.param_count; ++i) {
    values.push_back(*plugin.params[i]->default_value);
    if (std::string_view(plugin.params[i]->key) != "scale") continue;
    values.back().count = 2;
    values.back().as.records = records;
  }
  const v1e_settings settings{sizeof(v1e_settings), plugin.param_count, values.data()};
  const StimulusPlayer player = StimulusPlayer::create(plugin.name, test::linked_api(), &settings,
                                                       host, clamp_environment(channels, 1.0));
  return player.pulses(0, 2500);
}

TEST(CurrentClampPlugin, ScalesSomeOfItsTargets) {
  const ScaleEntry half({9, 17, 30}, 0.5), reversed({17}, -1.0);
  const std::vector<CurrentPulse> pulses = scaled_pulses(half, reversed);
  ASSERT_EQ(pulses.size(), 1u);
  EXPECT_THAT(pulses[0].amplitude_pa, ElementsAre(100.0f, 50.0f, -50.0f));
}

TEST(CurrentClampPlugin, WarnsOfFactorsForOtherNeurons) {
  std::vector<std::string> lines;
  v1e_host host{};
  host.struct_size = sizeof host;
  host.ctx = &lines;
  host.log = [](void* ctx, std::int32_t level, const char* message) noexcept {
    if (level == V1E_LOG_WARN) static_cast<std::vector<std::string>*>(ctx)->push_back(message);
  };
  const ScaleEntry half({9, 30}, 0.5), beside({3, 18}, -1.0);
  const std::vector<CurrentPulse> pulses = scaled_pulses(half, beside, &host);
  ASSERT_EQ(pulses.size(), 1u);
  EXPECT_THAT(pulses[0].amplitude_pa, ElementsAre(100.0f, 50.0f, 100.0f));
  EXPECT_THAT(lines, ElementsAre("current_clamp: scale[1] (neurons = some) holds none of the "
                                 "target's neurons: it has no effect"));
}

TEST(CurrentClampPlugin, IsClippedToTheTrial) {
  const NeuronChannels channels({1});
  const StimulusPlayer player = test::play(test::TestSettings(), clamp_environment(channels, 1.0));
  const std::vector<CurrentPulse> pulses = player.pulses(0, 800);
  ASSERT_EQ(pulses.size(), 1u);
  EXPECT_EQ(pulses[0].step_end, 800);
  EXPECT_TRUE(player.pulses(0, 500).empty());
}

TEST(CurrentClampPlugin, RefusesToBeAStimulus) {
  Environment env = test::movie_environment(4, 6);
  try {
    test::play(test::TestSettings(), env);
    FAIL() << "accepted";
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ExitCode::config);
    EXPECT_NE(std::string(e.what()).find("current_clamp"), std::string::npos);
  }
}

TEST(CurrentClampPlugin, FailsClearlyWithoutTargets) {
  Environment env;
  env.output = V1E_OUT_CURRENTS;
  env.duration_ms = 100.0;
  try {
    test::play(test::TestSettings(), env);
    FAIL() << "accepted";
  } catch (const Error& e) {
    EXPECT_NE(std::string(e.what()).find("neuron"), std::string::npos);
  }
}

}  // namespace
}  // namespace v1::stimulus
