#include "plugins/backends/cuda/plan/chip_plan.hpp"

#include <algorithm>

namespace v1::cuda {
namespace {

// Runs of a block without the places of its sums and state.
std::vector<ChipRun> sizes_of_runs(const DealtRuns& dealt,
                                   const std::vector<std::uint16_t>& type_of_place,
                                   const std::vector<TypeSizes>& types) {
  const auto places = static_cast<std::uint32_t>(type_of_place.size());
  std::vector<ChipRun> runs(std::size_t{dealt.blocks} * dealt.warps);
  for (std::uint32_t p = 0; p < places; ++p) {
    ChipRun& run = runs[dealt.block_of(p) * dealt.warps + dealt.warp_of(p)];
    const TypeSizes& type = types[type_of_place[p]];
    run.currents = std::max(run.currents, static_cast<std::uint16_t>(type.currents));
    run.inputs = std::max(run.inputs, static_cast<std::uint16_t>(type.inputs));
  }
  return runs;
}

// Gives the runs of all blocks their places. False where a block needs more than there is.
bool place_runs(ChipLayout& made, std::uint32_t places, const ResidentDevice& device) {
  ChipPlan& plan = made.plan;
  std::uint32_t words = 0;
  plan.slot_words = 0;
  for (std::uint32_t b = 0; b < plan.blocks; ++b) {
    std::uint32_t next = 0, next_sum = 0;
    for (std::uint32_t w = 0; w < plan.warps; ++w) {
      if (plan.first_place(b, w) >= places) continue;
      ChipRun& run = made.runs[std::size_t{b} * plan.warps + w];
      run.first = next;
      run.first_sum = next_sum;
      next += (plan.membrane_rows + 2u * run.currents) * plan.run_size();
      next_sum += run.inputs * plan.run_size();
    }
    words = std::max(words, next);
    plan.slot_words = std::max(plan.slot_words, next_sum);
  }
  std::uint64_t end = std::uint64_t{words} * word_bytes;
  const auto take = [&](std::uint64_t bytes) {
    const std::uint64_t begin = end;
    end = (begin + bytes + word_bytes - 1) / word_bytes * word_bytes;
    return static_cast<std::uint32_t>(begin);
  };
  plan.ring = take(std::uint64_t{plan.slots} * plan.slot_words * word_bytes);
  const std::uint64_t numbers = plan.neurons() * sizeof(std::uint16_t);
  plan.hold = take(plan.membrane_rows > 0 ? numbers : 0);
  plan.spiked = take(numbers);
  plan.counts = take(sizeof(ChipCounts));
  plan.shared_bytes = static_cast<std::uint32_t>(end);
  return end <= device.shared_bytes;
}

}  // namespace

ChipLayout plan_chip(const std::vector<std::uint16_t>& type_of_place,
                     const std::vector<TypeSizes>& types, std::uint32_t lanes,
                     std::uint32_t delay_steps, bool inputs_ahead, const ResidentDevice& device) {
  const auto places = static_cast<std::uint32_t>(type_of_place.size());
  ChipLayout made;
  ChipPlan& plan = made.plan;
  static_cast<DealtRuns&>(plan) =
      deal_runs(places, device.processors / std::max(1u, lanes), most_chip_warps);
  // Neurons of a block are told apart by 16 bits; more do not fit anyway.
  if (plan.blocks == 0 || plan.neurons() > 0xFFFF) return {};
  plan.inputs_ahead = inputs_ahead ? 1 : 0;
  plan.slots = delay_steps + plan.inputs_ahead;
  plan.threads = std::max(plan.warps, least_chip_warps) * 32;
  made.runs = sizes_of_runs(plan, type_of_place, types);
  bool fits = false;
  for (const std::uint32_t rows : {3u, 1u, 0u}) {
    plan.membrane_rows = rows;
    fits = place_runs(made, places, device);
    if (fits) break;
  }
  if (!fits) return {};
  made.places = places;
  return made;
}

}  // namespace v1::cuda
