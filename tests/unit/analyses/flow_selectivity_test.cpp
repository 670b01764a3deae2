#include <gmock/gmock.h>

#include <toml++/toml.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "tests/unit/analyses/flow_series.hpp"
#include "tests/unit/analyses/plugin_fixture.hpp"

namespace v1::analysis {
namespace {

using nlohmann::json;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const json& oracle() {
  static const json all = json_of(std::string(V1_TEST_DATA) + "/analysis/selectivity.json");
  return all;
}

/// The worked neurons: four with responses in 8 directions (two are dVf, one hVf in all of them,
/// one untuned), one dVf and one hVf in one direction only.
std::vector<std::vector<double>> worked_responses() {
  std::vector<std::vector<double>> out;
  const json worked = oracle()["perturbation_direction"];
  for (const json& one : worked) {
    out.push_back(one["response"].get<std::vector<double>>());
  }
  out.push_back({0, 0, 0, 0, 0, 0, 0, 8});
  out.push_back({0, 0, -7, 0, 0, 0, 0, 0});
  out.push_back({1, 1, 1, 1, 1, 1, 9, 9});
  return out;
}

std::vector<double> column_of(const std::vector<std::vector<double>>& responses, std::size_t k) {
  std::vector<double> out;
  for (const auto& row : responses) out.push_back(row[k]);
  return out;
}

class FeatureSelectivity : public PluginFixture {
 protected:
  FeatureSelectivity() : PluginFixture("feature_selectivity"), series_(7) {
    const auto responses = worked_responses();
    const auto directions = oracle()["directions"].get<std::vector<double>>();
    for (std::size_t k = 0; k < directions.size(); ++k) {
      series_.grating(directions[k], 2, column_of(responses, k));
    }
  }
  /// Runs at 0 degrees for the frequencies but 2 Hz, where the neurons respond as the oracle's.
  void add_frequencies() {
    const auto worked = oracle()["frequency_responses"].get<std::vector<std::vector<double>>>();
    const auto at_2_hz = column_of(worked_responses(), 0);
    for (std::size_t k = 0; k < 10; ++k) {
      if (k == 2) continue;
      std::vector<double> responses(7, 0.0);
      for (std::size_t i = 0; i < worked.size(); ++i) responses[i] = worked[i][k];
      series_.grating(0, static_cast<double>(k), responses);
    }
  }
  static std::string without_frequencies() {
    return std::string(FlowSeries::windows) + "frequencies = []\n";
  }
  FlowSeries series_;
};

TEST_F(FeatureSelectivity, PreferredPerturbationDirectionsOfTheWorkedNeurons) {
  const json worked = oracle()["perturbation_direction"];
  for (const std::string mode : {"clean", "reference"}) {
    const AnalysisResult result =
        run_all(series_.runs(), without_frequencies() + "mode = '" + mode + "'");
    ASSERT_TRUE(result.ok) << result.error;
    const auto angle = numbers(table("neurons"), "perturbation_direction");
    for (std::size_t i = 0; i < worked.size(); ++i) {
      const json& expected = worked[i][mode == "clean" ? "angle" : "reference_angle"];
      if (expected.is_string()) {
        EXPECT_TRUE(std::isnan(angle[i]));
      } else {
        EXPECT_NEAR(angle[i], expected.get<double>(), 1e-6) << mode << " " << i;
      }
    }
  }
}

TEST_F(FeatureSelectivity, RolesAndResponses) {
  ASSERT_TRUE(run_all(series_.runs(), without_frequencies()).ok);
  EXPECT_THAT(texts(table("neurons"), "role"),
              ElementsAre("none", "perturbation_responsive_hVf", "perturbation_responsive_dVf",
                          "none", "direction_selective_dVf", "direction_selective_hVf", "none"));
  const ResultTable roles = table("roles");
  EXPECT_THAT(numbers(roles, "n"), ElementsAre(1, 1, 1, 1, 3));
  const ResultTable responses = table("responses");
  const auto neuron = numbers(responses, "neuron"),
             differential = numbers(responses, "differential");
  const json expected = oracle()["perturbation_direction"][1]["differential"];
  std::size_t k = 0;
  for (std::size_t row = 0; row < neuron.size(); ++row) {
    if (neuron[row] != 1.0) continue;
    EXPECT_NEAR(differential[row], k == 0 ? 0.0 : expected[k - 1].get<double>(), 1e-9);
    ++k;
  }
  EXPECT_EQ(k, 8u);
  EXPECT_NEAR(numbers(table("class_shares"), "fraction")[0], 3.0 / 7.0, 1e-9);
  EXPECT_THAT(figures(), ElementsAre("class_shares", "responses", "direction_tuning", "traces",
                                     "preferred_directions"));
}

TEST_F(FeatureSelectivity, TracesLeaveOutTheBaselineExceptInReferenceMode) {
  const auto at_100 = [&](const std::string& role, double direction) {
    const ResultTable traces = table("traces");
    const auto of = texts(traces, "role");
    const auto angle = numbers(traces, "direction"), time = numbers(traces, "time");
    for (std::size_t row = 0; row < of.size(); ++row) {
      if (of[row] == role && angle[row] == direction && time[row] == 100.0) {
        return numbers(traces, "input_current")[row];
      }
    }
    return static_cast<double>(NAN);
  };
  ASSERT_TRUE(run_all(series_.runs(), without_frequencies()).ok);
  EXPECT_NEAR(at_100("hVf in all directions", 180), -28.0, 1e-4);
  EXPECT_NEAR(at_100("dVf in all directions", 180), 10.0, 1e-4);
  ASSERT_TRUE(run_all(series_.runs(), without_frequencies() + "mode = 'reference'").ok);
  // 40 + 10 * (trials 1 and 2) + 1 (the neuron's number)
  EXPECT_NEAR(at_100("hVf in all directions", 180), -28.0 + 40.0 + 15.0 + 1.0, 1e-4);
}

TEST_F(FeatureSelectivity, PreferredTemporalFrequencies) {
  add_frequencies();
  const AnalysisResult result = run_all(series_.runs(), FlowSeries::windows);
  ASSERT_TRUE(result.ok) << result.error;
  // At 2 Hz these neurons respond with 20, -9, 10, 25 pA; elsewhere as the worked ones.
  const auto preferred = numbers(table("neurons"), "preferred_frequency");
  EXPECT_EQ(preferred[0], 2.0);
  EXPECT_EQ(preferred[1], 2.0);  // -9 against -8 at 3 Hz
  EXPECT_EQ(preferred[3], 2.0);
  EXPECT_EQ(preferred[4], 8.0);
  EXPECT_EQ(preferred[6], 2.0);  // 1 pA at 2 Hz, nothing elsewhere
  const ResultTable counts = table("preferred_frequencies");
  EXPECT_EQ(numbers(counts, "low")[0], -0.5);
  EXPECT_EQ(counts.rows(), 20u);
  ASSERT_TRUE(run_all(series_.runs(), std::string(FlowSeries::windows) + "mode = 'reference'").ok);
  EXPECT_EQ(table("preferred_frequencies").rows(), 18u) << "8 and 9 Hz share a bin";
  EXPECT_THAT(figures(), Contains("temporal_frequency"));
}

// The five worked neurons as a population that is dVf in all directions.
TEST(FeatureSelectivityCounts, AgreeWithTheWorkedHistograms) {
  struct Fixture : PluginFixture {
    Fixture() : PluginFixture("feature_selectivity") {}
    void TestBody() override {}
    using PluginFixture::numbers;
    using PluginFixture::run_all;
    using PluginFixture::table;
  } fixture;
  const auto worked = oracle()["frequency_responses"].get<std::vector<std::vector<double>>>();
  FlowSeries series(5);
  for (std::size_t k = 0; k < 10; ++k)
    series.grating(0, static_cast<double>(k), column_of(worked, k));
  for (const double direction : {90.0, 180.0}) series.grating(direction, 11, {9, 9, 9, 9, 9});
  // Both "directions" at 11 Hz make every neuron dVf in all of them.
  const std::string parameters =
      std::string(FlowSeries::windows) + "directions = [90, 180]\ntemporal_frequency = 11.0\n";
  for (const std::string mode : {"clean", "reference"}) {
    const auto result = fixture.run_all(series.runs(), parameters + "mode = '" + mode + "'");
    ASSERT_TRUE(result.ok) << result.error;
    auto counts = fixture.numbers(fixture.table("preferred_frequencies"), "n");
    const auto expected =
        oracle()[mode == "clean" ? "clean_counts" : "reference_counts"].get<std::vector<double>>();
    counts.resize(expected.size());
    EXPECT_EQ(counts, expected) << mode;
    if (mode == "clean") continue;
    const auto density = fixture.numbers(fixture.table("preferred_frequencies"), "density");
    for (std::size_t b = 0; b < expected.size(); ++b) {
      EXPECT_NEAR(density[b], oracle()["reference_density"][b].get<double>(), 1e-9);
    }
  }
}

TEST_F(FeatureSelectivity, RefusesWhenADirectionOrFrequencyIsMissing) {
  EXPECT_THAT(run_all(series_.runs(), FlowSeries::windows).error,
              HasSubstr("no run shows 0 deg, 0 Hz; 0 deg, 1 Hz; 0 deg, 3 Hz"));
  auto runs = series_.runs();
  runs.erase(runs.begin() + 3);
  EXPECT_THAT(run_all(runs, without_frequencies()).error,
              HasSubstr("no run shows 135 deg, 2 Hz; there are 'direction=0,hz=2' (0 deg, 2 Hz)"));
  EXPECT_TRUE(run_all(runs, without_frequencies() + "directions = [0, 90, 180, 270]").ok);
}

TEST_F(FeatureSelectivity, WithoutPureNeuronsAndWithoutRecordings) {
  FlowSeries quiet(3);
  for (const double direction : {0.0, 90.0, 180.0, 270.0}) {
    quiet.grating(direction, 2, {1, 0, -1})->change().variables.clear();
  }
  const AnalysisResult result =
      run_all(quiet.runs(), without_frequencies() + "directions = [0, 90, 180, 270]");
  ASSERT_TRUE(result.ok) << result.error;
  EXPECT_THAT(text_of(place() / "summary.json"), HasSubstr("No neuron is dVf in all directions"));
  EXPECT_THAT(figures(), Not(Contains("traces")));
}

TEST_F(FeatureSelectivity, RunsSweptInSomethingElseAreNamed) {
  const auto altered = series_.add("seed=4", std::vector<double>(7, 0.0));
  FlowSeries::column(*altered, "network.seed", 4.0);
  EXPECT_THAT(run_all(series_.runs(), without_frequencies() + "directions = [10, 190]").error,
              HasSubstr("(not 'seed=4', where more than the stimulus was swept)"));
}

TEST_F(FeatureSelectivity, TrialsOfOneRunMustShowOneThing) {
  auto run = series_.add("mixed", std::vector<double>(7, 0.0));
  FlowSeries::column(*run, "direction_deg", 0.0);
  std::get<std::vector<double>>(run->change().stimulus.trial_columns.back().values)[1] = 45.0;
  EXPECT_THAT(run_all(series_.runs(), without_frequencies()).error,
              HasSubstr("the trials of 'mixed' differ in direction_deg"));
}

/// Three neurons responsive as dVf, two as hVf, two selective dVf, one selective hVf.
class PerturbationResponsive : public PluginFixture {
 protected:
  PerturbationResponsive() : PluginFixture("perturbation_responsive"), series_(9) {
    for (const double direction : {0.0, 90.0, 180.0, 270.0}) {
      const double s = direction == 90.0 ? 8.0 : 0.0;
      series_.grating(direction, 2, {9, 9, 9, -9, -9, s, s, -s, 0});
    }
  }
  static std::string parameters() {
    return std::string(FlowSeries::windows) +
           "response = [50, 75]\noff_response = [150, 175]\ndirections = [0, 90, 180, 270]\n";
  }
  FlowSeries series_;
};

TEST_F(PerturbationResponsive, TestsResponsiveAgainstSelectiveNeurons) {
  series_.flash(true, {10, 12, 14, -3, -5, 1, 3, 6, 50});
  const AnalysisResult result = run_all(series_.runs(), parameters());
  ASSERT_TRUE(result.ok) << result.error;
  const ResultTable welch = table("welch");
  EXPECT_THAT(texts(welch, "first"), ElementsAre("Pert. dVf", "Pert. hVf"));
  EXPECT_THAT(texts(welch, "second"), ElementsAre("Dir. dVf", "Dir. hVf"));
  EXPECT_NEAR(numbers(welch, "difference")[0], 12.0 - 2.0, 1e-4);
  EXPECT_NEAR(numbers(welch, "t")[0], 10.0 / std::sqrt(4.0 / 3 + 2.0 / 2), 1e-4);
  EXPECT_TRUE(std::isnan(numbers(welch, "t")[1])) << "one selective hVf neuron";
  EXPECT_EQ(texts(welch, "stars")[1], "not performed");
  const ResultTable neurons = table("neurons");
  EXPECT_EQ(neurons.rows(), 8u);
  EXPECT_EQ(texts(neurons, "on")[0], "depolarised");
  EXPECT_EQ(texts(neurons, "on")[3], "none");
  EXPECT_NEAR(numbers(neurons, "off_response_input_current")[0], 0.0, 1e-4);
  EXPECT_THAT(figures(), ElementsAre("responses", "traces_by_pair", "traces"));
}

TEST_F(PerturbationResponsive, BothFlashesStandSideBySide) {
  series_.flash(true, {10, 12, 14, -3, -5, 1, 3, 6, 50});
  series_.flash(false, {0, 0, 0, 0, 0, 0, 0, 0, 0});
  ASSERT_TRUE(run_all(series_.runs(), parameters()).ok);
  EXPECT_THAT(texts(table("welch"), "flash"),
              ElementsAre("white flash", "white flash", "black flash", "black flash"));
  ASSERT_TRUE(run_all(series_.runs(), parameters() + "flash = 'black'").ok);
  EXPECT_EQ(table("welch").rows(), 2u);
  EXPECT_TRUE(std::isnan(numbers(table("welch"), "p")[0])) << "no variance";
}

TEST_F(PerturbationResponsive, ReferenceReadsRowsOfTheRecordingAndPads) {
  auto run = series_.flash(true, {10, 12, 14, -3, -5, 1, 3, 6, 50});
  // The recording begins with neuron 1, so row 0 of the class table reads neuron 1.
  run->change().state_neurons = {1, 2, 3, 4, 5, 6, 7, 8};
  ASSERT_TRUE(run_all(series_.runs(), parameters() + "mode = 'reference'").ok);
  EXPECT_NEAR(numbers(table("neurons"), "response_input_current")[0], 12.0, 1e-4);
  EXPECT_TRUE(std::isnan(numbers(table("welch"), "p")[0]));
  ASSERT_TRUE(run_all(series_.runs(), parameters()).ok);
  EXPECT_EQ(numbers(table("neurons"), "neuron")[0], 1.0);
  EXPECT_THAT(text_of(place() / "summary.json"), HasSubstr("were not recorded during the flash"));
}

TEST_F(PerturbationResponsive, MissingRunsAreNamed) {
  EXPECT_THAT(run_all(series_.runs(), parameters()).error, HasSubstr("no run shows a flash"));
  series_.flash(true, std::vector<double>(9, 0.0));
  EXPECT_THAT(run_all(series_.runs(), parameters() + "flash = 'black'").error,
              HasSubstr("no run shows a black flash"));
  EXPECT_THAT(run_all(series_.runs(), "directions = [0, 45]").error,
              HasSubstr("no run shows 45 deg, 2 Hz"));
}

// With dVf neurons responsive in all directions alone, the panels of hVf and of selective neurons
// keep their places; a panel without any mark would keep the whole figure from being drawn.
TEST_F(PerturbationResponsive, PanelsOfGroupsWithoutMembersAreDrawn) {
  FlowSeries alone(3);
  for (const double direction : {0.0, 90.0, 180.0, 270.0}) alone.grating(direction, 2, {9, 9, 9});
  alone.flash(true, {1, 2, 3});
  ASSERT_TRUE(run_all(alone.runs(), parameters()).ok);
  const toml::table figure = toml::parse_file((place() / "traces_by_pair.figure.toml").string());
  ASSERT_EQ(figure["panel"].as_array()->size(), 4u);
  for (const toml::node& panel : *figure["panel"].as_array()) {
    EXPECT_TRUE(panel.as_table()->contains("marks"));
  }
}

TEST_F(PerturbationResponsive, NobodyWithARoleIsAWarning) {
  FlowSeries quiet(3);
  for (const double direction : {0.0, 90.0, 180.0, 270.0}) quiet.grating(direction, 2, {0, 0, 0});
  quiet.flash(false, {0, 0, 0});
  const AnalysisResult result = run_all(quiet.runs(), parameters());
  ASSERT_TRUE(result.ok) << result.error;
  EXPECT_THAT(result.warnings, Contains(HasSubstr("No neuron is perturbation-responsive")));
}

}  // namespace
}  // namespace v1::analysis
