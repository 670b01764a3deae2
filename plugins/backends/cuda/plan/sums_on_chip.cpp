#include "plugins/backends/cuda/plan/sums_on_chip.hpp"

namespace v1::cuda {

SumsOnChip sums_of(const ResidentLayout& resident, std::uint32_t places) {
  const ResidentPlan& plan = resident.plan;
  SumsOnChip made;
  made.blocks = plan.blocks;
  made.of_block = plan.shared_bytes / 4;
  made.input_stride = plan.run_size();
  made.first.resize(places);
  for (std::uint32_t p = 0; p < places; ++p) {
    const std::uint32_t block = plan.block_of(p), warp = plan.warp_of(p);
    const ResidentRun& run = resident.runs[block * plan.warps + warp];
    made.first[p] = block * made.of_block + run.first + run.sums() * plan.run_size() +
                    (p - plan.first_place(block, warp));
  }
  return made;
}

SumsOnChip sums_of(const ChipLayout& chip) {
  const ChipPlan& plan = chip.plan;
  SumsOnChip made;
  made.blocks = plan.blocks;
  made.of_block = (plan.slots + 1) * plan.slot_words;
  made.input_stride = plan.run_size();
  made.slot_stride = plan.slot_words;
  made.first.resize(chip.places);
  for (std::uint32_t p = 0; p < chip.places; ++p) {
    const std::uint32_t block = plan.block_of(p), warp = plan.warp_of(p);
    made.first[p] = block * made.of_block + chip.runs[block * plan.warps + warp].first_sum +
                    (p - plan.first_place(block, warp));
  }
  return made;
}

}  // namespace v1::cuda
