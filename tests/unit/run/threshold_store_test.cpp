#include "engine/run/threshold_store.hpp"

#include <gtest/gtest.h>

namespace v1::run {
namespace {

TEST(ThresholdStore, MakesAConditionAgainOnlyWhenItWasDropped) {
  ThresholdStore store(2);
  std::vector<std::uint32_t> made;
  const auto show = [&](std::uint32_t condition) {
    return store
        .get(condition,
             [&] {
               made.push_back(condition);
               simulate::Thresholds thresholds;
               thresholds.block = condition;
               return thresholds;
             })
        .block;
  };
  for (const std::uint32_t condition : {5u, 6u, 5u, 7u, 5u, 6u}) {
    EXPECT_EQ(show(condition), condition);
  }
  // 7 pushes out 6, which was not shown for longest; then 6 pushes out 7.
  EXPECT_EQ(made, (std::vector<std::uint32_t>{5, 6, 7, 6}));
}

TEST(ThresholdStore, KeepsAtLeastOne) {
  ThresholdStore store(0);
  int made = 0;
  const auto make = [&] {
    ++made;
    return simulate::Thresholds{};
  };
  store.get(1, make);
  store.get(1, make);
  EXPECT_EQ(made, 1);
}

}  // namespace
}  // namespace v1::run
