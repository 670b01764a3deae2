#include "engine/network/generator/estimate.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/base/csv.hpp"
#include "engine/network/generator/data_dir.hpp"

namespace v1::network {
namespace {

using namespace generator;

std::size_t named(const Model& model, const std::string& name) {
  const auto found = std::find_if(model.populations.begin(), model.populations.end(),
                                  [&](const Population& p) { return p.name == name; });
  return static_cast<std::size_t>(found - model.populations.begin());
}

/// What the rules promise against the released model, pair by pair, without building anything.
void expect_released(const char* column, bool core, double total, double within) {
  const auto folder = find_model_directory("billeh2020");
  const Model model = load_model(folder);
  const CsvTable table = CsvTable::read(folder / "acceptance/edges.csv");
  const std::vector<double> expected = expected_connections(
      model, cells_of(model, core), core ? model.core_radius_um : model.outer_radius_um);
  const std::size_t n = model.populations.size();
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const double released = table.number(row, column);
    const double found = expected[named(model, table.text(row, "source")) * n +
                                  named(model, table.text(row, "target"))];
    EXPECT_NEAR(found, released, 5.0 * std::sqrt(released) + 0.02 * released)
        << table.text(row, "source") << " -> " << table.text(row, "target");
  }
  EXPECT_NEAR(std::accumulate(expected.begin(), expected.end(), 0.0), total, within * total);
}

TEST(Estimate, RulesOfBilleh2020GiveTheReleasedCounts) {
  expect_released("full", false, 70139111, 0.005);
}

TEST(Estimate, RulesOfBilleh2020GiveTheReleasedCountsOfTheCore) {
  expect_released("core_to_core", true, 14441124, 0.01);
}

// The edge of the field, which is left out, costs some.
TEST(Estimate, LgnInputsOfBilleh2020AreThoseOfTheRelease) {
  const Model model = load_model(find_model_directory("billeh2020"));
  const std::vector<double> inputs = expected_lgn_inputs(model);
  double total = 0.0;
  for (std::size_t p = 0; p < inputs.size(); ++p) {
    total += inputs[p] * model.populations[p].count();
  }
  EXPECT_NEAR(total, 3506881, 0.05 * 3506881);
}

TEST(Estimate, RulesOfV1dd2024GiveItsInDegreesAndTotals) {
  const auto folder = find_model_directory("v1dd2024");
  const Model model = load_model(folder);
  const CsvTable table = CsvTable::read(folder / "acceptance/indegree.csv");
  const std::vector<double> expected =
      expected_connections(model, cells_of(model, false), model.outer_radius_um);
  const std::vector<double> lgn = expected_lgn_inputs(model);
  const std::size_t n = model.populations.size();
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::size_t p = named(model, table.text(row, "population"));
    double sum = 0.0;
    for (std::size_t s = 0; s < n; ++s) sum += expected[s * n + p];
    const double in_degree = table.number(row, "recurrent");
    EXPECT_NEAR(sum / model.populations[p].count(), in_degree, 0.04 * in_degree)
        << model.populations[p].name;
    EXPECT_NEAR(lgn[p], table.number(row, "lgn"), 0.002 * table.number(row, "lgn"));
  }
}

TEST(Estimate, MatchesWhatIsBuilt) {
  ThreadPool pool(2);
  for (const char* selection : {"radial", "random", "core"}) {
    GenerateOptions options;
    options.selection = selection;
    options.neurons = 3000;
    GenerateReport report;
    generate(options, pool, &report);
    const NetworkEstimate estimate = estimate_network(options);
    EXPECT_NEAR(estimate.recurrent, static_cast<double>(report.recurrent_made),
                0.05 * estimate.recurrent)
        << selection;
    EXPECT_NEAR(estimate.lgn, static_cast<double>(report.lgn_made), 0.06 * estimate.lgn);
    EXPECT_EQ(estimate.background, 3000.0);
    EXPECT_GT(estimate.peak_bytes, 20.0 * estimate.recurrent);
  }
}

}  // namespace
}  // namespace v1::network
