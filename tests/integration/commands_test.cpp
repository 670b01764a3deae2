#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/integration/process.hpp"

namespace v1 {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Scratch;
using ::testing::StartsWith;

TEST(Commands, VersionAndHelp) {
  const Scratch scratch;
  const auto version = scratch.v1engine({"--version"});
  EXPECT_EQ(version.code, 0);
  EXPECT_THAT(version.out, StartsWith("v1engine "));
  for (const char* command : {"run", "validate", "analyze", "compare", "info", "bench", "report"}) {
    const auto help = scratch.v1engine({command, "--help"});
    EXPECT_EQ(help.code, 0) << command;
    EXPECT_FALSE(help.out.empty());
  }
}

TEST(Commands, AReaderThatHasReadEnoughIsNoError) {
  const Scratch scratch;
  const std::string line =
      "(sleep 0.3; " + std::string(V1_BINARY) + " plugins list 2> err; echo $? > code) | true";
  testing::Process({"/bin/sh", "-c", line}, scratch.path()).wait();
  EXPECT_EQ(testing::read_text(scratch / "err"), "");
  EXPECT_EQ(testing::read_text(scratch / "code"), "0\n");
}

TEST(Commands, StandardStreamsMayBeFullOrClosed) {
  const Scratch scratch;
  scratch.write("a.toml", testing::small_config(1));
  const auto shell = [&](const std::string& arguments) {
    const std::string line = std::string(V1_BINARY) + " " + arguments;
    return testing::Process({"/bin/sh", "-c", line}, scratch.path()).wait();
  };
  const auto full = shell("--version > /dev/full");
  EXPECT_EQ(full.code, 6);
  EXPECT_THAT(full.err, StartsWith("error: standard output cannot be written: No space"));
  EXPECT_EQ(shell("plugins describe overview > /dev/full").code, 6);
  EXPECT_EQ(shell("run a.toml -o unheard 2> /dev/full").code, 0);
  // No recording may get the number of the closed stream, and with it the messages.
  EXPECT_EQ(shell("run a.toml -o run >&- 2>&-").code, 0);
  EXPECT_EQ(shell("info run").code, 0);
}

TEST(Commands, PluginsListAndDescribe) {
  const Scratch scratch;
  const auto list = scratch.v1engine({"plugins", "list"});
  EXPECT_EQ(list.code, 0);
  for (const char* name : {"cpu", "gratings", "flash", "overview", "classification"}) {
    EXPECT_THAT(list.out, HasSubstr(name));
  }
  const auto json = scratch.v1engine({"plugins", "list", "--json"});
  EXPECT_TRUE(nlohmann::json::accept(json.out));
  const auto describe = scratch.v1engine({"plugins", "describe", "gratings"});
  EXPECT_EQ(describe.code, 0);
  EXPECT_THAT(describe.out, HasSubstr("temporal_frequency"));
  EXPECT_THAT(describe.out, HasSubstr("Hz"));
  const auto typo = scratch.v1engine({"plugins", "describe", "gratngs"});
  EXPECT_EQ(typo.code, 2);
  EXPECT_THAT(typo.err, HasSubstr("did you mean 'gratings'?"));
}

TEST(Commands, ValidatePrintsThePlan) {
  const Scratch scratch;
  scratch.write("a.toml", testing::small_config());
  const auto result = scratch.v1engine({"validate", "a.toml"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("300 neurons"));
  EXPECT_THAT(result.out, HasSubstr("1200 steps in all"));
  EXPECT_FALSE(std::filesystem::exists(scratch / "runs"));
}

TEST(Commands, TimesOfAStimulusMayBeWrittenWithAPoint) {
  const Scratch scratch;
  scratch.write("a.toml", testing::small_config(1));
  const std::string onset = "stimulus.params.onset=";
  const auto whole = scratch.v1engine({"validate", "a.toml", "--set", onset + "200.0"});
  EXPECT_EQ(whole.code, 0) << whole.err;
  const auto between = scratch.v1engine({"validate", "a.toml", "--set", onset + "200.5"});
  EXPECT_EQ(between.code, 2);
  EXPECT_THAT(between.err, HasSubstr("'stimulus.params.onset' must be a whole number in ms, found "
                                     "the number 200.5"));
}

TEST(Commands, InfoDescribesARun) {
  const Scratch scratch;
  scratch.write("a.toml", testing::small_config(1));
  ASSERT_EQ(scratch.v1engine({"run", "a.toml", "-o", "out"}).code, 0);
  const auto text = scratch.v1engine({"info", "out"});
  EXPECT_EQ(text.code, 0);
  EXPECT_THAT(text.out, HasSubstr("e23Cux2"));
  const auto json = nlohmann::json::parse(scratch.v1engine({"info", "out", "--json"}).out);
  EXPECT_EQ(json["network"]["neurons"], 300);
  EXPECT_EQ(json["finished_trials"], 1);
}

TEST(Commands, InfoTakesTheFolderOfACircuit) {
  const Scratch scratch;
  scratch.write("a.toml", testing::small_config(1));
  ASSERT_EQ(scratch.v1engine({"build", "a.toml", "--sonata", "circuit"}).code, 0);
  const auto folder = scratch.v1engine({"info", "circuit", "--json"});
  ASSERT_EQ(folder.code, 0) << folder.err;
  EXPECT_EQ(folder.out, scratch.v1engine({"info", "circuit/circuit_config.json", "--json"}).out);
  std::filesystem::copy_file(scratch / "circuit/circuit_config.json", scratch / "circuit/b.json");
  const auto two = scratch.v1engine({"info", "circuit"});
  EXPECT_EQ(two.code, 3);
  EXPECT_EQ(two.err,
            "error: circuit: holds 2 circuits; say which: circuit/b.json or "
            "circuit/circuit_config.json\n");
  const auto none = scratch.v1engine({"info", "circuit/network"});
  EXPECT_EQ(none.code, 3);
  EXPECT_THAT(none.err, HasSubstr("neither the folder of a run nor one with a SONATA circuit"));
}

TEST(Commands, BenchReportsTheRealTimeFactor) {
  const Scratch scratch;
  scratch.write("a.toml", testing::small_config(1));
  const auto result = scratch.v1engine({"bench", "a.toml", "--json"});
  ASSERT_EQ(result.code, 0) << result.err;
  const auto json = nlohmann::json::parse(result.out);
  EXPECT_GT(json["rtf"].get<double>(), 0.0);
  EXPECT_GE(json["rtf_total"].get<double>(), json["rtf"].get<double>());
  EXPECT_DOUBLE_EQ(json["simulated_s"].get<double>(), 0.6);
}

TEST(Commands, BenchNeedsNoConfig) {
  const Scratch scratch;
  const auto result = scratch.v1engine({"bench", "--json", "--trials", "1", "--neurons", "300"});
  ASSERT_EQ(result.code, 0) << result.err;
  const auto json = nlohmann::json::parse(result.out);
  EXPECT_EQ(json["name"], "natural-5k");
  EXPECT_EQ(json["neurons"], 300);
  EXPECT_DOUBLE_EQ(json["simulated_s"].get<double>(), 2.5);
  EXPECT_EQ(scratch.v1engine({"bench", ""}).code, 2);
}

TEST(Commands, BenchSaysWhereTemporaryFilesCannotGo) {
  const Scratch scratch;
  const std::string line =
      "TMPDIR=nowhere " V1_BINARY " bench --trials 1 --neurons 300 --set simulation.duration=10";
  const auto result = testing::Process({"/bin/sh", "-c", line}, scratch.path()).wait();
  EXPECT_EQ(result.code, 6);
  EXPECT_THAT(result.err, StartsWith("error: nowhere/v1engine-bench-"));
  EXPECT_THAT(result.err, HasSubstr("(TMPDIR says where temporary files go)"));
}

TEST(Commands, AnalyzeWorksOnAStoredRun) {
  const Scratch scratch;
  scratch.write("a.toml", testing::small_config(2));
  ASSERT_EQ(scratch.v1engine({"run", "a.toml", "-o", "out", "--max-time", "1e300"}).code, 0);
  scratch.write("analyses.toml", testing::small_config(2, "[[analysis]]\nplugin = 'overview'\n"));
  const auto result = scratch.v1engine({"analyze", "out", "--config", "analyses.toml"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(std::filesystem::exists(scratch / "out/analyses/overview/summary.json"));
  const auto unknown =
      scratch.v1engine({"analyze", "out", "--config", "analyses.toml", "--only", "overvew"});
  EXPECT_EQ(unknown.code, 2);
  EXPECT_THAT(unknown.err, HasSubstr("no such analysis; did you mean 'overview'?"));
}

TEST(Commands, AnAnalysisOfNeuronsThatAreNotThereIsRefusedBeforeTheSimulation) {
  const Scratch scratch;
  scratch.write("a.toml", testing::small_config(1,
                                                "[[analysis]]\nplugin = 'overview'\n"
                                                "[analysis.params]\nneurons = 'e9'\n"
                                                "[[analysis]]\nplugin = 'currents'\n"
                                                "[analysis.params]\nneurons = [400000]\n"));
  for (const char* command : {"validate", "run"}) {
    const auto result = scratch.v1engine({command, "a.toml"});
    EXPECT_EQ(result.code, 2) << command;
    EXPECT_THAT(result.err,
                AllOf(StartsWith("error: a.toml:15:11: 'analysis.params.neurons': selection "
                                 "\"e9\": no population of"),
                      HasSubstr("\nerror: a.toml:19:11: 'analysis.params.neurons': selection ")));
  }
  EXPECT_FALSE(std::filesystem::exists(scratch / "runs"));
  // An analysis of the first point of a sweep need not fit the others.
  scratch.write("b.toml",
                testing::small_config(1,
                                      "[[analysis]]\nplugin = 'overview'\nover = 'first'\n"
                                      "[analysis.params]\nneurons = 'i1Htr3a'\n"
                                      "[[sweep]]\nnetwork.neurons = [300, 3]\n"));
  const auto first = scratch.v1engine({"validate", "b.toml"});
  EXPECT_EQ(first.code, 0) << first.err;
}

TEST(Commands, AFailedAnalysisKeepsTheDataAndTheOthers) {
  const Scratch scratch;
  // classification needs a second trial when the first is skipped.
  scratch.write("a.toml", testing::small_config(1,
                                                "[[analysis]]\nplugin = 'classification'\n"
                                                "[[analysis]]\nplugin = 'overview'\n"));
  // Known before the simulation.
  const auto plan = scratch.v1engine({"validate", "a.toml"});
  EXPECT_EQ(plan.code, 4);
  EXPECT_THAT(plan.err, AllOf(StartsWith("error: a.toml:"), HasSubstr("'skip_first_trial'")));
  EXPECT_THAT(plan.err, Not(HasSubstr("overview")));
  const auto result = scratch.v1engine({"run", "a.toml", "-o", "out"});
  EXPECT_EQ(result.code, 4);
  EXPECT_LT(result.err.find("this analysis will fail"), result.err.find("simulating"));
  EXPECT_THAT(result.err, HasSubstr("\nerror: "));
  EXPECT_TRUE(std::filesystem::exists(scratch / "out/trials/0000.h5"));
  EXPECT_TRUE(std::filesystem::exists(scratch / "out/analyses/overview/summary.json"));
  EXPECT_FALSE(std::filesystem::exists(scratch / "out/analyses/classification"));
}

// A window that the user has set is a mistake of the config, found before anything is simulated.
TEST(Commands, AWindowBeyondTheTrialsIsRefusedBeforeTheSimulation) {
  const Scratch scratch;
  scratch.write("a.toml", testing::small_config(2,
                                                "[[analysis]]\nplugin = 'tuning'\n"
                                                "params = { evoked = [500, 700] }\n"));
  for (const bool isolate : {false, true}) {
    const std::string limits = isolate ? "limits.isolate=true" : "limits.isolate=false";
    for (const std::string command : {"validate", "run"}) {
      const auto result = scratch.v1engine({command, "a.toml", "--set", limits});
      EXPECT_EQ(result.code, 2) << command << limits;
      EXPECT_THAT(result.err,
                  AllOf(StartsWith("error: a.toml:"),
                        HasSubstr("evoked window 500 to 700 ms is missing: trials last 600 ms")));
    }
  }
  EXPECT_FALSE(std::filesystem::exists(scratch / "runs"));
}

TEST(Commands, ADefaultWindowIsCutToShortTrials) {
  const Scratch scratch;
  scratch.write("a.toml", testing::small_config(2, "[[analysis]]\nplugin = 'tuning'\n"));
  EXPECT_EQ(scratch.v1engine({"validate", "a.toml"}).code, 0);
  const auto result = scratch.v1engine({"run", "a.toml", "-o", "out"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("warning: tuning: The default window `evoked`, 500 to 2500 ms, "
                                    "is longer than the trials of 600 ms: it is 500 to 600 ms"));
  // The resolved config, which writes the default out, is the same run.
  EXPECT_EQ(scratch.v1engine({"validate", "out/config.toml"}).code, 0);
}

}  // namespace
}  // namespace v1
