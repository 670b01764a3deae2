#include "engine/recording/stimulus_file.hpp"

#include <gmock/gmock.h>

#include "engine/base/hdf5.hpp"
#include "tests/unit/recording/test_run.hpp"

namespace v1::recording::test {
namespace {

using ::testing::ElementsAre;

StimulusInfo gratings() {
  StimulusInfo info;
  info.trial_columns = {{"orientation", "deg", std::vector<double>{0.0, 45.0, 90.0}},
                        {"kind", "1", std::vector<std::string>{"static", "moving", ""}},
                        {"a/b", "1", std::vector<double>{1.0, 2.0, 3.0}}};
  info.markers = {{500.0, "onset"}, {1500.0, ""}};
  info.strips = {{"temporal frequency", "Hz", {0.0, 500.0, 1500.0}, {0.0, 2.0, 0.0}}};
  info.conditions = {"0 deg", "90 deg"};
  info.condition_of_trial = {0, 1, 1};
  info.rates = {{"lgn", 1.0, {3, 17}, {{1, 2, 3, 4, 5, 6}, {7, 8, 9, 10, 11, 12}}}};
  return info;
}

TEST(StimulusFile, KeepsEverything) {
  const TempDir dir;
  write_stimulus(dir / "stimulus.h5", gratings());
  const StimulusInfo read = read_stimulus(dir / "stimulus.h5");
  ASSERT_EQ(read.trial_columns.size(), 3u);
  EXPECT_EQ(read.trial_columns[0].name, "orientation");
  EXPECT_EQ(read.trial_columns[0].unit, "deg");
  EXPECT_THAT(std::get<0>(read.trial_columns[0].values), ElementsAre(0.0, 45.0, 90.0));
  EXPECT_THAT(std::get<1>(read.trial_columns[1].values), ElementsAre("static", "moving", ""));
  EXPECT_EQ(read.trial_columns[2].name, "a/b");
  ASSERT_EQ(read.markers.size(), 2u);
  EXPECT_EQ(read.markers[0].time_ms, 500.0);
  EXPECT_EQ(read.markers[0].label, "onset");
  ASSERT_EQ(read.strips.size(), 1u);
  EXPECT_EQ(read.strips[0].name, "temporal frequency");
  EXPECT_EQ(read.strips[0].unit, "Hz");
  EXPECT_THAT(read.strips[0].value, ElementsAre(0.0, 2.0, 0.0));
  EXPECT_THAT(read.conditions, ElementsAre("0 deg", "90 deg"));
  EXPECT_THAT(read.condition_of_trial, ElementsAre(0, 1, 1));
  ASSERT_EQ(read.rates.size(), 1u);
  EXPECT_THAT(read.rates[0].sources, ElementsAre(3, 17));
  EXPECT_EQ(read.rates[0].frame_count(1), 3u);
  EXPECT_THAT(read.rates[0].hz[1], ElementsAre(7, 8, 9, 10, 11, 12));
}

TEST(StimulusFile, TimesAndQuantitiesHaveUnits) {
  const TempDir dir;
  write_stimulus(dir / "stimulus.h5", gratings());
  const h5::File file = h5::File::read(dir / "stimulus.h5");
  EXPECT_EQ(file.text_attribute("/markers/time_ms", "units"), "ms");
  EXPECT_EQ(file.text_attribute("/strips/000/time_ms", "units"), "ms");
  EXPECT_EQ(file.text_attribute("/strips/000/value", "units"), "Hz");
  EXPECT_EQ(file.text_attribute("/rates/000/hz/0000", "units"), "Hz");
}

TEST(StimulusFile, MayBeEmpty) {
  const TempDir dir;
  write_stimulus(dir / "stimulus.h5", {});
  const StimulusInfo read = read_stimulus(dir / "stimulus.h5");
  EXPECT_TRUE(read.trial_columns.empty());
  EXPECT_TRUE(read.rates.empty());
}

TEST(StimulusFile, RatesBelongToTheConditionOfTheTrial) {
  const TempDir dir;
  const network::Network network = small_network();
  RecordingPlan plan = plan_for(network, 10, 3);
  plan.stimulus = gratings();
  const RunFolder folder = RunFolder::create(dir / "run", "x");
  const Recorder recorder(folder, plan);
  const RunReader reader(folder.path());
  EXPECT_EQ(reader.sample_rates(0).front(), 1.0f);
  EXPECT_EQ(reader.sample_rates(2).front(), 7.0f);
  EXPECT_TRUE(reader.sample_rates(0, 5).empty());
  EXPECT_EQ(reader.stimulus().trial_columns.size(), 3u);
}

TEST(StimulusFile, MissingIsAnErrorThatNamesIt) {
  const TempDir dir;
  const Caught failure = caught([&] { read_stimulus(dir / "stimulus.h5"); });
  EXPECT_EQ(failure.code, ExitCode::data);
  EXPECT_THAT(failure.what, ::testing::HasSubstr("stimulus.h5"));
}

TEST(RunReader, NamesWhatIsMissing) {
  const TempDir dir;
  EXPECT_THAT(caught([&] { RunReader(dir / "none"); }).what, ::testing::HasSubstr("none"));
  EXPECT_THAT(caught([&] { RunReader(dir.path()); }).what, ::testing::HasSubstr("nodes.h5"));
  const network::Network network = small_network();
  const RunFolder folder = RunFolder::create(dir / "run", "my-run");
  const RecordingPlan plan = plan_for(network, 10, 2);
  Recorder recorder(folder, plan);
  play_trial(recorder, plan, random_activity(plan, 1, 0), 0);
  recorder.finish();
  const RunReader reader(folder.path());
  EXPECT_EQ(reader.label(), "run");
  const Caught unfinished = caught([&] { reader.spikes(1); });
  EXPECT_EQ(unfinished.code, ExitCode::data);
  EXPECT_THAT(unfinished.what, ::testing::HasSubstr("trial 1 is not finished"));
  std::filesystem::resize_file(trial_path(folder.path(), 0), 1000);
  const Caught broken = caught([&] { RunReader(folder.path()).spikes(0); });
  EXPECT_EQ(broken.code, ExitCode::data);
  EXPECT_THAT(broken.what, ::testing::HasSubstr("0000.h5"));
}

}  // namespace
}  // namespace v1::recording::test
