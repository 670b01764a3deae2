#include <gmock/gmock.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/base/files.hpp"
#include "tests/unit/analyses/plugin_fixture.hpp"

namespace v1::analysis {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// Two trials of 105 ms; neuron i fires every (i + 1) ms in trial 1 and never in trial 0.
class Overview : public PluginFixture {
 protected:
  Overview() : PluginFixture("overview") {}
  static std::shared_ptr<SyntheticRun> make_run(const std::vector<std::string>& populations) {
    network::Network network = small_network(populations, 2);
    network::EdgeBlock lgn;
    lgn.name = "lgn";
    lgn.source_kind = network::SourceKind::rates;
    lgn.source_id = {0, 1, 2};
    network.blocks = {lgn};
    auto run = std::make_shared<SyntheticRun>(network, 2, 105);
    for (std::uint32_t t = 0; t < 105; ++t) {
      for (std::uint32_t i = 0; i < network.neurons.size(); ++i) {
        if (t % (i + 1) == 0) run->add_spike(1, t, i);
      }
    }
    return run;
  }
  std::string spec(const std::string& figure) const {
    return read_file(place() / (figure + ".figure.toml"));
  }
};

TEST_F(Overview, MeanRatesAreOverTrials) {
  const auto data = make_run({"e23Cux2", "i23Pvalb"});
  ASSERT_TRUE(run(data).ok);
  const ResultTable rates = table("mean_rates");
  EXPECT_THAT(texts(rates, "population"), ElementsAre("e23Cux2", "i23Pvalb"));
  EXPECT_THAT(numbers(rates, "n"), ElementsAre(2, 2));
  const double trial_rate = (105 + 53) / (2 * 0.105);  // neurons 0 and 1
  EXPECT_NEAR(numbers(rates, "rate")[0], trial_rate / 2.0, 1e-6);
  EXPECT_NEAR(numbers(rates, "rate_sd")[0], trial_rate / std::sqrt(2.0), 1e-6);
  EXPECT_THAT(numbers(rates, "trials"), ElementsAre(2, 2));
}

TEST_F(Overview, PopulationActivityHasWholeBinsOfTheLastTrial) {
  ASSERT_TRUE(run(make_run({"e23Cux2", "i23Pvalb", "i1Htr3a"})).ok);
  const ResultTable activity = table("population_activity");
  EXPECT_EQ(activity.rows(), 3u * 10u);  // the last 5 ms are no whole bin
  EXPECT_EQ(numbers(activity, "time")[0], 5.0);
  EXPECT_EQ(texts(activity, "group")[0], "i1");
  EXPECT_EQ(texts(activity, "group")[10], "i23");
  EXPECT_EQ(texts(activity, "group")[20], "e23");
  EXPECT_NEAR(numbers(activity, "rate")[20], 15 / (2 * 0.01), 1e-6);
  EXPECT_NEAR(numbers(activity, "mean_rate")[20], 7.5 / (2 * 0.01), 1e-6);
  EXPECT_NEAR(numbers(activity, "rate_error")[20], 7.5 / (2 * 0.01), 1e-6);
  EXPECT_THAT(figures(), Contains("population_activity"));
  EXPECT_THAT(figures(), Contains("interneuron_activity"));
  ASSERT_TRUE(run(make_run({"e23Cux2"}), "trial = 0").ok);
  EXPECT_NEAR(numbers(table("population_activity"), "rate")[0], 0.0, 1e-9);
}

TEST_F(Overview, RasterIsInLaminarOrder) {
  const auto order = json_of(std::string(V1_TEST_DATA) + "/analysis/picks.json")["raster_order"]
                         .get<std::vector<std::string>>();
  std::vector<std::string> mixed(order.rbegin(), order.rend());
  std::swap(mixed[0], mixed[5]);
  const auto data = make_run(mixed);
  for (std::uint32_t i = 0; i < 2 * mixed.size(); ++i) data->add_spike(1, 104, i);
  ASSERT_TRUE(run(data).ok);
  const ResultTable profile = table("rate_profile");
  EXPECT_EQ(texts(profile, "population"), order);
  EXPECT_NEAR(numbers(profile, "high")[0], 2.0 * static_cast<double>(order.size()) + 0.5, 1e-9);
  EXPECT_NEAR(numbers(profile, "low").back(), 0.5, 1e-9);
  EXPECT_THAT(texts(table("layers"), "label"), ElementsAre("L1", "L2/3", "L4", "L5", "L6"));
}

TEST_F(Overview, ShowsLgnSpikesAndRates) {
  const auto data = make_run({"e23Cux2"});
  data->change().spike_blocks = {0};
  for (const std::uint32_t trial : {0u, 1u}) data->add_block_spike(trial, 45, 1);
  recording::SampleRates rates;
  rates.sources = {1, 2};
  rates.hz.emplace_back(210, 4.0f);
  data->change().stimulus.rates.push_back(rates);
  data->change().stimulus.strips.push_back({"TF", "Hz", {0.0, 50.0}, {0.0, 2.0}});
  const AnalysisResult result = run(data, "lgn_units = 2");
  ASSERT_TRUE(result.ok) << result.error;
  EXPECT_THAT(figures(), Contains("lgn_units"));
  EXPECT_EQ(table("lgn_raster").rows(), 1u);       // of the last trial
  EXPECT_EQ(table("lgn_unit_raster").rows(), 2u);  // of all trials
  EXPECT_EQ(table("lgn_unit_rates").rows(), 210u);
  EXPECT_NEAR(numbers(table("lgn_unit_psth"), "psth")[2], 1000.0 / 20.0, 1e-6);
  EXPECT_EQ(numbers(table("lgn_unit_psth"), "low")[2], 40.0);
  EXPECT_EQ(numbers(table("lgn_unit_psth"), "time")[2], 50.0);
  EXPECT_THAT(numbers(table("stimulus"), "time"), ElementsAre(0, 50, 105));
}

// The last trial is the one that is drawn.
TEST_F(Overview, TheRasterMarksOnlyWhatItsTrialHad) {
  const auto data = make_run({"e23Cux2"});
  recording::StimulusInfo& stimulus = data->change().stimulus;
  stimulus.markers = {{20.0, "onset"}, {70.0, "flash"}};
  stimulus.strips.push_back({"TF", "Hz", {0.0, 50.0}, {0.0, 2.0}});
  stimulus.trial_columns = {{"marks_ms", "1", std::vector<std::string>{"20", "70"}},
                            {"strips", "1", std::vector<std::string>{"TF", ""}}};
  ASSERT_TRUE(run(data).ok);
  EXPECT_THAT(spec("raster"), AllOf(HasSubstr("markers = [70"), Not(HasSubstr("strip = {"))));
  EXPECT_THAT(spec("population_activity"), HasSubstr("markers = [20"));
  ASSERT_TRUE(run(data, "trial = 0").ok);
  EXPECT_THAT(spec("raster"), AllOf(HasSubstr("markers = [20"), HasSubstr("strip = {")));
}

// A flash between gratings: each trial shows its own quantities, means what all trials have.
TEST_F(Overview, StripsAreThoseOfTheTrialOrOfAll) {
  const auto data = make_run({"e23Cux2"});
  recording::StimulusInfo& stimulus = data->change().stimulus;
  stimulus.strips.push_back({"TF", "Hz", {0.0, 50.0}, {0.0, 2.0}});
  stimulus.strips.push_back({"Luminance", "1", {0.0, 20.0}, {0.0, 1.0}});
  stimulus.strips.push_back({"Injected current", "pA", {0.0, 30.0}, {0.0, 90.0}});
  stimulus.trial_columns = {
      {"strips", "1",
       std::vector<std::string>{"TF; Injected current", "Luminance; Injected current"}}};
  ASSERT_TRUE(run(data).ok);
  EXPECT_THAT(spec("raster"),
              AllOf(HasSubstr("\"stimulus_2\", x = \"time\", y = \"value\", label = \"Luminance\""),
                    HasSubstr("\"Injected current\""), Not(HasSubstr("\"TF\""))));
  EXPECT_THAT(spec("population_activity"),
              AllOf(HasSubstr("\"Injected current\""), Not(HasSubstr("Luminance"))));
  EXPECT_THAT(numbers(table("stimulus_2"), "time"), ElementsAre(0, 20, 105));
  EXPECT_THAT(numbers(table("stimulus_3"), "value"), ElementsAre(0, 90, 90));
  ASSERT_TRUE(run(data, "trial = 0").ok);
  EXPECT_THAT(spec("raster"), AllOf(HasSubstr("\"TF\""), HasSubstr("\"Injected current\""),
                                    Not(HasSubstr("Luminance"))));
}

TEST_F(Overview, SaysWhenMeansAreOverDifferentStimuli) {
  const auto data = make_run({"e23Cux2"});
  recording::StimulusInfo& stimulus = data->change().stimulus;
  stimulus.trial_columns = {{"contrast", "1", std::vector<double>{0.8, 0.8}},
                            {"repeat", "1", std::vector<double>{0, 1}}};
  ASSERT_TRUE(run(data).ok);
  EXPECT_THAT(text_of(place() / "summary.json"), Not(HasSubstr("different stimuli")));
  stimulus.trial_columns.push_back({"direction_deg", "deg", std::vector<double>{0, 90}});
  ASSERT_TRUE(run(data).ok);
  EXPECT_THAT(text_of(place() / "summary.json"), HasSubstr("different stimuli (direction_deg)"));
}

TEST_F(Overview, WorksWithoutLayersPositionsAndLgn) {
  const auto data = make_run({"Scnn1a", "PV1"});
  auto& network = data->change_network();
  for (auto& type : network.types) type.ei = type.population == "PV1" ? "i" : "e";
  network.neurons.has_positions = false;
  const AnalysisResult result = run(data);
  ASSERT_TRUE(result.ok) << result.error;
  EXPECT_THAT(texts(table("mean_rates"), "population"), ElementsAre("Scnn1a", "PV1"));
  EXPECT_THAT(figures(), Not(Contains("lgn_units")));
  EXPECT_THAT(figures(), Not(Contains("interneuron_activity")));
  const std::string summary = text_of(place() / "summary.json");
  EXPECT_THAT(summary, HasSubstr("grouped by population"));
  EXPECT_THAT(summary, HasSubstr("LGN"));
}

TEST_F(Overview, ASilentRunSaysSo) {
  const auto silent = std::make_shared<SyntheticRun>(small_network({"e23Cux2"}, 2), 2, 105);
  ASSERT_TRUE(run(silent).ok);
  EXPECT_THAT(text_of(place() / "summary.json"), HasSubstr("None of these neurons fired"));
}

TEST_F(Overview, ExplainsRunsWithoutSpikesAndWrongTrials) {
  const auto data = make_run({"e23Cux2"});
  data->change().spike_positions = std::vector<std::uint32_t>{};
  const AnalysisResult result = run(data);
  ASSERT_TRUE(result.ok) << result.error;
  EXPECT_THAT(text_of(place() / "summary.json"), HasSubstr("No spikes of the selected neurons"));
  EXPECT_THAT(run(make_run({"e23Cux2"}), "trial = 2").error, HasSubstr("trial 2 does not exist"));
}

}  // namespace
}  // namespace v1::analysis
