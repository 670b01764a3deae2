#pragma once
#include <cstdint>
#include <vector>

#include "plugins/backends/cuda/plan/dealt_runs.hpp"

/// How neurons and all their input sums lie in the shared memory of the blocks that step them.
namespace v1::cuda {

/// Where a run lies in the shared memory of its block. State, in rows of one word of 4 bytes for
/// each of its neurons: what the plan keeps there of the potential and of the two after-spike
/// currents, y1 of the currents, y2 of the currents. Sums, in rows as well: of its inputs, in each
/// slot of the ring.
struct ChipRun {
  std::uint32_t first = 0;      // word
  std::uint32_t first_sum = 0;  // of a slot
  std::uint16_t currents = 0, inputs = 0;
};

/// Counters of a block.
struct ChipCounts {
  std::uint32_t spikes;       // of the step so far
  std::uint32_t first_spike;  // in the list of the lane
};

struct ChipPlan : DealtRuns {
  /// Of the rows potential, after-spike current, after-spike current; the others, and with the
  /// potential the refractory steps, stay in the memory of the device.
  std::uint32_t membrane_rows = 0;
  /// 1: the input events of a step are added before its neurons advance, as some arrive in it; 0:
  /// after that, so that the ring needs only as many slots as the longest delay has steps.
  std::uint32_t inputs_ahead = 0;
  std::uint32_t slots = 0;       // of the ring
  std::uint32_t slot_words = 0;  // of a block
  // Offsets in shared memory, in bytes; state comes first.
  std::uint32_t ring = 0;    // [slot][slot_words]
  std::uint32_t hold = 0;    // [neuron]: refractory steps left, 16 bits
  std::uint32_t spiked = 0;  // [neuron]: which of the block's neurons spiked, 16 bits
  std::uint32_t counts = 0;  // ChipCounts
  std::uint32_t shared_bytes = 0;
  std::uint32_t threads = 0;  // of a block, with or without a run

  V1_HD std::uint32_t y1() const { return membrane_rows; }
};

/// A plan and its runs, [block][warp].
struct ChipLayout {
  ChipPlan plan;
  std::vector<ChipRun> runs;
  std::uint32_t places = 0;
};

/// Warps of a block: at most, which bounds their registers, and at least, as those without a run
/// deliver.
inline constexpr std::uint32_t most_chip_warps = 20, least_chip_warps = 8;

/// One block on each processor at most, with runs as short as its warps allow, and as much of the
/// membrane on the chip as fits. delay_steps: the longest delay. inputs_ahead: as in the
/// plan. plan.blocks is 0 where even currents and sums do not fit.
ChipLayout plan_chip(const std::vector<std::uint16_t>& type_of_place,
                     const std::vector<TypeSizes>& types, std::uint32_t lanes,
                     std::uint32_t delay_steps, bool inputs_ahead, const ResidentDevice& device);

}  // namespace v1::cuda
