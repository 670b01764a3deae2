#include <gmock/gmock.h>

#include <cmath>

#include "tests/unit/analyses/plugin_fixture.hpp"

namespace v1::analysis {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

class Spectra : public PluginFixture {
 protected:
  Spectra() : PluginFixture("spectra") {}

  // 1,200 steps; from 600 ms on both e23 cells fire every 25 ms, before that every 100 ms.
  static std::shared_ptr<SyntheticRun> make_run(std::uint32_t trials = 4, double dt_ms = 1.0,
                                                std::uint32_t silent_trials = 0) {
    network::Network network = small_network({"e23Cux2", "i23Pvalb"}, 2);
    const auto per_ms = static_cast<std::uint32_t>(std::lround(1.0 / dt_ms));
    auto run = std::make_shared<SyntheticRun>(network, trials + silent_trials, 1200 * per_ms);
    run->change().dt_ms = dt_ms;
    for (std::uint32_t t = 0; t < trials; ++t) {
      for (std::uint32_t ms = t; ms < 1200; ms += ms < 600 ? 100 : 25) {
        run->add_spike(t, ms * per_ms, 0);
        run->add_spike(t, ms * per_ms, 1);
      }
    }
    return run;
  }
  static constexpr const char* windows =
      "evoked = [600, 1200]\nspontaneous = [0, 600]\nskip_first_trial = false\n";

  // Power of a group and window at the frequency.
  double power(const std::string& group, const std::string& window, double hz) const {
    const ResultTable spectra = table("spectra");
    const auto groups = texts(spectra, "group"), shown = texts(spectra, "window");
    const auto frequency = numbers(spectra, "frequency"), values = numbers(spectra, "power");
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (groups[i] == group && shown[i] == window && frequency[i] == hz) return values[i];
    }
    ADD_FAILURE() << "no power of " << group << " at " << hz << " Hz";
    return 0.0;
  }
};

TEST_F(Spectra, ARhythmStandsOut) {
  ASSERT_TRUE(run(make_run(), windows).ok);
  EXPECT_GT(power("e23", "evoked", 40.0), 20.0 * power("e23", "evoked", 30.0));
  EXPECT_GT(power("e23", "spontaneous", 10.0), 20.0 * power("e23", "spontaneous", 4.0));
  EXPECT_EQ(power("i23Pvalb", "evoked", 40.0), 0.0);
  const ResultTable changes = table("band_changes");
  EXPECT_THAT(texts(changes, "band"), Contains("gamma"));
  EXPECT_THAT(figures(), ::testing::UnorderedElementsAre("spectra", "band_power"));
}

// The silent group has no ratio and no test, and does not make the others' correction stricter: the
// largest p of a family is its own q.
TEST_F(Spectra, SilentGroupsAreNotTested) {
  ASSERT_TRUE(run(make_run(), windows).ok);
  const ResultTable changes = table("band_changes");
  const auto groups = texts(changes, "group");
  const auto p = numbers(changes, "p"), q = numbers(changes, "q"),
             ratio = numbers(changes, "ratio");
  double largest_p = 0.0, largest_q = 0.0;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (groups[i] == "i23Pvalb") {
      EXPECT_TRUE(std::isnan(p[i]) && std::isnan(q[i]) && std::isnan(ratio[i]));
    } else if (!std::isnan(p[i])) {
      largest_p = std::max(largest_p, p[i]);
      largest_q = std::max(largest_q, q[i]);
    }
  }
  EXPECT_LT(largest_p, 1.0);
  EXPECT_EQ(largest_q, largest_p);
}

TEST_F(Spectra, NormalizationsDifferByTheirSquares) {
  ASSERT_TRUE(run(make_run(), windows).ok);
  const double per_neuron = power("e23", "evoked", 40.0);
  ASSERT_TRUE(run(make_run(), std::string(windows) + "normalize = 'none'").ok);
  EXPECT_NEAR(power("e23", "evoked", 40.0), 4.0 * per_neuron, 1e-9);
  ASSERT_TRUE(run(make_run(), std::string(windows) + "times_frequency = true").ok);
  EXPECT_NEAR(power("e23", "evoked", 40.0), 40.0 * per_neuron, 1e-9);
}

// Power over spikes is not defined in a trial without any, but in the others.
TEST_F(Spectra, SilentTrialsHaveNoPowerPerSpike) {
  const std::string by_spikes = std::string(windows) + "normalize = 'spikes'";
  ASSERT_TRUE(run(make_run(3), by_spikes).ok);
  const double without = power("e23", "evoked", 40.0);
  EXPECT_GT(without, 0.0);
  ASSERT_TRUE(run(make_run(3, 1.0, 1), by_spikes).ok);
  EXPECT_NEAR(power("e23", "evoked", 40.0), without, 1e-12);
  EXPECT_FALSE(std::isnan(numbers(table("band_changes"), "ratio")[3]));
}

TEST_F(Spectra, StepsAreBinnedToMilliseconds) {
  ASSERT_TRUE(run(make_run(), windows).ok);
  const double coarse = power("e23", "evoked", 40.0);
  ASSERT_TRUE(run(make_run(4, 0.25), windows).ok);
  EXPECT_NEAR(power("e23", "evoked", 40.0), coarse, 1e-12);
}

TEST_F(Spectra, ThreadsDoNotMatter) {
  ASSERT_TRUE(run(make_run(), windows).ok);
  const auto alone = numbers(table("spectra"), "power");
  ASSERT_TRUE(run(make_run(), windows, 3).ok);
  EXPECT_EQ(numbers(table("spectra"), "power"), alone);
}

TEST_F(Spectra, OneTrialHasNoError) {
  ASSERT_TRUE(run(make_run(1), windows).ok);
  EXPECT_TRUE(std::isnan(numbers(table("spectra"), "power_sem")[0]));
  EXPECT_TRUE(std::isnan(numbers(table("band_changes"), "low")[0]));
}

TEST_F(Spectra, ASilentRunSaysSo) {
  const auto data = std::make_shared<SyntheticRun>(small_network({"e23Cux2"}, 2), 2, 1200);
  ASSERT_TRUE(run(data, windows).ok);
  EXPECT_THAT(json_text_of(place() / "summary.json"), HasSubstr("None of the neurons fired"));
  EXPECT_EQ(power("e23", "evoked", 40.0), 0.0);
}

TEST_F(Spectra, BadWindowsAreNamed) {
  const auto message = [&](const std::string& parameters, std::uint32_t trials = 4) {
    const AnalysisResult result = run(make_run(trials), parameters);
    EXPECT_FALSE(result.ok);
    return result.error;
  };
  EXPECT_THAT(message("evoked = [600, 1300]"), HasSubstr("evoked"));
  EXPECT_THAT(complaint("evoked = [600, 650]"), HasSubstr("100 ms"));
  EXPECT_THAT(complaint("evoked = [600.5, 900]"), HasSubstr("whole ms"));
  EXPECT_THAT(message("evoked = [600, 1200]", 1), HasSubstr("skip_first_trial"));
}

}  // namespace
}  // namespace v1::analysis
