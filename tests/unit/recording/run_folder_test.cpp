#include "engine/recording/run_folder.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <fstream>

#include "tests/unit/recording/test_run.hpp"

namespace v1::recording::test {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string text_of(const fs::path& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(RunFolder, IsNumberedWhenTheNameIsTaken) {
  const TempDir dir;
  const fs::path runs = dir / "runs";
  EXPECT_EQ(RunFolder::create("", "gratings", runs).path(), runs / "gratings");
  EXPECT_EQ(RunFolder::create("", "gratings", runs).path(), runs / "gratings-2");
  EXPECT_EQ(RunFolder::create("", "gratings", runs).path(), runs / "gratings-3");
  EXPECT_TRUE(fs::is_directory(runs / "gratings-2/trials"));
}

TEST(RunFolder, NamesCannotLeaveTheBase) {
  const TempDir dir;
  EXPECT_EQ(RunFolder::create("", "../a/b", dir / "runs").path(), dir / "runs" / "..-a-b");
  EXPECT_EQ(RunFolder::create("", "..", dir / "runs").path(), dir / "runs" / "run");
}

TEST(RunFolder, AnExistingOutputIsRefused) {
  const TempDir dir;
  EXPECT_EQ(RunFolder::create(dir / "deep/new/", "x").path(), dir / "deep/new");
  const Caught failure = caught([&] { RunFolder::create(dir / "deep/new", "x"); });
  EXPECT_EQ(failure.code, ExitCode::config);
  EXPECT_THAT(failure.what, HasSubstr("--resume"));
  std::ofstream(dir / "file") << "x";
  EXPECT_EQ(caught([&] { RunFolder::create(dir / "file", "x"); }).code, ExitCode::config);
  const Caught below = caught([&] { RunFolder::create(dir / "file/run", "x"); });
  EXPECT_EQ(below.code, ExitCode::config);
  EXPECT_THAT(below.what, HasSubstr("file/run"));
}

TEST(RunFolder, IsHeldByOneWriter) {
  const TempDir dir;
  {
    const RunFolder first = RunFolder::create(dir / "run", "x");
    const Caught failure = caught([&] { RunFolder::open_for_resume(dir / "run", true); });
    EXPECT_EQ(failure.code, ExitCode::config);
    EXPECT_THAT(failure.what, HasSubstr("another v1engine"));
  }
  EXPECT_NO_THROW(RunFolder::open_for_resume(dir / "run", true));
}

TEST(RunFolder, ResumingNeedsARun) {
  const TempDir dir;
  EXPECT_EQ(caught([&] { RunFolder::open_for_resume(dir / "none", true); }).code, ExitCode::config);
  fs::create_directory(dir / "photos");
  std::ofstream(dir / "photos/cat.part") << "x";
  EXPECT_EQ(caught([&] { RunFolder::open_for_resume(dir / "photos", true); }).code,
            ExitCode::config);
  EXPECT_TRUE(fs::exists(dir / "photos/cat.part"));
}

TEST(RunFolder, FinishedTrialsAreTheClosedFiles) {
  const TempDir dir;
  fs::create_directory(dir / "trials");
  for (const char* name : {"0002.h5", "0000.h5", "12345.h5", "0003.h5.part", "x.h5", "001.h5",
                           "00x1.h5", "0004.txt"}) {
    std::ofstream(dir / "trials" / name) << "x";
  }
  EXPECT_THAT(finished_trials(dir.path()), ElementsAre(0, 2, 12345));
  EXPECT_EQ(trial_path("d", 7), fs::path("d/trials/0007.h5"));
  EXPECT_EQ(trial_path("d", 12345), fs::path("d/trials/12345.h5"));
  EXPECT_THAT(finished_trials(dir / "none"), ::testing::IsEmpty());
}

TEST(RunFolder, FilesAreReplacedAtOnce) {
  const TempDir dir;
  write_file_atomic(dir / "a.txt", "one");
  write_file_atomic(dir / "a.txt", "two");
  EXPECT_EQ(text_of(dir / "a.txt"), "two");
  EXPECT_FALSE(fs::exists(dir / "a.txt.part"));
  const Caught failure = caught([&] { write_file_atomic(dir / "none/a.txt", "x"); });
  EXPECT_EQ(failure.code, ExitCode::memory);
  EXPECT_THAT(failure.what, HasSubstr("none/a.txt"));
}

TEST(RunInfo, IsWrittenAndRead) {
  const TempDir dir;
  const RunFolder folder = RunFolder::create(dir / "run", "x");
  RunInfo info;
  info.name = "gratings";
  info.status = "finished";
  info.seeds["seed"] = 18446744073709551615ull;
  info.timings_s["simulate"] = 1.25;
  info.warnings = {"bad \xFF byte"};
  folder.write_run_info(info);
  const nlohmann::json read = read_run_info(folder.path());
  EXPECT_EQ(read["name"], "gratings");
  EXPECT_EQ(read["seeds"]["seed"], 18446744073709551615ull);
  EXPECT_EQ(read["timings_s"]["simulate"], 1.25);
  for (const char* key : {"name",          "version", "git_revision", "status",
                          "created",       "host",    "device",       "command",
                          "seeds",         "network", "simulation",   "plugins",
                          "timings_s",     "rtf",     "rtf_total",    "peak_memory_bytes",
                          "counts",        "rates",   "fixed_point",  "warnings",
                          "format_version"}) {
    EXPECT_TRUE(read.contains(key)) << key;
  }
  std::ofstream(folder.file("run.json")) << "{";
  const Caught broken = caught([&] { read_run_info(folder.path()); });
  EXPECT_EQ(broken.code, ExitCode::data);
  EXPECT_THAT(broken.what, HasSubstr("run.json"));
}

TEST(RunFolder, IsRecognised) {
  const TempDir dir;
  const network::Network network = small_network();
  EXPECT_FALSE(is_run_folder(dir.path()));
  std::ofstream(dir / "nodes.h5") << "not HDF5";
  EXPECT_FALSE(is_run_folder(dir.path()));
  const RunFolder folder = RunFolder::create(dir / "run", "x");
  const Recorder recorder(folder, plan_for(network, 10, 1));
  EXPECT_TRUE(is_run_folder(folder.path()));
}

}  // namespace
}  // namespace v1::recording::test
