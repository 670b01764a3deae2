#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "tests/unit/analyses/eight_neurons.hpp"
#include "tests/unit/analyses/plugin_fixture.hpp"

namespace v1::analysis {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class LfpProxy : public PluginFixture {
 protected:
  LfpProxy() : PluginFixture("lfp_proxy") {}

  // Neurons 100 um apart in depth; the inhibitory neuron 4 and the LGN unit 0 fire once per trial.
  static EightNeurons make(bool spikes = true) {
    EightNeurons out = eight_neurons();
    network::Network& network = out.run->change_network();
    network.types[1].ei = network.types[3].ei = "i";
    for (std::uint32_t i = 0; i < 8; ++i) {
      network.neurons.x_um[i] = 0.0f;
      network.neurons.y_um[i] = -100.0f * static_cast<float>(i);
    }
    out.run->change().spike_blocks = {1};
    for (std::uint32_t trial = 0; trial < 3 && spikes; ++trial) {
      out.run->add_spike(trial, 400, 4);
      out.run->add_block_spike(trial, 800, 0);
    }
    return out;
  }
  double layer_value(const std::string& layer, double time, const char* column) const {
    const ResultTable stored = table("layers");
    const auto layers = texts(stored, "layer");
    const auto times = numbers(stored, "time"), values = numbers(stored, column);
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (layers[i] == layer && times[i] == time) return values[i];
    }
    ADD_FAILURE() << layer << " has no time " << time;
    return NAN;
  }
};

// A current of weight w peaks at w tau after its arrival: alpha function w t/tau exp(1 - t/tau).
TEST_F(LfpProxy, CurrentsOfALayer) {
  const EightNeurons example = make();
  const AnalysisResult result = run(example.run, "bin = 1.0");
  ASSERT_TRUE(result.ok) << result.error;
  const auto alpha = [](double t, std::uint32_t receptor) {
    const double tau = WiredNetwork::tau_ms(receptor);
    return t / tau * std::exp(1.0 - t / tau);
  };
  // LGN unit 0 drives the neurons 0 (L2/3) and 5 (e4Rorb): 10 and 9 pA. The spike of step 800
  // arrives one step later.
  EXPECT_NEAR(layer_value("L2/3", 803.5, "excitatory_current"), 10e-3 * alpha(2.0, 0), 1e-9);
  EXPECT_NEAR(layer_value("L4", 803.5, "excitatory_current"), 9e-3 * alpha(2.0, 0), 1e-9);
  // Neuron 4 onto 0, 1, 2 and 3: -3 - 2 - 6 - 2.5 through receptor 1, -1.5 through receptor 2.
  EXPECT_NEAR(layer_value("L2/3", 404.5, "inhibitory_current"),
              -13.5e-3 * alpha(3.0, 1) - 1.5e-3 * alpha(3.0, 2), 1e-9);
  EXPECT_GT(layer_value("L2/3", 404.5, "weighted_sum"), 1.0);
  EXPECT_GT(layer_value("L2/3", 810.5, "weighted_sum"), layer_value("L2/3", 801.5, "weighted_sum"));
  EXPECT_EQ(layer_value("L2/3", 404.5, "rate"), 0.0);  // excitatory neurons are silent
  EXPECT_THAT(figures(), testing::UnorderedElementsAre("layers", "depth"));
}

TEST_F(LfpProxy, PotentialFallsWithDistance) {
  const EightNeurons example = make();
  ASSERT_TRUE(run(example.run, "bin = 1.0\nspacing = 100.0").ok);
  const ResultTable stored = table("potential");
  const auto depth = numbers(stored, "depth"), time = numbers(stored, "time");
  const auto potential = numbers(stored, "potential");
  // Without the LGN part the weighted sum of neuron 3 is 1.65 * 2.5 pA alpha; all eight positions
  // but that of neuron 4 and 6 hold excitatory neurons, so contacts stand at 0, 100, ... 700 um.
  std::vector<double> at_peak, depths;
  for (std::size_t i = 0; i < time.size(); ++i) {
    if (time[i] != 404.5) continue;
    at_peak.push_back(potential[i]);
    depths.push_back(depth[i]);
  }
  ASSERT_EQ(depths.size(), 8u);
  EXPECT_NEAR(depths.front(), 0.0, 1e-6);
  EXPECT_NEAR(depths.back(), 700.0, 1e-6);
  EXPECT_GT(at_peak[2], at_peak[5]);  // neurons 0 to 3 are inhibited
  EXPECT_GT(at_peak[5], at_peak[7]);
  EXPECT_EQ(numbers(table("csd"), "csd").size(), 6u * 1500u);
  // Both tables hold one contact after the other.
  const auto csd_depth = numbers(table("csd"), "depth");
  EXPECT_TRUE(std::is_sorted(depth.begin(), depth.end()));
  EXPECT_TRUE(std::is_sorted(csd_depth.begin(), csd_depth.end()));
}

TEST_F(LfpProxy, SilenceAndMissingPositions) {
  EightNeurons silent = make(false);
  silent.run->change_network().neurons.has_positions = false;
  const AnalysisResult result = run(silent.run);
  ASSERT_TRUE(result.ok) << result.error;
  EXPECT_THAT(numbers(table("layers"), "excitatory_current"), testing::Each(0.0));
  // A deviation of 0 is no unit.
  EXPECT_THAT(numbers(table("layers"), "weighted_sum"), testing::Each(testing::IsNan()));
  EXPECT_THAT(json_text_of(place() / "summary.json"), HasSubstr("excitatory neurons fired"));
}

// A spike at the end of a trial drives the begin of the next one only where state is carried on.
TEST_F(LfpProxy, RecordedCurrentsTellWhetherTrialsCarryTheirStateOn) {
  const auto excitation_at_start = [&](float start_pa, float end_pa, const std::string& carried) {
    const EightNeurons example = make();
    for (std::uint32_t trial = 0; trial < 3; ++trial) example.run->add_block_spike(trial, 1498, 0);
    example.run->add_variable("bottom_up_current", "pA");
    example.run->set_state([=](std::size_t, std::uint32_t, std::int64_t t, std::uint32_t n) {
      if (n != 3 || (t > 0 && t < 1499)) return 0.0f;
      return t == 0 ? start_pa : end_pa;
    });
    const AnalysisResult result = run(example.run, "bin = 1.0\ncarried = " + carried);
    EXPECT_TRUE(result.ok) << result.error;
    return layer_value("L2/3", 2.5, "excitatory_current");
  };
  EXPECT_GT(excitation_at_start(4.0f, 5.0f, "false"), 0.0);
  EXPECT_EQ(excitation_at_start(0.0f, 5.0f, "true"), 0.0);
  // Nothing to be carried was recorded.
  EXPECT_GT(excitation_at_start(0.0f, 0.0f, "true"), 0.0);
  EXPECT_EQ(excitation_at_start(0.0f, 0.0f, "false"), 0.0);
}

TEST_F(LfpProxy, UnrecordedNeuronsAreAWarning) {
  EightNeurons example = make();
  example.run->change().spike_positions = std::vector<std::uint32_t>{0, 1, 2};
  const AnalysisResult result = run(example.run);
  ASSERT_TRUE(result.ok) << result.error;
  EXPECT_THAT(result.warnings, testing::Contains(HasSubstr("Spikes of 5 of 8 neurons")));
}

TEST_F(LfpProxy, OneTrialAndNoExcitatoryNeuronsAreRefused) {
  EightNeurons one = make();
  one.run->change().trials = 1;
  EXPECT_THAT(run(one.run).error, HasSubstr("skip_first_trial"));
  EXPECT_THAT(run(make().run, "neurons = 'i23Pvalb'").error, HasSubstr("no excitatory neuron"));
  EXPECT_THAT(run(make().run, "spacing = 10.0").error, HasSubstr("contacts"));
}

}  // namespace
}  // namespace v1::analysis
