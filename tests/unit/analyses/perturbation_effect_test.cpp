#include <gmock/gmock.h>

#include <cmath>

#include "tests/unit/analyses/flow_series.hpp"
#include "tests/unit/analyses/plugin_fixture.hpp"

namespace v1::analysis {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::string column = "input.0.params.amplitude";

/// Two neurons each of e23Cux2, e4Rorb and i4Pvalb; trials of 200 ms, spikes counted in 100 ms.
class PerturbationEffect : public PluginFixture {
 protected:
  PerturbationEffect() : PluginFixture("perturbation_effect") {}

  /// counts[neuron]: spikes per trial in the window.
  std::shared_ptr<SyntheticRun> add(const std::string& label, const std::vector<int>& counts,
                                    double amplitude = NAN, double direction = NAN) {
    auto run =
        std::make_shared<SyntheticRun>(small_network({"e23Cux2", "e4Rorb", "i4Pvalb"}, 2), 3, 200);
    run->change().label = label;
    for (std::uint32_t trial = 0; trial < 3; ++trial) {
      for (std::uint32_t n = 0; n < counts.size(); ++n) {
        for (int k = 0; k < counts[n]; ++k) {
          run->add_spike(trial, static_cast<std::uint32_t>(60 + k), n);
        }
        run->add_spike(trial, 10, n);  // outside the window
      }
    }
    if (!std::isnan(amplitude)) FlowSeries::column(*run, column, amplitude);
    if (!std::isnan(direction)) FlowSeries::column(*run, "direction_deg", direction);
    runs_.push_back(run);
    return run;
  }
  static std::string parameters(bool with_column = true) {
    return "window = [50, 150]\ntargets = 'i4'\n" +
           (with_column ? "perturbation = '" + column + "'\n" : std::string());
  }
  std::vector<std::shared_ptr<RunData>> runs_;
};

TEST_F(PerturbationEffect, ComparesPairsAndKeepsTargetsApart) {
  add("control", {2, 4, 1, 0, 5, 5}, 0);
  add("silenced", {3, 4, 3, 0, 0, 0}, -500);
  const AnalysisResult result = run_all(runs_, parameters());
  ASSERT_TRUE(result.ok) << result.error;
  const ResultTable neurons = table("neurons");
  EXPECT_THAT(texts(neurons, "group"),
              ElementsAre("e23", "e23", "e4", "e4", "i4Pvalb (targets)", "i4Pvalb (targets)"));
  EXPECT_NEAR(numbers(neurons, "control_rate")[0], 20.0, 1e-9);
  EXPECT_NEAR(numbers(neurons, "change")[0], 10.0, 1e-9);
  EXPECT_NEAR(numbers(neurons, "change_percent")[0], 50.0, 1e-9);
  EXPECT_NEAR(numbers(neurons, "index")[0], 0.2, 1e-9);
  EXPECT_TRUE(std::isnan(numbers(neurons, "index")[3])) << "silent in both";
  const ResultTable groups = table("groups");
  EXPECT_NEAR(numbers(groups, "change")[0], 5.0, 1e-9);
  EXPECT_NEAR(numbers(groups, "change_error")[0], 5.0, 1e-9);
  EXPECT_NEAR(numbers(groups, "change_percent")[1], 200.0, 1e-9);
  EXPECT_EQ(texts(groups, "role")[2], "target");
  const ResultTable runs = table("runs");
  EXPECT_THAT(texts(runs, "role"), ElementsAre("control", "perturbed"));
  EXPECT_THAT(figures(), ElementsAre("rate_changes", "rates"));
}

// One spike more is one spike more, whatever the rate: over 90 ms the differences of the rates of
// both e23 neurons differ in their last bits only.
TEST_F(PerturbationEffect, EqualChangesAreTies) {
  add("control", {1, 2, 0, 0, 3, 7}, 0);
  add("driven", {2, 3, 0, 0, 3, 7}, 500);
  ASSERT_TRUE(run_all(runs_, "window = [50, 140]\nperturbation = '" + column + "'\n").ok);
  const ResultTable groups = table("groups");
  EXPECT_EQ(numbers(groups, "change_error")[0], 0.0) << "the changes are equal to the last bit";
  EXPECT_EQ(numbers(groups, "p")[0], 0.5) << "2 of 4 patterns of signs";
  EXPECT_TRUE(std::isnan(numbers(groups, "p")[2])) << "nothing changed";
  EXPECT_EQ(numbers(table("slopes"), "slope")[2], 0.0);
}

TEST_F(PerturbationEffect, WithoutAColumnTheFirstRunIsTheControl) {
  add("awake", {2, 4, 1, 0, 5, 5});
  add("off", {3, 4, 3, 0, 0, 0});
  ASSERT_TRUE(run_all(runs_, parameters(false)).ok);
  EXPECT_NEAR(numbers(table("groups"), "change")[0], 5.0, 1e-9);
  EXPECT_EQ(texts(table("neurons"), "level")[0], "off");
}

TEST_F(PerturbationEffect, SlopeAgainstTheStrength) {
  add("control", {2, 2, 1, 1, 5, 5}, 0);
  add("half", {3, 3, 1, 1, 2, 2}, -250);
  add("full", {4, 4, 1, 1, 0, 0}, -500);
  ASSERT_TRUE(run_all(runs_, parameters()).ok);
  const ResultTable slopes = table("slopes");
  EXPECT_NEAR(numbers(slopes, "slope")[0], -10.0 / 250.0, 1e-9);
  EXPECT_NEAR(numbers(slopes, "slope")[1], 0.0, 1e-9);
  EXPECT_TRUE(std::isnan(numbers(slopes, "p")[1])) << "as the signed-rank test without a change";
  EXPECT_THAT(figures(), Contains("strength"));
  const std::string scalars = json_text_of(place() / "summary.json");
  EXPECT_THAT(scalars, HasSubstr("with '-500'"));
}

TEST_F(PerturbationEffect, TheControlIsAPointOfTheCurveAgainstTheStrength) {
  const auto with_unit = [&](const std::shared_ptr<SyntheticRun>& run) {
    run->change().stimulus.trial_columns.back().unit = "pA";
  };
  with_unit(add("control", {2, 2, 1, 1, 5, 5}, 0));
  with_unit(add("driven", {3, 3, 1, 1, 2, 2}, 250));
  with_unit(add("silenced", {1, 1, 1, 1, 0, 0}, -500));
  ASSERT_TRUE(run_all(runs_, parameters()).ok);
  const ResultTable strengths = table("strengths");
  EXPECT_THAT(numbers(strengths, "strength"),
              ElementsAre(-500, 0, 250, -500, 0, 250, -500, 0, 250));
  EXPECT_NEAR(numbers(strengths, "change")[0], -10.0, 1e-9);
  EXPECT_EQ(numbers(strengths, "change")[1], 0.0);
  EXPECT_NEAR(numbers(strengths, "change")[2], 10.0, 1e-9);
  const std::string figure = text_of(place() / "strength.figure.toml");
  EXPECT_THAT(figure, HasSubstr("\"strengths\""));
  EXPECT_THAT(figure, HasSubstr("label = \"amplitude\""));
  EXPECT_THAT(figure, HasSubstr("unit = \"pA\""));
  EXPECT_THAT(text_of(place() / "rate_changes.figure.toml"), HasSubstr("amplitude = 250 pA"));
}

TEST_F(PerturbationEffect, OtherDifferencesOfTheRunsAreWarnedOf) {
  add("control", {2, 2, 1, 1, 5, 5}, 0);
  FlowSeries::column(*add("driven", {3, 3, 1, 1, 2, 2}, 250), "input.0.params.start", 700);
  ASSERT_TRUE(run_all(runs_, parameters()).ok);
  EXPECT_THAT(
      text_of(place() / "summary.json"),
      HasSubstr("differ in more than the perturbation: input.0.params.start (700, not set)"));
  runs_.clear();
  for (const double amplitude : {0.0, 250.0}) {
    const auto run = add("a", {2, 2, 1, 1, 5, 5}, amplitude);
    FlowSeries::column(*run, "input.0.params.start", 700);
    FlowSeries::column(*run, "stimulus.params.x", amplitude);
  }
  ASSERT_TRUE(run_all(runs_, parameters()).ok);
  EXPECT_THAT(text_of(place() / "summary.json"), Not(HasSubstr("more than the perturbation")));
}

TEST_F(PerturbationEffect, SelectivityChangesWithPairsAllRound) {
  for (const double direction : {0.0, 90.0, 180.0, 270.0}) {
    const int driven = direction == 90.0 ? 6 : 0;
    add("c", {driven, 2, 0, 0, 1, 1}, 0, direction);
    add("s", {driven + 2, 2, 0, 0, 0, 0}, -500, direction);
  }
  ASSERT_TRUE(run_all(runs_, parameters()).ok);
  const ResultTable neurons = table("neurons");
  EXPECT_NEAR(numbers(neurons, "dsi_change")[0], 6.0 / 14.0 - 1.0, 1e-9);
  EXPECT_NEAR(numbers(neurons, "dsi_change")[1], 0.0, 1e-9);
  EXPECT_TRUE(std::isnan(numbers(neurons, "osi_change")[2])) << "silent";
  EXPECT_NEAR(numbers(neurons, "change")[0], 20.0, 1e-9);
  EXPECT_THAT(figures(), Contains("selectivity_changes"));
}

TEST_F(PerturbationEffect, UnpairedConditionsAreLeftOutOrRefused) {
  add("c0", {2, 2, 2, 2, 2, 2}, 0, 0);
  add("s0", {4, 4, 4, 4, 0, 0}, -500, 0);
  add("s90", {9, 9, 9, 9, 9, 9}, -500, 90);
  ASSERT_TRUE(run_all(runs_, parameters()).ok);
  EXPECT_NEAR(numbers(table("groups"), "change")[0], 20.0, 1e-9);
  EXPECT_THAT(text_of(place() / "summary.json"), HasSubstr("1 of 2 conditions are paired"));
  EXPECT_THAT(run_all({runs_[0], runs_[2]}, parameters()).error,
              HasSubstr("no control run shows what the runs with '-500' show"));
}

// The perturbed run was stopped after trial 1: trial 2 of the control, in which neuron 0 fires much
// more, has no pair. A level that has all trials keeps it.
TEST_F(PerturbationEffect, TrialsOfOneSideOnlyDoNotCount) {
  const auto numbered = [&](const std::shared_ptr<SyntheticRun>& run) {
    run->change().stimulus.trial_columns.push_back({"trial", "1", std::vector<double>{0, 1, 2}});
    return run;
  };
  const auto control = numbered(add("control", {2, 2, 2, 2, 2, 2}, 0));
  const auto stopped = add("stopped", {4, 2, 2, 2, 0, 0}, -500);
  const auto whole = numbered(add("whole", {4, 2, 2, 2, 0, 0}, -250));
  for (std::uint32_t k = 0; k < 6; ++k) {
    control->add_spike(2, 120 + k, 0);
    whole->add_spike(2, 120 + k, 0);
  }
  stopped->change().trials = 2;
  stopped->change().stimulus.trial_columns = {{column, "1", std::vector<double>(2, -500.0)},
                                              {"trial", "1", std::vector<double>{0, 1}}};
  ASSERT_TRUE(run_all(runs_, parameters() + "skip_first_trial = false\n").ok);
  const ResultTable neurons = table("neurons");
  EXPECT_EQ(numbers(neurons, "level")[0], -500.0);
  EXPECT_NEAR(numbers(neurons, "control_rate")[0], 20.0, 1e-9);
  EXPECT_NEAR(numbers(neurons, "change")[0], 20.0, 1e-9);
  EXPECT_EQ(numbers(neurons, "level")[6], -250.0);
  EXPECT_NEAR(numbers(neurons, "control_rate")[6], 40.0, 1e-9);
  EXPECT_NEAR(numbers(neurons, "change")[6], 20.0, 1e-9);
  EXPECT_THAT(json_text_of(place() / "summary.json"),
              HasSubstr("left out: 1 trial that only one side has"));
}

TEST_F(PerturbationEffect, WrongPairsAreNamed) {
  add("control", {2, 2, 2, 2, 2, 2}, 0);
  EXPECT_THAT(run_all(runs_, parameters()).error, HasSubstr("and runs with other values, found 0"));
  EXPECT_THAT(run_all(runs_, parameters(false)).error, HasSubstr("there is only 'control'"));
  EXPECT_THAT(run_all(runs_, "perturbation = 'current'").error,
              HasSubstr("no run has the trial column 'current'; there are " + column));
  add("other seed", {2, 2, 2, 2, 2, 2}, -500)->change().seed = 1;
  EXPECT_THAT(run_all(runs_, parameters()).error, HasSubstr("different seeds"));
}

TEST_F(PerturbationEffect, SilentNeuronsHaveNoTest) {
  add("control", {0, 0, 0, 0, 0, 0}, 0);
  add("silenced", {0, 0, 0, 0, 0, 0}, -500);
  ASSERT_TRUE(run_all(runs_, parameters()).ok);
  EXPECT_EQ(texts(table("groups"), "stars")[0], "not performed");
  EXPECT_NEAR(numbers(table("groups"), "change")[0], 0.0, 1e-12);
}

}  // namespace
}  // namespace v1::analysis
