#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <thread>

#include "engine/recording/run_reader.hpp"
#include "tests/integration/process.hpp"

namespace v1 {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::Process;
using testing::Scratch;

bool wait_for(const std::filesystem::path& file) {
  for (int i = 0; i < 6000; ++i) {
    if (std::filesystem::exists(file)) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

// Starts a run of 40 trials, sends `number` once the first is on the disk, waits for the end.
testing::ProcessResult stop_after_first_trial(const Scratch& scratch, int number) {
  scratch.write("a.toml", testing::small_config(40));
  Process process({V1_BINARY, "run", "a.toml", "-o", "stopped"}, scratch.path());
  EXPECT_TRUE(wait_for(scratch / "stopped/trials/0000.h5"));
  process.signal(number);
  return process.wait();
}

// A resumed run must hold the same spikes as one that was never stopped.
void expect_resumable(const Scratch& scratch) {
  const auto finished = recording::RunReader(scratch / "stopped").finished_trials().size();
  ASSERT_GE(finished, 1u);
  ASSERT_LT(finished, 40u) << "the run ended before it could be stopped";
  const auto resumed = scratch.v1engine({"run", "a.toml", "-o", "stopped", "--resume"});
  ASSERT_EQ(resumed.code, 0) << resumed.err;
  ASSERT_EQ(scratch.v1engine({"run", "a.toml", "-o", "whole", "--quiet"}).code, 0);
  const auto same = scratch.v1engine({"compare", "stopped", "whole"});
  EXPECT_EQ(same.code, 0) << same.out;
}

TEST(Interrupt, CtrlCKeepsFinishedTrialsAndTheRunGoesOn) {
  const Scratch scratch;
  const auto stopped = stop_after_first_trial(scratch, SIGINT);
  EXPECT_EQ(stopped.code, 130) << stopped.err;
  const auto info = nlohmann::json::parse(testing::read_text(scratch / "stopped/run.json"));
  EXPECT_EQ(info["status"], "interrupted");
  EXPECT_THAT(stopped.err, HasSubstr("--resume"));
  expect_resumable(scratch);
}

TEST(Interrupt, GoesWithoutAWordWhereQuietIsAskedFor) {
  const Scratch scratch;
  scratch.write("a.toml", testing::small_config(40));
  Process process({V1_BINARY, "run", "a.toml", "-o", "stopped", "--quiet"}, scratch.path());
  EXPECT_TRUE(wait_for(scratch / "stopped/trials/0000.h5"));
  process.signal(SIGINT);
  const auto stopped = process.wait();
  EXPECT_EQ(stopped.code, 130);
  EXPECT_EQ(stopped.err, "");
}

TEST(Interrupt, TheCommandThatGoesOnHasTheOptionsOfTheFirst) {
  const Scratch scratch;
  scratch.write("a b.toml", testing::small_config(40));
  Process process({V1_BINARY, "run", "a b.toml", "--seed", "7", "--set", "name='it is'"},
                  scratch.path());
  ASSERT_TRUE(wait_for(scratch / "runs/it is/trials/0000.h5"));
  process.signal(SIGINT);
  const auto stopped = process.wait();
  ASSERT_EQ(stopped.code, 130) << stopped.err;
  const std::string before = "go on with: ";
  const std::size_t begin = stopped.err.find(before);
  ASSERT_NE(begin, std::string::npos) << stopped.err;
  const std::size_t end = stopped.err.find('\n', begin);
  const std::string line = stopped.err.substr(begin + before.size(), end - begin - before.size());
  EXPECT_THAT(line, HasSubstr("run 'a b.toml' --seed 7 --set 'name='\\''it is'\\''' -o '"));
  const auto resumed = Process({"/bin/sh", "-c", line}, scratch.path()).wait();
  EXPECT_EQ(resumed.code, 0) << line << resumed.err;
  EXPECT_EQ(recording::RunReader(scratch / "runs/it is").finished_trials().size(), 40u);
}

// The full column takes many seconds to build.
TEST(Interrupt, WhileTheNetworkIsBuiltNothingIsLeftBehind) {
  const Scratch scratch;
  scratch.write("a.toml", "[network]\nneurons = 230924\n[simulation]\ntrials = 1\n");
  const auto stop = [&](std::vector<std::string> arguments, int number) {
    arguments.insert(arguments.begin(), V1_BINARY);
    Process process(arguments, scratch.path());
    std::this_thread::sleep_for(std::chrono::milliseconds(700));
    const auto begin = std::chrono::steady_clock::now();
    process.signal(number);
    auto result = process.wait();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(3));
    EXPECT_EQ(result.err, "\nstopped before anything was simulated or written\n");
    return result.code;
  };
  EXPECT_EQ(stop({"run", "a.toml", "-o", "run"}, SIGINT), 130);
  EXPECT_FALSE(std::filesystem::exists(scratch / "run"));
  EXPECT_EQ(stop({"build", "a.toml", "-o", "n.h5"}, SIGINT), 130);
  EXPECT_FALSE(std::filesystem::exists(scratch / "n.h5"));
  EXPECT_EQ(stop({"validate", "a.toml"}, SIGTERM), 143);
}

TEST(Interrupt, WhileFiguresAreDrawnTheRestIsLeftForLater) {
  const Scratch scratch;
  std::string analyses;
  constexpr int count = 12;
  const auto name = [](int i) { return "a" + std::to_string(100 + i); };
  for (int i = 0; i < count; ++i)
    analyses += "[[analysis]]\nname = '" + name(i) + "'\nplugin = 'overview'\n";
  scratch.write("a.toml", testing::small_config(1, analyses));
  const auto raster = [&](int i) { return scratch / ("out/analyses/" + name(i) + "/raster.svg"); };
  Process process({V1_BINARY, "run", "a.toml", "-o", "out"}, scratch.path());
  ASSERT_TRUE(wait_for(raster(0)));
  process.signal(SIGINT);
  const auto result = process.wait();
  EXPECT_EQ(result.code, 130) << result.err;
  EXPECT_THAT(result.err, Not(HasSubstr("not drawn")));
  EXPECT_FALSE(std::filesystem::exists(raster(count - 1))) << "all was drawn in spite of Ctrl-C";
  EXPECT_EQ(scratch.v1engine({"run", "a.toml", "-o", "out", "--resume"}).code, 0);
  for (int i = 0; i < count; ++i) EXPECT_TRUE(std::filesystem::exists(raster(i))) << i;

  for (int i = 0; i < count; ++i) std::filesystem::remove(raster(i));
  Process report({V1_BINARY, "report", "out"}, scratch.path());
  ASSERT_TRUE(wait_for(raster(0)));
  report.signal(SIGTERM);
  EXPECT_EQ(report.wait().code, 143);
  EXPECT_FALSE(std::filesystem::exists(raster(count - 1)));
}

TEST(Interrupt, TerminationEndsWith143) {
  const Scratch scratch;
  EXPECT_EQ(stop_after_first_trial(scratch, SIGTERM).code, 143);
}

TEST(Interrupt, AKilledRunIsResumable) {
  const Scratch scratch;
  EXPECT_EQ(stop_after_first_trial(scratch, SIGKILL).code, 137);
  expect_resumable(scratch);
}

TEST(Interrupt, ResumeRefusesAnotherNetwork) {
  const Scratch scratch;
  scratch.write("a.toml", testing::small_config(1));
  ASSERT_EQ(scratch.v1engine({"run", "a.toml", "-o", "out"}).code, 0);
  const auto result = scratch.v1engine(
      {"run", "a.toml", "-o", "out", "--resume", "--trials", "2", "--neurons", "200"});
  EXPECT_EQ(result.code, 2) << result.err;
  EXPECT_EQ(scratch.v1engine({"run", "a.toml", "-o", "out", "--resume", "--trials", "2"}).code, 0);
  EXPECT_EQ(recording::RunReader(scratch / "out").finished_trials().size(), 2u);
}

TEST(Interrupt, ResumeRefusesAnotherStimulus) {
  const Scratch scratch;
  scratch.write("a.toml", testing::small_config(1));
  ASSERT_EQ(scratch.v1engine({"run", "a.toml", "-o", "out", "-q"}).code, 0);
  const auto result = scratch.v1engine({"run", "a.toml", "-o", "out", "--resume", "--trials", "2",
                                        "--set", "stimulus.params.orientation=90"});
  EXPECT_EQ(result.code, 2) << result.err;
  EXPECT_THAT(result.err, HasSubstr("'stimulus.params.orientation' was 0.0, now 90.0"));
  EXPECT_EQ(recording::RunReader(scratch / "out").finished_trials().size(), 1u);
}

}  // namespace
}  // namespace v1
