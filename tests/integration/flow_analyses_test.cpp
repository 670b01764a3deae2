#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/integration/process.hpp"

namespace v1 {
namespace {

using ::testing::HasSubstr;
using testing::Scratch;

// 300 neurons, two trials of 120 ms: three gratings, a flash and a silenced group.
const std::string sweep =
    "name = 'flow'\nseed = 7\n[network]\nneurons = 300\n[simulation]\nduration = 120.0\n"
    "trials = 2\n[stimulus]\nplugin = 'gratings'\nparams = { onset = 60, duration = 60 }\n"
    "[record]\nvariables = ['input_current']\n"
    "[[input]]\nplugin = 'current_clamp'\ntarget = 'i23Pvalb'\nparams = { amplitude = 0 }\n"
    "[[sweep]]\nstimulus.params.orientation = [0, 90]\n"
    "[[sweep]]\nstimulus.params.temporal_frequency = [0]\n"
    "[[sweep]]\nstimulus = [{ plugin = 'flash', params = { onset = 60, duration = 60 } }]\n"
    "[[sweep]]\ninput.0.params.amplitude = [-500]\n";

const std::string classification =
    "[[analysis]]\nplugin = 'classification'\n[analysis.params]\nbaseline = [0, 60]\n"
    "response = [60, 120]\nskip_first_trial = false\nsingle_neurons = 'none'\n";

const std::string comparisons =
    "[[analysis]]\nname = 'from_static'\nplugin = 'static_classification'\n"
    "[analysis.params]\nbaseline = [0, 60]\nresponse = [60, 120]\nskip_first_trial = false\n"
    "single_neurons = 'none'\n"
    "[[analysis]]\nplugin = 'population_comparison'\n[analysis.params]\nbaseline = [0, 60]\n"
    "response = [60, 120]\nskip_first_trial = false\n"
    "[[analysis]]\nplugin = 'stimulus_comparison'\n[analysis.params]\nbaseline = [0, 60]\n"
    "skip_first_trial = false\n"
    "[[analysis]]\nplugin = 'feature_selectivity'\n[analysis.params]\nbaseline = [0, 60]\n"
    "skip_first_trial = false\ndirections = [0, 90]\nfrequencies = [0, 2]\n"
    "[[analysis]]\nplugin = 'perturbation_responsive'\n[analysis.params]\nbaseline = [0, 60]\n"
    "skip_first_trial = false\nresponse = [60, 120]\noff_response = []\ndirections = [0, 90]\n"
    "[[analysis]]\nplugin = 'perturbation_effect'\n[analysis.params]\nwindow = [60, 120]\n"
    "targets = 'i23Pvalb'\nperturbation = 'input.0.params.amplitude'\nskip_first_trial = false\n";

const char* const of_sweep[] = {"from_static/neurons.csv", "stimulus_comparison/confusion.csv",
                                "feature_selectivity/neurons.csv",
                                "perturbation_responsive/welch.csv",
                                "perturbation_effect/groups.csv"};

// Each point is classified by itself; the comparisons find those results, in a sweep and with
// folders that are named one by one.
TEST(FlowAnalyses, CompareThePointsOfASweep) {
  const Scratch scratch;
  scratch.write("a.toml", sweep + classification + comparisons);
  const auto run = scratch.v1engine({"run", "a.toml", "-o", "out", "-q"});
  ASSERT_EQ(run.code, 0) << run.err;
  for (const char* name : of_sweep) {
    EXPECT_GT(testing::read_text(scratch / "out/analyses" / name).size(), 100u) << name;
  }
  const auto point = scratch / "out/points/orientation=90";
  EXPECT_TRUE(std::filesystem::exists(point / "analyses/population_comparison/welch.csv"));
  const std::string rows =
      testing::read_text(scratch / "out/analyses/perturbation_effect/runs.csv");
  EXPECT_THAT(rows, HasSubstr("orientation=0,0,control"));
  EXPECT_THAT(rows, HasSubstr("amplitude=-500,-500,perturbed"));

  // The same from the stored sweep into another folder, whose classifications count.
  const auto again = scratch.v1engine({"analyze", "out", "-o", "again"});
  ASSERT_EQ(again.code, 0) << again.err;
  for (const char* name : of_sweep) {
    EXPECT_EQ(testing::read_text(scratch / "out/analyses" / name),
              testing::read_text(scratch / "again" / name))
        << name;
  }

  // One analysis alone uses the classifications that the points hold.
  scratch.write("only.toml",
                "[[analysis]]\nplugin = 'stimulus_comparison'\n[analysis.params]\n"
                "baseline = [0, 60]\nskip_first_trial = false\n");
  const auto first = (scratch / "out/points/orientation=0").string();
  const auto folders =
      scratch.v1engine({"analyze", first, point.string(), "--config", "only.toml", "-o", "two"});
  ASSERT_EQ(folders.code, 0) << folders.err;
  EXPECT_THAT(testing::read_text(scratch / "two/stimulus_comparison/agreement.csv"),
              HasSubstr("orientation=90"));

  // Without a classification in one of them the refusal says what to do.
  std::filesystem::remove_all(point / "analyses");
  const auto refused =
      scratch.v1engine({"analyze", first, point.string(), "--config", "only.toml", "-o", "three"});
  EXPECT_EQ(refused.code, 2) << refused.err;
  EXPECT_THAT(refused.err, HasSubstr("needs the results of classification"));
}

}  // namespace
}  // namespace v1
