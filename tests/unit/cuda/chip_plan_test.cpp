#include "plugins/backends/cuda/plan/chip_plan.hpp"

#include <gmock/gmock.h>

#include <set>

#include "plugins/backends/cuda/plan/sums_on_chip.hpp"

/// How neurons and their input sums lie in the shared memory of the blocks that step them.
namespace v1::cuda {
namespace {

constexpr ResidentDevice h100 = {132, 227 * 1024};
constexpr std::uint32_t delays = 3;

std::vector<std::uint16_t> types_in_order(std::uint32_t places, std::uint16_t types) {
  std::vector<std::uint16_t> all(places);
  for (std::uint32_t p = 0; p < places; ++p) {
    all[p] = static_cast<std::uint16_t>(std::uint64_t{p} * types / places);
  }
  return all;
}

/// Bytes that neurons of these sizes take where nothing is wasted.
std::uint64_t least_bytes(const ChipLayout& made, const std::vector<std::uint16_t>& type_of_place,
                          const std::vector<TypeSizes>& types) {
  std::uint64_t words = 0;
  for (const std::uint16_t type : type_of_place) {
    words +=
        made.plan.membrane_rows + 2 * types[type].currents + made.plan.slots * types[type].inputs;
  }
  return 4 * words;
}

// Neither the state of two runs nor what else a block keeps shares a byte, and all of it lies in
// what the block is given.
TEST(ChipPlan, ArraysOfABlockDoNotOverlap) {
  const std::vector<TypeSizes> sizes = {{3, 2}, {12, 6}};
  const auto types = types_in_order(60000, 2);
  const ChipLayout made = plan_chip(types, sizes, 1, delays, false, h100);
  const ChipPlan& plan = made.plan;
  ASSERT_EQ(plan.blocks, 132u);
  EXPECT_EQ(plan.membrane_rows, 3u);
  EXPECT_EQ(plan.slots, delays);
  for (const std::uint32_t b : {0u, 57u, plan.blocks - 1}) {
    std::uint32_t state = 0, sums = 0;
    for (std::uint32_t w = 0; w < plan.warps; ++w) {
      if (plan.first_place(b, w) >= types.size()) continue;
      const ChipRun& run = made.runs[b * plan.warps + w];
      EXPECT_EQ(run.first, state);
      EXPECT_EQ(run.first_sum, sums);
      state += (plan.y1() + 2 * run.currents) * plan.run_size();
      sums += run.inputs * plan.run_size();
    }
    EXPECT_LE(4 * state, plan.ring);
    EXPECT_LE(sums, plan.slot_words);
  }
  EXPECT_LE(plan.ring + 4 * plan.slots * plan.slot_words, plan.hold);
  EXPECT_LE(plan.hold + 2 * plan.neurons(), plan.spiked);
  EXPECT_LE(plan.spiked + 2 * plan.neurons(), plan.counts);
  EXPECT_LE(plan.counts + sizeof(ChipCounts), plan.shared_bytes);
  EXPECT_LE(plan.shared_bytes, h100.shared_bytes);
  EXPECT_EQ(plan.counts % alignof(ChipCounts), 0u);
  // Little is wasted: blocks do not differ much.
  EXPECT_LT(132 * std::uint64_t{plan.ring + 4 * plan.slots * plan.slot_words},
            least_bytes(made, types, sizes) * 11 / 10);
}

// Of all neurons, inputs and delays; those of a block lie behind each other.
TEST(ChipPlan, EverySumHasAWordOfItsOwn) {
  const std::vector<TypeSizes> sizes = {{2, 1}, {4, 3}};
  for (const std::uint32_t places : {1u, 300u, 4225u}) {
    const auto types = types_in_order(places, 2);
    const ChipLayout made = plan_chip(types, sizes, 1, delays, true, h100);
    ASSERT_GT(made.plan.blocks, 0u);
    EXPECT_EQ(made.plan.slots, delays + 1);
    const SumsOnChip sums = sums_of(made);
    EXPECT_EQ(sums.blocks, made.plan.blocks);
    std::set<std::uint32_t> words;
    for (std::uint32_t p = 0; p < places; ++p) {
      for (std::uint32_t i = 0; i < sizes[types[p]].inputs; ++i) {
        for (std::uint32_t d = 0; d <= delays; ++d) {
          const std::uint32_t word = sums.first[p] + i * sums.input_stride + d * sums.slot_stride;
          EXPECT_TRUE(words.insert(word).second);
          ASSERT_EQ(word / sums.of_block, made.plan.block_of(p));
        }
      }
    }
  }
}

// What is used least in a step goes first.
TEST(ChipPlan, AsMuchOfTheMembraneStaysAsFits) {
  const auto types = types_in_order(203816, 1);
  const auto rows = [&](std::uint32_t currents, std::uint32_t inputs) {
    const auto made = plan_chip(types, {{currents, inputs}}, 1, delays, false, h100);
    return made.plan.blocks == 0 ? -1 : static_cast<int>(made.plan.membrane_rows);
  };
  EXPECT_EQ(rows(6, 3), 3);
  EXPECT_EQ(rows(9, 4), 3);
  EXPECT_EQ(rows(10, 4), 1);
  EXPECT_EQ(rows(10, 5), 0);
  EXPECT_EQ(rows(12, 6), -1);
}

TEST(ChipPlan, BlocksHaveWarpsEnoughToDeliver) {
  const auto plan = [&](std::uint32_t places, std::uint32_t lanes) {
    return plan_chip(types_in_order(places, 1), {{2, 2}}, lanes, 4, false, h100).plan;
  };
  EXPECT_EQ(plan(5000, 1).threads, least_chip_warps * 32);
  EXPECT_EQ(plan(5000, 1).warps, 2u);
  EXPECT_EQ(plan(230924, 1).chunks, 3u);
  EXPECT_EQ(plan(230924, 1).threads, 19u * 32);  // as few as three chunks each allow
  EXPECT_EQ(plan(5000, 20).blocks, 6u);
  EXPECT_EQ(plan(300, 133).blocks, 0u);  // not even a block a lane
  EXPECT_EQ(plan(2000000, 1).blocks, 0u);
}

}  // namespace
}  // namespace v1::cuda
