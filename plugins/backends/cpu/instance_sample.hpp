#pragma once
#include <algorithm>
#include <cstring>

#include "plugins/backends/cpu/instance_of.hpp"

namespace v1::cpu {

template <class Real, class Sum>
void InstanceOf<Real, Sum>::sample(std::uint32_t thread, LaneType& lane, std::int64_t k) {
  const std::int64_t step = lane.step + k;
  for (std::size_t p = 0; p < probes_.size(); ++p) {
    const Probe& probe = probes_[p];
    if (!probe.samples_after(step)) continue;
    ProbeSamples& samples = lane.output[last_ticket_ & 1].probes[p];
    const std::int64_t row = (step - samples.first_step) / probe.every_steps;
    std::byte* const out = samples.data.data() + static_cast<std::size_t>(row) *
                                                     probe.neuron_count * probe.bytes_per_value();
    workers_[thread].clipped_samples += sample_probe(thread, lane, probe, out);
  }
}

namespace detail {

// Moves values from a strip that begins at place `begin` into their columns.
template <class Value>
void scatter(const void* strip, std::uint32_t begin, const std::uint32_t* place,
             const std::uint32_t* column, std::size_t count, std::byte* out) {
  const auto* value = static_cast<const Value*>(strip);
  for (std::size_t i = 0; i < count; ++i) {
    std::memcpy(out + column[i] * sizeof(Value), value + (place[i] - begin), sizeof(Value));
  }
}

}  // namespace detail

// One row of samples of the thread's neurons: whole strips of places are computed as vectors,
// then moved to where the neurons stand in the network.
template <class Real, class Sum>
std::uint64_t InstanceOf<Real, Sum>::sample_probe(std::uint32_t thread, const LaneType& lane,
                                                  const Probe& probe, std::byte* out) const {
  const SampleFunction<Real> kernel = observe_set(kernels_, Real{}).sample;
  const Probe::Part& part = probe.parts[thread];
  alignas(64) std::byte strip[sample_strip * sizeof(float)];
  std::uint64_t clipped = 0;
  std::size_t i = 0;
  for (const TypeRun& run : layout_.chunks[thread].runs) {
    if (i == part.place.size()) break;
    if (part.place[i] >= run.end) continue;
    SampleArgs<Real> args = sample_args(lane.state, probe.variable, run.type);
    args.dtype = probe.dtype;
    args.out = strip;
    while (i < part.place.size() && part.place[i] < run.end) {
      const std::uint32_t begin = part.place[i] / places_per_vector * places_per_vector;
      const std::uint32_t end =
          std::min(run.padded_end, begin + static_cast<std::uint32_t>(sample_strip));
      // Places ascend, so a strip holds at most sample_strip of them.
      const std::size_t most = std::min(part.place.size(), i + sample_strip);
      const auto first = part.place.begin();
      const auto last = static_cast<std::size_t>(
          std::lower_bound(first + static_cast<std::ptrdiff_t>(i),
                           first + static_cast<std::ptrdiff_t>(most), end) -
          first);
      args.begin = begin;
      args.count = (part.place[last - 1] - begin) / places_per_vector * places_per_vector +
                   places_per_vector;
      clipped += kernel(args);
      const auto scatter =
          probe.dtype == V1E_F16 ? detail::scatter<std::uint16_t> : detail::scatter<float>;
      scatter(strip, begin, part.place.data() + i, part.column.data() + i, last - i, out);
      i = last;
    }
  }
  return clipped;
}

// Where a variable of the neurons of one type comes from; see value_of.
template <class Real, class Sum>
SampleArgs<Real> InstanceOf<Real, Sum>::sample_args(const State& state, Variable variable,
                                                    std::uint32_t type) const {
  SampleArgs<Real> args;
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
