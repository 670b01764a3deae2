#pragma once
#include <cuda_runtime.h>

#include "plugins/backends/cuda/kernels/cuda_kernels.cuh"
#include "plugins/backends/cuda/kernels/cuda_resident_block.cuh"
#include "plugins/backends/cuda/step/deliver.hpp"

/// Input events of resident steps: all are drawn before the first of them. Rows of sparse blocks
/// are delivered to the ring, those of dense blocks to the sums on the chip, by the block that
/// keeps them.
namespace v1::cuda {

/// Steps of a source are drawn by so many threads in turn.
inline constexpr unsigned drawing_threads = 128, drawing_layers = 16;

/// The input events of the steps first .. first + count - 1 of a window. on_chip: all rows are
/// dense, for steps with all input sums on the chip.
template <class Real, class Sum>
__global__ void __launch_bounds__(drawing_threads)
    draw_steps_kernel(const __grid_constant__ View<Real, Sum> v, std::int64_t first, int count,
                      bool on_chip) {
  const std::uint32_t lane = blockIdx.y;
  const LaneControl control = v.window.lanes[lane];
  if (!control.in_trial) return;
  const std::uint32_t item = blockIdx.x * drawing_threads + threadIdx.x;
  if (item == 0 && blockIdx.z == 0) v.window.arrivals[lane * arrivals_stride] = 0;
  if (item >= v.outside_sources) return;
  InputEvent* const all = v.of_lane(v.input_events, lane);
  for (int k = static_cast<int>(blockIdx.z); k < count; k += drawing_layers) {
    const std::int64_t step = first + k;
    const Drawn drawn = draw_source(v, lane, control, step, item);
    const ListedRow row = note_drawn(v, lane, control, step, drawn);
    if (row.size == 0) continue;
    const bool dense = on_chip || v.blocks[drawn.block].segments != nullptr;
    std::uint32_t* const counts = dense ? v.window.dense_events : v.window.sparse_events;
    const std::uint32_t place = claim(counts + lane * v.window.capacity + step, 1);
    InputEvent* const of_step = all + static_cast<std::uint64_t>(k) * v.outside_sources;
    of_step[dense ? v.outside_sources - 1 - place : place] = {
        drawn.row.begin, dense ? drawn.source : static_cast<std::uint32_t>(row.size),
        static_cast<std::uint16_t>(drawn.block), static_cast<std::uint16_t>(row.multiplicity)};
  }
}

/// Cuts of dense rows that a warp asks for together, and synapses of each that a thread does.
inline constexpr std::uint32_t dense_together = 6, dense_held = 2;
inline constexpr std::uint32_t dense_cut = dense_held * warp_threads;

/// Adds the first `count` of the cuts that a warp has staged to the sums.
template <class Real, class Sum>
__device__ void add_staged(const ResidentBlock<Real, Sum>& block, const DenseRow* staged,
                           std::uint32_t count) {
  std::int32_t* const words = reinterpret_cast<std::int32_t*>(block.shared);
  for (std::uint32_t first = 0; first < count; first += dense_together) {
    Synapse synapse[dense_together][dense_held] = {};
    V1_UNROLL
    for (std::uint32_t i = 0; i < dense_together; ++i) {
      if (first + i >= count) continue;
      const DenseRow& row = staged[first + i];
      const Synapse* const synapses = block.v.blocks[row.block].synapses + row.begin + block.rank;
      V1_UNROLL
      for (std::uint32_t s = 0; s < dense_held; ++s) {
        if (block.rank + s * warp_threads < row.size) {
          synapse[i][s] = load_synapse(synapses + s * warp_threads);
        }
      }
    }
    V1_UNROLL
    for (std::uint32_t i = 0; i < dense_together; ++i) {
      if (first + i >= count) continue;
      const DenseRow& row = staged[first + i];
      V1_UNROLL
      for (std::uint32_t s = 0; s < dense_held; ++s) {
        if (block.rank + s * warp_threads >= row.size) continue;
        add_on_chip(words + synapse[i][s].sum,
                    synapse[i][s].weight * static_cast<std::int32_t>(row.multiplicity));
      }
    }
  }
}

/// Adds the dense rows whose events arrive in step k of the kernel to the sums on the chip. Each
/// block serves its part of all rows. A warp looks up 32 events at once and stages what it finds of
/// them in cuts.
template <class Real, class Sum>
__device__ void add_dense(const ResidentBlock<Real, Sum>& block, int k) {
  const View<Real, Sum>& v = block.v;
  DenseRow* const staged =
      reinterpret_cast<DenseRow*>(block.shared + block.plan().staging) + block.warp * staged_rows;
  std::uint32_t* const cuts = reinterpret_cast<std::uint32_t*>(staged + staged_rows - 1);
  std::uint32_t served = 0;  // delays below have been
  for (;;) {
    std::uint32_t delay = no_block;  // the next one
    for (std::uint32_t b = 0; b < v.block_count; ++b) {
      const std::uint32_t own = v.blocks[b].segments ? v.blocks[b].dense_delay : no_block;
      if (own >= served && own < delay) delay = own;
    }
    if (delay == no_block) return;
    served = delay + 1;
    const int from = k - static_cast<int>(delay);
    if (from < 0 || from >= block.count) continue;
    const std::uint32_t events = block.events(v.window.dense_events, from);
    const InputEvent* const last = v.of_lane(v.input_events, block.lane) +
                                   static_cast<std::uint64_t>(from + 1) * v.outside_sources - 1;
    for (std::uint32_t begin = block.warp; begin < events; begin += resident_threads) {
      const std::uint32_t mine = begin + block.rank * resident_warps;
      DenseRow row{};
      if (mine < events) {
        const InputEvent event = *(last - mine);
        const BlockView& edges = v.blocks[event.block];
        const std::uint32_t* const cut =
            edges.segments + std::uint64_t{event.size} * (block.plan().blocks + 1) + blockIdx.x;
        if (edges.dense_delay == delay) {
          row = {event.begin + cut[0], cut[1] - cut[0], event.block, event.multiplicity};
        }
      }
      // Rounds, as a long row may have more cuts than there is room for.
      for (bool more = true; more;) {
        __syncwarp();
        if (block.rank == 0) *cuts = 0;
        __syncwarp();
        while (row.size > 0) {
          const std::uint32_t place = claim(cuts, 1);
          if (place >= staged_rows - 1) break;
          const std::uint32_t size = row.size < dense_cut ? row.size : dense_cut;
          staged[place] = {row.begin, size, row.block, row.multiplicity};
          row.begin += size;
          row.size -= size;
        }
        __syncwarp();
        const std::uint32_t claimed = *cuts;
        more = claimed > staged_rows - 1;
        add_staged(block, staged, more ? staged_rows - 1 : claimed);
      }
    }
  }
}

/// What arrives on the chip after the last step of the kernel is left in the ring, as in the other
/// ways of a step. time: of the step after the last.
template <class Real, class Sum>
__device__ void leave_dense(const ResidentBlock<Real, Sum>& block, ResidentTime time) {
  const View<Real, Sum>& v = block.v;
  std::uint32_t most = 0;
  for (std::uint32_t b = 0; b < v.block_count; ++b) {
    if (v.blocks[b].segments && v.blocks[b].dense_delay > most) most = v.blocks[b].dense_delay;
  }
  for (std::uint32_t ahead = 0; ahead < most; ++ahead) {
    const int k = block.count + static_cast<int>(ahead);
    __syncthreads();
    add_dense(block, k);
    __syncthreads();
    for_each_neuron(block, [&](std::uint32_t j, std::uint32_t place) {
      const NeuronState<Real> chip = block.state(j);
      for (std::uint32_t i = 0; i < block.run.inputs; ++i) {
        const std::int32_t sum = chip.sums[i * chip.stride];
        chip.sums[i * chip.stride] = 0;
        if (sum == 0) continue;
        add(ring_slot(v, block.lane, 0, time.slot).at(i * v.places + place), static_cast<Sum>(sum));
      }
    });
    time = time.next(v);
  }
}

/// How warps share rows: those of a team take the pieces of a row in turn, teams take rows in turn.
struct Team {
  std::uint32_t size, teams;  // powers of two but for left-over warps, so that nothing is divided
  std::uint32_t row, member;  // the first row of the warp's team, and its place in that

  __device__ Team(std::uint32_t rows, std::uint32_t warp, std::uint32_t warps) {
    std::uint32_t shift = 0;
    while (rows > 0 && rows << (shift + 1) <= warps) ++shift;
    size = 1u << shift;
    teams = warps >> shift;
    row = warp >> shift;
    member = warp & (size - 1);
    if (row >= teams) row = rows;  // a warp that is left over
  }
};

__device__ inline std::uint32_t piece_size(std::uint32_t row, std::uint32_t piece) {
  const std::uint32_t begin = piece * piece_synapses, left = row > begin ? row - begin : 0;
  return left < piece_synapses ? left : piece_synapses;
}

/// The sparse input events of a step, as a warp delivers its share. What a step needs is asked for
/// in the steps before, one thing that has to be waited for in each: how many events there are,
/// then the first one of the warp.
template <class Real, class Sum>
class InputShare {
 public:
  /// Begins with step 0.
  __device__ explicit InputShare(const ResidentBlock<Real, Sum>& block)
      : events_(block.v.of_lane(block.v.input_events, block.lane)) {
    after_next_ = count(block, 0);
    move_to(block, -1);
    move_to(block, 0);
  }
  /// Moves on to the next step, k.
  __device__ void move_to(const ResidentBlock<Real, Sum>& block, int k) {
    now_ = next_;
    next_.count = after_next_;
    next_.events = events_ + static_cast<std::int64_t>(k + 1) * block.v.outside_sources;
    const Team team = team_of(block, next_.count);
    next_.event = {};
    if (team.row < next_.count) next_.event = next_.events[team.row];
    after_next_ = count(block, k + 2);
  }
  /// Asks for the synapses of the first piece of the share.
  __device__ HeldSynapses ask(const ResidentBlock<Real, Sum>& block) const {
    const Team team = team_of(block, now_.count);
    return synapses_of(block, now_.event, team.member);
  }
  /// Delivers that piece and the others; slot: of the step.
  __device__ void deliver(const ResidentBlock<Real, Sum>& block, std::uint32_t slot,
                          HeldSynapses held) const {
    const Team team = team_of(block, now_.count);
    InputEvent event = now_.event;
    std::uint32_t piece = team.member;
    for (std::uint32_t row = team.row; row < now_.count;) {
      while (piece * piece_synapses < event.size) {
        add_synapses(ring_slot(block.v, block.lane, 0, slot), held, piece_size(event.size, piece),
                     static_cast<Sum>(event.multiplicity), block.rank);
        piece += team.size;
        held = synapses_of(block, event, piece);
      }
      piece = team.member;
      row += team.teams;
      if (row >= now_.count) return;
      event = now_.events[row];
      held = synapses_of(block, event, piece);
    }
  }

 private:
  struct Step {
    const InputEvent* events;
    std::uint32_t count;
    InputEvent event;  // the first of the warp, or empty
  };

  __device__ static std::uint32_t count(const ResidentBlock<Real, Sum>& block, int k) {
    return k < block.count ? block.events(block.v.window.sparse_events, k) : 0;
  }
  static __device__ Team team_of(const ResidentBlock<Real, Sum>& block, std::uint32_t count) {
    // Neighbours among the pieces go to different blocks.
    return {count, block.warp * gridDim.x + blockIdx.x, gridDim.x * resident_warps};
  }
  static __device__ HeldSynapses synapses_of(const ResidentBlock<Real, Sum>& block,
                                             const InputEvent& event, std::uint32_t piece) {
    return load_synapses(
        block.v.blocks[event.block].synapses + event.begin + piece * piece_synapses,
        piece_size(event.size, piece), block.rank);
  }

  const InputEvent* events_;
  Step now_{}, next_{};
  std::uint32_t after_next_ = 0;
};

}  // namespace v1::cuda
