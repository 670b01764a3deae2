#pragma once
#include <cstdint>
#include <functional>

#include "kernels/portable.hpp"

/// How neurons are dealt out to blocks that keep their state for many steps.
namespace v1::cuda {

/// A device, as far as that depends on it.
struct ResidentDevice {
  std::uint32_t processors = 0;
  std::uint32_t shared_bytes = 0;  // of a block, at most
};

/// Currents and inputs that neurons of a type are fed through.
struct TypeSizes {
  std::uint32_t currents = 0, inputs = 0;
};

/// State and sums are words.
inline constexpr std::uint32_t word_bytes = 4;

/// The longest run: bits of a word stand for its chunks.
inline constexpr std::uint32_t most_chunks = 32;

/// A warp has a run: a few chunks of 32 neurons that follow each other, mostly of one type. Runs go
/// to the blocks of a lane in turn, as neighbours often spike together: run w of block b is run
/// w * blocks + b of the network.
struct DealtRuns {
  std::uint32_t blocks = 0;  // of a lane; 0: the state does not fit
  std::uint32_t warps = 0;   // of a block that have a run, at most
  std::uint32_t chunks = 0;  // of a run

  V1_HD std::uint32_t run_size() const { return chunks * 32; }
  V1_HD std::uint32_t neurons() const { return warps * run_size(); }
  /// First neuron of a run.
  V1_HD std::uint32_t first_place(std::uint32_t block, std::uint32_t warp) const {
    return (warp * blocks + block) * run_size();
  }
  V1_HD std::uint32_t block_of(std::uint32_t place) const { return place / run_size() % blocks; }
  V1_HD std::uint32_t warp_of(std::uint32_t place) const { return place / run_size() / blocks; }
};

/// At most `most_blocks` blocks, with runs as short as `most_warps` warps in each allow.
DealtRuns deal_runs(std::uint32_t places, std::uint32_t most_blocks, std::uint32_t most_warps);

/// How many of `trials` lanes go side by side: as many as fit, shared out evenly; 0: not one.
/// fits: whether so many lanes do.
std::uint32_t shared_out_evenly(std::uint32_t trials, const ResidentDevice& device,
                                const std::function<bool(std::uint32_t lanes)>& fits);

}  // namespace v1::cuda
