#include "engine/stimulus/stimulus_sequence.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

/// Stimuli of one pixel that show a constant level plus the number of their trial.
namespace v1::stimulus {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr double plain_level = 7.0;  // tells nothing of itself

struct Constant {
  double level = 0.0;
  bool tells_level = true;
  std::uint32_t trials = 0;
};

v1e_status create(const v1e_settings* settings, const v1e_stimulus_env* env, v1e_stimulus** out,
                  v1e_error*) noexcept {
  auto* self = new Constant;
  self->level = settings->values[0].as.f;
  self->tells_level = settings->values[1].as.i != 0;
  self->trials = env->trial_count;
  *out = reinterpret_cast<v1e_stimulus*>(self);
  return V1E_OK;
}
void destroy(v1e_stimulus* self) noexcept { delete reinterpret_cast<Constant*>(self); }

v1e_status describe(v1e_stimulus* handle, const v1e_stimulus_sink* sink, v1e_error* err) noexcept {
  const auto* self = reinterpret_cast<Constant*>(handle);
  if (self->level == plain_level) return V1E_OK;
  const double zero = 0.0, one = 1.0;
  if (const auto status = sink->marker(sink->ctx, 10.0, "onset", err)) return status;
  if (const auto status = sink->strip(sink->ctx, "level", "1", 1, &zero, &self->level, err)) {
    return status;
  }
  if (const auto status = sink->strip(sink->ctx, "frame", "1", 1, &zero, &one, err)) return status;
  if (!self->tells_level) return V1E_OK;
  const std::vector<double> values(self->trials, self->level);
  v1e_column column{};
  column.struct_size = sizeof column;
  column.name = "level";
  column.unit = "cd";
  column.values = {values.data(), V1E_F64, 1, {static_cast<std::int64_t>(values.size())}, {8}};
  return sink->trial_column(sink->ctx, &column, err);
}

v1e_status fill(v1e_stimulus* handle, const v1e_window* window, v1e_drive* out,
                v1e_error*) noexcept {
  const auto* self = reinterpret_cast<Constant*>(handle);
  auto* pixels = static_cast<float*>(out->dense.data);
  for (std::int64_t i = 0; i < window->step_count; ++i) {
    pixels[i] = static_cast<float>(self->level + 0.01 * window->trial);
  }
  return V1E_OK;
}

v1e_stimulus_api api_with(std::uint64_t flags) {
  v1e_stimulus_api api{};
  api.struct_size = sizeof api;
  api.outputs = V1E_OUT_FRAMES;
  api.flags = flags;
  api.create = create;
  api.destroy = destroy;
  api.describe = describe;
  api.fill = fill;
  return api;
}
const v1e_stimulus_api same_every_trial = api_with(V1E_STIM_EVERY_TRIAL);
const v1e_stimulus_api changing = api_with(0);

SequenceItem item(const v1e_stimulus_api& api, double level, bool tells, std::uint32_t trials,
                  const std::string& block) {
  v1e_value values[2] = {{V1E_FLOAT, 1, {}}, {V1E_BOOL, 1, {}}};
  values[0].as.f = level;
  values[1].as.i = tells ? 1 : 0;
  const v1e_settings settings{sizeof settings, 2, values};
  Environment env;
  env.trial_count = trials;
  env.frame_rows = env.frame_cols = 1;
  return {StimulusPlayer::create("constant", api, &settings, nullptr, env), "constant", block, {}};
}

template <class T>
const std::vector<T>& column(const StimulusSequence& sequence, const std::string& name) {
  for (const TrialColumn& one : sequence.description().trial_columns) {
    if (one.name == name) return std::get<std::vector<T>>(one.values);
  }
  throw std::runtime_error("no column " + name);
}

StimulusSequence three_stimuli(std::uint32_t trials) {
  std::vector<SequenceItem> items;
  items.push_back(item(same_every_trial, 0.1, true, 2, "a"));
  items.push_back(item(changing, 0.5, true, 2, "a"));
  items.push_back(item(same_every_trial, -0.5, false, 1, "blank"));
  items[0].varied = {{"speed", "deg/s", "", std::vector<double>{4.0}},
                     {"level", "1", "", std::vector<double>{9.0}}};
  items[1].varied = {{"speed", "deg/s", "", std::vector<double>{8.0}}};
  return StimulusSequence(std::move(items), {1, 2, 0, 1, 0}, trials);
}

TEST(StimulusSequence, PlaysOneStimulusPerTrial) {
  const StimulusSequence sequence = three_stimuli(5);
  std::vector<float> shown;
  for (std::uint32_t trial = 0; trial < 5; ++trial) {
    const auto place = sequence.place_of_condition(sequence.condition_of_trial(trial));
    float pixel = 0.0f;
    sequence.player(place.item).frames(place.trial, 0, 1, &pixel);
    shown.push_back(pixel);
  }
  EXPECT_THAT(shown, ElementsAre(0.5f, -0.5f, 0.1f, 0.51f, 0.1f));
}

TEST(StimulusSequence, SharesConditionsOnlyWhereTrialsAreTheSame) {
  const StimulusSequence sequence = three_stimuli(5);
  EXPECT_EQ(sequence.condition_count(), 4u);  // 1 + one per trial + 1
  EXPECT_EQ(sequence.condition_of_trial(2), sequence.condition_of_trial(4));
  EXPECT_NE(sequence.condition_of_trial(0), sequence.condition_of_trial(3));
  EXPECT_THAT(
      sequence.condition_labels(),
      ElementsAre("a, speed 4 deg/s, level 9", "a, speed 8 deg/s", "a, speed 8 deg/s", "blank"));
}

TEST(StimulusSequence, MergesTrialTables) {
  const StimulusSequence sequence = three_stimuli(4);
  const auto& level = column<double>(sequence, "level");
  ASSERT_EQ(level.size(), 4u);
  EXPECT_EQ(level[0], 0.5);
  EXPECT_TRUE(std::isnan(level[1]));  // the blank tells none
  EXPECT_EQ(level[2], 0.1);           // what the stimulus tells, not the varied parameter
  const auto& speed = column<double>(sequence, "speed");
  EXPECT_EQ(speed[0], 8.0);
  EXPECT_TRUE(std::isnan(speed[1]));
  EXPECT_EQ(speed[2], 4.0);
  EXPECT_THAT(column<std::string>(sequence, "block"), ElementsAre("a", "blank", "a", "a"));
  EXPECT_THAT(column<std::string>(sequence, "stimulus"),
              ElementsAre("constant", "constant", "constant", "constant"));
  EXPECT_THAT(column<double>(sequence, "repeat"), ElementsAre(0, 0, 0, 1));
}

TEST(StimulusSequence, KeepsMarkersAndEveryStripThatDiffers) {
  const StimulusSequence sequence = three_stimuli(5);
  ASSERT_EQ(sequence.description().markers.size(), 1u);
  EXPECT_EQ(sequence.description().markers[0].label, "onset");
  std::vector<std::string> names;
  std::vector<double> values;
  for (const Strip& strip : sequence.description().strips) {
    names.push_back(strip.name);
    values.push_back(strip.value.at(0));
  }
  EXPECT_THAT(names, ElementsAre("level", "frame", "level (2)", "level (3)"));
  EXPECT_THAT(values, ElementsAre(0.1, 1.0, 0.5, -0.5));
  EXPECT_THAT(column<std::string>(sequence, strips_column),
              ElementsAre("level (2); frame", "level (3); frame", "level; frame",
                          "level (2); frame", "level; frame"));
}

TEST(StimulusSequence, KeepsEightStripsOfAName) {
  std::vector<SequenceItem> items;
  std::vector<std::uint32_t> order;
  for (std::uint32_t i = 0; i < 10; ++i) {
    items.push_back(item(same_every_trial, 0.01 * i, false, 1, "a"));
    order.push_back(i);
  }
  const StimulusSequence sequence(std::move(items), order, 10);
  EXPECT_EQ(sequence.description().strips.size(), 9u);  // and "frame"
  EXPECT_EQ(column<std::string>(sequence, strips_column).at(7), "level (8); frame");
  EXPECT_EQ(column<std::string>(sequence, strips_column).at(8), "frame");
}

// Figures of one trial must not show what happened in others.
TEST(StimulusSequence, SaysWhichTrialHasWhichMarksAndStrips) {
  std::vector<SequenceItem> items;
  items.push_back(item(same_every_trial, 0.1, false, 2, "a"));
  items.push_back(item(same_every_trial, plain_level, false, 1, "b"));
  const StimulusSequence sequence(std::move(items), {0, 1, 0}, 3);
  EXPECT_THAT(column<std::string>(sequence, marks_column), ElementsAre("10", "", "10"));
  EXPECT_THAT(column<std::string>(sequence, strips_column),
              ElementsAre("level; frame", "", "level; frame"));
  const StimulusSequence alike = three_stimuli(5);
  for (const TrialColumn& one : alike.description().trial_columns) {
    EXPECT_NE(one.name, marks_column);  // all have the same
  }
}

TEST(StimulusSequence, ASingleStimulusDescribesItself) {
  const StimulusSequence sequence(item(changing, 0.2, true, 3, "x"));
  EXPECT_EQ(sequence.condition_count(), 3u);
  EXPECT_EQ(sequence.condition_of_trial(2), 2u);
  EXPECT_EQ(sequence.place_of_condition(2).trial, 2u);
  ASSERT_EQ(sequence.description().trial_columns.size(), 1u);
  EXPECT_THAT(sequence.condition_labels(), IsEmpty());
}

TEST(StimulusSequence, ColumnsOfOneNameAndDifferentUnitsStayApart) {
  std::vector<SequenceItem> items;
  items.push_back(item(same_every_trial, 0.1, true, 1, "a"));
  items.push_back(item(same_every_trial, 0.2, false, 1, "b"));
  items[1].varied = {{"level", "m", "", std::vector<double>{3.0}}};
  const StimulusSequence sequence(std::move(items), {0, 1}, 2);
  EXPECT_TRUE(std::isnan(column<double>(sequence, "level")[1]));
  EXPECT_EQ(column<double>(sequence, "constant.level")[1], 3.0);
}

}  // namespace
}  // namespace v1::stimulus
