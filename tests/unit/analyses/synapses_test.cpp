#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "plugins/analyses/shared/statistics/statistics.hpp"
#include "tests/unit/analyses/eight_neurons.hpp"
#include "tests/unit/analyses/plugin_fixture.hpp"

namespace v1::analysis {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

class Synapses : public PluginFixture {
 protected:
  Synapses() : PluginFixture("synapses") {}

  using Cells = std::map<std::pair<std::string, std::string>, double>;
  /// Values of `column` by two text columns.
  Cells cells(const std::string& name, const std::string& row, const std::string& by,
              const std::string& column) const {
    const ResultTable stored = table(name);
    const auto rows = texts(stored, row), columns = texts(stored, by);
    const auto values = numbers(stored, column);
    Cells out;
    for (std::size_t i = 0; i < values.size(); ++i) out[{rows[i], columns[i]}] = values[i];
    return out;
  }
  /// Values of the neurons of a class for a source, in the order of the table.
  std::vector<double> targets(const std::string& of, const std::string& source,
                              const std::string& column) const {
    const ResultTable stored = table("targets");
    const auto classes = texts(stored, "class"), sources = texts(stored, "source");
    const auto values = numbers(stored, column);
    std::vector<double> out;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (classes[i] == of && sources[i] == source) out.push_back(values[i]);
    }
    return out;
  }
  AnalysisResult run_example(const std::string& parameters = "", unsigned threads = 1) {
    write_classes(folder_.path(), classes_of_eight);
    example_ = eight_neurons();
    return run(example_.run, parameters, threads);
  }
  EightNeurons example_;
};

TEST_F(Synapses, SourcesOfTheWorkedExample) {
  ASSERT_TRUE(run_example().ok);
  Cells count = cells("sources", "class", "source", "synapses_per_neuron");
  Cells weight = cells("sources", "class", "source", "weight_per_neuron");
  const auto expect = [&](const char* of, const char* source, double n, double w) {
    EXPECT_NEAR((count[{of, source}]), n, 1e-12) << of << " " << source;
    EXPECT_NEAR((weight[{of, source}]), w, 1e-12) << of << " " << source;
  };
  expect("dVf", "dVf", 1.0, 1.75);
  expect("dVf", "e4", 1.0, 4.5);
  expect("dVf", "hVf", 0.5, 0.5);
  expect("dVf", "i23Pvalb", 1.5, -3.25);
  expect("dVf", "i1Htr3a", 0.0, 0.0);
  expect("hVf", "dVf", 1.0, 0.5);
  expect("hVf", "e4", 1.0, 2.0);
  expect("hVf", "hVf", 1.0, 0.25);
  expect("hVf", "i1Htr3a", 1.0, -1.0);
  expect("hVf", "i23Pvalb", 1.0, -6.0);
  expect("unclassified", "dVf", 1.0, 1.0);
  expect("unclassified", "i23Pvalb", 1.0, -2.5);
  expect("dVf", "LGN unit", 1.5, 15.0);
  EXPECT_THAT(figures(), Contains("targets"));
}

TEST_F(Synapses, AnInputOfItsOwnIsNoLgn) {
  write_classes(folder_.path(), classes_of_eight);
  const EightNeurons example = eight_neurons(true, true);
  ASSERT_TRUE(run(example.run).ok);
  Cells weight = cells("sources", "class", "source", "weight_per_neuron");
  EXPECT_NEAR((weight[{"dVf", "LGN unit"}]), 15.0, 1e-12);
  EXPECT_NEAR((weight[{"dVf", "input noise"}]), 10.0, 1e-12);
  EXPECT_NEAR((weight[{"hVf", "input noise"}]), 70.0, 1e-12);
  EXPECT_NEAR((weight[{"hVf", "background"}]), 2.0, 1e-12);
}

TEST_F(Synapses, ClassMatricesOfTheWorkedExample) {
  ASSERT_TRUE(run_example().ok);
  const auto expect = [&](const char* column, double dd, double dh, double hd, double hh) {
    Cells c = cells("class_matrices", "target", "source", column);
    EXPECT_NEAR((c[{"dVf", "dVf"}]), dd, 1e-12) << column;
    EXPECT_NEAR((c[{"dVf", "hVf"}]), dh, 1e-12) << column;
    EXPECT_NEAR((c[{"hVf", "dVf"}]), hd, 1e-12) << column;
    EXPECT_NEAR((c[{"hVf", "hVf"}]), hh, 1e-12) << column;
  };
  expect("probability", 50.0, 50.0, 50.0, 100.0);
  expect("in_degree", 1.0, 0.5, 1.0, 1.0);
  expect("weighted_in_degree", 1.75, 0.5, 0.5, 0.25);
  expect("mean_weight", 1.75, 1.0, 0.5, 0.25);
  Cells mean = cells("class_matrices", "target", "source", "mean_weight");
  EXPECT_TRUE(std::isnan(mean[{"unclassified", "hVf"}]));  // no synapse
  Cells probability = cells("class_matrices", "target", "source", "probability");
  EXPECT_EQ((probability[{"unclassified", "hVf"}]), 0.0);
}

// Exact means and deviations over the 12 ways to give the classes to the four neurons, listed with
// Python's itertools.permutations; 4,000 random ones come within 5 standard errors.
TEST_F(Synapses, ChanceOfTheWorkedExample) {
  ASSERT_TRUE(run_example("realisations = 4000").ok);
  const double reach = 5.0 / std::sqrt(4000.0);
  const auto expect = [&](const char* target, const char* source, double synapses, double spread,
                          double z, double weight, double weight_spread, double weight_z) {
    const std::pair<std::string, std::string> at = {target, source};
    const double n = at.first == "dVf" ? 2.0 : 1.0, m = at.second == "dVf" ? 2.0 : 1.0;
    const auto value = [&](const char* column) {
      return cells("class_matrices", "target", "source", column)[at];
    };
    EXPECT_NEAR(value("in_degree_expected") * n, synapses, reach * spread) << target << source;
    EXPECT_NEAR(value("probability_expected") * n * m / 100.0, synapses, reach * spread);
    EXPECT_NEAR(value("in_degree_z"), z, 2.0 * reach) << target << source;
    EXPECT_NEAR(value("probability_z"), value("in_degree_z"), 1e-9);
    EXPECT_NEAR(value("weighted_in_degree_expected") * n, weight, reach * weight_spread);
    EXPECT_NEAR(value("weighted_in_degree_z"), weight_z, 2.0 * reach) << target << source;
  };
  expect("dVf", "dVf", 4.0 / 3.0, 0.9428, 0.70711, 1.125, 1.2141, 1.95623);
  expect("dVf", "hVf", 5.0 / 6.0, 0.6872, 0.24254, 1.0, 0.9354, 0.0);
  expect("hVf", "dVf", 5.0 / 6.0, 0.5528, 0.30151, 1.0, 0.8660, -0.57735);
  expect("hVf", "hVf", 0.25, 0.4330, 1.73205, 0.0625, 0.1083, 1.73205);
  expect("unclassified", "hVf", 5.0 / 12.0, 0.4930, -0.84515, 0.5, 0.6770, -0.73854);
  // Weight per synapse: over the exchanges that leave any.
  Cells mean = cells("class_matrices", "target", "source", "mean_weight_expected");
  Cells z = cells("class_matrices", "target", "source", "mean_weight_z");
  EXPECT_NEAR((mean[{"dVf", "dVf"}]), 0.76667, reach * 0.5637);
  EXPECT_NEAR((z[{"dVf", "dVf"}]), (1.75 - 0.76667) / 0.56372, 2.0 * reach);
  EXPECT_NEAR((mean[{"hVf", "hVf"}]), 0.25, 1e-12);
  EXPECT_TRUE(std::isnan(z[{"hVf", "hVf"}])) << "always the self-connection";
  EXPECT_TRUE(std::isnan(z[{"unclassified", "hVf"}])) << "no synapse was found";
}

TEST_F(Synapses, ChanceDoesNotDependOnThreads) {
  ASSERT_TRUE(run_example().ok);
  const auto one = numbers(table("class_matrices"), "weighted_in_degree_z");
  ASSERT_TRUE(run_example("", 3).ok);
  EXPECT_THAT(numbers(table("class_matrices"), "weighted_in_degree_z"),
              testing::Pointwise(testing::NanSensitiveDoubleEq(), one));
}

TEST_F(Synapses, WithoutSynapsesOrWithOneNeuronThereIsNoZ) {
  write_classes(folder_.path(), classes_of_eight);
  example_ = eight_neurons(false);
  ASSERT_TRUE(run(example_.run).ok);
  EXPECT_EQ(numbers(table("class_matrices"), "in_degree_expected")[0], 0.0);
  for (const double z : numbers(table("class_matrices"), "in_degree_z")) {
    EXPECT_TRUE(std::isnan(z));
  }
  write_classes(folder_.path(), {"", "", "hVf", ""});
  example_ = eight_neurons();
  ASSERT_TRUE(run(example_.run).ok);
  Cells expected = cells("class_matrices", "target", "source", "in_degree_expected");
  Cells z = cells("class_matrices", "target", "source", "in_degree_z");
  EXPECT_EQ((expected[{"hVf", "hVf"}]), 1.0);  // connected to itself
  EXPECT_TRUE(std::isnan(z[{"hVf", "hVf"}]));
  EXPECT_TRUE(std::isnan(expected[{"dVf", "hVf"}]));
}

// Weights of two neurons each: from dVf 2, 1.5 and 0.5, 1; from the background 1, 1.5 and 2, 2.5.
// Both give |t| = sqrt(8) with two degrees of freedom, the smallest of seven p values.
TEST_F(Synapses, PValuesAreCorrectedOverTheSources) {
  write_classes(folder_.path(), {"dVf", "dVf", "hVf", "hVf"});
  example_ = eight_neurons();
  ASSERT_TRUE(run(example_.run).ok);
  const ResultTable stored = table("differences");
  const auto source = texts(stored, "source");
  const auto value = [&](const char* column, const char* of) {
    const auto at = std::find(source.begin(), source.end(), of) - source.begin();
    return numbers(stored, column).at(static_cast<std::size_t>(at));
  };
  const double p = 1.0 - 2.0 / std::sqrt(5.0);
  EXPECT_NEAR(value("weight_p", "dVf"), p, 1e-12);
  EXPECT_NEAR(value("weight_p", "background"), p, 1e-12);
  EXPECT_NEAR(value("weight_p_holm", "dVf"), 7.0 * p, 1e-12);
  EXPECT_NEAR(value("weight_p_holm", "background"), 7.0 * p, 1e-12);
  EXPECT_NEAR(value("weight_difference", "dVf"), 1.0, 1e-12);
  // Half width: quantile 0.975 of t with two degrees of freedom times the standard error.
  EXPECT_NEAR(value("weight_reach_95", "dVf"), 4.30265272975 * std::sqrt(0.125), 1e-9);
  EXPECT_NEAR(value("synapses_p", "LGN unit"), 1.0 - std::sqrt(0.5), 1e-9);
  EXPECT_NEAR(value("synapses_p_holm", "LGN unit"), 1.0, 1e-12);
  EXPECT_TRUE(std::isnan(value("synapses_p_holm", "background"))) << "one synapse each";
  EXPECT_THAT(figures(), Contains("differences"));
}

TEST_F(Synapses, NeuronsWithoutSynapsesOfATypeCountAsZero) {
  ASSERT_TRUE(run_example().ok);
  EXPECT_THAT(targets("dVf", "dVf", "weight"), ElementsAre(2.0, 1.5));
  EXPECT_THAT(targets("dVf", "hVf", "synapses"), ElementsAre(1.0, 0.0));
  EXPECT_THAT(targets("dVf", "i23Pvalb", "synapses"), ElementsAre(2.0, 1.0));
  EXPECT_THAT(targets("dVf", "i23Pvalb", "weight"), ElementsAre(-4.5, -2.0));
  EXPECT_THAT(targets("dVf", "i1Htr3a", "weight"), ElementsAre(0.0, 0.0));
  EXPECT_THAT(targets("hVf", "i1Htr3a", "weight"), ElementsAre(-1.0));
}

TEST_F(Synapses, ReferenceLeavesThemOut) {
  ASSERT_TRUE(run_example("mode = 'reference'").ok);
  EXPECT_THAT(targets("dVf", "hVf", "synapses"), ElementsAre(1.0));
  EXPECT_TRUE(targets("dVf", "i1Htr3a", "weight").empty());
  EXPECT_THAT(targets("dVf", "i23Pvalb", "weight"), ElementsAre(-4.5, -2.0));
}

TEST_F(Synapses, DegreesByClass) {
  ASSERT_TRUE(run_example().ok);
  Cells mean = cells("degrees_by_class", "class", "quantity", "mean");
  Cells sem = cells("degrees_by_class", "class", "quantity", "sem");
  EXPECT_NEAR((mean[{"dVf", "k_in"}]), 3.5, 1e-12);
  EXPECT_NEAR((sem[{"dVf", "k_in"}]), 0.5, 1e-12);
  EXPECT_NEAR((mean[{"hVf", "k_in"}]), 5.0, 1e-12);
  EXPECT_TRUE(std::isnan(sem[{"hVf", "k_in"}]));
  EXPECT_NEAR((mean[{"dVf", "k_out"}]), 3.0, 1e-12);
  EXPECT_NEAR((mean[{"dVf", "w_in"}]), 3.5, 1e-12);
}

TEST_F(Synapses, WelchTestOfCounts) {
  const auto test =
      analyses::welch_test(std::vector<double>{1, 2, 2, 3, 4}, std::vector<double>{2, 4, 5, 4});
  EXPECT_NEAR(test.t, -1.66700547170481, 1e-10);
  EXPECT_NEAR(test.df, 6.22204177033349, 1e-10);
  EXPECT_NEAR(test.p, 0.144791811872319, 1e-9);
}

TEST_F(Synapses, AnEmptyClassLeavesItsRowsEmpty) {
  write_classes(folder_.path(), {"dVf", "dVf", "unclassified", "unclassified"});
  const EightNeurons example = eight_neurons();
  ASSERT_TRUE(run(example.run).ok);
  Cells mean = cells("degrees_by_class", "class", "quantity", "mean");
  EXPECT_TRUE(std::isnan(mean[{"hVf", "k_in"}]));
  EXPECT_THAT(json_text_of(place() / "summary.json"), HasSubstr("No neuron is hVf"));
}

TEST_F(Synapses, AMissingClassificationIsAnError) {
  const EightNeurons example = eight_neurons();
  const AnalysisResult result = run(example.run);
  EXPECT_FALSE(result.ok);
  EXPECT_THAT(result.error, HasSubstr("no results of the analysis 'classification'"));
}

TEST_F(Synapses, AClassificationOfAnotherNetworkIsAnError) {
  write_classes(folder_.path(), classes_of_eight);
  const EightNeurons example = eight_neurons();
  for (std::uint32_t& id : example.run->change_network().neurons.id) id += 5;
  const AnalysisResult result = run(example.run);
  EXPECT_FALSE(result.ok);
  EXPECT_THAT(result.error, HasSubstr("not a neuron of this run"));
}

}  // namespace
}  // namespace v1::analysis
