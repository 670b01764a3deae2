#pragma once
#include <cstdint>
#include <vector>

#include "plugins/backends/cuda/plan/chip_plan.hpp"
#include "plugins/backends/cuda/plan/resident_plan.hpp"

namespace v1::cuda {

/// Where the synapses of an edge block find the input sums that blocks keep in shared memory: words
/// numbered over all blocks, `of_block` in each. A word is first[place] + input * input_stride +
/// delay_steps * slot_stride.
struct SumsOnChip {
  std::uint32_t blocks = 0;
  std::uint32_t of_block = 0;
  std::vector<std::uint32_t> first;  // [place]
  std::uint32_t input_stride = 0, slot_stride = 0;
};

/// Of resident steps: in the shared memory of a block, whatever the delay.
SumsOnChip sums_of(const ResidentLayout& resident, std::uint32_t places);
/// Of steps with all sums on the chip: in the ring, from the slot of the event's step on.
SumsOnChip sums_of(const ChipLayout& chip);

}  // namespace v1::cuda
