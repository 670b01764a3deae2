// Part of step_kernels_source.hpp: the update of the neurons.

// Neurons per pass: what a pass touches stays in the first-level cache.
constexpr std::size_t pass_size = 256;

// The loops over neurons count vectors, so that compilers see that nothing remains.
constexpr std::size_t vector_size = 8;

template <class Real, class Sum>
inline void step_one_psc(const TypeConstants<Real>& constants, std::uint32_t p, std::size_t n,
                         Real* __restrict y1, Real* __restrict y2, const Sum* __restrict input) {
  const Real decay = constants.psc_decay_m1[p], step = constants.psc_step[p];
  const Real increment = constants.psc_increment[p];
  for (std::size_t i = 0; i < n / vector_size * vector_size; ++i) {
    kernels::psc_step<Real>(decay, step, increment, static_cast<Real>(input[i]), y1[i], y2[i]);
  }
}

template <bool exact, bool first, bool clears, class Real, class Sum>
inline void drive_and_step_psc(const TypeConstants<Real>& constants, std::uint32_t p, std::size_t n,
                               Real* __restrict drive, Real* __restrict y1, Real* __restrict y2,
                               Sum* __restrict input) {
  const Real decay = constants.psc_decay_m1[p], step = constants.psc_step[p];
  const Real increment = constants.psc_increment[p];
  const Real gain_y1 = constants.gain_y1[p], gain_y2 = constants.gain_y2[p];
  for (std::size_t i = 0; i < n / vector_size * vector_size; ++i) {
    const Real before = first ? Real(0) : drive[i];
    if constexpr (exact) {
      drive[i] = kernels::exact_drive<Real>(before, gain_y1, gain_y2, y1[i], y2[i]);
    } else {
      drive[i] = before + y2[i];
    }
    kernels::psc_step<Real>(decay, step, increment, static_cast<Real>(input[i]), y1[i], y2[i]);
    if constexpr (clears) input[i] = 0;
  }
}

// Input sums of a row, of the pass that begins at neuron `at` of the run.
template <class Real, class Sum>
inline Sum* input_of(const UpdateArgs<Real, Sum>& args, std::uint32_t k, std::uint32_t row,
                     std::size_t at) {
  return args.input[k] + row * args.count + at;
}

// Steps the recorded currents of each class and leaves the sums over all classes in input[0].
template <class Real, class Sum>
inline void class_currents(const UpdateArgs<Real, Sum>& args, std::size_t at, std::size_t n) {
  for (std::uint32_t k = 0; k < 3; ++k) {
    if (!args.class_y1[k]) continue;
    for (std::uint32_t q = 0; q < args.class_pscs[k].count; ++q) {
      const PscUse& use = args.class_pscs[k].use[q];
      const std::size_t place = use.psc * args.stride + args.begin + at;
      step_one_psc(*args.constants, use.psc, n, args.class_y1[k] + place, args.class_y2[k] + place,
                   input_of(args, k, use.row, at));
    }
  }
  for (std::uint32_t r = 0; r < args.receptor_count; ++r) {
    Sum* __restrict total = input_of(args, 0, r, at);
    Sum* __restrict second = input_of(args, 1, r, at);
    Sum* __restrict third = input_of(args, 2, r, at);
    for (std::size_t i = 0; i < n / vector_size * vector_size; ++i) {
      total[i] += second[i] + third[i];
      second[i] = 0;
      third[i] = 0;
    }
  }
}

template <bool exact, bool first, class Real, class Sum>
inline void one_current(const UpdateArgs<Real, Sum>& args, const PscUse& use, std::size_t at,
                        std::size_t n, Real* drive) {
  const std::size_t place = use.psc * args.stride + args.begin + at;
  Sum* const input = input_of(args, 0, use.row, at);
  if (use.clears) {
    drive_and_step_psc<exact, first, true>(*args.constants, use.psc, n, drive, args.y1 + place,
                                           args.y2 + place, input);
  } else {
    drive_and_step_psc<exact, first, false>(*args.constants, use.psc, n, drive, args.y1 + place,
                                            args.y2 + place, input);
  }
}

// Advances the currents of n neurons and leaves their drive of the membrane. Loops instead of
// memset: runs are short in small networks, and calls would cost more than the stores.
template <bool exact, class Real, class Sum>
inline void currents(const UpdateArgs<Real, Sum>& args, std::size_t at, std::size_t n,
                     Real* drive) {
  const TypeConstants<Real>& constants = *args.constants;
  if (args.class_count == 3) class_currents(args, at, n);
  if (args.pscs.count == 0) std::memset(drive, 0, n * sizeof(Real));
  for (std::uint32_t q = 0; q < args.pscs.count; ++q) {
    if (q == 0) {
      one_current<exact, true>(args, args.pscs.use[q], at, n, drive);
    } else {
      one_current<exact, false>(args, args.pscs.use[q], at, n, drive);
    }
  }
  if (constants.delta_gain != 0) {
    const Real gain = constants.delta_gain;
    const Sum* __restrict input = input_of(args, 0, 0, at);
    for (std::size_t i = 0; i < n; ++i) drive[i] = gain * static_cast<Real>(input[i]);
  }
  for (std::uint32_t r = 0; r < args.unread_count; ++r) {
    std::memset(input_of(args, 0, args.unread_rows[r], at), 0, n * sizeof(Sum));
  }
}

// Appends the places whose flag is set.
inline std::size_t collect(const std::int32_t* flag, std::size_t n, std::size_t first,
                           std::uint32_t* out) {
  constexpr std::size_t group = 4 * vector_size;
  std::size_t found = 0;
  for (std::size_t begin = 0; begin < n; begin += group) {
    const std::size_t end = begin + group < n ? begin + group : n;
    std::int32_t any = 0;
    for (std::size_t i = begin; i < end; ++i) any |= flag[i];
    if (any == 0) continue;
    for (std::size_t i = begin; i < end; ++i) {
      if (flag[i]) out[found++] = static_cast<std::uint32_t>(first + i);
    }
  }
  return found;
}

// The passes over the membranes stand alone (noinline) and work on local copies: only then
// does g++ turn the selects of the step functions into vector code.
template <class Real>
__attribute__((noinline)) void exact_pass(const TypeConstants<Real>& type, std::size_t n,
                                          const Real* __restrict drive,
                                          const Real* __restrict external, Real* __restrict u,
                                          Real* __restrict asc0, Real* __restrict asc1,
                                          std::int32_t* __restrict refractory,
                                          std::int32_t* __restrict flag) {
  const TypeConstants<Real> constants = type;
  for (std::size_t i = 0; i < n / vector_size * vector_size; ++i) {
    Real next_u = u[i], next_asc0 = asc0[i], next_asc1 = asc1[i];
    std::int32_t next_refractory = refractory[i];
    flag[i] = kernels::exact_step<Real>(constants, drive[i], external[i], next_u, next_asc0,
                                        next_asc1, next_refractory);
    u[i] = next_u;
    asc0[i] = next_asc0;
    asc1[i] = next_asc1;
    refractory[i] = next_refractory;
  }
}

template <class Real>
__attribute__((noinline)) void moving_threshold_pass(
    const TypeConstants<Real>& type, const kernels::ThresholdConstants<Real>& moving, std::size_t n,
    const Real* __restrict drive, const Real* __restrict external, Real* __restrict u,
    Real* __restrict asc0, Real* __restrict asc1, Real* __restrict theta_spike,
    Real* __restrict theta_voltage, std::int32_t* __restrict refractory,
    std::int32_t* __restrict flag) {
  const TypeConstants<Real> constants = type;
  const kernels::ThresholdConstants<Real> threshold = moving;
  for (std::size_t i = 0; i < n / vector_size * vector_size; ++i) {
    Real next_u = u[i], next_asc0 = asc0[i], next_asc1 = asc1[i];
    Real next_spike_part = theta_spike[i], next_voltage_part = theta_voltage[i];
    std::int32_t next_refractory = refractory[i];
    flag[i] = kernels::exact_step_moving_threshold<Real>(
        constants, threshold, drive[i], external[i], next_u, next_asc0, next_asc1, next_spike_part,
        next_voltage_part, next_refractory);
    u[i] = next_u;
    asc0[i] = next_asc0;
    asc1[i] = next_asc1;
    theta_spike[i] = next_spike_part;
    theta_voltage[i] = next_voltage_part;
    refractory[i] = next_refractory;
  }
}

template <class Real, bool soft>
__attribute__((noinline)) void billeh_tf_pass(const TypeConstants<Real>& type, std::size_t n,
                                              const Real* __restrict drive,
                                              const Real* __restrict external, Real* __restrict u,
                                              Real* __restrict asc0, Real* __restrict asc1,
                                              float* __restrict refractory,
                                              std::int32_t* __restrict flag) {
  const TypeConstants<Real> constants = type;
  for (std::size_t i = 0; i < n / vector_size * vector_size; ++i) {
    Real next_u = u[i], next_asc0 = asc0[i], next_asc1 = asc1[i];
    float next_refractory = refractory[i];
    flag[i] = kernels::billeh_tf_step<Real, soft>(constants, drive[i], external[i], next_u,
                                                  next_asc0, next_asc1, next_refractory, flag[i]);
    u[i] = next_u;
    asc0[i] = next_asc0;
    asc1[i] = next_asc1;
    refractory[i] = next_refractory;
  }
}

template <class Real, class Sum>
std::size_t update_exact(const UpdateArgs<Real, Sum>& args) {
  alignas(64) Real drive[pass_size];
  alignas(64) static constexpr Real nothing[pass_size] = {};
  alignas(64) std::int32_t flag[pass_size];
  std::size_t spikes = 0;
  for (std::size_t at = 0; at < args.count; at += pass_size) {
    const std::size_t n = args.count - at < pass_size ? args.count - at : pass_size;
    const std::size_t first = args.begin + at;
    currents<true>(args, at, n, drive);
    const Real* const external = args.external_pa ? args.external_pa + first : nothing;
    if (args.moving) {
      moving_threshold_pass<Real>(*args.constants, *args.moving, n, drive, external, args.u + first,
                                  args.asc0 + first, args.asc1 + first, args.theta_spike + first,
                                  args.theta_voltage + first, args.refractory + first, flag);
    } else {
      exact_pass<Real>(*args.constants, n, drive, external, args.u + first, args.asc0 + first,
                       args.asc1 + first, args.refractory + first, flag);
    }
    spikes += collect(flag, n, first, args.spikes + spikes);
  }
  return spikes;
}

template <class Real, class Sum, bool soft>
std::size_t update_billeh_tf(const UpdateArgs<Real, Sum>& args) {
  alignas(64) Real drive[pass_size];
  alignas(64) static constexpr Real nothing[pass_size] = {};
  std::size_t spikes = 0;
  for (std::size_t at = 0; at < args.count; at += pass_size) {
    const std::size_t n = args.count - at < pass_size ? args.count - at : pass_size;
    const std::size_t first = args.begin + at;
    currents<false>(args, at, n, drive);
    billeh_tf_pass<Real, soft>(*args.constants, n, drive,
                               args.external_pa ? args.external_pa + first : nothing,
                               args.u + first, args.asc0 + first, args.asc1 + first,
                               args.refractory_ms + first, args.spiked + first);
    spikes += collect(args.spiked + first, n, first, args.spikes + spikes);
  }
  return spikes;
}
