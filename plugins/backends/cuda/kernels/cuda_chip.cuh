#pragma once
#include <cuda_runtime.h>

#include "plugins/backends/cuda/kernels/cuda_chip_rows.cuh"
#include "plugins/backends/cuda/kernels/cuda_lane_barrier.cuh"
#include "plugins/backends/cuda/kernels/cuda_launch.cuh"

/// Many steps in one kernel, in which nothing but spikes passes between blocks: each keeps the
/// input sums of its neurons in shared memory (chip_plan.hpp), all slots of the ring. blockIdx.y is
/// the lane; the blocks of a lane wait for each other once a step, others never. The input events
/// of all these steps are drawn before, by a kernel of their own.
///
/// Step k of a block: its neurons take their input sums and advance, and those that spike are added
/// to the list of the lane. Then it arrives at a barrier, and while others are on their way it adds
/// what the sources outside the network have for its neurons: in step k, or, where some of that
/// arrives in its own step, in step k + 1. Behind the barrier it adds what the spikes of all blocks
/// have for them. All that goes to slots from that of step k + 1 on; the last of them may be that
/// of step k, which is empty by then. The list of step k is read while faster blocks write that of
/// step k + 1, but none that of step k + 2.
namespace v1::cuda {

/// Advances the block's neurons in step k of the kernel and notes which of them spiked.
template <class Real, class Sum, std::uint32_t held>
__device__ void update_on_chip(const ChipBlock<Real, Sum>& block, int k, std::uint32_t slot,
                               std::uint32_t common_now,
                               RunConstants<Real, Sum, held, Home::chip_and_sums>& constants) {
  const View<Real, Sum>& v = block.v;
  StepInput<Real, Sum, true, false> input{};
  input.ring.input_stride = block.plan().run_size();
  input.ring.class_count = 1;
  if (block.control.uses_current) {
    input.pulses_change =
        v.window.new_current[block.lane * v.window.capacity + block.first + k] != 0;
  }
  for (std::uint32_t j = 0; j < constants.count(); ++j) {
    const NeuronConstants<Real, held>& of = constants.of(v, j);
    input.ring.first = block.sums(j, slot);
    if (v.common_block != no_block) {
      input.common_events = v.of_lane(v.common_events, block.lane) +
                            common_before(v, common_now, of.common.delay_steps);
    }
    const bool spiked =
        update_neuron<true, Home::chip_and_sums>(v, block.lane, block.control, block.first + k,
                                                 constants.place(j), block.state(j), of, input);
    if (spiked) {
      block.spiked()[claim(&block.counts().spikes, 1)] =
          static_cast<std::uint16_t>(block.number(j));
    }
  }
}

/// Adds the block's spikes of step k of the kernel to the list of the lane. How many there are.
template <class Real, class Sum>
__device__ std::uint32_t tell_spikes(const ChipBlock<Real, Sum>& block, int k) {
  const View<Real, Sum>& v = block.v;
  const std::uint32_t spikes = block.counts().spikes;
  if (spikes == 0) return 0;
  if (threadIdx.x == 0) {
    block.counts().first_spike =
        claim(v.window.spike_count + block.lane * v.window.capacity + block.first + k, spikes);
  }
  __syncthreads();
  std::uint32_t* const list =
      v.of_lane(v.spike_places, block.lane) + (k & 1 ? v.places : 0) + block.counts().first_spike;
  for (std::uint32_t s = threadIdx.x; s < spikes; s += blockDim.x) {
    list[s] = block.place_of(block.spiked()[s]);
  }
  return spikes;
}

/// Notes them for the host.
template <class Real, class Sum>
__device__ void note_spikes(const ChipBlock<Real, Sum>& block, int k, std::uint32_t spikes) {
  const View<Real, Sum>& v = block.v;
  const std::uint64_t step = block.lane * v.window.capacity + block.first + k;
  for (std::uint32_t s = threadIdx.x; s < spikes; s += blockDim.x) {
    set_bit(v.window.spike_bits + step * v.words,
            v.position_of_place[block.place_of(block.spiked()[s])]);
  }
}

template <class Real, class Sum, std::uint32_t held>
__global__ void __launch_bounds__(most_chip_warps* warp_threads, 1)
    chip_kernel(const __grid_constant__ View<Real, Sum> v, std::int64_t first, int count) {
  ChipBlock<Real, Sum> block = {{v, dynamic_shared<unsigned char>(), first, count}};
  if (!block.control.in_trial) return;
  if (block.has_run()) block.run = v.chip_runs[blockIdx.x * v.chip.warps + block.warp];
  LaneBarrier barrier(v.window.arrivals + block.lane * arrivals_stride, gridDim.x);
  ResidentTime now = ResidentTime::first(block);
  take_state(block);
  take_ring(block, now);
  if (threadIdx.x == 0) block.counts() = {};
  RunConstants<Real, Sum, held, Home::chip_and_sums> constants(block);
  std::uint32_t slot = 0, served = 0;
  __syncthreads();
  if (v.chip.inputs_ahead) add_inputs(block, 0, slot);
  for (int k = 0; k < count; ++k) {
    const std::uint32_t next_slot = slot + 1 == v.chip.slots ? 0 : slot + 1;
    __syncthreads();
    update_on_chip(block, k, slot, now.common_now, constants);
    __syncthreads();
    const std::uint32_t spikes = tell_spikes(block, k);
    barrier.arrive();
    if (threadIdx.x == 0) block.counts().spikes = 0;
    if (!v.chip.inputs_ahead) {
      add_inputs(block, k, slot);
    } else if (k + 1 < count) {
      add_inputs(block, k + 1, next_slot);
    }
    note_spikes(block, k, spikes);
    barrier.wait();
    served += add_spikes(block, k, slot);
    slot = next_slot;
    now = now.next(v);
  }
  if (served > 0) {
    add(v.of_lane(v.served, block.lane) + blockIdx.x % served_counters, std::int64_t{served});
  }
  __syncthreads();
  leave_state(block);
  leave_ring(block, slot, now);
}

}  // namespace v1::cuda
