#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <random>

#include "engine/base/hdf5.hpp"
#include "engine/recording/checkpoint.hpp"
#include "engine/recording/recorder.hpp"
#include "tests/unit/recording/test_run.hpp"

namespace v1::recording::test {
namespace {

namespace fs = std::filesystem;

void touch(const fs::path& path, const char* text = "cut off") { std::ofstream(path) << text; }

class ResumeTest : public ::testing::Test {
 protected:
  TempDir dir_;
  network::Network network_ = small_network();
  RecordingPlan plan_ = plan_for(network_, 30, 4);
  const fs::path run_ = dir_ / "run";

  void record(const RunFolder& folder, std::uint32_t begin, std::uint32_t end, bool carry = true) {
    Recorder recorder(folder, plan_);
    for (std::uint32_t trial = begin; trial < end; ++trial) {
      play_trial(recorder, plan_, random_activity(plan_, 9, trial), trial, 7,
                 carry ? small_state(trial) : simulate::BackendState{});
    }
    recorder.finish();
  }
  void expect_trials(std::uint32_t count) {
    const RunReader reader(run_);
    ASSERT_EQ(reader.finished_trials().size(), count);
    std::uint64_t spikes = 0;
    for (std::uint32_t trial = 0; trial < count; ++trial) {
      Activity expected = random_activity(plan_, 9, trial);
      expected.current.clear();
      EXPECT_EQ(read_activity(reader, trial), expected);
      for (const auto& step : expected.neurons) spikes += step.size();
    }
    EXPECT_EQ(reader.totals().neuron_spikes(), spikes);
    const h5::File view = h5::File::read(run_ / "recordings.h5");
    EXPECT_EQ(view.shape("/Data/v"), (h5::Shape{count, 30, 25}));
  }
};

TEST_F(ResumeTest, ContinuesAfterTheLastTrial) {
  record(RunFolder::create(run_, "run"), 0, 2);
  const RunFolder folder = RunFolder::open_for_resume(run_, true);
  EXPECT_THAT(folder.finished(), ::testing::ElementsAre(0, 1));
  EXPECT_EQ(read_checkpoint(run_ / "checkpoint.h5").trial, 1u);
  record(folder, 2, 4);
  expect_trials(4);
}

TEST_F(ResumeTest, CheckpointsComeBackBitForBit) {
  record(RunFolder::create(run_, "run"), 0, 3);
  const Checkpoint checkpoint = read_checkpoint(run_ / "checkpoint.h5");
  EXPECT_EQ(checkpoint.trial, 2u);
  EXPECT_EQ(checkpoint.network_hash, network_.content_hash);
  const simulate::BackendState expected = small_state(2);
  ASSERT_EQ(checkpoint.state.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(checkpoint.state[i].name, expected[i].name);
    EXPECT_EQ(checkpoint.state[i].dtype, expected[i].dtype);
    EXPECT_EQ(checkpoint.state[i].shape, expected[i].shape);
    EXPECT_EQ(checkpoint.state[i].bytes, expected[i].bytes);
  }
}

TEST_F(ResumeTest, TidiesUpWhatAKilledRunLeft) {
  record(RunFolder::create(run_, "run"), 0, 2);
  touch(run_ / "trials/0002.h5.part");
  touch(run_ / "spikes.h5.part");
  touch(run_ / "checkpoint.h5.part");
  touch(run_ / "run.json.part");
  fs::remove(run_ / "recordings.h5");  // killed before the views were made
  touch(run_ / "progress.json.part");
  {
    const RunFolder folder = RunFolder::open_for_resume(run_, true);
    EXPECT_THAT(folder.finished(), ::testing::ElementsAre(0, 1));
    for (const auto& entry : fs::recursive_directory_iterator(run_)) {
      EXPECT_NE(entry.path().extension(), ".part") << entry.path();
    }
    record(folder, 2, 4);
  }
  expect_trials(4);
}

TEST_F(ResumeTest, FinishesACheckpointCutOffBetweenTheTwoRenames) {
  record(RunFolder::create(run_, "run"), 0, 2);
  // As if killed right after trial 1 had got its name: its checkpoint has not got its own yet.
  fs::rename(run_ / "checkpoint.h5", run_ / "checkpoint.h5.part");
  write_checkpoint(run_ / "checkpoint.h5", {0, network_.content_hash, small_state(0)});
  const RunFolder folder = RunFolder::open_for_resume(run_, true);
  EXPECT_THAT(folder.finished(), ::testing::ElementsAre(0, 1));
  EXPECT_EQ(read_checkpoint(run_ / "checkpoint.h5").trial, 1u);
}

TEST_F(ResumeTest, DropsACheckpointOfATrialThatNeverAppeared) {
  record(RunFolder::create(run_, "run"), 0, 2);
  write_checkpoint(run_ / "checkpoint.h5.part", {2, network_.content_hash, small_state(2)});
  const RunFolder folder = RunFolder::open_for_resume(run_, true);
  EXPECT_THAT(folder.finished(), ::testing::ElementsAre(0, 1));
  EXPECT_EQ(read_checkpoint(run_ / "checkpoint.h5").trial, 1u);
}

TEST_F(ResumeTest, WithoutACheckpointCarriedTrialsStartAgain) {
  record(RunFolder::create(run_, "run"), 0, 2, false);
  {
    const RunFolder folder = RunFolder::open_for_resume(run_, true);
    EXPECT_THAT(folder.finished(), ::testing::IsEmpty());
    record(folder, 0, 4);
  }
  expect_trials(4);
}

TEST_F(ResumeTest, ATrialMissingBeforeTheCheckpointIsRefused) {
  record(RunFolder::create(run_, "run"), 0, 3);
  fs::remove(trial_path(run_, 1));
  const Caught failure = caught([&] { RunFolder::open_for_resume(run_, true); });
  EXPECT_EQ(failure.code, ExitCode::data);
  EXPECT_THAT(failure.what, ::testing::HasSubstr("trials/0001.h5"));
}

TEST_F(ResumeTest, IndependentTrialsMayHaveGaps) {
  record(RunFolder::create(run_, "run"), 0, 4, false);
  fs::remove(trial_path(run_, 1));
  {
    const RunFolder folder = RunFolder::open_for_resume(run_, false);
    EXPECT_THAT(folder.finished(), ::testing::ElementsAre(0, 2, 3));
    record(folder, 1, 2, false);
  }
  expect_trials(4);
}

TEST_F(ResumeTest, AnotherConfigurationIsRefused) {
  record(RunFolder::create(run_, "run"), 0, 1);
  const std::vector<std::pair<std::function<void(RecordingPlan&)>, std::string>> changes = {
      {[](RecordingPlan& plan) { plan.dt_ms = 1.0; }, "dt is 0.5 ms there, 1 ms here"},
      {[](RecordingPlan& plan) { plan.steps_per_trial = 60; }, "30 steps there, 60 here"},
      {[](RecordingPlan& plan) { plan.seed = 7; }, "the seed is"},
      {[](RecordingPlan& plan) { plan.probes.pop_back(); }, "other variables"},
      {[](RecordingPlan& plan) { plan.spike_blocks.pop_back(); }, "the spikes of other"}};
  const RunFolder folder = RunFolder::open_for_resume(run_, true);
  for (const auto& [change, words] : changes) {
    RecordingPlan plan = plan_;
    change(plan);
    const Caught failure = caught([&] { Recorder(folder, plan); });
    EXPECT_EQ(failure.code, ExitCode::config);
    EXPECT_THAT(failure.what, ::testing::HasSubstr(words));
  }
  network_.content_hash += 1;
  EXPECT_EQ(caught([&] { Recorder(folder, plan_); }).code, ExitCode::config);
  network_.content_hash -= 1;
  plan_.trials = 40;  // more trials are welcome
  record(folder, 1, 4);
  expect_trials(4);
}

TEST_F(ResumeTest, AKillAtAnyMomentLeavesAConsistentFolder) {
  const auto seed = std::random_device{}();
  std::cout << "seed " << seed << "\n";
  std::mt19937 random(seed);
  plan_.trials = 60;
  for (int round = 0; round < 6; ++round) {
    const fs::path run = dir_.path() / std::to_string(round);
    int ready[2];
    ASSERT_EQ(::pipe(ready), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      const RunFolder folder = RunFolder::create(run, "run");
      Recorder recorder(folder, plan_);
      if (::write(ready[1], "x", 1) != 1) ::_exit(1);
      for (std::uint32_t trial = 0; trial < plan_.trials; ++trial) {
        play_trial(recorder, plan_, random_activity(plan_, 9, trial), trial, 7, small_state(trial));
      }
      recorder.finish();
      ::pause();
      ::_exit(0);
    }
    char byte = 0;
    ASSERT_EQ(::read(ready[0], &byte, 1), 1);
    ::usleep(random() % 60000);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ::close(ready[0]);
    ::close(ready[1]);

    const RunFolder folder = RunFolder::open_for_resume(run, true);
    const std::size_t done = folder.finished().size();
    if (done > 0) {
      EXPECT_EQ(read_checkpoint(run / "checkpoint.h5").trial, done - 1);
    }
    const Recorder recorder(folder, plan_);
    const RunReader reader(run);
    EXPECT_GE(reader.finished_trials().size(), done);
    for (const std::uint32_t trial : folder.finished()) {
      EXPECT_EQ(read_activity(reader, trial).neurons, random_activity(plan_, 9, trial).neurons);
    }
    EXPECT_EQ(h5::File::read(run / "recordings.h5").shape("/Data/v").at(0),
              reader.finished_trials().size());
  }
}

}  // namespace
}  // namespace v1::recording::test
