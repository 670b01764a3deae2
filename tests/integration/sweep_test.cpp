#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "engine/recording/run_reader.hpp"
#include "tests/integration/process.hpp"

namespace v1 {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using testing::Process;
using testing::Scratch;

// 2 x 2 points of `trials` x 100 ms.
std::string sweep_config(int trials = 1, const std::string& more = "") {
  return "name = 'sweep'\nseed = 7\n[network]\nneurons = 300\n[simulation]\nduration = 100.0\n"
         "trials = " +
         std::to_string(trials) +
         "\n[stimulus]\nplugin = 'gratings'\nparams = { onset = 0, duration = 100 }\n" + more +
         "[[sweep]]\nstimulus.params.contrast = [0.1, 0.8]\n"
         "stimulus.params.orientation = [0, 90]\n";
}

const std::vector<std::string> point_names = {
    "contrast=0.1,orientation=0", "contrast=0.1,orientation=90", "contrast=0.8,orientation=0",
    "contrast=0.8,orientation=90"};

nlohmann::json run_info(const std::filesystem::path& dir) {
  return nlohmann::json::parse(testing::read_text(dir / "run.json"));
}

std::filesystem::file_time_type written(const std::filesystem::path& dir) {
  return std::filesystem::last_write_time(dir / "trials/0000.h5");
}

bool wait_for(const std::filesystem::path& file) {
  for (int i = 0; i < 6000; ++i) {
    if (std::filesystem::exists(file)) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

TEST(Sweep, MakesEveryPointARunOfItsOwn) {
  const Scratch scratch;
  scratch.write("a.toml", sweep_config());
  const auto result = scratch.v1engine({"run", "a.toml", "-o", "out"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.out, (scratch / "out").string() + "\n");
  EXPECT_EQ(run_info(scratch / "out")["status"], "complete");
  EXPECT_EQ(run_info(scratch / "out")["sweep"]["finished"], 4);
  for (const std::string& name : point_names) {
    const auto point = scratch / "out/points" / name;
    EXPECT_EQ(run_info(point)["status"], "complete") << name;
    EXPECT_EQ(run_info(point)["network"]["hash"],
              run_info(scratch / "out/points" / point_names[0])["network"]["hash"]);
  }
  const std::string html = testing::read_text(scratch / "out/report.html");
  EXPECT_THAT(html, HasSubstr("points/contrast=0.8,orientation=90/report.html"));

  // A point is what its config says: run alone it gives the same spikes.
  const auto last = scratch / "out/points" / point_names[3];
  ASSERT_EQ(scratch.v1engine({"run", (last / "config.toml").string(), "-o", "alone", "-q"}).code,
            0);
  EXPECT_EQ(scratch.v1engine({"compare", last.string(), "alone"}).code, 0);
  EXPECT_EQ(
      scratch
          .v1engine({"compare", last.string(), (scratch / "out/points" / point_names[0]).string()})
          .code,
      1);
}

TEST(Sweep, TheStoredConfigRepeatsIt) {
  const Scratch scratch;
  scratch.write("a.toml", sweep_config());
  ASSERT_EQ(scratch.v1engine({"run", "a.toml", "-o", "out", "-q", "--threads", "1"}).code, 0);
  ASSERT_EQ(scratch.v1engine({"run", "out/config.toml", "-o", "again", "-q"}).code, 0);
  EXPECT_EQ(scratch.v1engine({"compare", "out", "again"}).code, 0);
}

// The seed of the network follows the swept one, in the stored config as well.
TEST(Sweep, TheStoredConfigRepeatsSeveralSeeds) {
  const Scratch scratch;
  scratch.write("a.toml", testing::small_config(1, "[[sweep]]\nseed = [1, 2]\n"));
  ASSERT_EQ(scratch.v1engine({"run", "a.toml", "-o", "out", "-q"}).code, 0);
  ASSERT_EQ(scratch.v1engine({"run", "out/config.toml", "-o", "again", "-q"}).code, 0);
  const auto compared = scratch.v1engine({"compare", "out", "again"});
  EXPECT_EQ(compared.code, 0) << compared.out;
  EXPECT_NE(run_info(scratch / "out/points/seed=1")["network"]["hash"],
            run_info(scratch / "out/points/seed=2")["network"]["hash"]);
}

TEST(Sweep, TellsAnalysesTheSweptValues) {
  const Scratch scratch;
  scratch.write("a.toml", sweep_config(2));
  ASSERT_EQ(scratch.v1engine({"run", "a.toml", "-o", "out", "-q"}).code, 0);
  const recording::RunReader run(scratch / "out/points" / point_names[3]);
  EXPECT_EQ(run.label(), point_names[3]);
  bool found = false;
  for (const recording::TrialColumn& column : run.stimulus().trial_columns) {
    if (column.name != "stimulus.params.contrast") continue;
    found = true;
    EXPECT_THAT(std::get<std::vector<double>>(column.values), ElementsAre(0.8, 0.8));
  }
  EXPECT_TRUE(found);
}

// Stops a sweep in the middle of its second point, goes on, and compares with one in one go.
TEST(Sweep, InterruptedItGoesOnWithTheSameBits) {
  const Scratch scratch;
  scratch.write("a.toml", sweep_config(20, "[limits]\nparallel_points = 1\n"));
  Process process({V1_BINARY, "run", "a.toml", "-o", "parts"}, scratch.path());
  ASSERT_TRUE(wait_for(scratch / "parts/points" / point_names[1] / "trials/0000.h5"));
  process.signal(SIGINT);
  const auto stopped = process.wait();
  EXPECT_EQ(stopped.code, 130) << stopped.err;
  EXPECT_THAT(stopped.err, HasSubstr("--resume"));
  EXPECT_EQ(run_info(scratch / "parts")["status"], "interrupted");
  EXPECT_EQ(run_info(scratch / "parts")["sweep"]["finished"], 1);
  EXPECT_FALSE(std::filesystem::exists(scratch / "parts/points" / point_names[3]));
  const auto first = scratch / "parts/points" / point_names[0];
  const auto before = written(first);

  const auto resumed = scratch.v1engine({"run", "a.toml", "-o", "parts", "--resume"});
  ASSERT_EQ(resumed.code, 0) << resumed.err;
  EXPECT_EQ(written(first), before) << "a finished point was simulated again";
  EXPECT_THAT(resumed.err, HasSubstr("1 of 4 points are finished"));
  EXPECT_THAT(resumed.err, HasSubstr("going on with trial"));
  ASSERT_EQ(scratch.v1engine({"run", "a.toml", "-o", "whole", "-q", "--threads", "1"}).code, 0);
  const auto same = scratch.v1engine({"compare", "parts", "whole"});
  EXPECT_EQ(same.code, 0) << same.out;
}

TEST(Sweep, AKilledOneLosesNoFinishedPoint) {
  const Scratch scratch;
  scratch.write("a.toml", sweep_config(20, "[limits]\nparallel_points = 1\n"));
  Process process({V1_BINARY, "run", "a.toml", "-o", "parts"}, scratch.path());
  ASSERT_TRUE(wait_for(scratch / "parts/points" / point_names[1] / "trials/0000.h5"));
  process.signal(SIGKILL);
  EXPECT_EQ(process.wait().code, 137);
  const auto before = written(scratch / "parts/points" / point_names[0]);
  const auto resumed = scratch.v1engine({"run", "a.toml", "-o", "parts", "--resume", "-q"});
  ASSERT_EQ(resumed.code, 0) << resumed.err;
  EXPECT_EQ(written(scratch / "parts/points" / point_names[0]), before);
  ASSERT_EQ(scratch.v1engine({"run", "a.toml", "-o", "whole", "-q"}).code, 0);
  EXPECT_EQ(scratch.v1engine({"compare", "parts", "whole"}).code, 0);
}

TEST(Sweep, PointsSideBySideGiveTheSameAsInTurn) {
  const Scratch scratch;
  scratch.write("a.toml", sweep_config(2, "[[analysis]]\nplugin = 'overview'\n"));
  const auto together =
      scratch.v1engine({"run", "a.toml", "-o", "together", "--set", "limits.parallel_points=3"});
  ASSERT_EQ(together.code, 0) << together.err;
  EXPECT_EQ(together.out, (scratch / "together").string() + "\n");
  EXPECT_THAT(together.err, HasSubstr("4 points, 3 side by side"));
  EXPECT_THAT(together.err, HasSubstr(point_names[3] + ": analysis overview: "));
  EXPECT_EQ(run_info(scratch / "together")["sweep"]["finished"], 4);
  ASSERT_EQ(
      scratch
          .v1engine({"run", "a.toml", "-o", "in_turn", "-q", "--set", "limits.parallel_points=1"})
          .code,
      0);
  const auto same = scratch.v1engine({"compare", "together", "in_turn"});
  EXPECT_EQ(same.code, 0) << same.out;
  for (const std::string& name : point_names) {
    const std::string table = "/points/" + name + "/analyses/overview/mean_rates.csv";
    EXPECT_EQ(testing::read_text(scratch / ("together" + table)),
              testing::read_text(scratch / ("in_turn" + table)));
    EXPECT_EQ(run_info(scratch / ("together/points/" + name))["status"], "complete");
  }
}

// Stopped or killed while several points are under way.
TEST(Sweep, PointsSideBySideGoOnAfterAStop) {
  const Scratch scratch;
  scratch.write("a.toml", sweep_config(10, "[limits]\nparallel_points = 2\n"));
  ASSERT_EQ(scratch.v1engine({"run", "a.toml", "-o", "whole", "-q"}).code, 0);
  for (const auto& [signal, code] : {std::pair(SIGINT, 130), std::pair(SIGKILL, 137)}) {
    const std::string out = "parts" + std::to_string(signal);
    Process process({V1_BINARY, "run", "a.toml", "-o", out}, scratch.path());
    for (std::size_t k : {0u, 1u}) {
      ASSERT_TRUE(wait_for(scratch / (out + "/points/" + point_names[k] + "/trials/0000.h5")));
    }
    process.signal(signal);
    const auto stopped = process.wait();
    EXPECT_EQ(stopped.code, code) << stopped.err;
    if (signal == SIGINT) {
      EXPECT_THAT(stopped.err, HasSubstr("--resume"));
      EXPECT_EQ(run_info(scratch / out)["status"], "interrupted");
    }
    EXPECT_FALSE(std::filesystem::exists(scratch / (out + "/points/" + point_names[3])));
    const auto resumed = scratch.v1engine({"run", "a.toml", "-o", out, "--resume"});
    ASSERT_EQ(resumed.code, 0) << resumed.err;
    const auto same = scratch.v1engine({"compare", out, "whole"});
    EXPECT_EQ(same.code, 0) << same.out;
  }
}

// The point beside it would last for hours.
TEST(Sweep, APointThatFailsStopsTheOthersAndIsNamed) {
  const Scratch scratch;
  const auto twice = [](const std::string& amplitude) {  // together they leave the range
    const std::string clamp =
        "{ plugin = 'current_clamp', target = 'all', params = { amplitude = " + amplitude +
        ", start = 0.0, duration = 1.0 } }";
    return "[" + clamp + ", " + clamp + "]";
  };
  scratch.write("a.toml",
                "[network]\nneurons = 300\n[simulation]\nduration = 1000.0\ntrials = 10000\n"
                "[limits]\nparallel_points = 2\n[[sweep]]\ninput = [" +
                    twice("0.0") + ", " + twice("-3e38") + ", " + twice("1.0") + "]\n");
  const auto result = scratch.v1engine({"run", "a.toml", "-o", "out"});
  EXPECT_EQ(result.code, 7) << result.err;
  EXPECT_THAT(result.err, HasSubstr("error: sweep point 'input=2': "));
  EXPECT_THAT(result.err, HasSubstr("left the finite range"));
  EXPECT_FALSE(std::filesystem::exists(scratch / "out/points/input=3"));
  EXPECT_EQ(run_info(scratch / "out")["status"], "failed");
}

TEST(Sweep, ResumeRefusesAnotherConfigAndTakesMoreTrials) {
  const Scratch scratch;
  scratch.write("a.toml", sweep_config());
  ASSERT_EQ(scratch.v1engine({"run", "a.toml", "-o", "out", "-q"}).code, 0);
  for (const char* change :
       {"stimulus.params.spatial_frequency=0.02", "sweep.0.stimulus.params.contrast=[0.1, 0.9]",
        "simulation.duration=200", "simulation.carry_state=false"}) {
    const auto refused =
        scratch.v1engine({"run", "a.toml", "-o", "out", "--resume", "--set", change});
    EXPECT_EQ(refused.code, 2) << change;
    EXPECT_THAT(refused.err, HasSubstr("was started with another config")) << change;
  }
  const auto more = scratch.v1engine({"run", "a.toml", "-o", "out", "--resume", "--trials", "2"});
  ASSERT_EQ(more.code, 0) << more.err;
  EXPECT_EQ(recording::RunReader(scratch / "out/points" / point_names[2]).finished_trials().size(),
            2u);
  EXPECT_EQ(scratch.v1engine({"run", "a.toml", "-o", "out"}).code, 2);  // exists
  EXPECT_EQ(scratch.v1engine({"run", "a.toml", "-o", "none", "--resume"}).code, 2);
}

// Earlier versions called points of blocks that share a name NAME and NAME-2.
TEST(Sweep, ResumeFindsPointsUnderTheNamesOfTheirFolder) {
  const Scratch scratch;
  scratch.write("a.toml", sweep_config());
  ASSERT_EQ(scratch.v1engine({"run", "a.toml", "-o", "out", "-q"}).code, 0);
  std::filesystem::rename(scratch / "out/points" / point_names[1], scratch / "out/points/other");
  std::string plan = testing::read_text(scratch / "out/sweep.json");
  const std::string quoted = std::string("\"") + point_names[1] + "\"";
  ASSERT_NE(plan.find(quoted), std::string::npos);
  plan.replace(plan.find(quoted), quoted.size(), "\"other\"");
  scratch.write("out/sweep.json", plan);
  const auto again = scratch.v1engine({"run", "a.toml", "-o", "out", "--resume"});
  ASSERT_EQ(again.code, 0) << again.err;
  EXPECT_THAT(again.err, HasSubstr("4 of 4 points are finished"));
  EXPECT_FALSE(std::filesystem::exists(scratch / "out/points" / point_names[1]));
  EXPECT_THAT(testing::read_text(scratch / "out/sweep.json"), HasSubstr("\"other\""));
}

TEST(Sweep, ProcessesShareThePointsAndOneComparesThem) {
  const Scratch scratch;
  scratch.write("a.toml", sweep_config(2,
                                       "[[analysis]]\nplugin = 'overview'\n[[analysis]]\n"
                                       "plugin = 'tuning'\nparams = { neurons = 'all', evoked = "
                                       "[50, 100], spontaneous = [0, 50] }\n"));
  std::vector<std::unique_ptr<Process>> shares;
  for (const char* share : {"1/3", "2/3", "3/3"}) {
    const std::vector<std::string> words = {V1_BINARY, "run",      "a.toml", "-o",
                                            "shared",  "--points", share};
    shares.push_back(std::make_unique<Process>(words, scratch.path()));
  }
  for (const auto& share : shares) {
    const auto result = share->wait();
    ASSERT_EQ(result.code, 0) << result.err;
    EXPECT_THAT(result.err, HasSubstr(" run a.toml -o shared --resume"));
  }
  EXPECT_EQ(run_info(scratch / "shared")["status"], "interrupted");
  EXPECT_EQ(run_info(scratch / "shared")["sweep"]["finished"], 4);
  EXPECT_THAT(testing::read_text(scratch / "shared/log-1-of-3.txt"), HasSubstr("orientation=90"));
  EXPECT_FALSE(std::filesystem::exists(scratch / "shared/analyses"));
  const auto before = written(scratch / "shared/points" / point_names[0]);

  const auto rest = scratch.v1engine({"run", "a.toml", "-o", "shared", "--resume"});
  ASSERT_EQ(rest.code, 0) << rest.err;
  EXPECT_EQ(run_info(scratch / "shared")["status"], "complete");
  EXPECT_EQ(written(scratch / "shared/points" / point_names[0]), before);  // not simulated again
  ASSERT_EQ(scratch.v1engine({"run", "a.toml", "-o", "alone", "-q"}).code, 0);
  EXPECT_EQ(scratch.v1engine({"compare", "shared", "alone"}).code, 0);
  const std::string table = testing::read_text(scratch / "shared/analyses/tuning/neurons.csv");
  EXPECT_FALSE(table.empty());
  EXPECT_EQ(table, testing::read_text(scratch / "alone/analyses/tuning/neurons.csv"));
}

TEST(Sweep, SharesThatCannotBeAreRefused) {
  const Scratch scratch;
  scratch.write("a.toml", sweep_config());
  scratch.write("b.toml", testing::small_config());
  for (const char* share : {"0/2", "3/2", "1", "1/", "1/2x", "-1/2"}) {
    const auto result = scratch.v1engine({"run", "a.toml", "-o", "out", "--points", share});
    EXPECT_EQ(result.code, 2) << share;
    EXPECT_THAT(result.err, HasSubstr("expected K/N, share K of N")) << share;
  }
  EXPECT_THAT(scratch.v1engine({"run", "a.toml", "--points", "1/2"}).err,
              HasSubstr("error: --points needs -o with the folder of the sweep"));
  EXPECT_THAT(scratch.v1engine({"run", "b.toml", "-o", "out", "--points", "1/2"}).err,
              HasSubstr("b.toml has no [[sweep]]"));
  EXPECT_FALSE(std::filesystem::exists(scratch / "out"));
  std::filesystem::create_directory(scratch / "full");
  scratch.write("full/mine.txt", "data");
  EXPECT_THAT(scratch.v1engine({"run", "a.toml", "-o", "full", "--points", "1/2"}).err,
              HasSubstr("exists already and is no sweep's"));
  ASSERT_EQ(scratch.v1engine({"run", "a.toml", "-o", "out", "--points", "2/2", "-q"}).code, 0);
  const auto other = scratch.v1engine(
      {"run", "a.toml", "-o", "out", "--points", "1/2", "--set", "simulation.duration=200"});
  EXPECT_EQ(other.code, 2);
  EXPECT_THAT(other.err, HasSubstr("was started with another config"));
}

TEST(Sweep, BadValuesFailBeforeAnyWork) {
  const Scratch scratch;
  scratch.write("a.toml", sweep_config() + "[[sweep]]\nstimulus.params.contrast = [0.5, 1.5]\n");
  for (const char* command : {"run", "validate"}) {
    const auto result = scratch.v1engine({command, "a.toml"});
    EXPECT_EQ(result.code, 2) << result.err;
    EXPECT_THAT(result.err, HasSubstr("a.toml:15:34: 'stimulus.params.contrast'"));
    EXPECT_THAT(result.err, HasSubstr("sweep point 'contrast=1.5'"));
    EXPECT_FALSE(std::filesystem::exists(scratch / "runs"));
  }
  scratch.write("b.toml", sweep_config() + "[[sweep]]\nsimulation.dt = [1.0, 0.4]\n");
  const auto result = scratch.v1engine({"run", "b.toml"});
  EXPECT_EQ(result.code, 2);
  EXPECT_FALSE(std::filesystem::exists(scratch / "runs"));
}

TEST(Sweep, ValidateFindsAnalysesThatWillFail) {
  const Scratch scratch;
  const std::string analyses =
      "[[analysis]]\nplugin = 'classification'\n"  // its windows are longer than the trials
      "[[analysis]]\nplugin = 'tuning'\n";         // of all points together
  scratch.write("a.toml", sweep_config(2, analyses));
  const auto result = scratch.v1engine({"validate", "a.toml"});
  EXPECT_EQ(result.code, 4);
  EXPECT_THAT(result.err, HasSubstr("analysis 'classification'"));
  EXPECT_THAT(result.err, HasSubstr("analysis 'tuning'"));
  EXPECT_THAT(result.err, HasSubstr("sweep point 'contrast=0.1,orientation=0'"));
  EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 2) << result.err;
}

TEST(Sweep, ValidateShowsThePoints) {
  const Scratch scratch;
  scratch.write("a.toml", sweep_config() + "[[sweep]]\nnetwork.neurons = [200]\n");
  const auto result = scratch.v1engine({"validate", "a.toml"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("5 points"));
  EXPECT_THAT(result.out, HasSubstr("contrast=0.8,orientation=0         300 neurons, 1 x 100 ms"));
  EXPECT_THAT(result.out, HasSubstr("neurons=200                        200 neurons"));
}

TEST(Sweep, AnalysesSeeThePointsTogetherOrOneByOne) {
  const Scratch scratch;
  const std::string analyses =
      "[[analysis]]\nplugin = 'overview'\n"
      "[[analysis]]\nplugin = 'tuning'\nparams = { neurons = 'all', evoked = [50, 100], "
      "spontaneous = [0, 50] }\n"
      "[[analysis]]\nname = 'once'\nplugin = 'overview'\nover = 'first'\ntitle = 'A look'\n"
      "[[analysis]]\nname = 'each'\nplugin = 'tuning'\nover = 'point'\nparams = { neurons = "
      "'all', evoked = [50, 100], spontaneous = [0, 50] }\n";
  scratch.write("a.toml", sweep_config(1, analyses));
  const auto result = scratch.v1engine({"run", "a.toml", "-o", "out"});
  ASSERT_EQ(result.code, 0) << result.err;
  const auto point = scratch / "out/points" / point_names[2] / "analyses";
  EXPECT_TRUE(std::filesystem::exists(scratch / "out/analyses/tuning"));
  EXPECT_FALSE(std::filesystem::exists(scratch / "out/analyses/overview"));
  EXPECT_TRUE(std::filesystem::exists(point / "overview"));
  EXPECT_TRUE(std::filesystem::exists(point / "each"));
  EXPECT_FALSE(std::filesystem::exists(point / "tuning"));

  const auto first = scratch / "out/points" / point_names[0] / "analyses";
  EXPECT_TRUE(std::filesystem::exists(first / "once"));
  EXPECT_FALSE(std::filesystem::exists(point / "once"));
  EXPECT_THAT(testing::read_text(scratch / "out/report.html"), HasSubstr(">A look</h2>"));

  std::filesystem::remove_all(scratch / "out/analyses");
  std::filesystem::remove_all(point);
  std::filesystem::remove_all(first / "once");
  const auto again = scratch.v1engine({"analyze", "out"});
  ASSERT_EQ(again.code, 0) << again.err;
  EXPECT_TRUE(std::filesystem::exists(scratch / "out/analyses/tuning"));
  EXPECT_TRUE(std::filesystem::exists(point / "each"));
  EXPECT_TRUE(std::filesystem::exists(first / "once"));
  EXPECT_FALSE(std::filesystem::exists(point / "once"));

  std::filesystem::remove_all(point / "overview");
  // As after a kill while the figures of the first point were drawn.
  std::filesystem::remove(first / "overview/raster.png");
  std::filesystem::remove(first / "../report.html");
  std::filesystem::create_directory(first / "overview/.drawing-7-raster.png");
  ASSERT_EQ(scratch.v1engine({"run", "a.toml", "-o", "out", "--resume", "-q"}).code, 0);
  EXPECT_TRUE(std::filesystem::exists(point / "overview")) << "a missing analysis was not added";
  EXPECT_TRUE(std::filesystem::exists(first / "../report.html"));
  EXPECT_FALSE(std::filesystem::exists(first / "overview/.drawing-7-raster.png"));
#ifndef V1_SVG_ONLY
  EXPECT_TRUE(std::filesystem::exists(first / "overview/raster.png"));
#endif

  scratch.write("b.toml", sweep_config(1, "[[analysis]]\nplugin = 'overview'\nover = 'sweep'\n"));
  const auto refused = scratch.v1engine({"run", "b.toml", "-o", "b"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("takes one run at a time"));
  EXPECT_FALSE(std::filesystem::exists(scratch / "b"));
}

TEST(Sweep, AWarningOfAllPointsIsSaidOnceAndKeptByEach) {
  const Scratch scratch;
  scratch.write("a.toml", sweep_config(1,
                                       "[[input]]\nplugin = 'current_clamp'\n"
                                       "params = { start = 100, amplitude = 5 }\n"));
  const std::string warning = "acts after the end of the trials";
  for (const char* at_once : {"1", "2"}) {
    const auto run = scratch.v1engine({"run", "a.toml", "-o", at_once, "--set",
                                       std::string("limits.parallel_points=") + at_once});
    ASSERT_EQ(run.code, 0) << run.err;
    EXPECT_NE(run.err.find(warning), std::string::npos) << run.err;
    EXPECT_EQ(run.err.find(warning), run.err.rfind(warning)) << run.err;
    for (const std::string& point : point_names) {
      EXPECT_THAT(run_info(scratch / at_once / "points" / point)["warnings"].dump(),
                  HasSubstr(warning));
    }
  }
}

TEST(Sweep, InfoAndReportKnowItsFolder) {
  const Scratch scratch;
  scratch.write("a.toml", sweep_config());
  ASSERT_EQ(scratch.v1engine({"run", "a.toml", "-o", "out", "-q"}).code, 0);
  const auto info = scratch.v1engine({"info", "out", "--json"});
  ASSERT_EQ(info.code, 0) << info.err;
  EXPECT_EQ(nlohmann::json::parse(info.out)["points"][point_names[1]], "complete");
  // Its report shows figures of the first point: they are drawn again, too.
  const auto point = scratch / "out/points" / point_names[1];
  std::filesystem::remove(scratch / "out/report.html");
  std::filesystem::remove(point / "report.html");
  std::filesystem::remove(point / "stimulus/preview.svg");
  EXPECT_EQ(scratch.v1engine({"report", "out"}).code, 0);
  EXPECT_TRUE(std::filesystem::exists(scratch / "out/report.html"));
  EXPECT_TRUE(std::filesystem::exists(point / "report.html"));
  EXPECT_TRUE(std::filesystem::exists(point / "stimulus/preview.svg"));
  const auto mixed = scratch.v1engine({"compare", point.string(), "out"});
  EXPECT_EQ(mixed.code, 3);
  EXPECT_EQ(mixed.err,
            "error: out: is a sweep; expected two sweeps or two runs, such as its point "
            "out/points/NAME\n");
}

}  // namespace
}  // namespace v1
