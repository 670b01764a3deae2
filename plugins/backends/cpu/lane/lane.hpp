#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "plugins/backends/cpu/instance/aligned.hpp"
#include "plugins/backends/cpu/kernels/sample_args.hpp"
#include "plugins/backends/cpu/lane/events.hpp"
#include "plugins/backends/cpu/lane/fragment_queue.hpp"
#include "plugins/backends/cpu/lane/input_block.hpp"
#include "plugins/backends/cpu/lane/probe.hpp"
#include "plugins/backends/shared/lane_trial.hpp"

namespace v1::cpu {

/// Sizes that all lanes share.
struct StateShape : backend::RecordedClasses {
  std::size_t places = 0;
  std::uint32_t psc_count = 0;  // most of any type
  std::uint32_t receptors = 0;
  std::uint32_t max_delay_steps = 0;
  bool billeh_tf = false;
  bool moving_threshold = false;  // of any type
};

/// State of the neurons of one copy of the network; arrays over places, undefined when made.
template <class Real>
struct LaneState {
  AlignedVector<Real> u, asc0, asc1, y1, y2;
  std::array<AlignedVector<Real>, 3> class_y1, class_y2;
  AlignedVector<Real> theta_spike, theta_voltage;  // moving thresholds only
  AlignedVector<std::int32_t> refractory;          // exact
  AlignedVector<float> refractory_ms;              // billeh-tf
  AlignedVector<std::int32_t> spiked;              // billeh-tf
  AlignedVector<Real> current;  // exact: read at the end of a step, acts in the next

  explicit LaneState(const StateShape& shape) {
    u.resize(shape.places);
    asc0.resize(shape.places);
    asc1.resize(shape.places);
    current.resize(shape.places);
    if (shape.moving_threshold) {
      theta_spike.resize(shape.places);
      theta_voltage.resize(shape.places);
    }
    y1.resize(shape.psc_count * shape.places);
    y2.resize(shape.psc_count * shape.places);
    for (std::size_t k = 0; k < 3; ++k) {
      if (!shape.recorded[k]) continue;
      class_y1[k].resize(y1.size());
      class_y2[k].resize(y2.size());
    }
    if (shape.billeh_tf) {
      refractory_ms.resize(shape.places);
      spiked.resize(shape.places);
    } else {
      refractory.resize(shape.places);
    }
  }

  template <class Self, class Visit>
  static void for_each_array(Self& self, Visit&& visit) {
    visit(self.u), visit(self.asc0), visit(self.asc1), visit(self.y1), visit(self.y2);
    for (std::size_t k = 0; k < 3; ++k) visit(self.class_y1[k]), visit(self.class_y2[k]);
    visit(self.theta_spike), visit(self.theta_voltage);
    visit(self.refractory), visit(self.refractory_ms), visit(self.spiked);
    visit(self.current);
  }
};

/// What a window produced in a lane; kept while the next window runs.
struct LaneOutput {
  bool active = false;
  std::int64_t step_begin = 0;
  StepEvents spikes;
  std::vector<StepEvents> blocks;  // by edge block; inputs only
  std::vector<ProbeSamples> probes;
};

/// Spikes of one thread's neurons in the steps between two barriers, for all threads to queue:
/// position[offset[j] .. offset[j + 1]) in the j-th of these steps.
struct alignas(64) SpikeList {
  std::vector<std::uint32_t> position, offset;

  void clear() {
    position.clear();
    offset.assign(1, 0);
  }
};

/// Input under way to the neurons of one thread.
template <class Sum>
struct alignas(64) ThreadInput {
  AlignedVector<Sum> sums;  // [class][input] of the step at hand; zero between steps
  FragmentQueue queue;
  std::vector<std::vector<Synapse>> carried;  // what a loaded state had under way, as synapses
};

/// A lane: the trial it is in, state, and what its windows need.
template <class Real, class Sum>
struct Lane : backend::LaneTrial {
  explicit Lane(const StateShape& shape) : state(shape) {}

  std::uint32_t group = 0;  // of threads, that runs it

  LaneState<Real> state;
  std::vector<ThreadInput<Sum>> input;             // [thread]
  std::vector<std::vector<ThreadEvents>> drawn;    // [edge block][thread]
  std::vector<ThreadEvents> thread_spikes;         // [thread]
  std::vector<ThreadEvents> merged;                // [thread]: all spikes of a share of the steps
  std::array<std::vector<SpikeList>, 2> exchange;  // [parity of barriers][thread]
  std::array<LaneOutput, 2> output;                // [ticket parity]
  std::vector<SampleArgs<Real>> sampled;           // [probe][node type]; of the window at hand
};

}  // namespace v1::cpu
