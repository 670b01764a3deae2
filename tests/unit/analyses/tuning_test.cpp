#include <gmock/gmock.h>

#include <cmath>
#include <complex>
#include <fstream>

#include "plugins/analyses/shared/responses/direction_tuning.hpp"
#include "plugins/analyses/tuning/neuropixels.hpp"
#include "tests/unit/analyses/plugin_fixture.hpp"

namespace v1::analysis {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::vector<double> eight = {0, 45, 90, 135, 180, 225, 270, 315};

analyses::Selectivity of(const std::vector<double>& rates) {
  return analyses::selectivity(analyses::Directions(eight), rates);
}

TEST(DirectionTuning, BroadCurve) {
  const auto s = of({2, 6, 12, 5, 2, 3, 7, 3});
  EXPECT_NEAR(s.osi, 0.375832409459323, 1e-12);
  EXPECT_NEAR(s.dsi, 0.214119328674643, 1e-12);
  EXPECT_EQ(s.best_direction, 90.0);
  EXPECT_NEAR(s.preferred_orientation, 88.0929625828548, 1e-9);
  EXPECT_NEAR(s.preferred_direction, 88.0929625828548, 1e-9);
  EXPECT_NEAR(s.osi_peak, 0.652173913043478, 1e-12);
  EXPECT_NEAR(s.dsi_peak, 0.263157894736842, 1e-12);
}

TEST(DirectionTuning, ObliqueCurvePrefersTheSideOfTheLargerResponse) {
  const auto s = of({1, 8, 3, 1, 1, 4, 2, 0.5});
  EXPECT_NEAR(s.osi, 0.532690967508331, 1e-12);
  EXPECT_NEAR(s.dsi, 0.23704486948748, 1e-12);
  EXPECT_NEAR(s.preferred_direction, 52.9726979504614, 1e-9);
  const auto turned = of({1, 4, 2, 0.5, 1, 8, 3, 1});
  EXPECT_NEAR(turned.preferred_direction, 232.9726979504614, 1e-9);
  EXPECT_NEAR(turned.preferred_orientation, 52.9726979504614, 1e-9);
}

TEST(DirectionTuning, OneOrientationHasNoPreferredDirection) {
  const auto s = of({0, 0, 10, 0, 0, 0, 10, 0});
  EXPECT_NEAR(s.osi, 1.0, 1e-12);
  EXPECT_NEAR(s.dsi, 0.0, 1e-12);
  EXPECT_EQ(s.best_direction, 90.0);  // the lower of two equal ones
  EXPECT_TRUE(std::isnan(s.preferred_direction));
}

// Both ways along the preferred orientation are alike: roundings do not turn the direction.
TEST(DirectionTuning, EqualDirectionsAreNotTurnedByRoundings) {
  EXPECT_NEAR(of({0, 0, 0, 0, 1, 0, 0, 1}).preferred_direction, 337.5, 1e-9);
  EXPECT_NEAR(of({0, 0, 0, 0, 2, 1, 1, 2}).preferred_direction, 337.5, 1e-9);
  EXPECT_NEAR(of({0, 0, 1, 0, 0, 0, 0, 1}).preferred_direction, 292.5, 1e-9);
}

TEST(DirectionTuning, UntunedAndSilentNeuronsPreferNothing) {
  const auto flat = of({5, 5, 5, 5, 5, 5, 5, 5});
  EXPECT_NEAR(flat.osi, 0.0, 1e-12);
  EXPECT_TRUE(std::isnan(flat.best_direction));
  EXPECT_TRUE(std::isnan(flat.preferred_orientation));
  EXPECT_TRUE(std::isnan(of({0, 0, 0, 0, 0, 0, 0, 0}).osi));
}

TEST(DirectionTuning, DirectionsMustCoverTheCircle) {
  EXPECT_TRUE(analyses::Directions(eight).evenly_spaced());
  EXPECT_FALSE(analyses::Directions({0, 45, 90, 135}).evenly_spaced());
  EXPECT_FALSE(analyses::Directions({0, 180}).evenly_spaced());
}

TEST(DirectionTuning, HotellingTest) {
  // Mean (2, 1), covariance diag(1, 1) by construction: T2 = 4 * 5, F = 2/6 * 20.
  const double a = std::sqrt(1.5);
  const std::vector<std::complex<double>> vectors = {
      {2 + a, 1}, {2 - a, 1}, {2, 1 + a}, {2, 1 - a}};
  const double f = 2.0 / 6.0 * 20.0;
  // F(2, 2): upper tail 1 / (1 + f).
  EXPECT_NEAR(analyses::orientation_p(vectors), 1.0 / (1.0 + f), 1e-12);
  EXPECT_TRUE(std::isnan(analyses::orientation_p({vectors.data(), 2})));
}

// Spikes at 45 and 225 degrees in every trial: the sums of cos 2 theta differ by roundings only.
TEST(DirectionTuning, RoundingsAreNoSpread) {
  const analyses::Directions directions(eight);
  std::vector<std::complex<double>> vectors;
  for (const double spikes : {3.0, 4.0, 5.0}) {
    vectors.push_back(spikes * directions.unit_twice(1) +
                      (8.0 - spikes) * directions.unit_twice(5));
    vectors.back() += std::complex<double>(1e-15 * spikes * spikes, 4e-15 * spikes);
  }
  EXPECT_TRUE(std::isnan(analyses::orientation_p(vectors)));
  vectors[1] += std::complex<double>(0.0, 1.0);
  vectors[2] += std::complex<double>(1.0, 0.0);
  EXPECT_FALSE(std::isnan(analyses::orientation_p(vectors)));
}

/// Two neurons of e23Cux2 and two of i23Pvalb, 8 directions, one trial each of 300 ms: neuron 0
/// fires 10 times in the window of 100 to 300 ms at 90 degrees, neuron 1 once everywhere.
class Tuning : public PluginFixture {
 protected:
  Tuning() : PluginFixture("tuning") {}
  static std::shared_ptr<SyntheticRun> make_run(const std::vector<double>& directions) {
    network::Network network = small_network({"e23Cux2", "i23Pvalb"}, 2);
    auto run =
        std::make_shared<SyntheticRun>(network, static_cast<std::uint32_t>(directions.size()), 300);
    for (std::uint32_t t = 0; t < directions.size(); ++t) {
      run->add_spike(t, 20, 2);  // spontaneous
      run->add_spike(t, 99, 1);  // time 100 ms: the end of the spontaneous window
      run->add_spike(t, 100, 1);
      for (std::uint32_t k = 0; k < 10 && directions[t] == 90.0; ++k) run->add_spike(t, 200 + k, 0);
    }
    recording::TrialColumn column;
    column.name = "direction_deg";
    column.unit = "deg";
    column.values = directions;
    run->change().stimulus.trial_columns.push_back(column);
    return run;
  }
  static constexpr const char* windows = "evoked = [100, 300]\nspontaneous = [0, 100]\n";
};

// Neuron 0 prefers 90 degrees, which the network calls 45 below; neuron 1 has no preference.
TEST_F(Tuning, PreferencesBesideTheAssignedAngle) {
  const auto with_angles = [](double first) {
    auto made = make_run(eight);
    made->change_network().neurons.tuning_angle_deg = {static_cast<float>(first), 0.0F, 10.0F,
                                                       20.0F};
    return made;
  };
  ASSERT_TRUE(run(with_angles(45), windows).ok);
  const ResultTable preference = table("preference");
  EXPECT_THAT(texts(preference, "population"), ElementsAre("e23Cux2", "i23Pvalb"));
  EXPECT_THAT(numbers(preference, "n"), ElementsAre(1, 0));
  EXPECT_NEAR(numbers(preference, "orientation_shift")[0], 45.0, 1e-6);
  EXPECT_NEAR(numbers(preference, "direction_shift")[0], 45.0, 1e-6);
  EXPECT_NEAR(numbers(preference, "direction_concentration")[0], 1.0, 1e-9);
  EXPECT_TRUE(std::isnan(numbers(preference, "direction_shift")[1]));
  const ResultTable curves = table("assigned_curves");
  EXPECT_THAT(numbers(curves, "offset"), ElementsAre(-180, -135, -90, -45, 0, 45, 90, 135, 180));
  EXPECT_NEAR(numbers(curves, "rate")[5], (50.0 + 5.0) / 2, 1e-9);  // both neurons of e23Cux2
  EXPECT_NEAR(numbers(curves, "rate")[0], 2.5, 1e-9);
  EXPECT_NEAR(numbers(curves, "rate")[8], 2.5, 1e-9);
  EXPECT_THAT(figures(), Contains("preference"));
  EXPECT_THAT(figures(), Not(Contains("map"))) << "of one neuron";
  // The direction opposite to the assigned one: as far as can be, on the same axis.
  ASSERT_TRUE(run(with_angles(270), windows).ok);
  EXPECT_NEAR(std::fabs(numbers(table("preference"), "direction_shift")[0]), 180.0, 1e-6);
  EXPECT_NEAR(numbers(table("preference"), "orientation_shift")[0], 0.0, 1e-6);
}

TEST_F(Tuning, RatesAndSelectivityOfNeurons) {
  ASSERT_TRUE(run(make_run(eight), windows).ok);
  const ResultTable neurons = table("neurons");
  EXPECT_THAT(numbers(neurons, "id"), ElementsAre(1000, 1001, 1002, 1003));
  EXPECT_NEAR(numbers(neurons, "best_rate")[0], 50.0, 1e-9);
  EXPECT_NEAR(numbers(neurons, "evoked_rate")[0], 50.0 / 8, 1e-9);
  EXPECT_NEAR(numbers(neurons, "evoked_rate")[1], 5.0, 1e-9);
  EXPECT_NEAR(numbers(neurons, "spontaneous_rate")[1], 10.0, 1e-9);
  EXPECT_NEAR(numbers(neurons, "spontaneous_rate")[2], 10.0, 1e-9);
  EXPECT_NEAR(numbers(neurons, "osi")[0], 1.0, 1e-9);
  EXPECT_NEAR(numbers(neurons, "osi")[1], 0.0, 1e-9);
  EXPECT_TRUE(std::isnan(numbers(neurons, "osi")[3]));
  const ResultTable types = table("cell_types");
  EXPECT_THAT(texts(types, "population"), ElementsAre("e23Cux2", "i23Pvalb"));
  EXPECT_THAT(numbers(types, "selective_n"), ElementsAre(2, 0));
  EXPECT_THAT(numbers(types, "silent_fraction"), ElementsAre(0, 1));
  EXPECT_THAT(figures(), Contains("tuning_curves"));
}

TEST_F(Tuning, OrderOfDirectionsAndThreadsDoNotMatter) {
  ASSERT_TRUE(run(make_run(eight), windows).ok);
  const auto before = numbers(table("direction_rates"), "rate");
  std::vector<double> shuffled = {90, 0, 315, 45, 270, 135, 180, 225};
  ASSERT_TRUE(run(make_run(shuffled), windows, 4).ok);
  EXPECT_EQ(numbers(table("direction_rates"), "rate"), before);
}

// A repetition is the same noise in all directions: the run of 90 degrees lacks trial 1, and none
// of the trials 2 to 4 may be taken for it. What is left is as if trial 1 lacked everywhere.
TEST_F(Tuning, RepetitionsGoByTheNumberOfTheTrial) {
  const auto p_of = [&](const std::vector<double>& others, const std::vector<double>& of_90) {
    std::vector<std::shared_ptr<RunData>> runs;
    for (const double angle : {0.0, 45.0, 90.0, 135.0}) {
      const std::vector<double>& kept = angle == 90.0 ? of_90 : others;
      const auto count = static_cast<std::uint32_t>(kept.size());
      const auto data = std::make_shared<SyntheticRun>(small_network({"e23Cux2"}, 1), count, 300);
      data->change().stimulus.trial_columns = {
          {"trial", "1", kept}, {"direction_deg", "deg", std::vector<double>(count, angle)}};
      for (std::uint32_t t = 0; t < count; ++t) {
        const auto trial = static_cast<std::uint32_t>(kept[t]);
        std::uint32_t spikes = 3 * trial * trial % 7;  // noise, which cancels in its own repetition
        if (angle == 0.0) spikes += 2 + trial % 2;
        if (angle == 45.0) spikes += trial % 3;
        for (std::uint32_t k = 0; k < spikes; ++k) data->add_spike(t, 110 + k, 0);
      }
      runs.push_back(data);
    }
    EXPECT_TRUE(run_all(runs, windows).ok);
    return numbers(table("neurons"), "orientation_p").at(0);
  };
  const double expected = p_of({0, 2, 3, 4}, {0, 2, 3, 4});
  ASSERT_FALSE(std::isnan(expected));
  EXPECT_EQ(p_of({0, 1, 2, 3, 4}, {0, 2, 3, 4}), expected);
}

TEST_F(Tuning, SaysWhatIsAveragedBesideTheDirection) {
  std::vector<double> twice = eight, contrast(16, 0.1), seed(16, 1.0);
  twice.insert(twice.end(), eight.begin(), eight.end());
  for (std::size_t t = 8; t < 16; ++t) contrast[t] = 0.8, seed[t] = 2.0;
  const auto mixed = make_run(twice);
  auto& columns = mixed->change().stimulus.trial_columns;
  columns.push_back({"contrast", "1", contrast});
  columns.push_back({"network.seed", "1", seed});
  columns.push_back({"stimulus.params.contrast", "1", contrast});
  ASSERT_TRUE(run(mixed, windows).ok);
  EXPECT_THAT(json_text_of(place() / "summary.json"),
              HasSubstr("Trials of the same direction differ in contrast (0.1, 0.8) and are"));
  const auto plain = make_run(twice);
  plain->change().stimulus.trial_columns.push_back({"network.seed", "1", seed});
  ASSERT_TRUE(run(plain, windows).ok);
  EXPECT_THAT(json_text_of(place() / "summary.json"), Not(HasSubstr("same direction differ")));
}

TEST_F(Tuning, WithoutDirectionsOnlyRates) {
  ASSERT_TRUE(run(make_run({0.0, 0.0}), std::string(windows) + "direction = 'contrast'\n").ok);
  const ResultTable types = table("cell_types");
  EXPECT_NEAR(numbers(types, "evoked_mean")[0], 2.5, 1e-9);
  EXPECT_THAT(json_text_of(place() / "summary.json"), HasSubstr("only rates are reported"));
}

TEST_F(Tuning, StandsBesideAReferenceTable) {
  const auto file = folder_.path() / "reference.csv";
  std::ofstream(file) << "# a comment\npopulation,note,grating_mean_hz,spont_mean_hz\n"
                         "e23Cux2,some text,4.5,4\n";
  ASSERT_TRUE(run(make_run(eight), windows + ("reference = '" + file.string() + "'\n")).ok);
  const ResultTable comparison = table("comparison");
  EXPECT_THAT(texts(comparison, "source"),
              ElementsAre("this run", "recorded", "this run", "recorded"));
  EXPECT_NEAR(numbers(comparison, "evoked_mean")[1], 4.5, 1e-12);
  EXPECT_NEAR(numbers(comparison, "evoked_deviation")[1],
              100.0 * ((50.0 / 8 + 5.0) / 2 / 4.5 - 1.0), 1e-6);
  EXPECT_NEAR(numbers(comparison, "spontaneous_deviation")[1], 25.0, 1e-6);  // 5 Hz
  EXPECT_TRUE(std::isnan(numbers(comparison, "spontaneous_deviation")[0]));
  EXPECT_THAT(figures(), Contains("comparison"));
}

TEST_F(Tuning, ABadReferenceTableIsNamed) {
  const auto file = folder_.path() / "reference.csv";
  std::ofstream(file) << "population,grating_mean_hz\ne23Cux2\n";
  const AnalysisResult result =
      run(make_run(eight), windows + ("reference = '" + file.string() + "'\n"));
  EXPECT_FALSE(result.ok);
  EXPECT_THAT(result.error, HasSubstr("reference.csv: line 2: expected 2 cells, found 1"));
  std::ofstream(file) << "population,osi_median,osi_median\ne23Cux2,1,2\n";
  EXPECT_THAT(run(make_run(eight), windows + ("reference = '" + file.string() + "'\n")).error,
              HasSubstr("reference.csv: line 1: two columns are named 'osi_median'"));
}

TEST_F(Tuning, AWindowBeyondTheTrialIsRefused) {
  const AnalysisResult result = run(make_run(eight), "evoked = [100, 400]");
  EXPECT_FALSE(result.ok);
  EXPECT_EQ(result.refused_parameter, "evoked");
  EXPECT_THAT(result.error, HasSubstr("evoked window 100 to 400 ms is missing"));
  EXPECT_THAT(result.error, HasSubstr("300 ms"));
}

// Trials of 300 ms: the default `evoked`, 500 to 2500 ms, becomes the whole trial, and
// `spontaneous`, 100 to 500 ms, what is left of it.
TEST_F(Tuning, DefaultWindowsAreCutToTheTrials) {
  const AnalysisResult cut = run(make_run(eight));
  ASSERT_TRUE(cut.ok) << cut.error;
  EXPECT_THAT(cut.warnings,
              Contains(HasSubstr("longer than the trials of 300 ms: it is 0 to 300")));
  EXPECT_THAT(cut.warnings, Contains(HasSubstr("it is 100 to 300 ms here")));
  const ResultTable by_default = table("neurons");
  ASSERT_TRUE(run(make_run(eight), "evoked = [0, 300]\nspontaneous = [100, 300]").ok);
  for (const char* rate : {"evoked_rate", "spontaneous_rate"}) {
    EXPECT_EQ(numbers(by_default, rate), numbers(table("neurons"), rate));
  }
}

TEST(Neuropixels, TypesOfPopulations) {
  EXPECT_EQ(analyses::neuropixels_type("e23Cux2"), "L2/3 Exc");
  EXPECT_EQ(analyses::neuropixels_type("i5Pvalb"), "L5 PV");
  EXPECT_EQ(analyses::neuropixels_type("i4Htr3a"), "L4 VIP");
  EXPECT_EQ(analyses::neuropixels_type("i1Htr3a"), "L1 Htr3a");
  EXPECT_EQ(analyses::neuropixels_type("granule"), "");
}

TEST_F(Tuning, DistributionsBesideRecordedUnits) {
  ASSERT_TRUE(run(make_run(eight), windows).ok);
  const ResultTable found = table("similarity");
  EXPECT_THAT(texts(found, "cell_type"), Contains("L2/3 Exc"));
  const auto median = numbers(found, "median"), recorded = numbers(found, "recorded_median");
  const auto below = numbers(found, "share_below"), bound = numbers(found, "similarity_at_most");
  EXPECT_EQ(texts(found, "metric")[0], "evoked_rate");
  EXPECT_NEAR(recorded[0], 0.67, 1e-12);
  for (std::size_t i = 0; i < below.size(); ++i) {
    if (std::isnan(below[i])) continue;
    EXPECT_NEAR(bound[i], 1.0 - std::fabs(below[i] - 0.5), 1e-12);
  }
  EXPECT_GT(median[0], recorded[0]);
  EXPECT_THAT(figures(), Contains("similarity"));
}

TEST_F(Tuning, SimilarityToSingleUnits) {
  const auto file = folder_.path() / "units.csv";
  const std::string parameters = windows + ("units = '" + file.string() + "'\n");
  std::ofstream(file) << "id,cell_type,Ave_Rate(Hz),OSI\n1,L2/3 Exc,0.1,0.5\n2,L2/3 Exc,1000,\n";
  ASSERT_TRUE(run(make_run(eight), parameters).ok);
  const ResultTable found = table("similarity");
  // Evoked rate and OSI of excitatory neurons only: nothing else is in the table.
  EXPECT_THAT(texts(found, "metric"), ElementsAre("evoked_rate", "osi"));
  EXPECT_NEAR(numbers(found, "similarity")[0], 0.5, 1e-12);  // ours lie between the two
  EXPECT_THAT(numbers(found, "recorded_n"), ElementsAre(2, 1));
  EXPECT_THAT(texts(table("medians"), "source"), Contains("recorded units"));
  std::ofstream(file) << "cell_type,depth\nL4 PV,3\n";
  EXPECT_THAT(run(make_run(eight), parameters).error, HasSubstr("expected a column cell_type"));
}

// Seventeen simulated neurons of two types; 16 units of only one of them were recorded. The score
// is that of this type alone, not its mean with a bound from the survey.
TEST_F(Tuning, ScoresAreOfTheTypesThatWereRecorded) {
  network::Network network = small_network({"e23Cux2", "e4Rorb"}, 17);
  auto data = std::make_shared<SyntheticRun>(network, 1, 300);
  for (std::uint32_t n = 0; n < 17; ++n) {  // n spikes: 0, 5, ... 80 Hz
    for (std::uint32_t k = 0; k < n; ++k) data->add_spike(0, 110 + k, n);
  }
  const auto file = folder_.path() / "units.csv";
  std::ofstream out(file);
  out << "cell_type,evoked_rate,best_rate,osi\nL9 Exc,1,1,1\n";
  for (int k = 0; k < 16; ++k) out << "L2/3 Exc," << 22.5 + 5 * k << ",1,0.5\n";
  out.close();
  const auto result = run(data, windows + ("units = '" + file.string() + "'\n"));
  ASSERT_TRUE(result.ok);
  // Five neurons, 0 to 20 Hz, lie below all units; four units, 82.5 to 97.5 Hz, above all neurons.
  // The distributions are farthest apart at 20 Hz: 5/17 against 0.
  EXPECT_NEAR(numbers(table("similarity"), "similarity")[0], 1.0 - 5.0 / 17.0, 1e-9);
  const nlohmann::json summary = json_of((place() / "summary.json").string());
  for (const auto& scalar : summary["scalars"]) {
    if (scalar["name"] != "similarity_evoked_rate") continue;
    EXPECT_NEAR(scalar["value"].get<double>(), 1.0 - 5.0 / 17.0, 1e-12);
  }
  EXPECT_THAT(summary.dump(), HasSubstr("similarity_evoked_rate"));
  EXPECT_THAT(summary.dump(), HasSubstr("units of the types L9 Exc are left out"));
}

TEST(UnitTable, SelectivityNeedsTheLeastRate) {
  TemporaryFolder folder;
  const auto file = folder.path() / "units.csv";
  std::ofstream(file) << "cell_type,max_mean_rate(Hz),OSI\nL4 PV,0.4,0.9\nL4 PV,0.5,0.3\n"
                         "L4 PV,,0.2\n";
  const auto units = analyses::UnitTable::read(file.string());
  EXPECT_THAT(units.values("L4 PV", 3, 0.5), ElementsAre(0.3, 0.2));
  EXPECT_THAT(units.values("L4 PV", 1, 0.5), ElementsAre(0.4, 0.5));
}

}  // namespace
}  // namespace v1::analysis
