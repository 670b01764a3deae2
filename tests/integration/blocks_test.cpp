#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "engine/recording/run_reader.hpp"
#include "tests/integration/process.hpp"

namespace v1 {
namespace {

using ::testing::HasSubstr;
using testing::Scratch;

// 2 directions x 2 repeats and 2 blanks in random order: 6 trials of 100 ms.
std::string block_config(const std::string& more = "") {
  return "name = 'blocks'\nseed = 7\n[network]\nneurons = 300\n[simulation]\nduration = 100.0\n"
         "carry_state = false\n[stimulus]\norder = 'random'\n[[stimulus.block]]\n"
         "plugin = 'gratings'\nrepeats = 2\nparams = { onset = 0, duration = 100 }\n"
         "vary = { orientation = [0, 90] }\n[[stimulus.block]]\nplugin = 'spontaneous'\n"
         "label = 'blank'\nrepeats = 2\n" +
         more;
}

const recording::TrialColumn& column(const recording::RunReader& run, const std::string& name) {
  for (const recording::TrialColumn& one : run.stimulus().trial_columns) {
    if (one.name == name) return one;
  }
  throw std::runtime_error("no trial column " + name);
}

// Spikes of the LGN in a trial, which follow the stimulus directly.
recording::SpikeEvents lgn_spikes(const recording::RunReader& run, std::uint32_t trial) {
  return run.spikes(trial, run.network().find_block("lgn").value());
}

TEST(Blocks, ShowEachStimulusInItsTrials) {
  const Scratch scratch;
  scratch.write("a.toml", block_config());
  const auto result = scratch.v1engine({"run", "a.toml", "-o", "out", "--quiet"});
  ASSERT_EQ(result.code, 0) << result.err;
  const recording::RunReader run(scratch / "out");
  ASSERT_EQ(run.finished_trials().size(), 6u);
  const auto& block = std::get<std::vector<std::string>>(column(run, "block").values);
  const auto& direction = std::get<std::vector<double>>(column(run, "direction_deg").values);
  std::map<std::string, int> shown;
  for (std::size_t t = 0; t < 6; ++t) {
    ++shown[block[t] == "blank" ? "blank" : std::to_string(static_cast<int>(direction[t]))];
  }
  EXPECT_EQ(shown, (std::map<std::string, int>{{"0", 2}, {"90", 2}, {"blank", 2}}));

  // The LGN sees in every trial what a run of that stimulus alone shows in the same trial.
  scratch.write("one.toml",
                "seed = 7\n[network]\nneurons = 300\n[simulation]\nduration = 100.0\ntrials = 6\n"
                "carry_state = false\n[stimulus]\nplugin = 'gratings'\n"
                "params = { onset = 0, duration = 100, orientation = 90 }\n");
  ASSERT_EQ(scratch.v1engine({"run", "one.toml", "-o", "one", "--quiet"}).code, 0);
  const recording::RunReader one(scratch / "one");
  for (std::uint32_t t = 0; t < 6; ++t) {
    const bool same = direction[t] == 90.0;
    EXPECT_EQ(lgn_spikes(run, t).position == lgn_spikes(one, t).position, same) << "trial " << t;
  }
}

TEST(Blocks, GoOnWhereTheyWereStopped) {
  const Scratch scratch;
  scratch.write("a.toml", block_config());
  ASSERT_EQ(scratch.v1engine({"run", "a.toml", "-o", "parts", "-q", "--trials", "2"}).code, 0);
  const auto rest = scratch.v1engine({"run", "a.toml", "-o", "parts", "-q", "--resume"});
  ASSERT_EQ(rest.code, 0) << rest.err;
  ASSERT_EQ(scratch.v1engine({"run", "a.toml", "-o", "whole", "-q", "--threads", "1"}).code, 0);
  EXPECT_EQ(scratch.v1engine({"compare", "parts", "whole"}).code, 0);
}

TEST(Blocks, TuningGroupsTrialsByDirection) {
  const Scratch scratch;
  scratch.write("a.toml", block_config("[[analysis]]\nplugin = 'tuning'\nparams = { neurons = "
                                       "'all', evoked = [50, 100], spontaneous = [0, 50] }\n"));
  const auto result = scratch.v1engine({"run", "a.toml", "-o", "out", "--quiet"});
  ASSERT_EQ(result.code, 0) << result.err;
  const std::string html = testing::read_text(scratch / "out/report.html");
  EXPECT_THAT(html, HasSubstr("2 directions"));
}

TEST(Blocks, ValidateShowsThePlan) {
  const Scratch scratch;
  scratch.write("a.toml", block_config());
  const auto result = scratch.v1engine({"validate", "a.toml"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("6 presentations, one per trial, in random order"));
  EXPECT_THAT(result.out, HasSubstr("2 x gratings with 2 orientation"));
  EXPECT_THAT(result.out, HasSubstr("6 trials of 100 ms"));
}

}  // namespace
}  // namespace v1
