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

/// Six neurons: classes dVf dVf dVf hVf hVf none with the base stimulus.
class StimulusComparison : public PluginFixture {
 protected:
  StimulusComparison() : PluginFixture("stimulus_comparison"), series_(6) {
    series_.grating(0, 2, {10, 12, 8, -9, -20, 1});
  }
  void add_all() {
    series_.grating(0, 8, {10, 2, -8, -9, 0, 1});
    series_.grating(90, 2, {9, 9, 9, -9, -9, 0});
    series_.grating(180, 2, {-9, -9, -9, 9, 9, 9});
    series_.grating(0, 2, {0, 0, 0, 0, 0, 0}, true);
    series_.flash(true, {6, 0, 0, 0, 0, 0});
  }
  double share(const std::string& stimulus, const std::string& from, const std::string& to) const {
    const ResultTable confusion = table("confusion");
    const auto name = texts(confusion, "stimulus"), base = texts(confusion, "base_class"),
               other = texts(confusion, "class");
    for (std::size_t row = 0; row < name.size(); ++row) {
      if (name[row] == stimulus && base[row] == from && other[row] == to) {
        return numbers(confusion, "share")[row];
      }
    }
    ADD_FAILURE() << stimulus << " " << from << " " << to;
    return NAN;
  }
  FlowSeries series_;
};

TEST_F(StimulusComparison, CountsHowClassesChange) {
  add_all();
  const AnalysisResult result = run_all(series_.runs(), FlowSeries::windows);
  ASSERT_TRUE(result.ok) << result.error;
  EXPECT_NEAR(share("0 deg, 8 Hz", "dVf", "dVf"), 1.0 / 3.0, 1e-9);
  EXPECT_NEAR(share("0 deg, 8 Hz", "dVf", "hVf"), 1.0 / 3.0, 1e-9);
  EXPECT_NEAR(share("0 deg, 8 Hz", "hVf", "hVf"), 0.5, 1e-9);
  EXPECT_NEAR(share("180 deg, 2 Hz", "hVf", "dVf"), 1.0, 1e-9);
  const ResultTable agreement = table("agreement");
  EXPECT_THAT(texts(agreement, "stimulus"),
              ElementsAre("0 deg, 8 Hz", "90 deg, 2 Hz", "180 deg, 2 Hz", "0 deg, 2 Hz, reversed",
                          "white flash"));
  EXPECT_NEAR(numbers(agreement, "same_class")[1], 1.0, 1e-9);
  EXPECT_NEAR(numbers(agreement, "kappa")[1], 1.0, 1e-9);
  EXPECT_LT(numbers(agreement, "kappa")[2], 0.0);
  EXPECT_EQ(texts(table("neurons"), "class_180_deg_2_Hz")[5], "dVf");
  EXPECT_THAT(figures(), ElementsAre("confusion_matrices", "agreement", "heatmaps"));
}

TEST_F(StimulusComparison, HeatMapsShowTheSampleOfTheBaseAgainstEachRunSOwnBaseline) {
  add_all();
  ASSERT_TRUE(run_all(series_.runs(), FlowSeries::windows).ok);
  const ResultTable maps = table("heatmaps");
  const auto stimulus = texts(maps, "stimulus");
  const auto time = numbers(maps, "time"), row = numbers(maps, "row"),
             value = numbers(maps, "input_current");
  for (std::size_t k = 0; k < row.size(); ++k) {
    if (stimulus[k] != "180 deg, 2 Hz" || row[k] != 2.0) continue;
    EXPECT_NEAR(value[k], time[k] > 50 && time[k] < 150 ? -9.0 : 0.0, 1e-4) << time[k];
  }
  const ResultTable rows = table("heatmap_rows");
  EXPECT_EQ(texts(rows, "class")[0], "dVf");
  EXPECT_THAT(numbers(rows, "neuron"), Contains(2.0));
  EXPECT_EQ(rows.rows(), 3u * 5u);  // the base and the four of the paper; the flash has no map
}

TEST_F(StimulusComparison, NamesWhatIsMissing) {
  EXPECT_THAT(run_all(series_.runs(), FlowSeries::windows).error,
              HasSubstr("nothing to compare with"));
  series_.grating(90, 2, {9, 9, 9, -9, -9, 0});
  ASSERT_TRUE(run_all(series_.runs(), FlowSeries::windows).ok);
  EXPECT_THAT(text_of(place() / "summary.json"),
              HasSubstr("No run shows 0 deg, 8 Hz; 180 deg, 2 Hz; 0 deg, 2 Hz, reversed"));
  EXPECT_THAT(run_all(series_.runs(), "direction = 45.0").error,
              HasSubstr("no run shows the base stimulus, a grating of 45 deg and 2 Hz; there are "
                        "'direction=0,hz=2' (0 deg, 2 Hz)"));
  EXPECT_THAT(run_all(series_.runs(), "compare = [{ direction = 270.0 }]").error,
              HasSubstr("no run shows any of these stimuli"));
}

TEST_F(StimulusComparison, RefusesRunsThatShowTheSameAndOtherNeurons) {
  series_.grating(90, 2, {1, 1, 1, 1, 1, 1});
  auto twin = series_.grating(90, 2, {1, 1, 1, 1, 1, 1});
  twin->change().label = "twin";
  EXPECT_THAT(run_all(series_.runs(), FlowSeries::windows).error, HasSubstr("both show 90 deg"));
  EXPECT_TRUE(run_all(series_.runs(), std::string(FlowSeries::windows) + "runs = 'direction'").ok);
  FlowSeries::write_classes(*twin, {1, 1, 1});
  EXPECT_THAT(run_all({series_.runs()[0], series_.runs()[2]}, FlowSeries::windows).error,
              HasSubstr("hold different neurons (6 and 3)"));
}

TEST_F(StimulusComparison, ARunWithoutClassesIsNamed) {
  auto run = series_.grating(90, 2, {1, 1, 1, 1, 1, 1});
  std::filesystem::remove_all(run->facts().analyses_dir);
  EXPECT_THAT(run_all(series_.runs(), FlowSeries::windows).error,
              HasSubstr("no results of the analysis 'classification'"));
}

TEST_F(StimulusComparison, WorksWithoutRecordingsAndWithEmptyClasses) {
  FlowSeries quiet(4);
  quiet.grating(0, 2, {0, 0, 0, 0})->change().variables.clear();
  quiet.grating(90, 2, {0, 0, 9, 0})->change().variables.clear();
  ASSERT_TRUE(run_all(quiet.runs(), FlowSeries::windows).ok);
  EXPECT_TRUE(std::isnan(share("90 deg, 2 Hz", "dVf", "dVf")));
  EXPECT_NEAR(share("90 deg, 2 Hz", "unclassified", "dVf"), 0.25, 1e-9);
  EXPECT_THAT(figures(), Not(Contains("heatmaps")));
}

TEST_F(StimulusComparison, DoesNotDependOnThreads) {
  add_all();
  ASSERT_TRUE(run_all(series_.runs(), FlowSeries::windows, 1).ok);
  const std::string first = text_of(place() / "heatmaps.csv");
  ASSERT_TRUE(run_all(series_.runs(), FlowSeries::windows, 4).ok);
  EXPECT_EQ(text_of(place() / "heatmaps.csv"), first);
}

/// 12 neurons of e23 (responses +6 ... ) and 20 of e5; the second population does not respond.
class PopulationComparison : public PluginFixture {
 protected:
  PopulationComparison() : PluginFixture("population_comparison") {}
  static std::shared_ptr<SyntheticRun> make_run(std::uint32_t trials = 3) {
    network::Network network = small_network({"e23Cux2", "e5Rbp4"}, 4);
    network.neurons.type = {0, 0, 0, 1, 1, 1, 1, 1};
    auto run = std::make_shared<SyntheticRun>(network, trials, 200);
    run->add_variable("input_current", "pA");
    run->set_state([](std::size_t, std::uint32_t k, std::int64_t t, std::uint32_t n) {
      static constexpr double rise[] = {10, 14, 12, 1, 2, 3, 30, 40};
      const double noise = static_cast<double>((5 * t + 3 * k) % 7) - 3.0;
      return static_cast<float>(20.0 + n + noise + (t >= 50 && t < 150 ? rise[n] : 0.0));
    });
    return run;
  }
  static constexpr const char* windows =
      "population_2 = 'e5'\nbaseline = [1, 50]\nresponse = [51, 149]\n";  // whole periods
};

TEST_F(PopulationComparison, TestsAllNeuronsUnderTheirOwnNames) {
  ASSERT_TRUE(run(make_run(), windows).ok);
  const ResultTable welch = table("welch");
  EXPECT_EQ(texts(welch, "first")[0], "e23");
  EXPECT_EQ(texts(welch, "second")[0], "e5");
  EXPECT_EQ(numbers(welch, "n_second")[0], 5.0);
  EXPECT_NEAR(numbers(welch, "mean_first")[0], 12.0, 1e-4);
  EXPECT_NEAR(numbers(welch, "mean_second")[0], 76.0 / 5, 1e-4);
  // s1^2 = 4, s2^2 = (14.2^2 + 13.2^2 + 12.2^2 + 14.8^2 + 24.8^2) / 4 = 339.7
  EXPECT_NEAR(numbers(welch, "t")[0], (12.0 - 15.2) / std::sqrt(4.0 / 3 + 339.7 / 5), 1e-4);
  const ResultTable classes = table("classes");
  EXPECT_THAT(numbers(classes, "n"), ElementsAre(3, 0, 0, 2, 3, 0));
  EXPECT_THAT(figures(), ElementsAre("traces", "responses"));
}

TEST_F(PopulationComparison, ReferenceExchangesNamesAndCutsTheSecondSample) {
  ASSERT_TRUE(run(make_run(), std::string(windows) + "mode = 'reference'").ok);
  const ResultTable welch = table("welch");
  EXPECT_EQ(texts(welch, "first")[0], "e5");
  EXPECT_EQ(numbers(welch, "n_second")[0], 3.0);
  EXPECT_NEAR(numbers(welch, "mean_second")[0], 2.0, 1e-4);
}

TEST_F(PopulationComparison, BandsAreThoseOfTheMode) {
  ASSERT_TRUE(run(make_run(), windows).ok);
  const auto at = [&](const char* column, double time) {
    const ResultTable traces = table("traces");
    const auto when = numbers(traces, "time");
    for (std::size_t row = 0; row < when.size(); ++row) {
      if (when[row] == time) return numbers(traces, column)[row];
    }
    return static_cast<double>(NAN);
  };
  const auto noise = [](int k) { return static_cast<double>((5 * 100 + 3 * k) % 7) - 3.0; };
  EXPECT_NEAR(at("input_current", 100), 12.0 + (noise(1) + noise(2)) / 2, 1e-4);
  EXPECT_NEAR(at("input_current_error", 100), 2.0 / std::sqrt(3.0), 1e-4);
  ASSERT_TRUE(run(make_run(), std::string(windows) + "mode = 'reference'").ok);
  double sum = 0.0, squares = 0.0;
  for (const double rise : {10.0, 14.0, 12.0}) {
    for (const int k : {1, 2}) {
      sum += rise + noise(k);
      squares += (rise + noise(k)) * (rise + noise(k));
    }
  }
  EXPECT_NEAR(at("input_current_error", 100),
              std::sqrt((squares - sum * sum / 6) / 5) / std::sqrt(3.0), 1e-4);
}

TEST_F(PopulationComparison, EqualResponsesHaveAnAxis) {
  const auto still = make_run();
  still->set_state([](std::size_t, std::uint32_t, std::int64_t, std::uint32_t) { return 20.0f; });
  ASSERT_TRUE(run(still, windows).ok);
  EXPECT_THAT(text_of(place() / "responses.figure.toml"), HasSubstr("range = [-0.15, 0.3]"));
}

TEST_F(PopulationComparison, EdgeCasesHaveClearMessages) {
  EXPECT_THAT(run(make_run(1), windows).error, HasSubstr("skip_first_trial = false"));
  EXPECT_THAT(
      run(make_run(), "population_2 = 'e6'\nbaseline = [0, 50]\nresponse = [50, 150]").error,
      HasSubstr("known are e23Cux2, e5Rbp4"));
  EXPECT_THAT(run(make_run(), "population_2 = 'e5'").error,
              HasSubstr("response window 500 to 1500 ms is missing"));
  EXPECT_THAT(complaint("population_2 = 'e23'"), HasSubstr("another population"));
  auto nothing = make_run();
  nothing->change().variables.clear();
  EXPECT_THAT(run(nothing, windows).error, HasSubstr("add \"input_current\""));
  auto part = make_run();
  part->change().state_neurons = {0, 3, 4};
  ASSERT_TRUE(run(part, windows).ok);
  EXPECT_TRUE(std::isnan(numbers(table("welch"), "p")[0]));
  EXPECT_THAT(text_of(place() / "summary.json"), HasSubstr("not performed"));
}

}  // namespace
}  // namespace v1::analysis
