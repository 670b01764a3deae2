#include <gmock/gmock.h>

#include <cmath>

#include "tests/unit/analyses/eight_neurons.hpp"
#include "tests/unit/analyses/plugin_fixture.hpp"

namespace v1::analysis {
namespace {

using testing::Contains;
using testing::HasSubstr;

// Mean spikes of the worked example before (500 ms) and during (1000 ms) the stimulus.
const std::vector<double> v1_before = {2.0, 1.0, 0.5, 0.0, 10.0, 4.0, 3.0, 1.0};
const std::vector<double> v1_during = {6.0, 4.0, 0.5, 1.0, 30.0, 12.0, 2.0, 5.0};
const std::vector<double> lgn_before = {5.0, 4.0, 2.0};
const std::vector<double> lgn_during = {20.0, 6.0, 9.0};

class EffectiveWeights : public PluginFixture {
 protected:
  EffectiveWeights() : PluginFixture("effective_weights") {
    write_classes(folder_.path(), classes_of_eight);
    example_ = eight_neurons();
    add_spikes(*example_.run);
    example_.run->change().spike_blocks = {1};
  }

  static void add_spikes(SyntheticRun& run) {
    for (std::uint32_t i = 0; i < 8; ++i) {
      for (std::uint32_t k = 0; k < 40; ++k) run.add_spike(0, 7 + k, i);  // left out
    }
    for (std::uint32_t step = 0; step < 60; ++step) {
      for (std::uint32_t i = 0; i < 8; ++i) add(run, false, i, step, v1_before[i], 10);
      for (std::uint32_t i = 0; i < 3; ++i) add(run, true, i, step, lgn_before[i], 10);
    }
    for (std::uint32_t step = 0; step < 60; ++step) {
      for (std::uint32_t i = 0; i < 8; ++i) add(run, false, i, step, v1_during[i], 700);
      for (std::uint32_t i = 0; i < 3; ++i) add(run, true, i, step, lgn_during[i], 700);
    }
  }

  // 2 * mean spikes over the trials 1 and 2: the first half of them, rounded up, in trial 1.
  static void add(SyntheticRun& run, bool lgn, std::uint32_t i, std::uint32_t k, double mean,
                  std::uint32_t begin) {
    const auto all = static_cast<std::uint32_t>(2.0 * mean);
    const std::uint32_t first = (all + 1) / 2;
    for (std::uint32_t trial = 1; trial <= 2; ++trial) {
      if (k >= (trial == 1 ? first : all - first)) continue;
      if (lgn) {
        run.add_block_spike(trial, begin + k, i);
      } else {
        run.add_spike(trial, begin + k, i);
      }
    }
  }
  /// Value of a row of `targets`; NaN when there is no such row.
  double value(int neuron, const std::string& source, const std::string& column) const {
    const ResultTable stored = table("targets");
    const auto sources = texts(stored, "source");
    const auto neurons = numbers(stored, "neuron");
    const auto values = numbers(stored, column);
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (neurons[i] == neuron && sources[i] == source) return values[i];
    }
    return NAN;
  }
  void expect(int neuron, const char* source, double weight, double before, double during) const {
    EXPECT_NEAR(value(neuron, source, "weight"), weight, 1e-12) << neuron << " " << source;
    EXPECT_NEAR(value(neuron, source, "baseline"), before, 1e-12) << neuron << " " << source;
    EXPECT_NEAR(value(neuron, source, "stimulus"), during, 1e-12) << neuron << " " << source;
  }
  EightNeurons example_;
};

TEST_F(EffectiveWeights, WorkedExample) {
  const AnalysisResult result = run(example_.run);
  ASSERT_TRUE(result.ok) << result.error;
  expect(0, "LGN unit", 22.0, 0.196, 0.272);
  expect(0, "dVf", 2.0, 0.004, 0.008);
  expect(0, "e4", 4.0, 0.032, 0.048);
  expect(0, "hVf", 1.0, 0.001, 0.0005);
  expect(0, "i23Pvalb", -4.5, -0.09, -0.135);
  expect(0, "Total", 24.5, 0.143, 0.1935);
  expect(1, "LGN unit", 8.0, 0.064, 0.048);
  expect(1, "i23Pvalb", -2.0, -0.04, -0.06);
  expect(1, "Total", 12.5, 0.07, 0.057);
  expect(2, "LGN unit", 5.0, 0.02, 0.045);
  expect(2, "dVf", 0.5, 0.002, 0.003);
  expect(2, "e4", 2.0, 0.016, 0.024);
  expect(2, "hVf", 0.25, 0.00025, 0.000125);
  expect(2, "i1Htr3a", -1.0, -0.006, -0.002);
  expect(2, "i23Pvalb", -6.0, -0.12, -0.18);
  expect(2, "Total", 0.75, -0.08775, -0.109875);
  expect(3, "dVf", 1.0, 0.002, 0.004);
  expect(3, "Total", -1.5, -0.048, -0.071);
  expect(3, "e4", 0.0, 0.0, 0.0);  // no synapse
  EXPECT_THAT(figures(), Contains("change"));
}

TEST_F(EffectiveWeights, AnInputOfItsOwnCountsBesideTheLgn) {
  const EightNeurons example = eight_neurons(true, true);
  add_spikes(*example.run);
  example.run->change().spike_blocks = {1, 3};
  const AnalysisResult result = run(example.run);
  ASSERT_TRUE(result.ok) << result.error;
  expect(0, "LGN unit", 22.0, 0.196, 0.272);
  expect(0, "input noise", 20.0, 0.2, 0.4);
  expect(2, "input noise", 70.0, 0.4, 0.54);
  expect(0, "Total", 44.5, 0.343, 0.5935);
}

TEST_F(EffectiveWeights, ReferenceHasNoRowWithoutSynapses) {
  ASSERT_TRUE(run(example_.run, "mode = 'reference'", 4).ok);
  EXPECT_TRUE(std::isnan(value(3, "e4", "weight")));
  expect(2, "Total", 0.75, -0.08775, -0.109875);
}

TEST_F(EffectiveWeights, TheSourceThatCrossesTheShareIsDropped) {
  ASSERT_TRUE(run(example_.run).ok);
  const ResultTable stored = table("sources");
  const auto classes = texts(stored, "class"), sources = texts(stored, "source");
  const auto share = numbers(stored, "share"), relevant = numbers(stored, "relevant");
  for (std::size_t i = 0; i < sources.size(); ++i) {
    if (classes[i] != "dVf") continue;
    const bool kept = sources[i] == "LGN unit" || sources[i] == "i23Pvalb" || sources[i] == "Total";
    EXPECT_EQ(relevant[i], kept ? 1.0 : 0.0) << sources[i];
    if (sources[i] == "LGN unit") {
      EXPECT_NEAR(share[i], 0.499609679937549, 1e-10);
    }
    if (sources[i] == "e4") {
      EXPECT_NEAR(share[i], 0.108 / 0.6405, 1e-10);
    }
  }
}

TEST_F(EffectiveWeights, CurrentsAreAreasOfAlphaFunctions) {
  ASSERT_TRUE(run(example_.run).ok);
  const double e = std::exp(1.0);
  EXPECT_NEAR(value(0, "LGN unit", "stimulus_current"), 0.272 * e * WiredNetwork::tau_ms(0), 1e-9);
  const double inhibition =
      -0.09 * (2.0 / 3.0) * WiredNetwork::tau_ms(1) - 0.09 / 3.0 * WiredNetwork::tau_ms(2);
  EXPECT_NEAR(value(0, "i23Pvalb", "baseline_current"), e * inhibition, 1e-9);
}

TEST_F(EffectiveWeights, WithoutLgnSpikesTheRestIsDone) {
  example_.run->change().spike_blocks.clear();
  ASSERT_TRUE(run(example_.run).ok);
  EXPECT_NEAR(value(0, "Total", "weight"), 2.5, 1e-12);
  EXPECT_THAT(json_text_of(place() / "summary.json"),
              HasSubstr("so they are left out, of totals as well: lgn."));
}

TEST_F(EffectiveWeights, UnrecordedSourcesAreAWarning) {
  example_.run->change().spike_positions = std::vector<std::uint32_t>{0, 1, 2};
  const AnalysisResult result = run(example_.run);
  ASSERT_TRUE(result.ok) << result.error;
  EXPECT_THAT(result.warnings, testing::Contains(HasSubstr("Spikes of 5 of 8 neurons")));
}

TEST_F(EffectiveWeights, SilentSourcesHaveNoInfluence) {
  EightNeurons silent = eight_neurons();
  silent.run->change().spike_blocks = {1};
  ASSERT_TRUE(run(silent.run).ok);
  EXPECT_EQ(value(0, "Total", "stimulus"), 0.0);
  EXPECT_NEAR(value(0, "Total", "weight"), 24.5, 1e-12);
}

TEST_F(EffectiveWeights, OneTrialAndShortTrialsAreRefused) {
  EightNeurons one = eight_neurons();
  one.run->change().trials = 1;
  EXPECT_THAT(run(one.run).error, HasSubstr("skip_first_trial"));
  const AnalysisResult late = run(example_.run, "stimulus = [500, 2500]");
  EXPECT_FALSE(late.ok);
  EXPECT_THAT(late.error, HasSubstr("stimulus"));
}

}  // namespace
}  // namespace v1::analysis
