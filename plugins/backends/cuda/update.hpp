#pragma once
#include "kernels/glif_step.hpp"
#include "kernels/moving_threshold.hpp"
#include "plugins/backends/cuda/atomics.hpp"
#include "plugins/backends/cuda/view.hpp"

/// One step of one neuron.
namespace v1::cuda {

/// Currents whose state is held in registers at once; types with more take the slow road.
inline constexpr std::uint32_t held_currents = 4;

template <class Real, class Sum>
struct Ring {
  Sum* first;                  // of the slot and place, class 0
  std::uint64_t input_stride;  // to the next input
  std::uint64_t class_stride;
  std::uint32_t class_count;

  V1_HD Sum total(std::uint32_t input) const {
    const Sum* at = first + input * input_stride;
    Sum sum = at[0];
    for (std::uint32_t c = 1; c < class_count; ++c) sum += at[c * class_stride];
    return sum;
  }
  V1_HD void clear(std::uint32_t inputs) const {
    for (std::uint32_t i = 0; i < inputs; ++i) {
      for (std::uint32_t c = 0; c < class_count; ++c) {
        Sum* at = first + i * input_stride + c * class_stride;
        if (*at != 0) *at = 0;
      }
    }
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

/// Advances the currents and returns their drive of the membrane. The first few are loaded
/// together, so that their memory latencies overlap.
template <class Real, class Sum>
V1_HD inline Real step_currents(const View<Real, Sum>& v, std::uint32_t lane, std::uint32_t place,
                                const kernels::TypeConstants<Real>& type,
                                const Ring<Real, Sum>& ring) {
  Real* const all_y1 = v.of_lane(v.y1, lane) + place;
  Real* const all_y2 = v.of_lane(v.y2, lane) + place;
  const std::uint32_t count = type.psc_count;
  Real y1[held_currents] = {}, y2[held_currents] = {}, input[held_currents] = {};
  V1_UNROLL
  for (std::uint32_t p = 0; p < held_currents; ++p) {
    if (p >= count) continue;
    y1[p] = all_y1[std::uint64_t{p} * v.places];
    y2[p] = all_y2[std::uint64_t{p} * v.places];
    input[p] = static_cast<Real>(ring.total(type.psc_receptor[p]));
  }
  Real drive = 0;
  const auto step = [&](std::uint32_t p, Real in, Real& one, Real& two) {
    drive = v.billeh_tf
                ? drive + two
                : kernels::exact_drive<Real>(drive, type.gain_y1[p], type.gain_y2[p], one, two);
    kernels::psc_step<Real>(type.psc_decay_m1[p], type.psc_step[p], type.psc_increment[p], in, one,
                            two);
    all_y1[std::uint64_t{p} * v.places] = one;
    all_y2[std::uint64_t{p} * v.places] = two;
  };
  V1_UNROLL
  for (std::uint32_t p = 0; p < held_currents; ++p) {
    if (p < count) step(p, input[p], y1[p], y2[p]);
  }
  for (std::uint32_t p = held_currents; p < count; ++p) {
    Real one = all_y1[std::uint64_t{p} * v.places], two = all_y2[std::uint64_t{p} * v.places];
    step(p, static_cast<Real>(ring.total(type.psc_receptor[p])), one, two);
  }
  if (type.delta_gain != 0) drive = type.delta_gain * static_cast<Real>(ring.total(0));
  return drive;
}

/// The membrane in the instance's scheme. low_word: refractory steps, or spiked; see View.
template <class Real, class Sum>
V1_HD inline std::int32_t step_membrane(const View<Real, Sum>& v, std::uint32_t lane,
                                        std::uint32_t place, std::uint32_t type_index, Real drive,
                                        Real external, Real& u, Real& asc0, Real& asc1,
                                        std::int32_t& low_word) {
  const kernels::TypeConstants<Real>& type = v.types[type_index];
  if (v.threshold_moves && v.threshold_moves[type_index]) {
    return kernels::exact_step_moving_threshold<Real>(
        type, v.threshold[type_index], drive, external, u, asc0, asc1,
        v.of_lane(v.theta_spike, lane)[place], v.of_lane(v.theta_voltage, lane)[place], low_word);
  }
  if (!v.billeh_tf) {
    return kernels::exact_step<Real>(type, drive, external, u, asc0, asc1, low_word);
  }
  float& refractory_ms = v.of_lane(v.refractory_ms, lane)[place];
  low_word = v.soft_reset ? kernels::billeh_tf_step<Real, true>(type, drive, external, u, asc0,
                                                                asc1, refractory_ms, low_word)
                          : kernels::billeh_tf_step<Real, false>(type, drive, external, u, asc0,
                                                                 asc1, refractory_ms, low_word);
  return low_word;
}

/// Step k of the window for the neuron at `place`. Publishes its spike: in the list of this step
/// for the delivery, as a bit for the host.
template <class Real, class Sum>
V1_HD inline void update_neuron(const View<Real, Sum>& v, std::uint32_t lane, std::int64_t k,
                                std::uint32_t place) {
  const LaneControl& control = v.window.lanes[lane];
  const std::uint32_t slot = (control.cursor + static_cast<std::uint32_t>(k)) % v.ring_slots;
  const std::uint64_t class_stride = std::uint64_t{v.ring_slots} * v.inputs * v.places;
  const Ring<Real, Sum> ring = {
      v.of_lane(v.ring, lane) + std::uint64_t{slot} * v.inputs * v.places + place, v.places,
      class_stride, v.class_count};
  std::uint32_t* const word = v.of_lane(v.word, lane) + place;
  const std::uint32_t old_word = *word;
  const std::uint32_t type_index = old_word >> 16;
  const kernels::TypeConstants<Real>& type = v.types[type_index];
  Real* const u = v.of_lane(v.u, lane) + place;
  Real* const asc0 = v.of_lane(v.asc0, lane) + place;
  Real* const asc1 = v.of_lane(v.asc1, lane) + place;
  Real next_u = *u, next_asc0 = *asc0, next_asc1 = *asc1;
  const Real external = control.uses_current ? v.of_lane(v.current, lane)[place] : Real(0);

  if (v.class_count == 3) step_recorded_classes(v, lane, place, type, ring);
  const Real drive = step_currents(v, lane, place, type, ring);
  ring.clear(v.type_inputs[type_index]);
  auto low_word = static_cast<std::int32_t>(old_word & 0xFFFFu);
  const std::int32_t spiked = step_membrane(v, lane, place, type_index, drive, external, next_u,
                                            next_asc0, next_asc1, low_word);
  *u = next_u;
  *asc0 = next_asc0;
  *asc1 = next_asc1;
  const std::uint32_t new_word = type_index << 16 | static_cast<std::uint32_t>(low_word);
  if (new_word != old_word) *word = new_word;

  // x - x is 0 for finite x only.
  const Real finite = (next_u - next_u) + (next_asc0 - next_asc0) + (next_asc1 - next_asc1);
  const bool bad = !(finite == 0);
  if (!spiked && !bad) return;
  const std::uint32_t position = v.position_of_place[place];
  if (bad) {
    take_smaller(v.window.bad + lane,
                 static_cast<std::uint64_t>(control.step + k) << 32 | position);
  }
  if (!spiked) return;
  const std::uint64_t row = lane * v.window.capacity + static_cast<std::uint64_t>(k);
  v.of_lane(v.spike_list, lane)[claim(v.window.spike_count + row)] = position;
  set_bit(v.window.spike_bits + row * v.words, position);
}

}  // namespace v1::cuda
