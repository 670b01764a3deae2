#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "tests/integration/process.hpp"

/// What happens when a plugin is broken: exit 4 with its name and what it did, and nothing lost.
namespace v1 {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::Scratch;

// A folder with one of the bad plugins.
fs::path bad(const std::string& name) { return fs::path(V1_BAD_PLUGINS) / name; }

class BadStimulus : public ::testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(BadStimulus, EndsInExitFourWithItsName) {
  const Scratch scratch;
  scratch.write("a.toml", testing::small_config(1));
  const auto result =
      scratch.v1engine({"run", "a.toml", "--plugin-path", bad(GetParam().first).string(), "-o",
                        "run", "--set", "stimulus={plugin='bad'}"});
  EXPECT_EQ(result.code, 4) << result.err;
  EXPECT_THAT(result.err,
              AllOf(HasSubstr("error: "), HasSubstr("bad"), HasSubstr(GetParam().second)));
}

INSTANTIATE_TEST_SUITE_P(
    Ways, BadStimulus,
    ::testing::Values(std::pair("nan", "expected luminance between -1 and 1"),
                      std::pair("create_fails", "cannot do this"),
                      std::pair("trial_column", "trial"),
                      std::pair("exits", "ended the process in create"),
                      std::pair("destroy_crashes", "crashed in destroy"),
                      std::pair("endless_recursion", "crashed in fill"),
                      std::pair("crash_on_load", "crashes while it is loaded"),
                      std::pair("exit_on_load", "ends the process while it is loaded"),
                      std::pair("future", "asks for an engine with plugin interface 1.99"),
                      std::pair("other_major", "interface version 2"),
                      std::pair("throws", "threw an exception"),
                      std::pair("small_table", "lacks the required function"),
                      std::pair("huge_size", "gives its size as")),
    [](const auto& way) { return std::string(way.param.first); });

TEST(Inputs, CurrentsThatDifferBetweenTrialsAreRefused) {
  const Scratch scratch;
  scratch.write("a.toml", testing::small_config(3, "[[input]]\nplugin = 'varying_current'\n"));
  const auto result =
      scratch.v1engine({"validate", "a.toml", "--plugin-path", bad("varying_current").string()});
  EXPECT_EQ(result.code, 4) << result.out;
  EXPECT_THAT(result.err, AllOf(HasSubstr("a.toml:"), HasSubstr("the same in every trial")));
}

TEST(PluginFiles, OtherMachinesAndOtherFilesAreNamed) {
  const Scratch scratch;
  fs::create_directory(scratch / "p");
  std::string bytes = testing::read_text(bad("good") / "bad.so");
  bytes[18] = '\xb7';  // e_machine = EM_AARCH64
  std::ofstream(scratch / "p/arm.so", std::ios::binary) << bytes;
  scratch.write("p/text.so", "not a library");
  const auto list = scratch.v1engine({"plugins", "list", "--plugin-path", "p"});
  EXPECT_EQ(list.code, 0);
  EXPECT_THAT(list.out, AllOf(HasSubstr("arm.so: is built for aarch64"),
                              HasSubstr("text.so: is not a shared library")));
  const auto check = scratch.v1engine({"plugins", "check", "p/text.so"});
  EXPECT_EQ(check.code, 1) << check.out;
}

TEST(PluginFiles, FoldersThatEverybodyMayWriteToAreNotUsed) {
  const Scratch scratch;
  fs::create_directory(scratch / "open");
  fs::copy_file(bad("good") / "bad.so", scratch / "open/bad.so");
  chmod((scratch / "open").c_str(), 0777);
  const auto list = scratch.v1engine({"plugins", "list", "--plugin-path", "open"});
  EXPECT_THAT(list.out, HasSubstr("may be changed by everybody"));
  const auto trusted =
      scratch.v1engine({"plugins", "list", "--plugin-path", "open", "--allow-unsafe-plugins"});
  EXPECT_THAT(trusted.out, ::testing::Not(HasSubstr("may be changed by everybody")));
  EXPECT_THAT(trusted.out, HasSubstr("--plugin-path"));
}

// Ctrl-C reaches an analysis in the middle of a call, also in a process of its own.
TEST(Stopping, AnAnalysisThatAsksEndsAtOnce) {
  const Scratch scratch;
  scratch.write("a.toml", testing::small_config(1, "[[analysis]]\nplugin = 'patient_analysis'\n"));
  const std::string path = bad("patient_analysis").string();
  ASSERT_EQ(
      scratch.v1engine({"run", "a.toml", "-o", "run", "--no-analyses", "--plugin-path", path}).code,
      0);
  for (const bool isolated : {false, true}) {
    std::vector<std::string> words = {V1_BINARY, "analyze", "run", "--plugin-path", path};
    if (isolated) words.push_back("--isolate");
    testing::Process process(words, scratch.path());
    for (int k = 0; k < 3000 && !fs::exists(scratch / "waiting"); ++k) usleep(10000);
    ASSERT_TRUE(fs::remove(scratch / "waiting"));
    process.signal(SIGINT);
    const auto stopped = process.wait();
    EXPECT_EQ(stopped.code, 130) << stopped.err;
    EXPECT_THAT(stopped.err, HasSubstr("interrupted in finish of analysis plugin"));
    EXPECT_FALSE(fs::exists(scratch / "run/analyses/patient_analysis"));
  }
}

// A crash of one analysis costs neither the run nor the other analyses.
TEST(Isolation, AnalysesThatCrashLeaveTheRestIntact) {
  const Scratch scratch;
  scratch.write("a.toml", testing::small_config(1,
                                                "[[analysis]]\nplugin = 'crashing_analysis'\n"
                                                "[[analysis]]\nplugin = 'overview'\n"));
  const auto result =
      scratch.v1engine({"run", "a.toml", "--plugin-path", bad("crashing_analysis").string(),
                        "--isolate", "-o", "run"});
  EXPECT_EQ(result.code, 4);
  EXPECT_THAT(result.err, AllOf(HasSubstr("crashing_analysis"), HasSubstr("crashed (signal 11")));
  EXPECT_TRUE(fs::exists(scratch / "run/analyses/overview/summary.json"));
  EXPECT_TRUE(fs::exists(scratch / "run/report.html"));
  EXPECT_FALSE(fs::exists(scratch / "run/analyses/crashing_analysis"));
  // The results of an isolated analysis are those of any other. The crashing plugin is not needed.
  const auto plain = scratch.v1engine({"analyze", "run", "--only", "overview", "-o", "plain"});
  ASSERT_EQ(plain.code, 0) << plain.err;
  EXPECT_EQ(testing::read_text(scratch / "plain/overview/summary.json"),
            testing::read_text(scratch / "run/analyses/overview/summary.json"));
}

#if !defined(__SANITIZE_ADDRESS__)
TEST(Isolation, WithoutItTheCrashIsNamed) {
  const Scratch scratch;
  scratch.write("a.toml", testing::small_config(1, "[[analysis]]\nplugin = 'crashing_analysis'\n"));
  const auto result = scratch.v1engine(
      {"run", "a.toml", "--plugin-path", bad("crashing_analysis").string(), "-o", "run"});
  EXPECT_EQ(result.code, 4);
  EXPECT_THAT(result.err, HasSubstr("plugin 'crashing_analysis' crashed in finish"));
}
#endif

}  // namespace
}  // namespace v1
