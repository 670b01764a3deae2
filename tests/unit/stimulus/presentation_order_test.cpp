#include "engine/stimulus/presentation_order.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>

namespace v1::stimulus {
namespace {

using ::testing::ElementsAre;

constexpr std::array<PresentationGroup, 2> groups = {{{3, 2}, {1, 4}}};

std::map<std::uint32_t, int> counts(const std::vector<std::uint32_t>& shown) {
  std::map<std::uint32_t, int> out;
  for (const std::uint32_t condition : shown) ++out[condition];
  return out;
}
const std::map<std::uint32_t, int> expected_counts = {{0, 2}, {1, 2}, {2, 2}, {3, 4}};

TEST(PresentationOrder, ListedGoesGroupByGroup) {
  EXPECT_THAT(presentation_order(groups, PresentationOrder::listed, 1),
              ElementsAre(0, 1, 2, 0, 1, 2, 3, 3, 3, 3));
}

TEST(PresentationOrder, RandomDependsOnTheSeedAlone) {
  const auto first = presentation_order(groups, PresentationOrder::random, 1);
  EXPECT_EQ(counts(first), expected_counts);
  EXPECT_EQ(presentation_order(groups, PresentationOrder::random, 1), first);
  EXPECT_NE(presentation_order(groups, PresentationOrder::random, 2), first);
  // Part of the results: a change here changes which trial shows what in runs of earlier versions.
  EXPECT_THAT(first, ElementsAre(3, 1, 1, 3, 0, 2, 3, 3, 0, 2));
}

TEST(PresentationOrder, BalancedShowsEverythingOnceBeforeAnythingTwice) {
  const auto shown = presentation_order(groups, PresentationOrder::balanced, 5);
  EXPECT_EQ(counts(shown), expected_counts);
  for (const std::size_t begin : {0u, 4u}) {
    std::vector<std::uint32_t> repeat(shown.begin() + static_cast<std::ptrdiff_t>(begin),
                                      shown.begin() + static_cast<std::ptrdiff_t>(begin) + 4);
    std::sort(repeat.begin(), repeat.end());
    EXPECT_THAT(repeat, ElementsAre(0, 1, 2, 3));
  }
  EXPECT_EQ(shown[8], 3u);
  EXPECT_EQ(shown[9], 3u);
}

// Every place is equally likely: 6000 shuffles of three, 1000 +- 4.5 standard deviations each.
TEST(PresentationOrder, ShufflesWithoutBias) {
  const std::array<PresentationGroup, 1> three = {{{3, 1}}};
  std::map<std::vector<std::uint32_t>, int> seen;
  for (std::uint64_t seed = 0; seed < 6000; ++seed) {
    ++seen[presentation_order(three, PresentationOrder::random, seed)];
  }
  ASSERT_EQ(seen.size(), 6u);
  for (const auto& [order, count] : seen) EXPECT_NEAR(count, 1000, 130);
}

}  // namespace
}  // namespace v1::stimulus
