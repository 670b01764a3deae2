#pragma once
#include "kernels/glif_step.hpp"
#include "kernels/half.hpp"
#include "plugins/backends/cuda/atomics.hpp"
#include "plugins/backends/cuda/view.hpp"
#include "plugins/backends/shared/variables.hpp"

/// Recorded variables and current pulses: what happens between two updates besides delivery.
namespace v1::cuda {

using backend::class_of;
using backend::Variable;

/// As recorded: mV or pA after the last step.
template <class Real, class Sum>
V1_HD inline double value_of(const View<Real, Sum>& v, std::uint32_t lane, Variable variable,
                             std::uint32_t place) {
  const std::uint32_t word = v.of_lane(v.word, lane)[place];
  const kernels::TypeConstants<Real>& type = v.types[word >> 16];
  if (variable == Variable::v) {
    return type.e_l_mv + static_cast<double>(v.of_lane(v.u, lane)[place]);
  }
  const bool held = !v.billeh_tf && (word & 0xFFFFu) != 0;
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

/// Stores what the probes sample after step k; thread `thread` of `threads`.
template <class Real, class Sum>
V1_HD inline void sample(const View<Real, Sum>& v, std::uint32_t lane, const LaunchStep& now,
                         std::uint32_t thread, std::uint32_t threads) {
  if (v.probe_count == 0 || !now.has(now.k)) return;
  const LaneControl& control = v.window.lanes[lane];
  const std::int64_t step = control.step + now.first + now.k;
  for (std::uint32_t p = 0; p < v.probe_count; ++p) {
    const ProbeView& probe = v.probes[p];
    if ((step + 1) % probe.every_steps != 0) continue;
    const auto row = static_cast<std::uint64_t>((step + 1) / probe.every_steps - 1 -
                                                control.step / probe.every_steps);
    unsigned char* const out = v.window.samples[p] + lane * v.window.sample_stride[p];
    for (std::uint32_t i = thread; i < probe.neurons; i += threads) {
      const double exact = value_of(v, lane, static_cast<Variable>(probe.variable), probe.place[i]);
      const auto value = static_cast<float>(exact);
      const std::uint64_t at = row * probe.neurons + i;
      if (!probe.half) {
        reinterpret_cast<float*>(out)[at] = value;
        continue;
      }
      reinterpret_cast<std::uint16_t*>(out)[at] = kernels::to_half(value);
      if (kernels::half_saturates(value)) add(v.of_lane(v.clipped, lane), std::int64_t{1});
    }
  }
}

/// Writes the sum of the pulses where they change. Scheme exact reads the current at the end of a
/// step (it acts in the next), billeh-tf at its start: between steps k and k + 1.
template <class Real, class Sum>
V1_HD inline void write_current(const View<Real, Sum>& v, std::uint32_t lane, const LaunchStep& now,
                                std::uint32_t thread, std::uint32_t threads) {
  const int k = v.billeh_tf ? now.k + 1 : now.k;
  if (!now.has(k) || !v.window.new_current[lane * v.window.capacity + now.first + k]) return;
  const LaneControl& control = v.window.lanes[lane];
  const std::int64_t step = control.step + now.first + k;
  for (std::uint32_t place = thread; place < v.places; place += threads) {
    Real sum = 0;
    if (control.pulse_first) {
      for (std::uint32_t e = control.pulse_first[place]; e < control.pulse_first[place + 1]; ++e) {
        const PulseEntry pulse = control.pulses[e];
        if (step >= pulse.step_begin && step < pulse.step_end) {
          sum += static_cast<Real>(pulse.amplitude_pa);
        }
      }
    }
    v.of_lane(v.current, lane)[place] = sum;
  }
}

}  // namespace v1::cuda
