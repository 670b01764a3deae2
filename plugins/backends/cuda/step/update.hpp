#pragma once
#include "kernels/glif_step.hpp"
#include "kernels/moving_threshold.hpp"
#include "plugins/backends/cuda/step/atomics.hpp"
#include "plugins/backends/cuda/step/draw.hpp"
#include "plugins/backends/cuda/step/listed_row.hpp"
#include "plugins/backends/cuda/step/observe.hpp"
#include "plugins/backends/cuda/step/state_access.hpp"
#include "plugins/backends/cuda/step/view.hpp"

/// One step of one neuron.
namespace v1::cuda {

/// `held`: currents that a neuron holds in registers at once, with their inputs; what goes beyond
/// takes the slow road. Held values are asked for together, so that a step waits for memory once.
/// Fewer registers let more neurons wait at a time. Of many currents (double alpha) the constants
/// are not held.
inline constexpr std::uint32_t few_held = 2, most_held = 4, many_held = 12;

/// For types of at most so many currents and inputs.
constexpr std::uint32_t currents_held(std::uint32_t most) {
  return most <= few_held ? few_held : most <= most_held ? most_held : many_held;
}

constexpr std::uint32_t held_inputs(std::uint32_t held) {
  return held == many_held ? held / 2 : held;
}

/// What a step reads of a neuron's type. It never changes, so it is read while the kernel before
/// still runs.
template <class Real, std::uint32_t held>
struct NeuronConstants {
  std::uint32_t type;
  std::uint32_t currents;
  std::uint32_t inputs;
  kernels::MembraneConstants<Real> membrane;
  Real delta_gain;
  CurrentConstants<Real> current[held == many_held ? 1 : held];
  CommonSynapse common;
};

/// Those of a few currents are read field by field, which takes fewer registers.
template <std::uint32_t held, class Real, class Sum>
V1_HD inline CurrentConstants<Real> current_constants(const View<Real, Sum>& v, std::uint32_t of,
                                                      std::uint32_t p) {
  if constexpr (held == many_held) return v.currents_of_type[of * v.currents + p];
  const kernels::TypeConstants<Real>& type = v.types[of];
  return {type.psc_receptor[p],  type.psc_decay_m1[p], type.psc_step[p],
          type.psc_increment[p], type.gain_y1[p],      type.gain_y2[p]};
}

template <std::uint32_t held, Home home, class Real, class Sum>
V1_HD inline NeuronConstants<Real, held> constants_of(const View<Real, Sum>& v,
                                                      std::uint32_t place) {
  NeuronConstants<Real, held> made{};
  made.type = load_state<home>(v.type_of_place + place);
  if (v.common_of_type) {
    made.common = v.common_of_type[made.type];
  } else if (v.common_of_place) {
    made.common = v.common_of_place[place];
  }
  const kernels::TypeConstants<Real>& type = v.types[made.type];
  made.currents = type.psc_count;
  made.membrane = type;
  made.delta_gain = type.delta_gain;
  if constexpr (held == many_held || is_resident(home)) {
    made.inputs = v.inputs_of_type[made.type];
  }
  if constexpr (held != many_held) {
    V1_UNROLL
    for (std::uint32_t p = 0; p < held; ++p) {
      if (p < v.currents) made.current[p] = current_constants<held>(v, made.type, p);
    }
  }
  return made;
}

/// plain: the usual case, free of code for what it does without: scheme exact, fixed thresholds,
/// nothing recorded but spikes. written: other blocks add to the ring while this kernel runs.
template <class Real, class Sum, bool plain, bool written>
struct Ring {
  Sum* first;                  // of the slot and place, class 0
  std::uint64_t input_stride;  // to the next input
  std::uint64_t class_stride;
  std::uint32_t class_count;  // three classes instead of one

  V1_HD bool by_class() const { return !plain && class_count == 3; }

  V1_HD Sum first_class(std::uint32_t input) const {
    const Sum* const at = first + input * input_stride;
    return written ? load_written(at) : *at;
  }
  V1_HD Sum other_classes(std::uint32_t input) const {
    const Sum* const at = first + input * input_stride;
    return by_class() ? at[class_stride] + at[2 * class_stride] : 0;
  }
  V1_HD void clear(std::uint32_t input) const {
    Sum* const at = first + input * input_stride;
    at[0] = 0;
    if (by_class()) at[class_stride] = at[2 * class_stride] = 0;
  }
};

/// Where a neuron finds its input of a step. Known before the step, like its constants.
template <class Real, class Sum, bool plain, bool written>
struct StepInput {
  Ring<Real, Sum, plain, written> ring;
  const std::uint32_t* common_events;  // of the common source; null without one
  bool pulses_change;
};

/// What of that is the same for all neurons.
struct StepTime {
  std::uint32_t slot;        // of the ring
  std::uint32_t common_now;  // of common_events
  bool pulses_change;
};
template <class Real, class Sum>
V1_HD inline StepTime step_time(const View<Real, Sum>& v, std::uint32_t lane,
                                const LaneControl& control, std::int64_t k) {
  StepTime time{};
  time.slot = (control.cursor + static_cast<std::uint32_t>(k)) % v.ring_slots;
  if (v.common_block != no_block) time.common_now = common_slot(v, control, k);
  time.pulses_change =
      control.uses_current && v.window.new_current[lane * v.window.capacity + k] != 0;
  return time;
}

template <bool plain, Home home, class Real, class Sum>
V1_HD inline StepInput<Real, Sum, plain, home == Home::chip> input_of(const View<Real, Sum>& v,
                                                                      std::uint32_t lane,
                                                                      const StepTime& time,
                                                                      std::uint32_t place,
                                                                      const CommonSynapse& common) {
  const std::uint64_t class_stride = std::uint64_t{v.ring_slots} * v.inputs * v.places;
  StepInput<Real, Sum, plain, home == Home::chip> input{};
  input.ring = {v.of_place(v.ring, lane, place) + std::uint64_t{time.slot} * v.inputs * v.places,
                v.places, class_stride, v.class_count};
  if (v.common_block != no_block) {
    input.common_events =
        v.of_lane(v.common_events, lane) + common_before(v, time.common_now, common.delay_steps);
  }
  input.pulses_change = time.pulses_change;
  return input;
}

/// Advances the recorded currents of each class on their own; the dynamics never read them.
template <class Real, class Sum, bool plain, bool written>
V1_HD inline void step_recorded_classes(const View<Real, Sum>& v, std::uint32_t lane,
                                        std::uint32_t place,
                                        const kernels::TypeConstants<Real>& type,
                                        const Ring<Real, Sum, plain, written>& ring) {
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
/// Beyond a type's own currents and inputs lies 0, so that the type need not be known to read it.
/// common_events: of the common source.
template <Home home, class Real, class Sum, std::uint32_t held, bool plain, bool written>
V1_HD inline Real step_currents(const View<Real, Sum>& v, const NeuronState<Real>& state,
                                const NeuronConstants<Real, held>& of,
                                const Ring<Real, Sum, plain, written>& ring,
                                std::uint32_t common_events) {
  constexpr std::uint32_t sums = held_inputs(held);
  // Currents of many fill the cache once a step; the input sums should outlive that in it.
  constexpr Home currents_home = home == Home::memory && held == many_held ? Home::streaming : home;
  // A type's own currents are known before, but not at no cost: few are read for all.
  const bool own = held == many_held || is_resident(home);
  const std::uint32_t currents = own ? of.currents : v.currents;
  const std::uint32_t inputs = own ? of.inputs : v.inputs;
  Real y1[held] = {}, y2[held] = {};
  // Sums that are at hand are looked up when they are needed.
  constexpr bool at_hand = home == Home::chip_and_sums;
  Sum sum[sums] = {};
  V1_UNROLL
  for (std::uint32_t i = 0; i < sums; ++i) {
    if (!at_hand && i < inputs) sum[i] = ring.first_class(i);
  }
  V1_UNROLL
  for (std::uint32_t p = 0; p < held; ++p) {
    if (p >= currents) continue;
    y1[p] = load_state<currents_home>(state.y1 + p * state.stride);
    y2[p] = load_state<currents_home>(state.y2 + p * state.stride);
  }
  // Not above: a sum would be waited for before the next is asked for.
  V1_UNROLL
  for (std::uint32_t i = 0; i < sums; ++i) {
    if (i < v.inputs) sum[i] += ring.other_classes(i);
  }
  const Sum common = static_cast<Sum>(Sum{of.common.weight} * static_cast<Sum>(common_events));
  // Sums on the chip take in those of the ring, and are looked up there.
  const bool on_chip = home == Home::chip && state.sums;
  if (on_chip) {
    V1_UNROLL
    for (std::uint32_t i = 0; i < sums; ++i) {
      if (i < inputs && sum[i] != 0) state.sums[i * state.stride] += sum[i];
    }
    for (std::uint32_t i = sums; i < inputs; ++i) {
      state.sums[i * state.stride] += ring.first_class(i);
    }
  }
  const auto input = [&](std::uint32_t number) {
    Sum found = 0;
    if constexpr (at_hand) {
      found = ring.first_class(number);
    } else if (on_chip) {
      found = state.sums[number * state.stride];
    } else {
      if (number >= sums) found = ring.first_class(number) + ring.other_classes(number);
      V1_UNROLL
      for (std::uint32_t i = 0; i < sums; ++i) found = number == i ? sum[i] : found;
    }
    if (number == of.common.input) found += common;
    return static_cast<Real>(found);
  };
  Real drive = 0;
  const auto step = [&](std::uint32_t p, const CurrentConstants<Real>& c, Real& one, Real& two) {
    drive = !plain && v.billeh_tf
                ? drive + two
                : kernels::exact_drive<Real>(drive, c.gain_y1, c.gain_y2, one, two);
    kernels::psc_step<Real>(c.decay_m1, c.step, c.increment, input(c.input), one, two);
    store_state<currents_home>(state.y1 + p * state.stride, one);
    store_state<currents_home>(state.y2 + p * state.stride, two);
  };
  V1_UNROLL
  for (std::uint32_t p = 0; p < held; ++p) {
    if (p >= of.currents) continue;
    if constexpr (held == many_held) {
      step(p, current_constants<held>(v, of.type, p), y1[p], y2[p]);
    } else {
      step(p, of.current[p], y1[p], y2[p]);
    }
  }
  for (std::uint32_t p = held; p < of.currents; ++p) {
    Real one = state.y1[p * state.stride], two = state.y2[p * state.stride];
    step(p, current_constants<held>(v, of.type, p), one, two);
  }
  if (of.delta_gain != 0) drive = of.delta_gain * input(0);
  V1_UNROLL
  for (std::uint32_t i = 0; i < sums; ++i) {
    if (at_hand || ring.by_class() ? i < inputs : sum[i] != 0) ring.clear(i);
  }
  for (std::uint32_t i = sums; i < inputs; ++i) ring.clear(i);
  for (std::uint32_t i = 0; on_chip && i < inputs; ++i) state.sums[i * state.stride] = 0;
  return drive;
}

/// The membrane in the instance's scheme. hold: see View.
template <bool plain, class Real, class Sum, std::uint32_t held>
V1_HD inline std::int32_t step_membrane(const View<Real, Sum>& v, std::uint32_t lane,
                                        std::uint32_t place, const NeuronConstants<Real, held>& of,
                                        Real drive, Real external, Real& u, Real& asc0, Real& asc1,
                                        std::int32_t& hold) {
  if (!plain && v.threshold_moves && v.threshold_moves[of.type]) {
    return kernels::exact_step_moving_threshold<Real>(
        of.membrane, v.threshold[of.type], drive, external, u, asc0, asc1,
        *v.of_place(v.theta_spike, lane, place), *v.of_place(v.theta_voltage, lane, place), hold);
  }
  if (plain || !v.billeh_tf) {
    return kernels::exact_step<Real>(of.membrane, drive, external, u, asc0, asc1, hold);
  }
  const kernels::TypeConstants<Real>& type = v.types[of.type];
  float& refractory_ms = *v.of_place(v.refractory_ms, lane, place);
  hold = v.soft_reset ? kernels::billeh_tf_step<Real, true>(type, drive, external, u, asc0, asc1,
                                                            refractory_ms, hold)
                      : kernels::billeh_tf_step<Real, false>(type, drive, external, u, asc0, asc1,
                                                             refractory_ms, hold);
  return hold;
}

/// The state of the neuron at `place` in the memory of the device.
template <class Real, class Sum>
V1_HD inline NeuronState<Real> state_in_memory(const View<Real, Sum>& v, std::uint32_t lane,
                                               std::uint32_t place) {
  return {v.of_place(v.u, lane, place),       v.of_place(v.asc0, lane, place),
          v.of_place(v.asc1, lane, place),    v.of_place(v.y1, lane, place),
          v.of_place(v.y2, lane, place),      v.places,
          v.of_place(v.current, lane, place), v.of_place(v.hold, lane, place)};
}

/// Step k of the window for the neuron at `place`. True when it spiked.
template <bool plain, Home home, class Real, class Sum, std::uint32_t held, bool written>
V1_HD inline bool update_neuron(const View<Real, Sum>& v, std::uint32_t lane,
                                const LaneControl& control, std::int64_t k, std::uint32_t place,
                                const NeuronState<Real>& state,
                                const NeuronConstants<Real, held>& of,
                                const StepInput<Real, Sum, plain, written>& input) {
  // All that a step reads is asked for before any of it is looked at.
  const std::uint16_t old_hold = load_state<home>(state.hold);
  Real next_u = load_state<home>(state.u), next_asc0 = load_state<home>(state.asc0),
       next_asc1 = load_state<home>(state.asc1);
  const std::uint32_t common_events = input.common_events ? *input.common_events : 0;
  Real external = control.uses_current ? load_state<home>(state.external) : Real(0);

  if (input.ring.by_class()) step_recorded_classes(v, lane, place, v.types[of.type], input.ring);
  const Real drive = step_currents<home>(v, state, of, input.ring, common_events);
  if (input.pulses_change) {
    external = changed_current<plain>(v, control, k, place, external, *state.external);
  }
  std::int32_t next_hold = old_hold;
  const std::int32_t spiked = step_membrane<plain>(v, lane, place, of, drive, external, next_u,
                                                   next_asc0, next_asc1, next_hold);
  store_state<home>(state.u, next_u);
  store_state<home>(state.asc0, next_asc0);
  store_state<home>(state.asc1, next_asc1);
  if (next_hold != old_hold) store_state<home>(state.hold, static_cast<std::uint16_t>(next_hold));

  // x - x is 0 for finite x only.
  const Real finite = (next_u - next_u) + (next_asc0 - next_asc0) + (next_asc1 - next_asc1);
  const bool bad = !(finite == 0);
  if (bad) {
    take_smaller(v.window.bad + lane,
                 static_cast<std::uint64_t>(control.step + k) << 32 | v.position_of_place[place]);
  }
  if constexpr (!plain) sample(v, lane, control, k, place);
  return spiked != 0;
}

/// Notes a spike in window step k for the host. position: of the neuron, which takes time to read.
template <class Real, class Sum>
V1_HD inline void note_spike(const View<Real, Sum>& v, std::uint32_t lane, std::int64_t k,
                             std::uint32_t position) {
  const std::uint64_t step = lane * v.window.capacity + static_cast<std::uint64_t>(k);
  count_one(v.window.spike_count + step);
  set_bit(v.window.spike_bits + step * v.words, position);
}

/// Lists the rows of a neuron that spiked in window step k for the delivery, and notes the spike.
/// counter: of the synapses served.
template <class Real, class Sum>
V1_HD inline void list_spike(const View<Real, Sum>& v, std::uint32_t lane, std::int64_t k,
                             std::uint32_t place, std::uint32_t counter) {
  const std::uint64_t step = lane * v.window.capacity + static_cast<std::uint64_t>(k);
  const std::uint32_t position = v.position_of_place[place];
  for (std::uint32_t b = 0; b < v.block_count; ++b) {
    const BlockView& block = v.blocks[b];
    if (block.source_kind != V1E_SOURCE_NEURONS) continue;
    ListedRow row = listed_row(block, block.row[place], 1);
    if (row.size == 0) continue;
    row.first = claim(v.window.spike_pieces + step, row.pieces());
    Piece* const out = v.of_lane(v.spike_list, lane) + row.first;
    for (std::uint32_t i = 0; i < row.pieces(); ++i) out[i] = row.piece(i);
    add(v.of_lane(v.served, lane) + counter % served_counters, static_cast<std::int64_t>(row.size));
  }
  note_spike(v, lane, k, position);
}

}  // namespace v1::cuda
