#pragma once
#include "kernels/glif_step.hpp"
#include "kernels/half.hpp"
#include "plugins/backends/cuda/step/atomics.hpp"
#include "plugins/backends/cuda/step/view.hpp"
#include "plugins/backends/shared/variables.hpp"

/// Recorded variables and current pulses.
namespace v1::cuda {

using backend::class_of;
using backend::Variable;

/// As recorded: mV or pA after the last step.
template <class Real, class Sum>
V1_HD inline double value_of(const View<Real, Sum>& v, std::uint32_t lane, Variable variable,
                             std::uint32_t place) {
  const kernels::TypeConstants<Real>& type = v.types[v.type_of_place[place]];
  if (variable == Variable::v) {
    return type.e_l_mv + static_cast<double>(v.of_lane(v.u, lane)[place]);
  }
  const bool held = !v.billeh_tf && v.of_lane(v.hold, lane)[place] != 0;
  const Real asc =
      kernels::acting_asc(v.of_lane(v.asc0, lane)[place], v.of_lane(v.asc1, lane)[place], held);
  if (variable == Variable::asc_current) return asc;
  const int current_class = class_of(variable);
  const Real* const y2 = v.of_lane(current_class < 0 ? v.y2 : v.class_y2[current_class], lane);
  Real sum = 0;
  for (std::uint32_t p = 0; p < type.psc_count; ++p) {
    sum += y2[std::uint64_t{p} * v.places + place];
  }
  return variable == Variable::input_current ? sum + asc : sum;
}

/// Stores what the probes sample of the neuron at `place` after window step k.
template <class Real, class Sum>
V1_HD inline void sample(const View<Real, Sum>& v, std::uint32_t lane, const LaneControl& control,
                         std::int64_t k, std::uint32_t place) {
  for (std::uint32_t p = 0; p < v.probe_count; ++p) {
    const ProbeView& probe = v.probes[p];
    const std::int64_t every = probe.every_steps, steps = control.step + k + 1;
    if (every != 1 && steps % every != 0) continue;
    const std::uint32_t first = probe.first[place], end = probe.first[place + 1];
    if (first == end) continue;
    const std::int64_t row = every == 1 ? k : steps / every - 1 - control.step / every;
    const double exact = value_of(v, lane, static_cast<Variable>(probe.variable), place);
    const auto value = static_cast<float>(exact);
    unsigned char* const out = v.window.samples[p] + lane * v.window.sample_stride[p];
    for (std::uint32_t i = first; i < end; ++i) {
      const std::uint64_t at = static_cast<std::uint64_t>(row) * probe.neurons + probe.column[i];
      if (!probe.half) {
        reinterpret_cast<float*>(out)[at] = value;
        continue;
      }
      reinterpret_cast<std::uint16_t*>(out)[at] = kernels::to_half(value);
      if (kernels::half_saturates(value)) add(v.of_lane(v.clipped, lane), std::int64_t{1});
    }
  }
}

/// Sum of the pulses into the neuron at `place` during step `step` of the trial.
template <class Real>
V1_HD inline Real current_of_pulses(const LaneControl& control, std::int64_t step,
                                    std::uint32_t place) {
  Real sum = 0;
  if (!control.pulse_first) return sum;
  for (std::uint32_t e = control.pulse_first[place]; e < control.pulse_first[place + 1]; ++e) {
    const PulseEntry pulse = control.pulses[e];
    if (step >= pulse.step_begin && step < pulse.step_end) {
      sum += static_cast<Real>(pulse.amplitude_pa);
    }
  }
  return sum;
}

/// The current that acts on the neuron in window step k; held: the one of the step before, which is
/// replaced by that of this one. Where
/// pulses change in k it is summed anew: scheme billeh-tf reads it at the start of a step, exact at
/// its end (it acts in the next).
template <bool plain, class Real, class Sum>
V1_HD inline Real changed_current(const View<Real, Sum>& v, const LaneControl& control,
                                  std::int64_t k, std::uint32_t place, Real held, Real& kept) {
  const auto changed = current_of_pulses<Real>(control, control.step + k, place);
  kept = changed;
  return !plain && v.billeh_tf ? changed : held;
}

}  // namespace v1::cuda
