#include <gmock/gmock.h>

#include <array>
#include <cmath>

#include "plugins/analyses/classification/potential_feed.hpp"
#include "tests/unit/analyses/flow_series.hpp"
#include "tests/unit/analyses/plugin_fixture.hpp"

namespace v1::analysis {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// Parts of the classification beyond the classes: single neurons, other populations, a baseline
/// from another run.
class ClassificationParts : public PluginFixture {
 protected:
  ClassificationParts() : PluginFixture("classification") {}

  /// Four neurons each of e23Cux2, i23Pvalb and e4Rorb; trials of 320 ms (20 rate blocks). Neuron
  /// n fires every 40 + 10 n ms, from 160 ms on twice as often; neuron 3 is silent.
  static std::shared_ptr<SyntheticRun> make_run(std::uint32_t trials = 4) {
    auto run = std::make_shared<SyntheticRun>(small_network({"e23Cux2", "i23Pvalb", "e4Rorb"}, 4),
                                              trials, 320);
    for (const char* variable : {"v", "input_current", "recurrent_current", "bottom_up_current"}) {
      run->add_variable(variable, std::string(variable) == "v" ? "mV" : "pA");
    }
    run->set_state([](std::size_t variable, std::uint32_t k, std::int64_t t, std::uint32_t n) {
      const float rise = t >= 160 ? 10.0f * (static_cast<float>(n) - 1.5f) : 0.0f;
      if (variable == 0) return -60.0f + 0.1f * rise;
      if (variable == 1) return 30.0f + rise + 2.0f * static_cast<float>(k);
      return variable == 2 ? 0.25f * rise : 0.5f * rise;
    });
    for (std::uint32_t k = 0; k < trials; ++k) {
      for (std::uint32_t n = 0; n < 12; ++n) {
        const std::uint32_t period = 40 + 10 * n;
        for (std::uint32_t t = 5; t < 320 && n != 3; t += t < 160 ? period : period / 2) {
          run->add_spike(k, t, n);
        }
      }
    }
    return run;
  }
  static constexpr const char* windows = "baseline = [0, 160]\nresponse = [160, 320]\n";

  double at(const std::string& name, const std::string& column, double neuron, double time) const {
    const ResultTable traces = table(name);
    const auto of = numbers(traces, "neuron"), when = numbers(traces, "time");
    for (std::size_t row = 0; row < of.size(); ++row) {
      if (of[row] == neuron && when[row] == time) return numbers(traces, column)[row];
    }
    ADD_FAILURE() << "no row for " << neuron << " at " << time;
    return NAN;
  }
};

TEST_F(ClassificationParts, DrawsSingleNeuronsWithErrorOverTrials) {
  const AnalysisResult result = run(make_run(), std::string(windows) + "single_neurons = 'all'\n");
  ASSERT_TRUE(result.ok) << result.error;
  const ResultTable list = table("single_neurons");
  const auto neuron = numbers(list, "neuron");
  for (const double member : {0.0, 1.0, 2.0, 3.0}) EXPECT_THAT(neuron, Contains(member));
  EXPECT_THAT(texts(list, "reason"), Contains(HasSubstr("random neuron of the core")));
  EXPECT_THAT(texts(list, "reason"), Contains(HasSubstr("highest firing-rate ratio")));
  EXPECT_THAT(texts(list, "reason"), Contains(HasSubstr("row 3 of the heat maps")));
  // Trials 1 to 3 differ by 2 pA, which is in the baseline too: mean over trials 34 pA.
  EXPECT_NEAR(at("single_traces", "input_current", 2, 200), 5.0, 1e-4);
  EXPECT_NEAR(at("single_traces", "input_current_error", 2, 200), 2.0 / std::sqrt(3.0), 1e-4);
  EXPECT_NEAR(at("single_traces", "asc_bkg", 2, 200), 0.25 * 5.0, 1e-4);
  EXPECT_THAT(figures(), Contains("neuron_2"));
  std::size_t spikes = 0;
  const ResultTable raster = table("single_spikes");
  const auto of = numbers(raster, "neuron"), trial = numbers(raster, "trial");
  for (std::size_t row = 0; row < of.size(); ++row) spikes += of[row] == 0.0 && trial[row] == 2.0;
  EXPECT_EQ(spikes, 4u + 8u);  // 5, 45, 85, 125, then 165, 185, ... 305
}

TEST_F(ClassificationParts, RandomNeuronsOfTheCoreAreThoseOfThePublishedDraws) {
  ASSERT_TRUE(run(make_run(), windows).ok);
  const ResultTable list = table("single_neurons");
  const auto neuron = numbers(list, "neuron");
  const auto reason = texts(list, "reason");
  std::vector<double> core;
  for (std::size_t i = 0; i < neuron.size(); ++i) {
    if (reason[i].find("core") != std::string::npos) core.push_back(neuron[i]);
  }
  // The first words of MT19937(42), 1608637542 and 3421126067, masked to four bits.
  EXPECT_THAT(core, ElementsAre(3, 6));
  ASSERT_TRUE(run(make_run(), std::string(windows) + "single_neurons = 'none'\n").ok);
  EXPECT_THAT(figures(), Each(Not(StartsWith("neuron_"))));
  EXPECT_FALSE(std::filesystem::exists(place() / "single_traces.csv"));
}

TEST_F(ClassificationParts, ShowsThePotentialBeforeAndAfterTheRemovalOfSpikes) {
  auto data = make_run();
  data->set_state([](std::size_t variable, std::uint32_t, std::int64_t t, std::uint32_t n) {
    if (variable > 0) return 1.0f;
    return n != 3 && t == 5 ? 20.0f : -60.0f;
  });
  ASSERT_TRUE(run(data, windows).ok);
  const ResultTable removal = table("spike_removal");
  const auto neuron = numbers(removal, "neuron"), time = numbers(removal, "time"),
             raw = numbers(removal, "v"), corrected = numbers(removal, "corrected");
  ASSERT_FALSE(neuron.empty());
  for (std::size_t row = 0; row < neuron.size(); ++row) {
    EXPECT_NEAR(corrected[row], -60.0, 1e-6);
    if (time[row] == 5.0 && neuron[row] != 3.0) {
      EXPECT_NEAR(raw[row], 20.0, 1e-6);
    }
  }
  EXPECT_THAT(figures(), Contains(HasSubstr("spike_removal_")));
}

// A neuron held at its reset for 3 ms, at steps of 1 and 0.25 ms.
TEST(PotentialFeed, TakesSpikesOutAtSmallStepsAsAtLargeOnes) {
  for (const double dt_ms : {1.0, 0.25}) {
    analyses::Frame frame;
    frame.dt_ms = dt_ms;
    frame.steps = std::llround(20.0 / dt_ms);
    const std::int64_t spike = std::llround(8.0 / dt_ms), end = std::llround(11.0 / dt_ms);
    std::vector<float> v(static_cast<std::size_t>(frame.steps), -50.0f);
    for (auto i = spike; i < end; ++i) v[static_cast<std::size_t>(i)] = -80.0f;
    std::vector<double> corrected;
    analyses::PotentialFeed().add(frame, v.data(), 1, {{spike}}, true, [&](const double* rows) {
      corrected.assign(rows, rows + frame.steps);
    });
    EXPECT_EQ(corrected, std::vector<double>(v.size(), -50.0)) << dt_ms;
  }
}

TEST_F(ClassificationParts, RatesOfOtherPopulations) {
  ASSERT_TRUE(run(make_run(), windows).ok);
  const ResultTable rates = table("other_rates");
  const auto population = texts(rates, "population");
  EXPECT_EQ(population.front(), "i23Pvalb");
  EXPECT_EQ(population.back(), "e4");
  EXPECT_EQ(numbers(rates, "n").front(), 4.0);
  // The mean over the trial is that of the spikes: smoothing with mirrored borders keeps sums.
  double sum = 0.0, spikes = 0.0;
  const auto rate = numbers(rates, "rate");
  for (std::size_t row = 0; row < rate.size(); ++row) {
    if (population[row] == "i23Pvalb") sum += rate[row];
  }
  for (const std::uint32_t n : {4u, 5u, 6u, 7u}) {
    const std::uint32_t period = 40 + 10 * n;
    for (std::uint32_t t = 5; t < 320; t += t < 160 ? period : period / 2) spikes += 1.0;
  }
  EXPECT_NEAR(sum / 20.0, spikes / 4.0 / 0.320, 1e-6);
  EXPECT_THAT(figures(), Contains("other_populations_rates"));
  ASSERT_TRUE(run(make_run(), std::string(windows) + "other_populations = ['i6Vip']\n").ok);
  EXPECT_THAT(figures(), Not(Contains("other_populations_rates")));
}

TEST_F(ClassificationParts, AStratifiedSampleTakesEachClass) {
  ASSERT_TRUE(
      run(make_run(), std::string(windows) +
                          "population = 'all'\nheatmap_neurons = 6\nheatmap_sample = 'stratified'")
          .ok);
  const auto classes = texts(table("heatmap_rows"), "class");
  // Neurons 1 and 2 (-5 and +5 pA) are unclassified or not by the rheobase; dVf are plenty.
  EXPECT_EQ(std::count(classes.begin(), classes.end(), "dVf"), 2);
  EXPECT_LE(classes.size(), 6u);
}

// Neurons take turns to be dVf, hVf and unclassified. All but the first fire alike, so that they
// keep their order; 449 make 150 rows of three, the last one of two.
TEST_F(ClassificationParts, RowsOfTheRateMapTellTheirClasses) {
  auto data = std::make_shared<SyntheticRun>(small_network({"e23Cux2"}, 450), 2, 320);
  data->add_variable("input_current", "pA");
  data->set_state([](std::size_t, std::uint32_t, std::int64_t t, std::uint32_t n) {
    return t >= 160 ? std::array{40.0f, -40.0f, 0.0f}[n % 3] : 0.0f;
  });
  for (std::uint32_t n = 1; n < 450; ++n) data->add_spike(1, 200, n);
  ASSERT_TRUE(run(data, windows).ok);
  const ResultTable rows = table("rate_map_classes");
  const auto low = numbers(rows, "low"), high = numbers(rows, "high");
  const auto share = numbers(rows, "share"), strip = numbers(rows, "strip");
  ASSERT_EQ(rows.rows(), 450u);  // a class each
  EXPECT_THAT(texts(rows, "class"), Contains("dVf").Times(150));
  EXPECT_EQ(low[0], -1.5);
  EXPECT_EQ(high[0], 1.5);
  EXPECT_EQ(low[447], 445.5);
  for (std::size_t k = 0; k < 447; ++k) EXPECT_NEAR(share[k], 1.0 / 3.0, 1e-9) << k;
  EXPECT_EQ(share[447], 0.0);  // dVf, unclassified, hVf
  EXPECT_EQ(share[448], 0.5);
  EXPECT_EQ(share[449], 0.5);
  EXPECT_NEAR(strip[449], -0.5 * 0.04 * 320.0, 1e-9);
  EXPECT_EQ(strip[447], 0.0);
  EXPECT_FALSE(std::signbit(strip[447])) << "tables would say -0";
}

// 325 ms are 20 blocks of 16 ms and one of 5 ms, whose centre lies within the trial.
TEST_F(ClassificationParts, TheRateMapEndsWithTheTrial) {
  auto data = std::make_shared<SyntheticRun>(small_network({"e23Cux2"}, 2), 2, 325);
  data->add_variable("input_current", "pA");
  data->set_state([](std::size_t, std::uint32_t, std::int64_t t, std::uint32_t) {
    return t >= 160 ? 40.0f : 0.0f;
  });
  data->add_spike(1, 200, 0);
  ASSERT_TRUE(run(data, windows).ok);
  const auto time = numbers(table("rate_map"), "time");
  ASSERT_EQ(time.size(), 21u);  // one row: the other neuron is silent
  EXPECT_EQ(time[19], 312.0);
  EXPECT_EQ(time[20], 322.5);
}

TEST_F(ClassificationParts, OtherTestsStandBesideWelchS) {
  auto data = make_run();
  data->set_state([](std::size_t, std::uint32_t, std::int64_t t, std::uint32_t n) {
    const float base = n < 6 ? 10.0f + static_cast<float>(n) : 60.0f + static_cast<float>(n);
    return base + (t >= 160 ? (n < 6 ? 40.0f : -40.0f) : 0.0f);
  });
  ASSERT_TRUE(run(data, std::string(windows) + "population = 'all'").ok);
  const ResultTable welch = table("welch");
  EXPECT_LT(numbers(welch, "mann_whitney_p")[0], 0.01);
  EXPECT_NEAR(numbers(welch, "permutation_p")[0], 2.0 / 924.0, 1e-9);
  EXPECT_EQ(numbers(welch, "p_holm")[0], numbers(welch, "p")[0]) << "a single test";
  EXPECT_LT(numbers(table("anova"), "kruskal_wallis_p")[0], 0.01);
}

class StaticClassification : public PluginFixture {
 protected:
  StaticClassification() : PluginFixture("classification") {
    for (const plugin::LoadedPlugin* one :
         registry_.load_file(std::string(V1_PLUGIN_DIR) + "/classification.so")) {
      if (one->name == "static_classification") plugin_ = one;
    }
    use_.name = use_.plugin = "static_classification";
  }
};

TEST_F(StaticClassification, BaselineIsThatOfTheWholeStaticRun) {
  FlowSeries series(3);
  auto moving = series.grating(90, 2, {20, -20, 0});
  auto still = series.grating(90, 0, {0, 0, 0});
  // 40 + 10 trial + n in the moving run; the static one is 4 pA lower and has one spike a trial.
  still->set_state([](std::size_t, std::uint32_t trial, std::int64_t, std::uint32_t n) {
    return static_cast<float>(36.0 + 10.0 * trial + n);
  });
  for (std::uint32_t trial = 0; trial < 3; ++trial) {
    still->add_spike(trial, 180, 0);
    for (std::uint32_t k = 0; k < 4; ++k) moving->add_spike(trial, 60 + k, 0);
  }
  const std::string parameters =
      std::string(FlowSeries::windows) + "response = [50, 150]\ndirection = 90.0\n";
  const AnalysisResult result = run_all(series.runs(), parameters, 2);
  ASSERT_TRUE(result.ok) << result.error;
  const ResultTable neurons = table("neurons");
  EXPECT_NEAR(numbers(neurons, "baseline_input_current")[0], 36.0 + 15.0, 1e-4);
  EXPECT_NEAR(numbers(neurons, "response_input_current")[0], 24.0, 1e-4);
  EXPECT_NEAR(numbers(neurons, "response_input_current")[2], 4.0, 1e-4);
  EXPECT_NEAR(numbers(neurons, "baseline_raw_firing_rate")[0], 5.0, 1e-9);  // 1 in 200 ms
  EXPECT_NEAR(numbers(neurons, "response_raw_firing_rate")[0], 40.0, 1e-9);
  EXPECT_NEAR(numbers(neurons, "baseline_firing_rate")[0], 5.0, 0.2);
  EXPECT_THAT(text_of(place() / "summary.json"), HasSubstr("with the static grating"));
  // Spikes per window in the reference: one in the whole static trial.
  ASSERT_TRUE(run_all(series.runs(), parameters + "mode = 'reference'").ok);
  EXPECT_NEAR(numbers(table("neurons"), "baseline_raw_firing_rate")[0], 1.0, 1e-9);

  EXPECT_THAT(run(moving, parameters).error,
              HasSubstr("no run shows a grating of 90 deg and 0 Hz; there are"));
}

// Trials of the static run count as those of the other: `trials` limits both, and each half of the
// trials has its own half of the baseline.
TEST_F(StaticClassification, TrialsAndHalvesAreThoseOfBothRuns) {
  FlowSeries series(3, 4);
  auto moving = series.grating(90, 2, {0, 0, 0});
  auto still = series.grating(90, 0, {0, 0, 0});
  // Noise that both runs share: it leaves the responses, in both halves alike.
  const auto noise = [](std::uint32_t trial) { return trial == 3 ? 100.0 : 10.0 * trial; };
  still->set_state([&](std::size_t, std::uint32_t trial, std::int64_t, std::uint32_t n) {
    return static_cast<float>(36.0 + noise(trial) + n);
  });
  moving->set_state([&](std::size_t, std::uint32_t trial, std::int64_t, std::uint32_t n) {
    return static_cast<float>(40.0 + noise(trial) + n);
  });
  const std::string parameters =
      std::string(FlowSeries::windows) + "response = [50, 150]\ndirection = 90.0\n";
  AnalysisResult result = run_all(series.runs(), parameters, 2);
  ASSERT_TRUE(result.ok) << result.error;
  EXPECT_NEAR(numbers(table("halves"), "first")[1], 4.0, 1e-4);
  EXPECT_NEAR(numbers(table("halves"), "second")[1], 4.0, 1e-4);

  result = run_all(series.runs(), parameters + "trials = 3\n", 2);
  ASSERT_TRUE(result.ok) << result.error;
  EXPECT_NEAR(numbers(table("neurons"), "baseline_input_current")[0], 36.0 + 15.0, 1e-4);
  EXPECT_NEAR(numbers(table("neurons"), "response_input_current")[0], 4.0, 1e-4);
}

TEST_F(StaticClassification, SpikesStayInBothPotentialsWhereTheyAreToStay) {
  FlowSeries series(3);
  for (const double hz : {0.0, 2.0}) {
    auto one = series.grating(90, hz, {0, 0, 0});
    one->add_variable("v", "mV");
    one->set_state([](std::size_t, std::uint32_t, std::int64_t t, std::uint32_t n) {
      return t == 100 && n == 0 ? -10.0f : -60.0f;
    });
    for (std::uint32_t trial = 0; trial < 3; ++trial) one->add_spike(trial, 100, 0);
  }
  const std::string parameters =
      std::string(FlowSeries::windows) + "response = [50, 150]\ndirection = 90.0\n";
  ASSERT_TRUE(run_all(series.runs(), parameters).ok);
  EXPECT_NEAR(numbers(table("neurons"), "baseline_v")[0], -60.0, 1e-6);
  ASSERT_TRUE(run_all(series.runs(), parameters + "correct_voltage = false\n").ok);
  EXPECT_NEAR(numbers(table("neurons"), "baseline_v")[0], -59.75, 1e-6);
  EXPECT_NEAR(numbers(table("neurons"), "response_v")[0], 0.25, 1e-6);
}

}  // namespace
}  // namespace v1::analysis
