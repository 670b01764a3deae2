#pragma once
#include <cuda_runtime.h>

#include "plugins/backends/cuda/kernels/cuda_lane_barrier.cuh"
#include "plugins/backends/cuda/kernels/cuda_launch.cuh"
#include "plugins/backends/cuda/kernels/cuda_resident_inputs.cuh"

/// Many steps in one kernel. Blocks keep the state of their neurons in shared memory from its first
/// step to its last (resident_plan.hpp), so that a step moves input sums and synapses only.
/// blockIdx.y is the lane; the blocks of a lane wait for each other twice a step, others never. The
/// input events of all these steps are drawn before, by a kernel of their own.
///
/// Step k of a block: its neurons take their input sums and advance, and the rows of those that
/// spike are listed. Then it arrives at a barrier, and while others are on their way it delivers
/// its share of the input events of step k + 1. Behind the barrier the warps of all blocks deliver
/// what is listed. While others are on their way to a second barrier, it adds its part of the dense
/// rows that arrive in step k + 1. Events and spikes are added to slots of the ring from that of
/// step k + 1 on, at the latest to that of step k + 1 + the longest delay, which is also that of
/// step k - 1.
namespace v1::cuda {

/// Advances the block's neurons in step k of the kernel and notes which of them spiked.
template <class Real, class Sum, std::uint32_t held>
__device__ void update_resident(const ResidentBlock<Real, Sum>& block, int k,
                                const ResidentTime& now, RunConstants<Real, Sum, held>& constants) {
  const View<Real, Sum>& v = block.v;
  StepTime time = {now.slot, now.common_now, false};
  if (block.control.uses_current) {
    time.pulses_change =
        v.window.new_current[block.lane * v.window.capacity + block.first + k] != 0;
  }
  for (std::uint32_t j = 0; j < constants.count(); ++j) {
    const std::uint32_t place = constants.place(j);
    const NeuronConstants<Real, held>& of = constants.of(v, j);
    const bool spiked = update_neuron<true, Home::chip>(
        v, block.lane, block.control, block.first + k, place, block.state(j), of,
        input_of<true, Home::chip>(v, block.lane, time, place, of.common));
    if (spiked) block.spiked()[claim(&block.counts().spikes, 1)] = place;
  }
}

/// Lists the rows of the block's neurons that spiked in step k of the kernel, and notes the spikes.
/// A block claims room for all its pieces at once: where all claim of one counter, they queue. Then
/// a warp writes the pieces of a row.
template <class Real, class Sum>
__device__ void list_spikes(const ResidentBlock<Real, Sum>& block, int k) {
  const View<Real, Sum>& v = block.v;
  ResidentCounts& counts = block.counts();
  const std::uint32_t spikes = counts.spikes;
  if (spikes == 0) return;
  const std::uint64_t step = block.lane * v.window.capacity + block.first + k;
  for (std::uint32_t s = threadIdx.x; s < spikes; s += resident_threads) {
    set_bit(v.window.spike_bits + step * v.words, v.position_of_place[block.spiked()[s]]);
  }
  bool another = false;
  for (std::uint32_t b = 0; b < v.block_count; ++b) {
    const BlockView& edges = v.blocks[b];
    if (edges.source_kind != V1E_SOURCE_NEURONS) continue;
    if (another) __syncthreads();
    another = true;
    for (std::uint32_t s = threadIdx.x; s < spikes; s += resident_threads) {
      const ListedRow row = listed_row(edges, edges.row[block.spiked()[s]], 1);
      block.pieces_before()[s] = claim(&counts.pieces, row.pieces());
      claim(&counts.synapses, static_cast<std::uint32_t>(row.size));
    }
    __syncthreads();
    if (threadIdx.x == 0) {
      counts.first_piece = claim(v.window.spike_pieces + step, counts.pieces);
      add(v.of_lane(v.served, block.lane) + blockIdx.x % served_counters,
          std::int64_t{counts.synapses});
      counts.pieces = counts.synapses = 0;
    }
    __syncthreads();
    for (std::uint32_t s = block.warp; s < spikes; s += resident_warps) {
      const ListedRow row = listed_row(edges, edges.row[block.spiked()[s]], 1);
      Piece* const list =
          v.of_lane(v.spike_list, block.lane) + counts.first_piece + block.pieces_before()[s];
      for (std::uint32_t i = block.rank; i < row.pieces(); i += warp_threads)
        list[i] = row.piece(i);
    }
  }
  if (threadIdx.x == 0) claim(v.window.spike_count + step, spikes);
}

/// Delivers what a warp finds listed of the spikes of step k of the kernel. The synapses of the
/// next piece are asked for before those of the last are added.
template <class Real, class Sum>
__device__ void deliver_spikes_of(const ResidentBlock<Real, Sum>& block, int k,
                                  std::uint32_t slot) {
  const View<Real, Sum>& v = block.v;
  const Piece* const list = v.of_lane(v.spike_list, block.lane);
  const std::uint32_t stride = gridDim.x * resident_warps;
  const std::uint32_t count =
      load_written(v.window.spike_pieces + block.lane * v.window.capacity + block.first + k);
  std::uint32_t item = block.warp * gridDim.x + blockIdx.x;
  if (item >= count) return;
  const RingSlot<Sum> sums = ring_slot(v, block.lane, 0, slot);
  Piece piece = load_piece(list + item), next{};
  if (item + stride < count) next = load_piece(list + item + stride);
  HeldSynapses held = load_synapses(piece.synapses, piece.size, block.rank);
  for (;;) {
    HeldSynapses following{};
    item += stride;
    if (item < count) following = load_synapses(next.synapses, next.size, block.rank);
    Piece after{};
    if (item + stride < count) after = load_piece(list + item + stride);
    add_synapses(sums, held, piece.size, Sum{1}, block.rank);
    if (item >= count) return;
    piece = next;
    next = after;
    held = following;
  }
}

template <class Real, class Sum, std::uint32_t held>
__global__ void __launch_bounds__(resident_threads, 1)
    resident_kernel(const __grid_constant__ View<Real, Sum> v, std::int64_t first, int count) {
  ResidentBlock<Real, Sum> block = {{v, dynamic_shared<unsigned char>(), first, count}};
  if (!block.control.in_trial) return;
  if (block.has_run()) block.run = v.runs[blockIdx.x * v.resident.warps + block.warp];
  LaneBarrier barrier(v.window.arrivals + block.lane * arrivals_stride, gridDim.x);
  InputShare<Real, Sum> inputs(block);
  take_state(block);
  for_each_neuron(block, [&](std::uint32_t j, std::uint32_t) {
    const NeuronState<Real> chip = block.state(j);
    for (std::uint32_t i = 0; chip.sums && i < block.run.inputs; ++i) {
      chip.sums[i * chip.stride] = 0;
    }
  });
  if (threadIdx.x == 0) block.counts() = {};
  ResidentTime now = ResidentTime::first(block);
  inputs.deliver(block, now.slot, inputs.ask(block));
  barrier.arrive();
  RunConstants<Real, Sum, held> constants(block);
  inputs.move_to(block, 1);
  if (v.resident.sums) add_dense(block, 0);
  barrier.wait();
  for (int k = 0;; ++k) {
    const ResidentTime next = now.next(v);
    update_resident(block, k, now, constants);
    __syncthreads();
    list_spikes(block, k);
    barrier.arrive();
    if (threadIdx.x == 0) block.counts().spikes = 0;
    inputs.deliver(block, next.slot, inputs.ask(block));
    barrier.wait();
    deliver_spikes_of(block, k, now.slot);
    now = next;
    if (k + 1 == count) break;
    barrier.arrive();
    inputs.move_to(block, k + 2);
    if (v.resident.sums) add_dense(block, k + 1);
    barrier.wait();
  }
  leave_state(block);
  if (v.resident.sums) leave_dense(block, now);
}

}  // namespace v1::cuda
