#include <gmock/gmock.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/recording/recorder.hpp"
#include "tests/unit/recording/test_run.hpp"

namespace v1::recording::test {
namespace {

// The limit on the size of a file stands in for a full disk: writing beyond it fails.
void limit_file_size(rlim_t bytes) {
  ::signal(SIGXFSZ, SIG_IGN);
  const rlimit limit{bytes, RLIM_INFINITY};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
}

class RecorderFailureTest : public ::testing::Test {
 protected:
  TempDir dir_;
  network::Network network_ = small_network(2000);
};

// Runs in a process of its own, which the limit then ends with; 0 = all went as it should.
template <class Act>
int in_child(const Act& act) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(act());
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

TEST_F(RecorderFailureTest, AFullDiskIsReportedAndFinishedTrialsStay) {
  RecordingPlan small = plan_for(network_, 20, 2);
  small.compression = "none";
  const auto act = [&]() -> int {
    RunFolder folder = RunFolder::create(dir_ / "run", "run");
    Recorder recorder(folder, small);
    const Activity activity = random_activity(small, 5, 0);
    play_trial(recorder, small, activity, 0);
    recorder.finish();
    // Room for the start of another trial file only.
    limit_file_size(std::filesystem::file_size(trial_path(folder.path(), 0)) / 2);
    try {
      play_trial(recorder, small, activity, 1);
      recorder.finish();
      return 1;
    } catch (const Error& failure) {
      if (failure.code() != ExitCode::memory) return 2;
      if (std::string(failure.what()).find("0001.h5.part") == std::string::npos) return 3;
      if (std::string(failure.what()).find("--resume") == std::string::npos) return 4;
    }
    try {
      recorder.begin_trial(2);
      return 5;
    } catch (const Error& failure) {
      if (failure.code() != ExitCode::memory) return 6;
    }
    return 0;
  };
  EXPECT_EQ(in_child(act), 0);
  EXPECT_FALSE(std::filesystem::exists(dir_ / "run/trials/0001.h5.part"));
  const RunReader reader(dir_ / "run");
  EXPECT_THAT(reader.finished_trials(), ::testing::ElementsAre(0));
  EXPECT_EQ(read_activity(reader, 0).neurons, random_activity(small, 5, 0).neurons);
}

TEST_F(RecorderFailureTest, AFullDiskWhileTheCheckpointIsWrittenLosesNoEarlierTrial) {
  const RecordingPlan plan = plan_for(network_, 20, 2);
  const auto act = [&]() -> int {
    RunFolder folder = RunFolder::create(dir_ / "run", "run");
    Recorder recorder(folder, plan);
    const Activity activity = random_activity(plan, 5, 0);
    play_trial(recorder, plan, activity, 0, 7, small_state(0));
    recorder.finish();
    simulate::BackendState large = small_state(1);
    large.push_back({"psc", V1E_U8, {8 << 20}, RawVector<std::byte>(8 << 20, std::byte{0})});
    limit_file_size(4 << 20);
    try {
      play_trial(recorder, plan, activity, 1, 7, large);
      recorder.finish();
      return 1;
    } catch (const Error& failure) {
      return failure.code() == ExitCode::memory ? 0 : 2;
    }
  };
  EXPECT_EQ(in_child(act), 0);
  const RunFolder folder = RunFolder::open_for_resume(dir_ / "run", true);
  EXPECT_THAT(folder.finished(), ::testing::ElementsAre(0));
}

TEST_F(RecorderFailureTest, AFolderThatCannotBeWrittenIsRefusedAtOnce) {
  const RecordingPlan plan = plan_for(network_, 20, 2);
  const auto act = [&]() -> int {
    RunFolder folder = RunFolder::create(dir_ / "run", "run");
    limit_file_size(4096);
    try {
      Recorder recorder(folder, plan);
      return 1;
    } catch (const Error& failure) {
      return failure.code() == ExitCode::memory ? 0 : 2;
    }
  };
  EXPECT_EQ(in_child(act), 0);
}

}  // namespace
}  // namespace v1::recording::test
