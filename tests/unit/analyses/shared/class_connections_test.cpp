#include "plugins/analyses/shared/classes/class_connections.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "plugins/analyses/shared/statistics/random_picks.hpp"

namespace v1::analyses {
namespace {

using Labels = std::vector<std::uint8_t>;
constexpr auto dvf = static_cast<std::uint8_t>(ResponseClass::dvf);
constexpr auto hvf = static_cast<std::uint8_t>(ResponseClass::hvf);

std::size_t cell(std::size_t labelling, std::uint8_t target, std::uint8_t source) {
  return labelling * ClassConnections::cells + target * class_count + source;
}

// Neurons 0, 1, 2; synapses 0 -> 1 (two), 1 -> 2 and 2 -> 2.
TEST(ClassConnections, SumsSynapsesByClassForEveryLabelling) {
  const ClassConnections connections({{dvf, dvf, hvf}, {dvf, hvf, dvf}, {hvf, dvf, dvf}});
  ClassConnections::Sums sums = connections.none(), rest = connections.none();
  connections.add(sums, 1, 0, 2.0, 3.0);
  connections.add(sums, 2, 1, 1.0, 0.5);
  connections.add(rest, 2, 2, 1.0, 0.25);
  sums.merge(rest);
  const auto expect = [&](std::size_t labelling, std::uint8_t target, std::uint8_t source, double n,
                          double w) {
    EXPECT_EQ(sums.synapses[cell(labelling, target, source)], n) << labelling;
    EXPECT_EQ(sums.weight_pa[cell(labelling, target, source)], w) << labelling;
  };
  expect(0, dvf, dvf, 2.0, 3.0), expect(0, hvf, dvf, 1.0, 0.5), expect(0, hvf, hvf, 1.0, 0.25);
  expect(1, hvf, dvf, 2.0, 3.0), expect(1, dvf, hvf, 1.0, 0.5), expect(1, dvf, dvf, 1.0, 0.25);
  expect(2, dvf, hvf, 2.0, 3.0), expect(2, dvf, dvf, 2.0, 0.75), expect(2, hvf, dvf, 0.0, 0.0);
}

TEST(ClassConnections, ChanceIsTheMeanAndTheSpreadOfTheOthers) {
  const AgainstChance one = against_chance(std::vector<double>{9.0, 1.0, NAN, 3.0, 5.0});
  EXPECT_EQ(one.found, 9.0);
  EXPECT_NEAR(one.expected, 3.0, 1e-12);
  EXPECT_NEAR(one.z, 3.0, 1e-12);  // deviation 2
}

TEST(ClassConnections, ChanceWithoutSpreadHasNoZ) {
  const AgainstChance same = against_chance(std::vector<double>{2.0, 0.1, 0.1, 0.1});
  EXPECT_NEAR(same.expected, 0.1, 1e-12);
  EXPECT_TRUE(std::isnan(same.z));
  EXPECT_TRUE(std::isnan(against_chance(std::vector<double>{2.0, 0.1}).z));
  EXPECT_TRUE(std::isnan(against_chance(std::vector<double>{NAN, NAN, NAN}).expected));
  EXPECT_TRUE(std::isnan(against_chance({}).found));
}

TEST(Relabelled, KeepsTheSizesOfTheGroupsAndFollowsFromTheSeed) {
  const Labels labels = {0, 0, 0, 1, 1, 2, 2, 2, 2};
  const auto exchanged = relabelled(labels, 50, 7);
  ASSERT_EQ(exchanged.size(), 50u);
  std::size_t changed = 0;
  for (Labels one : exchanged) {
    changed += one != labels;
    std::sort(one.begin(), one.end());
    EXPECT_EQ(one, labels);
  }
  EXPECT_GT(changed, 45u);
  EXPECT_EQ(exchanged, relabelled(labels, 50, 7));
  EXPECT_NE(exchanged, relabelled(labels, 50, 8));
}

}  // namespace
}  // namespace v1::analyses
