#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/integration/process.hpp"

namespace v1 {
namespace {

using ::testing::HasSubstr;
using testing::Scratch;

// 300 neurons, two trials of 120 ms; nobody waits for a stimulus.
const std::string run_config =
    "name = 'wired'\nseed = 7\n[network]\nneurons = 300\n[simulation]\nduration = 120.0\n"
    "trials = 2\n[stimulus]\nplugin = 'gratings'\nparams = { onset = 60, duration = 60 }\n"
    "[record]\nvariables = ['input_current']\n";

const std::string analyses =
    "[[analysis]]\nplugin = 'classification'\n[analysis.params]\nbaseline = [0, 60]\n"
    "response = [60, 120]\nskip_first_trial = false\n"
    "[[analysis]]\nplugin = 'topology'\n"
    "[[analysis]]\nplugin = 'synapses'\n"
    "[[analysis]]\nplugin = 'effective_weights'\n[analysis.params]\nbaseline = [0, 60]\n"
    "stimulus = [60, 120]\nskip_first_trial = false\n"
    "[[analysis]]\nplugin = 'spatial'\n[analysis.params]\nrealisations = 10\nradii = 20\n"
    "[[analysis]]\nplugin = 'column_view'\n";

const char* const names[] = {"topology/neurons.csv", "synapses/sources.csv",
                             "effective_weights/sources.csv", "spatial/neurons.csv",
                             "column_view/neurons.csv"};

// During the run the analyses see the simulated network, afterwards one that is built again.
TEST(WiringAnalyses, SeeTheSameSynapsesDuringAndAfterTheRun) {
  const Scratch scratch;
  scratch.write("a.toml", run_config + analyses);
  const auto run = scratch.v1engine({"run", "a.toml", "-o", "out", "-q"});
  ASSERT_EQ(run.code, 0) << run.err;
  const auto again = scratch.v1engine({"analyze", "out", "-o", "again"});
  ASSERT_EQ(again.code, 0) << again.err;
  for (const char* name : names) {
    const std::string during = testing::read_text(scratch / "out/analyses" / name);
    EXPECT_GT(during.size(), 100u) << name;
    EXPECT_EQ(during, testing::read_text(scratch / "again" / name)) << name;
  }
  EXPECT_THAT(testing::read_text(scratch / "out/report.html"), HasSubstr("iframe"));
}

TEST(WiringAnalyses, RefuseAConfigThatWasChangedAfterTheRun) {
  const Scratch scratch;
  scratch.write("a.toml", run_config);
  ASSERT_EQ(scratch.v1engine({"run", "a.toml", "-o", "out", "-q"}).code, 0);
  std::string config = testing::read_text(scratch / "out/config.toml");
  const auto seed = config.find("seed = 7", config.find("[network]"));
  ASSERT_NE(seed, std::string::npos);
  config.replace(seed, 8, "seed = 8");
  scratch.write("out/config.toml", config);
  scratch.write("b.toml", "[[analysis]]\nplugin = 'topology'\n");
  const auto result = scratch.v1engine({"analyze", "out", "--config", "b.toml"});
  EXPECT_EQ(result.code, 3) << result.err;
  EXPECT_THAT(result.err, HasSubstr("describes another network than the one that was simulated"));
}

}  // namespace
}  // namespace v1
