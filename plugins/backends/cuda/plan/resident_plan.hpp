#pragma once
#include <cstdint>
#include <vector>

#include "plugins/backends/cuda/plan/dealt_runs.hpp"

/// How the neurons of a lane lie in the shared memory of the blocks that step them.
namespace v1::cuda {

/// Where a run lies in the shared memory of its block: words of 4 bytes, in rows of one word for
/// each of its neurons. Rows: potential, two after-spike currents, current of pulses, y1 of the
/// currents, y2 of the currents, input sums (where some arrive on the chip).
struct alignas(8) ResidentRun {
  std::uint32_t first = 0;  // word
  std::uint16_t currents = 0, inputs = 0;

  static constexpr std::uint32_t u = 0, asc0 = 1, asc1 = 2, external = 3, y1 = 4;
  V1_HD std::uint32_t y2() const { return y1 + currents; }
  V1_HD std::uint32_t sums() const { return y1 + 2u * currents; }
};

/// Counters of a block.
struct ResidentCounts {
  std::uint32_t spikes;  // of the step so far
  std::uint32_t pieces;  // of their rows
  std::uint32_t synapses;
  std::uint32_t first_piece;  // in the list of the lane
};

struct ResidentPlan : DealtRuns {
  std::uint32_t sums = 0;  // 1: input sums of dense rows are kept on the chip
  // Offsets in shared memory, in bytes; words come first.
  std::uint32_t hold = 0;     // [neuron]: refractory steps left, 16 bits
  std::uint32_t spiked = 0;   // [neuron]: places of those that spiked; [neuron]: their pieces
  std::uint32_t counts = 0;   // ResidentCounts
  std::uint32_t staging = 0;  // [warp][staged_rows]: DenseRow
  std::uint32_t shared_bytes = 0;
};

/// A cut of the part that a block has in a dense row, on its way into the sums.
struct alignas(16) DenseRow {
  std::uint64_t begin;  // synapse of its edge block
  std::uint32_t size;
  std::uint16_t block;
  std::uint16_t multiplicity;
};

/// Cuts of dense rows that a warp stages at once; the last place counts them.
inline constexpr std::uint32_t staged_rows = 48 + 1;

/// Threads of a block, which bounds their registers.
inline constexpr std::uint32_t resident_threads = 512, resident_warps = resident_threads / 32;

/// A plan and its runs, [block][warp].
struct ResidentLayout {
  ResidentPlan plan;
  std::vector<ResidentRun> runs;
};

/// One block on each processor at most, with runs as short as its warps allow. sums: whether
/// input sums are kept on the chip. plan.blocks is 0 where the state does not fit.
ResidentLayout plan_resident(const std::vector<std::uint16_t>& type_of_place,
                             const std::vector<TypeSizes>& types, std::uint32_t lanes, bool sums,
                             const ResidentDevice& device);

/// How many of `trials` lanes go side by side, shared out evenly; 0: not one fits.
std::uint32_t resident_lanes(const std::vector<std::uint16_t>& type_of_place,
                             const std::vector<TypeSizes>& types, std::uint32_t trials,
                             const ResidentDevice& device);

}  // namespace v1::cuda
