#include <gmock/gmock.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "plugins/analyses/shared/wiring/degree_bins.hpp"
#include "plugins/analyses/shared/wiring/wiring.hpp"
#include "tests/unit/analyses/eight_neurons.hpp"
#include "tests/unit/analyses/plugin_fixture.hpp"

namespace v1::analysis {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::DoubleNear;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pointwise;

MATCHER(NearPair, "") { return std::fabs(std::get<0>(arg) - std::get<1>(arg)) < 1e-12; }

TEST(DegreeBins, WidthIsAHundredthOfTheRangeButAtLeastOne) {
  const auto plain = analyses::degree_edges(0, 2600);
  EXPECT_EQ(plain[1] - plain[0], 26.0);
  EXPECT_EQ(plain.size(), 101u);
  EXPECT_EQ(plain.back(), 2600.0);
  const auto signs = analyses::degree_edges(-5400, 30211);
  EXPECT_EQ(signs[1] - signs[0], 356.0);
  EXPECT_EQ(signs.size(), 102u);
  EXPECT_EQ(signs.back(), 30556.0);
  const auto small = analyses::degree_edges(0, 7);
  EXPECT_EQ(small[1] - small[0], 1.0);
  EXPECT_EQ(analyses::degree_edges(0, 0).size(), 2u);
}

TEST(Wiring, ShortNamesOfTypes) {
  EXPECT_EQ(analyses::short_type("e23Cux2"), "e23");
  EXPECT_EQ(analyses::short_type("e5noRbp4"), "e5");
  EXPECT_EQ(analyses::short_type("i23Pvalb"), "i23Pvalb");
  EXPECT_EQ(analyses::short_type("excitatory"), "excitatory");
}

TEST(Wiring, LaminarOrder) {
  std::vector<std::string> names = {"Total", "e6",  "i23Sst", "hVf", "e4",      "LGN unit",
                                    "e23",   "dVf", "i4Sst",  "e5",  "i1Htr3a", "i23Pvalb"};
  std::sort(names.begin(), names.end(), [](const std::string& a, const std::string& b) {
    return analyses::laminar_key(a) < analyses::laminar_key(b);
  });
  EXPECT_THAT(names, ElementsAre("LGN unit", "i1Htr3a", "dVf", "hVf", "e23", "i23Pvalb", "i23Sst",
                                 "e4", "i4Sst", "e5", "e6", "Total"));
}

class Topology : public PluginFixture {
 protected:
  Topology() : PluginFixture("topology") {}
  double scalar(const std::string& name) const {
    const auto summary = json_of(place() / "summary.json");
    for (const auto& item : summary["scalars"]) {
      if (item["name"] == name) return item["value"].get<double>();
    }
    ADD_FAILURE() << "no scalar " << name;
    return 0.0;
  }
};

TEST_F(Topology, DegreesOfTheWorkedExample) {
  const EightNeurons example = eight_neurons();
  ASSERT_TRUE(run(example.run).ok);
  const ResultTable neurons = table("neurons");
  EXPECT_THAT(numbers(neurons, "k_in"), ElementsAre(4, 3, 5, 2, 3, 1, 1, 0));
  EXPECT_THAT(numbers(neurons, "k_out"), ElementsAre(3, 3, 3, 1, 5, 3, 1, 0));
  EXPECT_THAT(numbers(neurons, "lgn_k_in"), ElementsAre(2, 1, 1, 0, 1, 2, 0, 0));
  EXPECT_THAT(numbers(neurons, "bkg_k_in"), Each(1.0));
  EXPECT_THAT(numbers(neurons, "total_k_in"), ElementsAre(7, 5, 7, 3, 5, 4, 2, 1));
  const std::vector<double> w_in = {2.5, 4.5, -4.25, -1.5, 9.0, 0.75, -0.5, 0.0};
  const std::vector<double> w_out = {5.0, 6.5, 3.75, 0.75, -15.5, 11.0, -1.0, 0.0};
  const std::vector<double> total = {25.5, 14.0, 2.75, 1.0, 18.0, 20.25, 3.5, 4.5};
  EXPECT_THAT(numbers(neurons, "w_in"), Pointwise(NearPair(), w_in));
  EXPECT_THAT(numbers(neurons, "w_out"), Pointwise(NearPair(), w_out));
  EXPECT_THAT(numbers(neurons, "total_w_in"), Pointwise(NearPair(), total));
  EXPECT_THAT(numbers(neurons, "excitatory_w_in")[0], DoubleNear(7.0, 1e-12));
  EXPECT_THAT(numbers(neurons, "inhibitory_w_in")[0], DoubleNear(-4.5, 1e-12));
  EXPECT_EQ(scalar("connected_pairs"), 19.0);
  EXPECT_NEAR(scalar("density"), 0.339285714285714, 1e-12);
  EXPECT_NEAR(scalar("doubled_density"), 0.678571428571429, 1e-12);
  EXPECT_THAT(figures(), Contains("degrees"));
}

TEST_F(Topology, ReferenceKeepsTheLastOfSeveralSynapses) {
  const EightNeurons example = eight_neurons();
  ASSERT_TRUE(run(example.run, "mode = 'reference'").ok);
  const ResultTable neurons = table("neurons");
  const std::vector<double> w_in = {5.5, 4.5, -4.25, -1.5, 9.0, 0.75, -0.5, 0.0};
  const std::vector<double> w_out = {5.0, 6.5, 3.75, 0.75, -12.5, 11.0, -1.0, 0.0};
  const std::vector<double> total = {28.5, 14.0, 2.75, 1.0, 18.0, 20.25, 3.5, 4.5};
  EXPECT_THAT(numbers(neurons, "w_in"), Pointwise(NearPair(), w_in));
  EXPECT_THAT(numbers(neurons, "w_out"), Pointwise(NearPair(), w_out));
  EXPECT_THAT(numbers(neurons, "total_w_in"), Pointwise(NearPair(), total));
}

TEST_F(Topology, ConnectionsBetweenTypes) {
  const EightNeurons example = eight_neurons();
  ASSERT_TRUE(run(example.run, "edge_tables = true").ok);
  const ResultTable pairs = table("type_pairs");
  const auto source = texts(pairs, "source"), target = texts(pairs, "target");
  for (std::size_t i = 0; i < source.size(); ++i) {
    if (source[i] != "i23Pvalb" || target[i] != "e23") continue;
    EXPECT_EQ(numbers(pairs, "pairs")[i], 4.0);
    EXPECT_EQ(numbers(pairs, "synapses")[i], 5.0);
    EXPECT_NEAR(numbers(pairs, "probability")[i], 80.0, 1e-12);
    EXPECT_NEAR(numbers(pairs, "mean_weight")[i], -3.0, 1e-12);
    EXPECT_NEAR(numbers(pairs, "weight_per_target")[i], -3.0, 1e-12);
  }
  EXPECT_EQ(numbers(table("recurrent_synapses"), "weight").size(), 20u);
  EXPECT_EQ(texts(table("lgn_synapses"), "source_type")[0], "LGN unit");
}

TEST_F(Topology, AnInputOfItsOwnIsNoLgn) {
  const EightNeurons example = eight_neurons(true, true);
  ASSERT_TRUE(run(example.run, "edge_tables = true").ok);
  const ResultTable pairs = table("type_pairs");
  const auto source = texts(pairs, "source"), target = texts(pairs, "target");
  for (std::size_t i = 0; i < source.size(); ++i) {
    if (target[i] != "e23" || (source[i] != "input noise" && source[i] != "LGN unit")) continue;
    const bool lgn = source[i] == "LGN unit";
    EXPECT_EQ(numbers(pairs, "synapses")[i], lgn ? 4.0 : 3.0);
    EXPECT_NEAR(numbers(pairs, "weight_per_target")[i], lgn ? 7.0 : 18.0, 1e-12);
    EXPECT_NEAR(numbers(pairs, "probability")[i], 100.0 * (lgn ? 4.0 : 3.0) / 15.0, 1e-8);
  }
  EXPECT_THAT(source, AllOf(Contains("input noise"), Contains("LGN unit"), Contains("background")));
  EXPECT_THAT(texts(table("lgn_synapses"), "source_type"),
              AllOf(Contains("input noise").Times(3), Contains("LGN unit").Times(7)));
}

TEST_F(Topology, ThreadsDoNotMatter) {
  const EightNeurons example = eight_neurons();
  ASSERT_TRUE(run(example.run).ok);
  const auto before = numbers(table("neurons"), "total_w_in");
  ASSERT_TRUE(run(example.run, "", 4).ok);
  EXPECT_EQ(numbers(table("neurons"), "total_w_in"), before);
}

TEST_F(Topology, ANetworkWithoutSynapsesHasZeroColumns) {
  const EightNeurons example = eight_neurons(false);
  ASSERT_TRUE(run(example.run).ok);
  EXPECT_THAT(numbers(table("neurons"), "total_k_in"), Each(0.0));
  EXPECT_EQ(scalar("density"), 0.0);
}

TEST_F(Topology, SynapsesThatAreNotAtHandAreAnError) {
  const EightNeurons example = eight_neurons();
  example.run->set_synapses(nullptr);
  const AnalysisResult result = run(example.run);
  EXPECT_FALSE(result.ok);
  EXPECT_THAT(result.error, HasSubstr("synapses of 'synthetic' are not at hand"));
}

}  // namespace
}  // namespace v1::analysis
