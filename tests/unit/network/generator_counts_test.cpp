#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/network/generator/data_dir.hpp"
#include "engine/network/generator/generate.hpp"
#include "engine/network/generator/model.hpp"

namespace v1::network {
namespace {

constexpr std::uint64_t seed = 3000;

/// Number of connections per population pair that the rules give for the neurons of a network:
/// the sum of the pair probabilities, written out anew here.
class Expectation {
 public:
  Expectation(const Network& network, const generator::Model& model)
      : populations_(model.populations.size()),
        pairs(populations_ * populations_, 0.0),
        variance(pairs) {
    const Neurons& neurons = network.neurons;
    std::vector<std::size_t> population;
    for (const std::uint16_t type : neurons.type)
      population.push_back(model.types[type].population);
    for (std::size_t s = 0; s < neurons.size(); ++s) {
      for (std::size_t t = 0; t < neurons.size(); ++t) {
        const auto& rule = model.connection(model.populations[population[s]].class_index,
                                            model.populations[population[t]].class_index);
        if (s == t || rule.peak == 0.0) continue;
        const double dx = neurons.x_um[t] - neurons.x_um[s];
        const double dz = neurons.z_um[t] - neurons.z_um[s];
        const double scaled = (dx * dx + dz * dz) / (rule.sigma_um * rule.sigma_um);
        if (scaled > 16.0) continue;
        double apart = std::fabs(neurons.tuning_angle_deg[t] - neurons.tuning_angle_deg[s]);
        while (apart > 90.0) apart = std::fabs(180.0 - apart);
        const double p = rule.peak * std::exp(-scaled) *
                         (rule.factor_at_0 + (rule.factor_at_90 - rule.factor_at_0) * apart / 90.0);
        pairs[population[s] * populations_ + population[t]] += p;
        variance[population[s] * populations_ + population[t]] += p * (1.0 - p);
      }
    }
  }

 private:
  std::size_t populations_;

 public:
  std::vector<double> pairs, variance;
};

void expect_counts(const char* selection, std::uint32_t neurons) {
  ThreadPool pool;
  GenerateOptions options;
  options.neurons = neurons;
  options.selection = selection;
  options.seed = seed;
  GenerateReport report;
  const Network network = generate(options, pool, &report);
  const auto model = generator::load_model(generator::find_model_directory(options.model));
  const Expectation expected(network, model);
  double z2 = 0.0;
  int compared = 0;
  const std::size_t n = report.populations.size();
  for (std::size_t pair = 0; pair < n * n; ++pair) {
    const double e = expected.pairs[pair];
    const double difference = static_cast<double>(report.recurrent[pair]) - e;
    EXPECT_LE(std::fabs(difference), 5.0 * std::sqrt(e) + 0.01 * e)
        << report.populations[pair / n] << " -> " << report.populations[pair % n] << ": "
        << report.recurrent[pair] << " connections, expected " << e;
    if (e < 20.0) continue;
    z2 += difference * difference / expected.variance[pair];
    ++compared;
  }
  // Given the positions, deviations are those of independent draws.
  ASSERT_GT(compared, 50);
  EXPECT_NEAR(z2 / compared, 1.0, 5.0 * std::sqrt(2.0 / compared)) << selection;
}

TEST(GeneratorCounts, MatchTheRulesForTheNearestNeurons) { expect_counts("radial", 4000); }

TEST(GeneratorCounts, MatchTheRulesAcrossTheWholeColumn) { expect_counts("random", 6000); }

TEST(GeneratorCounts, FollowTheKernelOverDistanceAndOrientation) {
  ThreadPool pool;
  GenerateOptions options;
  options.neurons = 4000;
  options.seed = seed;
  options.drop_below_pa = 0.0;
  const Network network = generate(options, pool);
  const auto model = generator::load_model(generator::find_model_directory(options.model));
  const Neurons& neurons = network.neurons;
  std::vector<std::uint32_t> members;
  for (std::uint32_t i = 0; i < neurons.size(); ++i) {
    if (network.types[neurons.type[i]].population == "e23Cux2") members.push_back(i);
  }
  const std::uint32_t cls =
      model.populations[model.types[neurons.type[members[0]]].population].class_index;
  const auto& rule = model.connection(cls, cls);
  constexpr int distances = 8, angles = 6;
  std::vector<double> expected(distances * angles, 0.0), observed(expected);
  const EdgeBlock& block = network.blocks[*network.find_block("recurrent")];
  for (const std::uint32_t s : members) {
    std::vector<std::uint32_t> row;
    for (std::int64_t e = block.row_ptr[s]; e < block.row_ptr[s + 1]; ++e) {
      row.push_back(block.address.target(static_cast<std::size_t>(e)));
    }
    for (const std::uint32_t t : members) {
      if (s == t) continue;
      const double r = std::hypot(double{neurons.x_um[t]} - neurons.x_um[s],
                                  double{neurons.z_um[t]} - neurons.z_um[s]);
      double apart = std::fabs(neurons.tuning_angle_deg[t] - neurons.tuning_angle_deg[s]);
      while (apart > 90.0) apart = std::fabs(180.0 - apart);
      const int bin = std::min(distances - 1, static_cast<int>(r / 25.0)) * angles +
                      std::min(angles - 1, static_cast<int>(apart / 15.0));
      expected[static_cast<std::size_t>(bin)] +=
          rule.peak * std::exp(-r * r / (rule.sigma_um * rule.sigma_um)) *
          (rule.factor_at_0 + (rule.factor_at_90 - rule.factor_at_0) * apart / 90.0);
      if (std::binary_search(row.begin(), row.end(), t))
        observed[static_cast<std::size_t>(bin)] += 1.0;
    }
  }
  for (std::size_t bin = 0; bin < expected.size(); ++bin) {
    EXPECT_NEAR(observed[bin], expected[bin], 5.0 * std::sqrt(expected[bin]) + 1.0)
        << "distance bin " << bin / angles << ", orientation bin " << bin % angles;
  }
}

}  // namespace
}  // namespace v1::network
