#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/recording/run_reader.hpp"
#include "tests/integration/process.hpp"

namespace v1 {
namespace {

using testing::Scratch;

// Five independent trials that show two pictures by turns, a background and recorded variables.
const char* const independent =
    "name = 'lanes'\nseed = 5\n[network]\nneurons = 300\n[simulation]\nduration = 300.0\n"
    "trials = 5\ncarry_state = false\n[stimulus]\norder = 'listed'\n"
    "[[stimulus.block]]\nplugin = 'gratings'\nparams = { contrast = 1.0 }\nrepeats = 3\n"
    "[[stimulus.block]]\nplugin = 'flash'\nrepeats = 2\n"
    "[record]\nvariables = ['v', 'background_current']\n";

TEST(Lanes, TrialsSideBySideAreTheTrialsOneAtATime) {
  const Scratch scratch;
  scratch.write("a.toml", independent);
  const auto one =
      scratch.v1engine({"run", "a.toml", "-o", "one", "--set", "simulation.backend='cpu'", "--set",
                        "simulation.backend_params.lanes=1", "--threads", "1"});
  ASSERT_EQ(one.code, 0) << one.err;
  const auto three =
      scratch.v1engine({"run", "a.toml", "-o", "three", "--set", "simulation.backend='cpu'",
                        "--set", "simulation.backend_params.lanes=3", "--threads", "2"});
  ASSERT_EQ(three.code, 0) << three.err;
  const auto same = scratch.v1engine({"compare", "one", "three"});
  EXPECT_EQ(same.code, 0) << same.out;
  const auto most = scratch.v1engine({"run", "a.toml", "-o", "most", "--threads", "4"});
  ASSERT_EQ(most.code, 0) << most.err;
  EXPECT_EQ(scratch.v1engine({"compare", "one", "most"}).code, 0);
  const recording::RunReader a(scratch / "one"), b(scratch / "three");
  EXPECT_GT(a.totals().neuron_spikes(), 100u);
  EXPECT_EQ(a.totals().neuron_spikes(), b.totals().neuron_spikes());
}

// A run that stops inside a block of lanes resumes to the same outcome.
TEST(Lanes, ResumingWithOtherLanesChangesNothing) {
  const Scratch scratch;
  scratch.write("a.toml", independent);
  ASSERT_EQ(scratch.v1engine({"run", "a.toml", "-o", "whole"}).code, 0);
  const std::vector<std::string> lanes = {"--set", "simulation.backend='cpu'", "--set",
                                          "simulation.backend_params.lanes=2"};
  std::vector<std::string> first = {"run", "a.toml", "-o", "parts", "--trials", "3"};
  first.insert(first.end(), lanes.begin(), lanes.end());
  const auto begun = scratch.v1engine(first);
  ASSERT_EQ(begun.code, 0) << begun.err;
  std::vector<std::string> rest = {"run", "a.toml", "-o", "parts", "--resume"};
  rest.insert(rest.end(), lanes.begin(), lanes.end());
  const auto resumed = scratch.v1engine(rest);
  ASSERT_EQ(resumed.code, 0) << resumed.err;
  EXPECT_EQ(scratch.v1engine({"compare", "whole", "parts"}).code, 0);
}

}  // namespace
}  // namespace v1
