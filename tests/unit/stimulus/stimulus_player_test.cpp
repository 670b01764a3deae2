#include "engine/stimulus/stimulus_player.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/base/error.hpp"
#include "engine/stimulus/stimulus_key.hpp"

/// A plugin written by hand in C terms, to misbehave at will.
namespace v1::stimulus {
namespace {

struct Behaviour {
  float value = 0.5f;
  v1e_status fill_status = V1E_OK;
  const char* fill_message = "the projector is broken";
  bool fills_whole_slot = false;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> spikes;
  v1e_pulse pulse{};
  bool column_too_short = false;
  int alive = 0;
};
Behaviour behaviour;

v1e_status create(const v1e_settings*, const v1e_stimulus_env*, v1e_stimulus** out,
                  v1e_error*) noexcept {
  ++behaviour.alive;
  *out = reinterpret_cast<v1e_stimulus*>(&behaviour);
  return V1E_OK;
}
void destroy(v1e_stimulus*) noexcept { --behaviour.alive; }

v1e_status describe(v1e_stimulus*, const v1e_stimulus_sink* sink, v1e_error* err) noexcept {
  static const std::int32_t block[] = {7, 8};
  static const char* const names[] = {"a", "b"};
  v1e_column column{};
  column.struct_size = sizeof column;
  column.name = "block";
  column.unit = "1";
  column.values = {block, V1E_I32, 1, {behaviour.column_too_short ? 1 : 2}, {4}};
  if (const v1e_status status = sink->trial_column(sink->ctx, &column, err)) return status;
  column.name = "image";
  column.values = {names, V1E_STR, 1, {2}, {8}};
  return sink->trial_column(sink->ctx, &column, err);
}

v1e_status fill(v1e_stimulus*, const v1e_window* window, v1e_drive* out, v1e_error* err) noexcept {
  if (behaviour.fill_status != V1E_OK) {
    err->code = behaviour.fill_status;
    std::snprintf(err->message, sizeof err->message, "%s", behaviour.fill_message);
    if (behaviour.fills_whole_slot) {
      std::fill(std::begin(err->param), std::end(err->param), 'x');
      std::fill(std::begin(err->message), std::end(err->message), 'x');
    }
    return behaviour.fill_status;
  }
  if (out->kind == V1E_OUT_SPIKES) {
    out->event_count = behaviour.spikes.size();
    if (out->event_count > out->event_capacity) return V1E_OK;
    for (std::size_t i = 0; i < behaviour.spikes.size(); ++i) {
      out->event_step[i] = behaviour.spikes[i].first;
      out->event_channel[i] = behaviour.spikes[i].second;
    }
    return V1E_OK;
  }
  if (out->kind == V1E_OUT_CURRENTS) return out->add_pulse(out->pulse_ctx, &behaviour.pulse, err);
  auto* values = static_cast<float*>(out->dense.data);
  values[out->dense.shape[1] * (window->step_count - 1)] = behaviour.value;
  return V1E_OK;
}

v1e_stimulus_api misbehaving_api() {
  v1e_stimulus_api api{};
  api.struct_size = sizeof api;
  api.outputs = V1E_OUT_FRAMES | V1E_OUT_RATES | V1E_OUT_SPIKES | V1E_OUT_CURRENTS;
  api.create = create;
  api.destroy = destroy;
  api.describe = describe;
  api.fill = fill;
  return api;
}

class Player : public testing::Test {
 protected:
  Player() { behaviour = Behaviour(); }

  StimulusPlayer make(std::uint32_t output) {
    env_.output = output;
    env_.trial_count = 2;
    env_.frame_rows = 1;
    env_.frame_cols = 1;
    env_.duration_ms = 100.0;
    if (output != V1E_OUT_FRAMES) channels_.describe_to(env_);
    return StimulusPlayer::create("bad", api_, nullptr, nullptr, env_);
  }
  template <class Call>
  std::string failure(Call&& call, ExitCode code = ExitCode::plugin) {
    try {
      call();
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), code) << e.what();
      EXPECT_THAT(e.what(), testing::HasSubstr("bad"));
      return e.what();
    }
    ADD_FAILURE() << "no error";
    return "";
  }

  v1e_stimulus_api api_ = misbehaving_api();
  Environment env_;
  NeuronChannels channels_{{3, 5}};
};

TEST_F(Player, DestroysTheInstance) {
  {
    StimulusPlayer player = make(V1E_OUT_FRAMES);
    const StimulusPlayer moved = std::move(player);
    EXPECT_EQ(behaviour.alive, 1);
  }
  EXPECT_EQ(behaviour.alive, 0);
}

TEST_F(Player, HasOneConditionPerTrialUnlessAllTrialsAreTheSame) {
  EXPECT_EQ(make(V1E_OUT_FRAMES).condition_count(), 2u);
  EXPECT_EQ(make(V1E_OUT_FRAMES).condition_of_trial(1), 1u);
  EXPECT_FALSE(make(V1E_OUT_FRAMES).concurrent());
  api_.flags = V1E_STIM_EVERY_TRIAL | V1E_STIM_PURE;
  EXPECT_EQ(make(V1E_OUT_FRAMES).condition_count(), 1u);
  EXPECT_EQ(make(V1E_OUT_FRAMES).condition_of_trial(1), 0u);
}

TEST_F(Player, KeepsTrialColumnsOfNumbersAndTexts) {
  const StimulusPlayer player = make(V1E_OUT_FRAMES);
  const auto& columns = player.description().trial_columns;
  ASSERT_EQ(columns.size(), 2u);
  EXPECT_EQ(std::get<std::vector<std::int64_t>>(columns[0].values),
            (std::vector<std::int64_t>{7, 8}));
  EXPECT_EQ(std::get<std::vector<std::string>>(columns[1].values),
            (std::vector<std::string>{"a", "b"}));
}

TEST_F(Player, RefusesTrialColumnsOfTheWrongLength) {
  behaviour.column_too_short = true;
  EXPECT_THAT(failure([&] { make(V1E_OUT_FRAMES); }), testing::HasSubstr("'block'"));
}

TEST_F(Player, RefusesLuminanceOutsideItsRangeOrNotFinite) {
  const StimulusPlayer player = make(V1E_OUT_FRAMES);
  float out[3];
  player.frames(0, -5, 3, out);
  EXPECT_EQ(out[0], 0.0f);
  EXPECT_EQ(out[2], 0.5f);
  for (const float value : {1.5f, -1.01f, std::numeric_limits<float>::quiet_NaN()}) {
    behaviour.value = value;
    EXPECT_THAT(failure([&] { player.frames(1, 10, 3, out); }),
                testing::HasSubstr("12 ms of trial 1"));
  }
}

TEST_F(Player, RefusesNegativeOrInfiniteRates) {
  const StimulusPlayer player = make(V1E_OUT_RATES);
  float out[4];
  player.rates(0, 0, 2, out);
  EXPECT_EQ(out[2], 0.5f);
  for (const float value : {-0.5f, std::numeric_limits<float>::infinity()}) {
    behaviour.value = value;
    failure([&] { player.rates(0, 0, 2, out); });
  }
}

TEST_F(Player, PassesOnTheMessageAndTheKindOfAFailure) {
  const StimulusPlayer player = make(V1E_OUT_FRAMES);
  float out[1];
  behaviour.fill_status = V1E_E_INTERNAL;
  EXPECT_THAT(failure([&] { player.frames(0, 0, 1, out); }),
              testing::HasSubstr("the projector is broken"));
  behaviour.fill_status = V1E_E_MEMORY;
  failure([&] { player.frames(0, 0, 1, out); }, ExitCode::memory);
}

TEST_F(Player, MakesOneLineOfAMessageWithoutEndOrOfSeveral) {
  const StimulusPlayer player = make(V1E_OUT_FRAMES);
  float out[1];
  behaviour.fill_status = V1E_E_INTERNAL;
  behaviour.fill_message = "the lamp\nis \033[31mbroken\n";
  EXPECT_THAT(failure([&] { player.frames(0, 0, 1, out); }),
              testing::EndsWith("(fill): the lamp is  [31mbroken"));
  behaviour.fills_whole_slot = true;
  const std::string endless = failure([&] { player.frames(0, 0, 1, out); });
  EXPECT_EQ(std::count(endless.begin(), endless.end(), 'x'), 119 + 895);
}

TEST_F(Player, GrowsTheSpikeBufferAndSorts) {
  const StimulusPlayer player = make(V1E_OUT_SPIKES);
  for (std::uint32_t i = 0; i < 3000; ++i) behaviour.spikes.push_back({2999 - i, i % 2});
  const std::vector<SpikeEvent> events = player.spikes(0, 100, 3000);
  ASSERT_EQ(events.size(), 3000u);
  EXPECT_EQ(events.front().step, 100u);
  EXPECT_EQ(events.front().channel, 1u);
  EXPECT_EQ(events.back().step, 3099u);
  behaviour.spikes = {{0, 2}};
  failure([&] { player.spikes(0, 0, 10); });
  behaviour.spikes = {{10, 0}};
  failure([&] { player.spikes(0, 0, 10); });
}

TEST_F(Player, RefusesPulsesIntoOthersThanTheTargets) {
  const StimulusPlayer player = make(V1E_OUT_CURRENTS);
  const std::uint32_t right[] = {3, 5}, wrong[] = {3, 4};
  const float amplitude[] = {10.0f, 20.0f}, infinite[] = {10.0f, INFINITY};
  behaviour.pulse = {sizeof(v1e_pulse), 0, -5, 8, 2, right, amplitude};
  ASSERT_EQ(player.pulses(0, 100).size(), 1u);
  EXPECT_EQ(player.pulses(0, 100)[0].step_begin, 0);
  behaviour.pulse.neurons = wrong;
  EXPECT_THAT(failure([&] { player.pulses(0, 100); }), testing::HasSubstr("neuron 4"));
  behaviour.pulse.neurons = right;
  behaviour.pulse.amplitude_pa = infinite;
  failure([&] { player.pulses(0, 100); });
  behaviour.pulse.amplitude_pa = amplitude;
  behaviour.pulse.step_end = -6;
  failure([&] { player.pulses(0, 100); });
}

TEST_F(Player, RefusesWhatThePluginCannotMake) {
  api_.outputs = V1E_OUT_FRAMES;
  EXPECT_THAT(failure([&] { make(V1E_OUT_CURRENTS); }, ExitCode::config),
              testing::HasSubstr("makes frames"));
}

TEST(StimulusKey, ChangesWithSettingsEnvironmentTrialAndIdentity) {
  v1e_value values[2] = {};
  values[0] = {V1E_FLOAT, 1, {}};
  values[0].as.f = 1.0;
  values[1] = {V1E_STRING, 1, {}};
  values[1].as.s = "x";
  const v1e_settings settings{sizeof settings, 2, values};
  const Environment env;
  const std::uint64_t key = stimulus_key("a 1.0.0", &settings, env, 0);
  EXPECT_EQ(stimulus_key("a 1.0.0", &settings, env, 0), key);
  EXPECT_NE(stimulus_key("a 1.0.1", &settings, env, 0), key);
  EXPECT_NE(stimulus_key("a 1.0.0", &settings, env, 1), key);
  Environment other = env;
  other.frame_cols = 120;
  EXPECT_NE(stimulus_key("a 1.0.0", &settings, other, 0), key);
  values[0].as.f = 1.5;
  EXPECT_NE(stimulus_key("a 1.0.0", &settings, env, 0), key);
  values[0].as.f = 1.0;
  values[1].as.s = "y";
  EXPECT_NE(stimulus_key("a 1.0.0", &settings, env, 0), key);
}

}  // namespace
}  // namespace v1::stimulus
