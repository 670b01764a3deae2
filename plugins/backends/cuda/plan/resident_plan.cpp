#include "plugins/backends/cuda/plan/resident_plan.hpp"

#include <algorithm>

namespace v1::cuda {
ResidentLayout plan_resident(const std::vector<std::uint16_t>& type_of_place,
                             const std::vector<TypeSizes>& types, std::uint32_t lanes, bool sums,
                             const ResidentDevice& device) {
  const auto places = static_cast<std::uint32_t>(type_of_place.size());
  ResidentLayout made;
  ResidentPlan& plan = made.plan;
  static_cast<DealtRuns&>(plan) =
      deal_runs(places, device.processors / std::max(1u, lanes), resident_warps);
  if (plan.blocks == 0) return {};
  const std::uint32_t blocks = plan.blocks;
  plan.sums = sums ? 1 : 0;
  made.runs.resize(std::size_t{blocks} * plan.warps);
  std::uint32_t words = 0;
  for (std::uint32_t b = 0; b < blocks; ++b) {
    std::uint32_t next = 0;
    for (std::uint32_t w = 0; w < plan.warps; ++w) {
      ResidentRun& run = made.runs[std::size_t{b} * plan.warps + w];
      run.first = next;
      const std::uint32_t begin = std::min(places, plan.first_place(b, w));
      const std::uint32_t end = std::min(places, begin + plan.run_size());
      if (begin == end) continue;
      for (std::uint32_t p = begin; p < end; ++p) {
        const TypeSizes& type = types[type_of_place[p]];
        run.currents = std::max(run.currents, static_cast<std::uint16_t>(type.currents));
        run.inputs = std::max(run.inputs, static_cast<std::uint16_t>(type.inputs));
      }
      next += (run.sums() + (sums ? run.inputs : 0u)) * plan.run_size();
    }
    words = std::max(words, next);
  }
  std::uint64_t end = std::uint64_t{words} * word_bytes;
  const auto take = [&](std::uint64_t bytes, std::uint64_t align) {
    const std::uint64_t begin = (end + align - 1) / align * align;
    end = begin + bytes;
    return static_cast<std::uint32_t>(begin);
  };
  if (end > device.shared_bytes) return {};
  plan.hold = take(std::uint64_t{plan.neurons()} * sizeof(std::uint16_t), word_bytes);
  plan.spiked = take(2 * std::uint64_t{plan.neurons()} * word_bytes, word_bytes);
  plan.counts = take(sizeof(ResidentCounts), word_bytes);
  plan.staging = take(sums ? std::uint64_t{resident_warps} * staged_rows * sizeof(DenseRow) : 0,
                      sizeof(DenseRow));
  if (end > device.shared_bytes) return {};
  plan.shared_bytes = static_cast<std::uint32_t>(end);
  return made;
}

std::uint32_t resident_lanes(const std::vector<std::uint16_t>& type_of_place,
                             const std::vector<TypeSizes>& types, std::uint32_t trials,
                             const ResidentDevice& device) {
  return shared_out_evenly(trials, device, [&](std::uint32_t lanes) {
    return plan_resident(type_of_place, types, lanes, false, device).plan.blocks > 0;
  });
}

}  // namespace v1::cuda
