#include "plugins/backends/cuda/plan/resident_plan.hpp"

#include <gmock/gmock.h>

#include <set>

#include "plugins/backends/cuda/step/view.hpp"

/// How neurons lie in the shared memory of the blocks that step them.
namespace v1::cuda {
namespace {

constexpr ResidentDevice h100 = {132, 227 * 1024};

std::vector<std::uint16_t> types_in_order(std::uint32_t places, std::uint16_t types) {
  std::vector<std::uint16_t> all(places);
  for (std::uint32_t p = 0; p < places; ++p) {
    all[p] = static_cast<std::uint16_t>(std::uint64_t{p} * types / places);
  }
  return all;
}

TEST(ResidentPlan, EveryNeuronLiesInOneWarpOfOneBlock) {
  const std::vector<TypeSizes> sizes = {{2, 1}, {4, 2}, {12, 6}};
  for (const std::uint32_t places : {1u, 31u, 300u, 4225u, 51978u, 230924u}) {
    const auto made = plan_resident(types_in_order(places, 3), sizes, 1, false, h100);
    const ResidentPlan& plan = made.plan;
    ASSERT_GT(plan.blocks, 0u) << places;
    ASSERT_LE(plan.blocks, 132u);
    ASSERT_LE(plan.warps, resident_warps);
    std::uint64_t found = 0;
    for (std::uint32_t b = 0; b < plan.blocks; ++b) {
      for (std::uint32_t w = 0; w < plan.warps; ++w) {
        const std::uint32_t begin = plan.first_place(b, w);
        for (std::uint32_t p = begin; p < std::min(places, begin + plan.run_size()); ++p) {
          ASSERT_EQ(plan.block_of(p), b);
          ASSERT_EQ(plan.warp_of(p), w);
          ++found;
        }
      }
    }
    EXPECT_EQ(found, places);
  }
}

// No two arrays of a block share a word, and all end before what its kernel is given.
TEST(ResidentPlan, WordsOfABlockDoNotOverlap) {
  const std::vector<TypeSizes> sizes = {{3, 2}, {12, 6}};
  const auto made = plan_resident(types_in_order(20000, 2), sizes, 1, true, h100);
  const ResidentPlan& plan = made.plan;
  ASSERT_GT(plan.blocks, 0u);
  for (std::uint32_t b : {0u, 57u, plan.blocks - 1}) {
    std::set<std::uint32_t> words;
    for (std::uint32_t w = 0; w < plan.warps; ++w) {
      const ResidentRun& run = made.runs[b * plan.warps + w];
      for (std::uint32_t i = 0; i < (run.sums() + run.inputs) * plan.run_size(); ++i) {
        if (run.currents > 0) {
          EXPECT_TRUE(words.insert(run.first + i).second);
        }
      }
    }
    EXPECT_LE(*words.rbegin() * 4 + 4, plan.hold);
  }
  EXPECT_LE(plan.hold + 2 * plan.neurons(), plan.spiked);
  EXPECT_LE(plan.spiked + 8 * plan.neurons(), plan.counts);
  EXPECT_LE(plan.counts + sizeof(ResidentCounts), plan.staging);
  EXPECT_LE(plan.staging + resident_warps * staged_rows * sizeof(DenseRow), plan.shared_bytes);
  EXPECT_LE(plan.shared_bytes, h100.shared_bytes);
}

// A run has room for the largest of its types only.
TEST(ResidentPlan, RunsTakeWhatTheirTypesNeed) {
  const auto made = plan_resident(types_in_order(5000, 2), {{2, 1}, {12, 6}}, 1, false, h100);
  std::set<std::uint32_t> currents;
  for (const ResidentRun& run : made.runs) currents.insert(run.currents);
  EXPECT_THAT(currents, testing::IsSupersetOf({2u, 12u}));
}

TEST(ResidentPlan, WhatDoesNotFitHasNoBlocks) {
  const auto fits = [](std::uint32_t places, std::uint32_t lanes, const ResidentDevice& device) {
    return plan_resident(types_in_order(places, 1), {{4, 2}}, lanes, false, device).plan.blocks > 0;
  };
  EXPECT_TRUE(fits(230924, 1, h100));
  EXPECT_FALSE(fits(2000000, 1, h100));
  EXPECT_FALSE(fits(300, 133, h100));            // not even a block a lane
  EXPECT_FALSE(fits(300, 1, ResidentDevice{}));  // no cooperative launches
}

TEST(ResidentPlan, LanesAreSharedOutEvenly) {
  const std::vector<TypeSizes> sizes = {{4, 2}};
  const auto lanes = [&](std::uint32_t places, std::uint32_t trials) {
    return resident_lanes(types_in_order(places, 1), sizes, trials, h100);
  };
  EXPECT_EQ(lanes(5000, 20), 20u);
  EXPECT_EQ(lanes(51978, 3), 3u);
  const std::uint32_t most = lanes(51978, 20);  // in two or three rounds
  EXPECT_THAT(most, testing::AnyOf(7u, 10u));
  EXPECT_EQ(lanes(2000000, 20), 0u);
}

}  // namespace
}  // namespace v1::cuda
