#include "plugins/backends/cuda/plan/dealt_runs.hpp"

#include <algorithm>

namespace v1::cuda {
namespace {

std::uint32_t rounded_up(std::uint32_t items, std::uint32_t of) { return (items + of - 1) / of; }

}  // namespace

DealtRuns deal_runs(std::uint32_t places, std::uint32_t most_blocks, std::uint32_t most_warps) {
  const std::uint32_t chunks = rounded_up(places, 32);
  DealtRuns made;
  made.blocks = std::min(most_blocks, chunks);
  if (made.blocks == 0) return {};
  made.chunks = rounded_up(chunks, made.blocks * most_warps);
  made.warps = rounded_up(rounded_up(chunks, made.chunks), made.blocks);
  return made.chunks > most_chunks ? DealtRuns{} : made;
}

std::uint32_t shared_out_evenly(std::uint32_t trials, const ResidentDevice& device,
                                const std::function<bool(std::uint32_t lanes)>& fits) {
  for (std::uint32_t lanes = std::min(trials, device.processors); lanes > 0; --lanes) {
    if (!fits(lanes)) continue;
    const std::uint32_t rounds = rounded_up(trials, lanes);
    return rounded_up(trials, rounds);
  }
  return 0;
}

}  // namespace v1::cuda
