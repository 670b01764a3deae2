#pragma once
#include <algorithm>

#include "plugins/backends/cpu/instance/instance_of.hpp"

namespace v1::cpu {

// Samples the places of the slice that was just updated, while they are in the cache: strips of
// places are computed as vectors and kept side by side.
template <class Real, class Sum>
void InstanceOf<Real, Sum>::sample_slice(std::uint32_t thread, const LaneType& lane,
                                         const ProbeGroup& group, std::size_t slice) {
  const ObserveSet<Real>& kernels = observe_set(kernels_, Real{});
  const ProbeGroup::Part& part = group.parts[thread];
  const std::uint32_t place_begin = layout_.chunks[thread].place_begin;
  const std::size_t probe_count = group.probes.size();
  Worker& worker = worker_of(thread, lane);
  MoveArgs move;
  move.rows = static_cast<std::uint32_t>(probe_count);
  move.dtype = probes_[group.probes.front()].dtype;
  std::byte* const packed = worker.packed.data() + group.packed_begin * worker.places.size();
  const std::size_t element = group.element_bytes(move.dtype);
  alignas(64) std::byte strip_rows[rows_together][sample_strip * sizeof(float)];
  for (std::size_t p = 0; p < probe_count; ++p) move.row[p] = strip_rows[p];
  for (std::size_t s = part.strips_of_slice[slice]; s < part.strips_of_slice[slice + 1]; ++s) {
    const ProbeGroup::Strip& strip = part.strips[s];
    for (std::size_t p = 0; p < probe_count; ++p) {
      worker.clipped_samples +=
          kernels.sample(lane.sampled[group.probes[p] * network_.type_count + strip.type],
                         strip.begin, strip.count, strip_rows[p]);
    }
    move.packed = packed + (strip.begin - place_begin) * element;
    move.count = strip.count;
    kernels.pack_rows(move);
  }
}

// One row of samples of each probe of the group: the thread's neurons are moved to where they stand
// in the network.
template <class Real, class Sum>
void InstanceOf<Real, Sum>::place_samples(std::uint32_t thread, LaneType& lane,
                                          const ProbeGroup& group, std::int64_t step) {
  const ObserveSet<Real>& kernels = observe_set(kernels_, Real{});
  const ProbeGroup::Part& part = group.parts[thread];
  const Probe& first = probes_[group.probes.front()];
  const std::size_t bytes = first.bytes_per_value();
  Worker& worker = worker_of(thread, lane);
  std::byte* row[rows_together] = {};
  for (std::size_t p = 0; p < group.probes.size(); ++p) {
    ProbeSamples& samples = lane.output[last_ticket_ & 1].probes[group.probes[p]];
    const std::int64_t k_row = (step - samples.first_step) / first.every_steps;
    row[p] = samples.data.data() + static_cast<std::size_t>(k_row) * first.neuron_count * bytes;
  }
  MoveArgs move;
  move.rows = static_cast<std::uint32_t>(group.probes.size());
  move.dtype = first.dtype;
  move.packed = worker.packed.data() + group.packed_begin * worker.places.size();
  move.pick = part.place.data();
  for (const ProbeGroup::Segment& segment : part.segments) {
    for (std::size_t p = 0; p < group.probes.size(); ++p) {
      move.row[p] = row[p] + segment.column * bytes;
    }
    move.count = segment.length;
    kernels.unpack_rows(move);
    move.pick += segment.length;
  }
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::prepare_samples(LaneType& lane) const {
  lane.sampled.clear();
  for (const Probe& probe : probes_) {
    for (std::uint32_t type = 0; type < network_.type_count; ++type) {
      lane.sampled.push_back(sample_args(lane.state, probe, type));
    }
  }
}

// Where a variable of the neurons of one type comes from; see value_of.
template <class Real, class Sum>
SampleArgs<Real> InstanceOf<Real, Sum>::sample_args(const State& state, const Probe& probe,
                                                    std::uint32_t type) const {
  const Variable variable = probe.variable;
  SampleArgs<Real> args;
  args.dtype = probe.dtype;
  args.stride = shape_.places;
  if (variable == Variable::v) {
    args.offset_mv = constants_[type].e_l_mv;
    args.u = state.u.data();
    return args;
  }
  const int current_class = class_of(variable);
  if (current_class < 0) {
    args.asc0 = state.asc0.data();
    args.asc1 = state.asc1.data();
    args.refractory = shape_.billeh_tf ? nullptr : state.refractory.data();
  }
  if (variable == Variable::asc_current) return args;
  const auto c = static_cast<std::size_t>(std::max(0, current_class));
  const TypeInputs& inputs = census_.inputs[type];
  args.pscs = list_of(current_class < 0 ? inputs.pscs : inputs.class_pscs[c]);
  args.y2 = current_class < 0 ? state.y2.data() : state.class_y2[c].data();
  return args;
}

}  // namespace v1::cpu
