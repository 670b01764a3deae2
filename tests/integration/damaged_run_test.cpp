#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <fstream>

#include "engine/base/hdf5.hpp"
#include "tests/integration/process.hpp"

/// Commands on a run folder that was damaged: one error that names the file, and nothing that the
/// damage does not touch is lost.
namespace v1 {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::ProcessResult;
using testing::Scratch;

class DamagedRun : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    scratch_ = new Scratch;
    scratch_->write("a.toml", testing::small_config(2, "[[analysis]]\nplugin = 'overview'\n"));
    ASSERT_EQ(scratch_->v1engine({"run", "a.toml", "-o", "good", "--no-analyses", "-q"}).code, 0);
  }
  static void TearDownTestSuite() {
    delete scratch_;
    scratch_ = nullptr;
  }
  // A copy for each test.
  void SetUp() override { fs::copy(*scratch_ / "good", run(), fs::copy_options::recursive); }
  void TearDown() override { fs::remove_all(run()); }

  static fs::path run() { return *scratch_ / "run"; }
  static void cut(const std::string& file) {
    fs::resize_file(run() / file, fs::file_size(run() / file) / 2);
  }
  static void write(const std::string& file, const std::string& text) {
    std::ofstream(run() / file) << text;
  }
  static ProcessResult v1engine(const std::vector<std::string>& words) {
    return scratch_->v1engine(words);
  }
  static ProcessResult analyze() { return v1engine({"analyze", "run", "--only", "overview"}); }
  static ProcessResult export_csv() {
    fs::remove_all(*scratch_ / "csv");
    return v1engine({"export", "run", "--format", "csv", "-o", "csv"});
  }
  static void expect_data_error(const ProcessResult& result, const std::string& words) {
    EXPECT_EQ(result.code, 3) << result.err;
    EXPECT_THAT(result.err, AllOf(HasSubstr("error: "), HasSubstr(words)));
  }

  static Scratch* scratch_;
};
Scratch* DamagedRun::scratch_ = nullptr;

TEST_F(DamagedRun, NodesAreNamedByEveryCommand) {
  cut("nodes.h5");
  expect_data_error(analyze(), "run/nodes.h5: is not a readable HDF5 file");
  expect_data_error(export_csv(), "run/nodes.h5: is not a readable HDF5 file");
  expect_data_error(v1engine({"report", "run"}), "run/nodes.h5: is not a readable HDF5 file");
  expect_data_error(v1engine({"info", "run"}), "run/nodes.h5: is not a readable HDF5 file");
}

#ifndef V1_SANITIZED  // a sanitizer ends the program by itself
// The library copies as many bytes as a damaged length says.
TEST_F(DamagedRun, FilesThatTheLibraryCrashesOnAreNamed) {
  const fs::path nodes = run() / "nodes.h5";
  std::string bytes = testing::read_text(nodes);
  const std::size_t texts = bytes.find("GCOL");
  ASSERT_NE(texts, std::string::npos);
  const std::uint64_t length = 0x7fffffff;
  std::memcpy(&bytes[texts + 24], &length, sizeof length);  // of the first text
  write("nodes.h5", bytes);
  expect_data_error(v1engine({"info", "run"}), "run/nodes.h5: ");
  expect_data_error(v1engine({"compare", "run", "good"}), "run/nodes.h5: ");
  expect_data_error(export_csv(), "run/nodes.h5: ");
}
#endif

TEST_F(DamagedRun, SamplesThatAreNeverTaken) {
  {
    const std::uint32_t never = 0;
    h5::File nodes = h5::File::append(run() / "nodes.h5");
    nodes.write_slab("/recording/every_steps", {0}, {1}, &never);
  }
  expect_data_error(v1engine({"info", "run"}), "run/nodes.h5: its step size");
}

TEST_F(DamagedRun, TheRecordAloneCostsNoData) {
  for (const char* text : {"{", "[1]", "{\"name\": [], \"created\": 3}"}) {
    write("run.json", text);
    EXPECT_EQ(export_csv().code, 0);
  }
  write("run.json", "{");
  expect_data_error(v1engine({"info", "run"}),
                    "run.json: is damaged (no JSON object); run --resume");
  write("run.json", "{\"format_version\": 99}");
  expect_data_error(v1engine({"info", "run"}), "run.json: has format version 99");
  fs::remove(run() / "run.json");
  fs::create_directory(run() / "run.json");
  EXPECT_EQ(export_csv().code, 0);
}

TEST_F(DamagedRun, TrialsAreNamed) {
  cut("trials/0001.h5");
  expect_data_error(analyze(), "trials/0001.h5: is not a readable HDF5 file");
  expect_data_error(export_csv(), "trials/0001.h5: is not a readable HDF5 file");
}

TEST_F(DamagedRun, DatasetsOfTrialsAreNamed) {
  {
    const h5::File trial = h5::File::append(run() / "trials/0001.h5");
    ASSERT_GE(H5Ldelete(trial.id(), "/Data/v", H5P_DEFAULT), 0);
  }
  expect_data_error(export_csv(), "trials/0001.h5: /Data/v: no such dataset");
}

TEST_F(DamagedRun, AMissingTrialIsSaid) {
  fs::remove(run() / "trials/0000.h5");
  const auto result = analyze();
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("trial 0 is not there"));
}

TEST_F(DamagedRun, ConfigIsNamed) {
  write("config.toml", "x = [");
  expect_data_error(v1engine({"run", "a.toml", "-o", "run", "--resume"}),
                    "run/config.toml: is not valid TOML");
  fs::remove(run() / "config.toml");
  // Else trials of two configs could end up in one run.
  expect_data_error(v1engine({"run", "a.toml", "-o", "run", "--resume", "--trials", "3", "--set",
                              "stimulus.params.contrast=0.1"}),
                    "run/config.toml: cannot be read, so what is finished may be of another");
  EXPECT_FALSE(fs::exists(run() / "config.toml"));
  expect_data_error(analyze(), "run/config.toml: no such file; name the analyses with --config");
}

// A limit on the size of files stands for a full disk.
TEST_F(DamagedRun, AFullDiskEndsAnAnalysisWithSix) {
  const std::string command = "ulimit -f 2; exec '" V1_BINARY "' analyze run";
  testing::Process process({"/bin/sh", "-c", command}, scratch_->path());
  const auto result = process.wait();
  EXPECT_EQ(result.code, 6) << result.err;
  EXPECT_THAT(result.err, AllOf(HasSubstr("(File too large)"), HasSubstr("ulimit -f")));
}

// Permission is what is missing, not room. Root may write anywhere unless it gives that up.
TEST_F(DamagedRun, AFolderWithoutPermissionIsNamedAsSuch) {
  const auto forbidden = [](const std::string& command) {
    const std::string unprivileged =
        geteuid() == 0 ? "exec setpriv --bounding-set -dac_override -- " : "exec ";
    testing::Process process({"/bin/sh", "-c", unprivileged + V1_BINARY " " + command},
                             scratch_->path());
    return process.wait();
  };
  const auto missing_permission =
      AllOf(HasSubstr("(Permission denied); there is no permission to write in "),
            Not(HasSubstr("full")));
  fs::create_directory(run() / "analyses");
  const auto permit = [](fs::perms what) {
    for (const fs::path& folder : {run(), run() / "analyses"}) fs::permissions(folder, what);
  };
  permit(fs::perms::owner_read | fs::perms::owner_exec);
  const auto analyzed = forbidden("analyze run");
  const auto reported = forbidden("report run");
  permit(fs::perms::owner_all);
  EXPECT_EQ(analyzed.code, 6) << analyzed.err;
  EXPECT_THAT(analyzed.err, missing_permission);
  EXPECT_EQ(reported.code, 6) << reported.err;
  EXPECT_THAT(reported.err, missing_permission);
}

}  // namespace
}  // namespace v1
