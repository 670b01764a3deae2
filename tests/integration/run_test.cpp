#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "engine/recording/run_reader.hpp"
#include "tests/integration/process.hpp"

namespace v1 {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Scratch;

TEST(Run, LeavesACompleteFolder) {
  const Scratch scratch;
  scratch.write("a.toml", testing::small_config(2, "[[analysis]]\nplugin = 'overview'\n"));
  const auto result = scratch.v1engine({"run", "a.toml", "-o", "out"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.out, (scratch / "out").string() + "\n");  // the one line on stdout
  for (const char* file :
       {"config.toml", "run.json", "nodes.h5", "spikes.h5", "recordings.h5", "trials/0000.h5",
        "trials/0001.h5", "checkpoint.h5", "report.html", "log.txt", "analyses/overview"}) {
    EXPECT_TRUE(std::filesystem::exists(scratch / "out" / file)) << file;
  }
  const auto info = nlohmann::json::parse(testing::read_text(scratch / "out" / "run.json"));
  EXPECT_EQ(info["status"], "complete");
  EXPECT_EQ(info["simulation"]["trials_done"], 2);
  EXPECT_EQ(info["network"]["neurons"], 300);
  EXPECT_GT(info["counts"]["spikes"].get<int>(), 0);
  EXPECT_GT(info["rtf"].get<double>(), 0.0);
  EXPECT_TRUE(info.contains("fixed_point"));
}

TEST(Run, ReportOpensOffline) {
  const Scratch scratch;
  scratch.write("a.toml", testing::small_config(1, "[[analysis]]\nplugin = 'overview'\n"));
  ASSERT_EQ(scratch.v1engine({"run", "a.toml", "-o", "out"}).code, 0);
  const std::string html = testing::read_text(scratch / "out" / "report.html");
  EXPECT_THAT(html, HasSubstr("</html>"));
  EXPECT_THAT(html, Not(ContainsRegex("(src|href)=[\"']https?:")));
  EXPECT_THAT(html, Not(HasSubstr("@import")));
}

TEST(Run, RecordsWhatTheStepLoopSaw) {
  const Scratch scratch;
  scratch.write("a.toml", testing::small_config());
  ASSERT_EQ(scratch.v1engine({"run", "a.toml", "-o", "out"}).code, 0);
  const recording::RunReader run(scratch / "out");
  ASSERT_EQ(run.finished_trials().size(), 2u);
  EXPECT_EQ(run.steps_per_trial(), 600);
  ASSERT_EQ(run.variables().size(), 2u);
  const auto spikes = run.spikes(0);
  ASSERT_FALSE(spikes.step.empty());
  // In scheme exact a neuron stands at its reset potential in the step it spikes in.
  const auto v = run.find_variable("v");
  ASSERT_TRUE(v);
  for (std::size_t i = 0; i < std::min<std::size_t>(spikes.step.size(), 50); ++i) {
    float value = 0.0f;
    run.state(*v, 0, spikes.step[i], 1, spikes.position[i], 1, &value);
    const auto& type = run.network().types[run.network().neurons.type[spikes.position[i]]];
    EXPECT_NEAR(value, type.v_reset_mv, 0.07) << "spike " << i;
  }
}

TEST(Run, NamesFoldersAfterTheConfig) {
  const Scratch scratch;
  scratch.write("a.toml", testing::small_config(1));
  EXPECT_EQ(scratch.v1engine({"run", "a.toml"}).out, (scratch / "runs/small").string() + "\n");
  EXPECT_EQ(scratch.v1engine({"run", "a.toml"}).out, (scratch / "runs/small-2").string() + "\n");
}

TEST(Run, KeepsNothingInTheWorkingDirectoryForARelativeCacheHome) {
  const Scratch scratch;
  scratch.write("a.toml", testing::small_config(1));
  const std::string line = "HOME=\"$PWD/home\" XDG_CACHE_HOME=here " + std::string(V1_BINARY) +
                           " run a.toml -o out --no-analyses -q";
  EXPECT_EQ(testing::Process({"/bin/sh", "-c", line}, scratch.path()).wait().code, 0);
  EXPECT_FALSE(std::filesystem::exists(scratch / "here"));
  EXPECT_TRUE(std::filesystem::exists(scratch / "home/.cache/v1engine"));
}

TEST(Run, QuietSaysNothing) {
  const Scratch scratch;
  scratch.write("a.toml", testing::small_config(1));
  const auto result = scratch.v1engine({"run", "a.toml", "-o", "out", "--quiet"});
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.err, "");
}

TEST(Run, SpikesOnlyNeedsNoRecordings) {
  const Scratch scratch;
  scratch.write("a.toml", testing::small_config(1));
  const auto result =
      scratch.v1engine({"run", "a.toml", "-o", "out", "--set", "record.variables=[]"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(recording::RunReader(scratch / "out").variables().empty());
  const auto of_none = scratch.v1engine(
      {"run", "a.toml", "-o", "none", "--set", "record.variables_of=none", "--no-analyses"});
  ASSERT_EQ(of_none.code, 0) << of_none.err;
  EXPECT_TRUE(recording::RunReader(scratch / "none").variables().empty());
}

TEST(Run, AClampAfterTheTrialIsToldButNoneIsFine) {
  const Scratch scratch;
  const std::string clamp = "[[input]]\nplugin = 'current_clamp'\nparams = ";
  scratch.write("late.toml", testing::small_config(1, clamp + "{ start = 5000.0 }\n"));
  scratch.write("none.toml", testing::small_config(1, clamp + "{ amplitude = 0.0 }\n"));
  EXPECT_THAT(scratch.v1engine({"validate", "late.toml"}).err,
              HasSubstr("acts after the end of the trials of 600 ms only"));
  EXPECT_EQ(scratch.v1engine({"validate", "none.toml"}).err, "");
}

TEST(Run, AClampBetweenTwoStepsIsRefusedButOneOfNoLengthIsFine) {
  const Scratch scratch;
  const std::string clamp = "[[input]]\nplugin = 'current_clamp'\nparams = ";
  scratch.write("between.toml",
                testing::small_config(1, clamp + "{ start = 20.2, duration = 0.5 }\n"));
  scratch.write("none.toml", testing::small_config(1, clamp + "{ start = 20.2, duration = 0 }\n"));
  for (const char* command : {"validate", "run"}) {
    const auto refused = scratch.v1engine({command, "between.toml"});
    EXPECT_EQ(refused.code, 2);
    EXPECT_THAT(refused.err, ContainsRegex("between.toml:[0-9]+:37: .*duration.* from 20.2 ms "
                                           "for 0.5 ms lies between two steps of 1 ms"));
  }
  EXPECT_EQ(scratch.v1engine({"validate", "none.toml"}).err, "");
  EXPECT_EQ(scratch.v1engine({"validate", "between.toml", "--set", "simulation.dt=0.5"}).code, 0);
}

TEST(Run, ACurrentClampSilencesItsTarget) {
  const Scratch scratch;
  scratch.write("a.toml", testing::small_config(
                              1,
                              "[[input]]\nplugin = 'current_clamp'\ntarget = 'e23'\n"
                              "params = { amplitude = -2000.0, start = 0.0, duration = 600.0 }\n"));
  ASSERT_EQ(scratch.v1engine({"run", "a.toml", "-o", "out"}).code, 0);
  const recording::RunReader run(scratch / "out");
  const auto totals = run.totals();
  std::uint64_t clamped = 0, others = 0;
  for (std::size_t t = 0; t < totals.types.size(); ++t) {
    const bool target = run.network().types[t].population.find("e23") != std::string::npos;
    (target ? clamped : others) += totals.types[t];
  }
  EXPECT_EQ(clamped, 0u);
  EXPECT_GT(others, 0u);
}

}  // namespace
}  // namespace v1
