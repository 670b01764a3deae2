#include <gmock/gmock.h>

#include <cmath>
#include <map>

#include "plugins/analyses/math/statistics.hpp"
#include "tests/unit/analysis/eight_neurons.hpp"
#include "tests/unit/analysis/plugin_fixture.hpp"

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

TEST_F(Synapses, sources_of_the_worked_example) {
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

TEST_F(Synapses, class_matrices_of_the_worked_example) {
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

TEST_F(Synapses, neurons_without_synapses_of_a_type_count_as_zero) {
  ASSERT_TRUE(run_example().ok);
  EXPECT_THAT(targets("dVf", "dVf", "weight"), ElementsAre(2.0, 1.5));
  EXPECT_THAT(targets("dVf", "hVf", "synapses"), ElementsAre(1.0, 0.0));
  EXPECT_THAT(targets("dVf", "i23Pvalb", "synapses"), ElementsAre(2.0, 1.0));
  EXPECT_THAT(targets("dVf", "i23Pvalb", "weight"), ElementsAre(-4.5, -2.0));
  EXPECT_THAT(targets("dVf", "i1Htr3a", "weight"), ElementsAre(0.0, 0.0));
  EXPECT_THAT(targets("hVf", "i1Htr3a", "weight"), ElementsAre(-1.0));
}

TEST_F(Synapses, reference_leaves_them_out) {
  ASSERT_TRUE(run_example("mode = 'reference'").ok);
  EXPECT_THAT(targets("dVf", "hVf", "synapses"), ElementsAre(1.0));
  EXPECT_TRUE(targets("dVf", "i1Htr3a", "weight").empty());
  EXPECT_THAT(targets("dVf", "i23Pvalb", "weight"), ElementsAre(-4.5, -2.0));
}

TEST_F(Synapses, degrees_by_class) {
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

TEST_F(Synapses, welch_test_of_counts) {
  const auto test =
      analyses::welch_test(std::vector<double>{1, 2, 2, 3, 4}, std::vector<double>{2, 4, 5, 4});
  EXPECT_NEAR(test.t, -1.66700547170481, 1e-10);
  EXPECT_NEAR(test.df, 6.22204177033349, 1e-10);
  EXPECT_NEAR(test.p, 0.144791811872319, 1e-9);
}

TEST_F(Synapses, an_empty_class_leaves_its_rows_empty) {
  write_classes(folder_.path(), {"dVf", "dVf", "unclassified", "unclassified"});
  const EightNeurons example = eight_neurons();
  ASSERT_TRUE(run(example.run).ok);
  Cells mean = cells("degrees_by_class", "class", "quantity", "mean");
  EXPECT_TRUE(std::isnan(mean[{"hVf", "k_in"}]));
  EXPECT_THAT(json_text_of(place() / "summary.json"), HasSubstr("No neuron is hVf"));
}

TEST_F(Synapses, a_missing_classification_is_an_error) {
  const EightNeurons example = eight_neurons();
  const AnalysisResult result = run(example.run);
  EXPECT_FALSE(result.ok);
  EXPECT_THAT(result.error, HasSubstr("no results of the analysis 'classification'"));
}

TEST_F(Synapses, a_classification_of_another_network_is_an_error) {
  write_classes(folder_.path(), classes_of_eight);
  const EightNeurons example = eight_neurons();
  for (std::uint32_t& id : example.run->change_network().neurons.id) id += 5;
  const AnalysisResult result = run(example.run);
  EXPECT_FALSE(result.ok);
  EXPECT_THAT(result.error, HasSubstr("not a neuron of this run"));
}

}  // namespace
}  // namespace v1::analysis
