#pragma once
#include "kernels/glif_step.hpp"
#include "kernels/moving_threshold.hpp"
#include "plugins/backends/cuda/atomics.hpp"
#include "plugins/backends/cuda/observe.hpp"
#include "plugins/backends/cuda/view.hpp"

/// One step of one neuron.
namespace v1::cuda {

/// `held`: currents and inputs that a neuron holds in registers at once; what goes beyond takes the
/// slow road. Held values are asked for together, so that a step waits for memory once. Fewer
/// registers let more neurons wait at a time.
inline constexpr std::uint32_t few_held = 2, most_held = 4;

/// What a step reads of a neuron's type. It never changes, so it is read while the kernel before
/// still runs.
template <class Real, std::uint32_t held>
struct NeuronConstants {
  std::uint32_t type;
  std::uint32_t currents;
  kernels::MembraneConstants<Real> membrane;
  Real delta_gain;
  struct Current {
    std::uint32_t input;
    Real decay_m1, step, increment, gain_y1, gain_y2;
  } current[held];
};

template <std::uint32_t held, class Real, class Sum>
V1_HD inline NeuronConstants<Real, held> constants_of(const View<Real, Sum>& v,
                                                      std::uint32_t place) {
  NeuronConstants<Real, held> made{};
  made.type = v.type_of_place[place];
  const kernels::TypeConstants<Real>& type = v.types[made.type];
  made.currents = type.psc_count;
  made.membrane = type;
  made.delta_gain = type.delta_gain;
  V1_UNROLL
  for (std::uint32_t p = 0; p < held; ++p) {
    if (p >= v.currents) continue;
    made.current[p] = {type.psc_receptor[p],  type.psc_decay_m1[p], type.psc_step[p],
                       type.psc_increment[p], type.gain_y1[p],      type.gain_y2[p]};
  }
  return made;
}

template <class Real, class Sum>
struct Ring {
  Sum* first;                  // of the slot and place, class 0
  std::uint64_t input_stride;  // to the next input
  std::uint64_t class_stride;
  bool by_class;  // three classes instead of one

  V1_HD Sum first_class(std::uint32_t input) const { return first[input * input_stride]; }
  V1_HD Sum other_classes(std::uint32_t input) const {
    const Sum* const at = first + input * input_stride;
    return by_class ? at[class_stride] + at[2 * class_stride] : 0;
  }
  V1_HD void clear(std::uint32_t input) const {
    Sum* const at = first + input * input_stride;
    at[0] = 0;
    if (by_class) at[class_stride] = at[2 * class_stride] = 0;
  }
};

/// Advances the recorded currents of each class on their own; the dynamics never read them.
template <class Real, class Sum>
V1_HD inline void step_recorded_classes(const View<Real, Sum>& v, std::uint32_t lane,
                                        std::uint32_t place,
                                        const kernels::TypeConstants<Real>& type,
                                        const Ring<Real, Sum>& ring) {
  for (std::uint32_t c = 0; c < 3; ++c) {
    if (!v.class_y1[c]) continue;
    for (std::uint32_t p = 0; p < type.psc_count; ++p) {
      const std::uint64_t at = std::uint64_t{p} * v.places + place;
      const Sum input =
          ring.first[type.psc_receptor[p] * ring.input_stride + c * ring.class_stride];
      kernels::psc_step<Real>(type.psc_decay_m1[p], type.psc_step[p], type.psc_increment[p],
                              static_cast<Real>(input), v.of_lane(v.class_y1[c], lane)[at],
                              v.of_lane(v.class_y2[c], lane)[at]);
    }
  }
}

/// Advances the currents, empties the input sums and returns the currents' drive of the membrane.
/// What lies beyond a type's own currents and inputs is 0, so that the type need not be known to
/// read it.
template <class Real, class Sum, std::uint32_t held>
V1_HD inline Real step_currents(const View<Real, Sum>& v, std::uint32_t lane, std::uint32_t place,
                                const NeuronConstants<Real, held>& of,
                                const Ring<Real, Sum>& ring) {
  Real* const all_y1 = v.of_place(v.y1, lane, place);
  Real* const all_y2 = v.of_place(v.y2, lane, place);
  Real y1[held] = {}, y2[held] = {};
  Sum sum[held] = {};
  V1_UNROLL
  for (std::uint32_t i = 0; i < held; ++i) {
    if (i < v.inputs) sum[i] = ring.first_class(i);
  }
  V1_UNROLL
  for (std::uint32_t p = 0; p < held; ++p) {
    if (p >= v.currents) continue;
    y1[p] = all_y1[std::uint64_t{p} * v.places];
    y2[p] = all_y2[std::uint64_t{p} * v.places];
  }
  // Not above: a sum would be waited for before the next is asked for.
  V1_UNROLL
  for (std::uint32_t i = 0; i < held; ++i) {
    if (i < v.inputs) sum[i] += ring.other_classes(i);
  }
  const auto input = [&](std::uint32_t number) {
    Sum found = 0;
    if (number >= held) found = ring.first_class(number) + ring.other_classes(number);
    V1_UNROLL
    for (std::uint32_t i = 0; i < held; ++i) found = number == i ? sum[i] : found;
    return static_cast<Real>(found);
  };
  Real drive = 0;
  const auto step = [&](std::uint32_t p, const typename NeuronConstants<Real, held>::Current& c,
                        Real& one, Real& two) {
    drive = v.billeh_tf ? drive + two
                        : kernels::exact_drive<Real>(drive, c.gain_y1, c.gain_y2, one, two);
    kernels::psc_step<Real>(c.decay_m1, c.step, c.increment, input(c.input), one, two);
    all_y1[std::uint64_t{p} * v.places] = one;
    all_y2[std::uint64_t{p} * v.places] = two;
  };
  V1_UNROLL
  for (std::uint32_t p = 0; p < held; ++p) {
    if (p < of.currents) step(p, of.current[p], y1[p], y2[p]);
  }
  for (std::uint32_t p = held; p < of.currents; ++p) {
    const kernels::TypeConstants<Real>& t = v.types[of.type];
    Real one = all_y1[std::uint64_t{p} * v.places], two = all_y2[std::uint64_t{p} * v.places];
    step(p,
         {t.psc_receptor[p], t.psc_decay_m1[p], t.psc_step[p], t.psc_increment[p], t.gain_y1[p],
          t.gain_y2[p]},
         one, two);
  }
  if (of.delta_gain != 0) drive = of.delta_gain * input(0);
  V1_UNROLL
  for (std::uint32_t i = 0; i < held; ++i) {
    if (ring.by_class ? i < v.inputs : sum[i] != 0) ring.clear(i);
  }
  for (std::uint32_t i = held; i < v.inputs; ++i) ring.clear(i);
  return drive;
}

/// The membrane in the instance's scheme. low_word: refractory steps, or spiked; see View.
template <class Real, class Sum, std::uint32_t held>
V1_HD inline std::int32_t step_membrane(const View<Real, Sum>& v, std::uint32_t lane,
                                        std::uint32_t place, const NeuronConstants<Real, held>& of,
                                        Real drive, Real external, Real& u, Real& asc0, Real& asc1,
                                        std::int32_t& low_word) {
  if (v.threshold_moves && v.threshold_moves[of.type]) {
    return kernels::exact_step_moving_threshold<Real>(
        of.membrane, v.threshold[of.type], drive, external, u, asc0, asc1,
        *v.of_place(v.theta_spike, lane, place), *v.of_place(v.theta_voltage, lane, place),
        low_word);
  }
  if (!v.billeh_tf) {
    return kernels::exact_step<Real>(of.membrane, drive, external, u, asc0, asc1, low_word);
  }
  const kernels::TypeConstants<Real>& type = v.types[of.type];
  float& refractory_ms = *v.of_place(v.refractory_ms, lane, place);
  low_word = v.soft_reset ? kernels::billeh_tf_step<Real, true>(type, drive, external, u, asc0,
                                                                asc1, refractory_ms, low_word)
                          : kernels::billeh_tf_step<Real, false>(type, drive, external, u, asc0,
                                                                 asc1, refractory_ms, low_word);
  return low_word;
}

/// Step k of the window for the neuron at `place`. Notes its spike for the host. True when it
/// spiked.
template <class Real, class Sum, std::uint32_t held>
V1_HD inline bool update_neuron(const View<Real, Sum>& v, std::uint32_t lane,
                                const LaneControl& control, std::int64_t k, std::uint32_t place,
                                const NeuronConstants<Real, held>& of) {
  const std::uint32_t slot = (control.cursor + static_cast<std::uint32_t>(k)) % v.ring_slots;
  const std::uint64_t class_stride = std::uint64_t{v.ring_slots} * v.inputs * v.places;
  const Ring<Real, Sum> ring = {
      v.of_place(v.ring, lane, place) + std::uint64_t{slot} * v.inputs * v.places, v.places,
      class_stride, v.class_count == 3};
  std::uint32_t* const word = v.of_place(v.word, lane, place);
  Real* const u = v.of_place(v.u, lane, place);
  Real* const asc0 = v.of_place(v.asc0, lane, place);
  Real* const asc1 = v.of_place(v.asc1, lane, place);
  const std::uint32_t old_word = *word;
  Real next_u = *u, next_asc0 = *asc0, next_asc1 = *asc1;
  const Real external = external_current(v, lane, control, k, place);

  if (ring.by_class) step_recorded_classes(v, lane, place, v.types[of.type], ring);
  const Real drive = step_currents(v, lane, place, of, ring);
  auto low_word = static_cast<std::int32_t>(old_word & 0xFFFFu);
  const std::int32_t spiked =
      step_membrane(v, lane, place, of, drive, external, next_u, next_asc0, next_asc1, low_word);
  *u = next_u;
  *asc0 = next_asc0;
  *asc1 = next_asc1;
  const std::uint32_t new_word = of.type << 16 | static_cast<std::uint32_t>(low_word);
  if (new_word != old_word) *word = new_word;

  // x - x is 0 for finite x only.
  const Real finite = (next_u - next_u) + (next_asc0 - next_asc0) + (next_asc1 - next_asc1);
  const bool bad = !(finite == 0);
  if (bad) {
    take_smaller(v.window.bad + lane,
                 static_cast<std::uint64_t>(control.step + k) << 32 | v.position_of_place[place]);
  }
  sample(v, lane, control, k, place);
  return spiked != 0;
}

/// Notes a spike of window step k for the host.
template <class Real, class Sum>
V1_HD inline void note_spike(const View<Real, Sum>& v, std::uint32_t lane, std::int64_t k,
                             std::uint32_t position) {
  const std::uint64_t row = lane * v.window.capacity + static_cast<std::uint64_t>(k);
  claim(v.window.spike_count + row, 1);
  set_bit(v.window.spike_bits + row * v.words, position);
}

}  // namespace v1::cuda
