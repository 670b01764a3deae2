#pragma once
#include <cuda_runtime.h>

#include "plugins/backends/cuda/plan/resident_plan.hpp"
#include "plugins/backends/cuda/step/update.hpp"
#include "plugins/backends/cuda/step/view.hpp"

/// A block that keeps the state of its neurons in shared memory for many steps.
namespace v1::cuda {

/// What a thread of a kernel of many steps knows. blockIdx.y is the lane.
template <class Real, class Sum>
struct LaneBlock {
  const View<Real, Sum>& v;
  unsigned char* shared;
  std::int64_t first;  // window step with which the kernel begins
  int count;           // its steps
  std::uint32_t lane = blockIdx.y;
  LaneControl control = v.window.lanes[blockIdx.y];
  std::uint32_t warp = threadIdx.x / warp_threads, rank = threadIdx.x % warp_threads;

  /// How many events `counts` has for step k of the kernel.
  __device__ std::uint32_t events(const std::uint32_t* counts, int k) const {
    return counts[lane * v.window.capacity + first + k];
  }
};

template <class Real, class Sum>
struct ResidentBlock : LaneBlock<Real, Sum> {
  using LaneBlock<Real, Sum>::v, LaneBlock<Real, Sum>::shared, LaneBlock<Real, Sum>::warp,
      LaneBlock<Real, Sum>::rank;
  ResidentRun run = {};  // of the warp

  __device__ const ResidentPlan& plan() const { return v.resident; }
  __device__ bool has_run() const { return warp < v.resident.warps; }
  __device__ ResidentCounts& counts() const {
    return *reinterpret_cast<ResidentCounts*>(shared + v.resident.counts);
  }
  __device__ std::uint32_t* spiked() const {
    return reinterpret_cast<std::uint32_t*>(shared + v.resident.spiked);
  }
  __device__ std::uint32_t* pieces_before() const { return spiked() + v.resident.neurons(); }
  /// The state of the thread's neuron in chunk j of the run.
  __device__ NeuronState<Real> state(std::uint32_t j) const {
    const std::uint32_t size = v.resident.run_size(), column = j * warp_threads + rank;
    Real* const words = reinterpret_cast<Real*>(shared) + run.first + column;
    NeuronState<Real> made{};
    made.u = words + ResidentRun::u * size;
    made.asc0 = words + ResidentRun::asc0 * size;
    made.asc1 = words + ResidentRun::asc1 * size;
    made.y1 = words + ResidentRun::y1 * size;
    made.y2 = words + run.y2() * size;
    made.stride = size;
    made.external = words + ResidentRun::external * size;
    made.hold = reinterpret_cast<std::uint16_t*>(shared + v.resident.hold) + warp * size + column;
    if (v.resident.sums) made.sums = reinterpret_cast<std::int32_t*>(words + run.sums() * size);
    return made;
  }
};

/// Where a step of the kernel lies in what turns round with the steps.
struct ResidentTime {
  std::uint32_t slot;        // of the ring
  std::uint32_t common_now;  // of common_events

  template <class Block>
  static __device__ ResidentTime first(const Block& block) {
    const StepTime time = step_time(block.v, block.lane, block.control, block.first);
    return {time.slot, time.common_now};
  }
  template <class Real, class Sum>
  __device__ ResidentTime next(const View<Real, Sum>& v) const {
    return {slot + 1 == v.ring_slots ? 0 : slot + 1,
            common_now + 1 == v.common_slots ? 0 : common_now + 1};
  }
};

/// Calls `visit(chunk of the run, place)` for each neuron of the thread.
template <class Block, class Visit>
__device__ void for_each_neuron(const Block& block, Visit&& visit) {
  if (!block.has_run()) return;
  const std::uint32_t first = block.plan().first_place(blockIdx.x, block.warp) + block.rank;
  for (std::uint32_t j = 0; j < block.plan().chunks; ++j) {
    const std::uint32_t place = first + j * warp_threads;
    if (place >= block.v.places) return;
    visit(j, place);
  }
}

template <class Real>
__device__ void copy_state(const NeuronState<Real>& from, const NeuronState<Real>& to,
                           std::uint32_t currents) {
  *to.u = *from.u;
  *to.asc0 = *from.asc0;
  *to.asc1 = *from.asc1;
  *to.external = *from.external;
  *to.hold = *from.hold;
  for (std::uint32_t p = 0; p < currents; ++p) {
    to.y1[p * to.stride] = from.y1[p * from.stride];
    to.y2[p * to.stride] = from.y2[p * from.stride];
  }
}

template <class Block>
__device__ void take_state(const Block& block) {
  for_each_neuron(block, [&](std::uint32_t j, std::uint32_t place) {
    copy_state(state_in_memory(block.v, block.lane, place), block.state(j), block.run.currents);
  });
}
template <class Block>
__device__ void leave_state(const Block& block) {
  for_each_neuron(block, [&](std::uint32_t j, std::uint32_t place) {
    copy_state(block.state(j), state_in_memory(block.v, block.lane, place), block.run.currents);
  });
}

/// The constants of a thread's neurons, read anew only where their type changes.
template <class Real, class Sum, std::uint32_t held, Home home = Home::chip>
class RunConstants {
 public:
  template <class Block>
  __device__ explicit RunConstants(const Block& block)
      : first_(block.plan().first_place(blockIdx.x, block.warp) + block.rank) {
    const View<Real, Sum>& v = block.v;
    if (!block.has_run() || first_ >= v.places) return;
    of_ = constants_of<held, home>(v, first_);
    count_ = 1;
    std::uint32_t type = of_.type;
    for (; count_ < block.plan().chunks && first_ + count_ * warp_threads < v.places; ++count_) {
      const std::uint32_t next = v.type_of_place[first_ + count_ * warp_threads];
      if (next != type || v.common_of_place) changes_ |= 1u << count_;
      type = next;
    }
    if (changes_ != 0) changes_ |= 1u;
  }

  /// Neurons of the thread: chunks 0 .. count() - 1 of its warp's run.
  __device__ std::uint32_t count() const { return count_; }
  __device__ std::uint32_t place(std::uint32_t j) const { return first_ + j * warp_threads; }
  __device__ const NeuronConstants<Real, held>& of(const View<Real, Sum>& v, std::uint32_t j) {
    if (changes_ >> j & 1u) of_ = constants_of<held, home>(v, place(j));
    return of_;
  }

 private:
  std::uint32_t first_, count_ = 0, changes_ = 0;
  NeuronConstants<Real, held> of_{};
};

}  // namespace v1::cuda
