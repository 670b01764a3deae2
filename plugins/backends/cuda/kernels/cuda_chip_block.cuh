#pragma once
#include <cuda_runtime.h>

#include "plugins/backends/cuda/kernels/cuda_resident_block.cuh"
#include "plugins/backends/cuda/plan/chip_plan.hpp"
#include "plugins/backends/cuda/step/deliver.hpp"

/// A block that keeps the input sums of its neurons in shared memory for many steps, and as much of
/// their state as fits.
namespace v1::cuda {

template <class Real, class Sum>
struct ChipBlock : LaneBlock<Real, Sum> {
  using LaneBlock<Real, Sum>::v, LaneBlock<Real, Sum>::shared, LaneBlock<Real, Sum>::lane,
      LaneBlock<Real, Sum>::warp, LaneBlock<Real, Sum>::rank;
  std::uint32_t warps = blockDim.x / warp_threads;
  ChipRun run = {};  // of the warp

  __device__ const ChipPlan& plan() const { return v.chip; }
  __device__ bool has_run() const { return warp < v.chip.warps; }
  __device__ ChipCounts& counts() const {
    return *reinterpret_cast<ChipCounts*>(shared + v.chip.counts);
  }
  __device__ std::uint16_t* spiked() const {
    return reinterpret_cast<std::uint16_t*>(shared + v.chip.spiked);
  }
  __device__ Sum* ring() const { return reinterpret_cast<Sum*>(shared + v.chip.ring); }
  /// The sums of the thread's neuron in chunk j of the run, in a slot; a run apart.
  __device__ Sum* sums(std::uint32_t j, std::uint32_t slot) const {
    return ring() + slot * v.chip.slot_words + run.first_sum + j * warp_threads + rank;
  }
  /// The number of that neuron among those of the block, and its place.
  __device__ std::uint32_t number(std::uint32_t j) const {
    return warp * v.chip.run_size() + j * warp_threads + rank;
  }
  __device__ std::uint32_t place_of(std::uint32_t number) const {
    const std::uint32_t size = v.chip.run_size();
    return v.chip.first_place(blockIdx.x, number / size) + number % size;
  }
  /// Its state, of which some may lie in the memory of the device.
  __device__ NeuronState<Real> state(std::uint32_t j) const {
    const std::uint32_t size = v.chip.run_size(), column = j * warp_threads + rank;
    const std::uint32_t place = v.chip.first_place(blockIdx.x, warp) + column;
    Real* const words = reinterpret_cast<Real*>(shared) + run.first + column;
    NeuronState<Real> made{};
    made.external = v.of_place(v.current, lane, place);
    if (v.chip.membrane_rows > 0) {
      made.u = words;
      made.hold = reinterpret_cast<std::uint16_t*>(shared + v.chip.hold) + number(j);
    } else {
      made.u = v.of_place(v.u, lane, place);
      made.hold = v.of_place(v.hold, lane, place);
    }
    if (v.chip.membrane_rows > 1) {
      made.asc0 = words + size;
      made.asc1 = words + 2 * size;
    } else {
      made.asc0 = v.of_place(v.asc0, lane, place);
      made.asc1 = v.of_place(v.asc1, lane, place);
    }
    made.y1 = words + v.chip.y1() * size;
    made.y2 = made.y1 + std::uint64_t{run.currents} * size;
    made.stride = size;
    return made;
  }
};

/// Takes over the sums that the window before has left in the ring; time: of the first step.
template <class Real, class Sum>
__device__ void take_ring(const ChipBlock<Real, Sum>& block, ResidentTime time) {
  const View<Real, Sum>& v = block.v;
  for (std::uint32_t slot = 0; slot < block.plan().slots; ++slot) {
    const RingSlot<Sum> from = ring_slot(v, block.lane, 0, time.slot);
    for_each_neuron(block, [&](std::uint32_t j, std::uint32_t place) {
      Sum* const sums = block.sums(j, slot);
      for (std::uint32_t i = 0; i < block.run.inputs; ++i) {
        sums[i * block.plan().run_size()] = *from.at(i * v.places + place);
      }
    });
    time = time.next(v);
  }
}

/// Leaves them in the ring; slot: on the chip, of the step after the last, which `time` is.
template <class Real, class Sum>
__device__ void leave_ring(const ChipBlock<Real, Sum>& block, std::uint32_t slot,
                           ResidentTime time) {
  const View<Real, Sum>& v = block.v;
  for (std::uint32_t ahead = 0; ahead < v.ring_slots; ++ahead) {
    const RingSlot<Sum> to = ring_slot(v, block.lane, 0, time.slot);
    const bool kept = ahead < block.plan().slots;
    for_each_neuron(block, [&](std::uint32_t j, std::uint32_t place) {
      const Sum* const sums = block.sums(j, slot);
      for (std::uint32_t i = 0; i < block.run.inputs; ++i) {
        *to.at(i * v.places + place) = kept ? sums[i * block.plan().run_size()] : Sum{0};
      }
    });
    time = time.next(v);
    slot = slot + 1 == block.plan().slots ? 0 : slot + 1;
  }
}

}  // namespace v1::cuda
