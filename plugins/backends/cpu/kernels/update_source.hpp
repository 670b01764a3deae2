// Part of step_kernels_source.hpp: the update of the neurons.

// Neurons per pass: what a pass touches stays in the first-level cache.
constexpr std::size_t pass_size = 256;

// The loops over neurons count vectors.
constexpr std::size_t vector_size = 8;

// n, of which compilers then know that loops need no code for a rest or for nothing: else they
// keep all constants as scalars for it, too, which takes as long as two vectors of neurons.
inline std::size_t whole_vectors(std::size_t n) {
  if (n % vector_size != 0 || n == 0) __builtin_unreachable();
  return n;
}

// One current of a class. takes_over: the sums then go to the total and are left at zero.
template <bool takes_over, class Real, class Sum>
inline void step_class_psc(const TypeConstants<Real>& constants, std::uint32_t p, std::size_t n,
                           Real* __restrict y1, Real* __restrict y2, Sum* __restrict input,
                           Sum* __restrict total) {
  const Real decay = constants.psc_decay_m1[p], step = constants.psc_step[p];
  const Real increment = constants.psc_increment[p];
  for (std::size_t i = 0; i < whole_vectors(n); ++i) {
    const Sum sum = input[i];
    kernels::psc_step<Real>(decay, step, increment, static_cast<Real>(sum), y1[i], y2[i]);
    if constexpr (takes_over) {
      total[i] += sum;
      input[i] = 0;
    }
  }
}

template <bool exact, bool first, bool clears, class Real, class Sum>
inline void drive_and_step_psc(const TypeConstants<Real>& constants, std::uint32_t p, std::size_t n,
                               Real* __restrict drive, Real* __restrict y1, Real* __restrict y2,
                               Sum* __restrict input) {
  const Real decay = constants.psc_decay_m1[p], step = constants.psc_step[p];
  const Real increment = constants.psc_increment[p];
  const Real gain_y1 = constants.gain_y1[p], gain_y2 = constants.gain_y2[p];
  for (std::size_t i = 0; i < whole_vectors(n); ++i) {
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

// The run at hand of an update.
template <class Real, class Sum>
struct Part {
  const UpdateArgs<Real, Sum>& args;
  const UpdateRun<Real>& run;

  // Input sums of a row, of the pass that begins at neuron `at` of the run.
  Sum* input(std::uint32_t k, std::uint32_t row, std::size_t at) const {
    return args.input[k] + run.input_begin + row * run.count + at;
  }
};

// Adds the sums of another class to the total and leaves them at zero.
template <class Sum>
inline void take_over(Sum* __restrict total, Sum* __restrict other, std::size_t n) {
  for (std::size_t i = 0; i < whole_vectors(n); ++i) {
    total[i] += other[i];
    other[i] = 0;
  }
}

// Steps the recorded currents of a class.
template <class Real, class Sum>
inline void step_class(const Part<Real, Sum>& part, std::uint32_t k, std::size_t at,
                       std::size_t n) {
  const UpdateArgs<Real, Sum>& args = part.args;
  const UpdateRun<Real>& run = part.run;
  for (std::uint32_t q = 0; q < run.class_pscs[k].count; ++q) {
    const PscUse& use = run.class_pscs[k].use[q];
    const std::size_t place = use.psc * args.stride + run.begin + at;
    Real* const y1 = args.class_y1[k] + place;
    Real* const y2 = args.class_y2[k] + place;
    Sum* const input = part.input(k, use.row, at);
    // The sums of the first class are the total already.
    if (k > 0 && use.clears) {
      step_class_psc<true>(*run.constants, use.psc, n, y1, y2, input, part.input(0, use.row, at));
    } else {
      step_class_psc<false, Real, Sum>(*run.constants, use.psc, n, y1, y2, input, nullptr);
    }
  }
}

// Steps the recorded currents of each class and leaves the sums over all classes in input[0].
// Rows that a class does not feed are zero already.
template <class Real, class Sum>
inline void class_currents(const Part<Real, Sum>& part, std::size_t at, std::size_t n) {
  const UpdateRun<Real>& run = part.run;
  for (std::uint32_t k = 0; k < 3; ++k) {
    const bool recorded = part.args.class_y1[k] != nullptr;
    if (recorded) step_class(part, k, at, n);
    if (k == 0) continue;
    const RowList& rows = recorded ? run.class_unread_rows[k] : run.class_rows[k];
    for (std::uint32_t f = 0; f < rows.count; ++f) {
      take_over(part.input(0, rows.row[f], at), part.input(k, rows.row[f], at), n);
    }
  }
}

template <bool exact, bool first, class Real, class Sum>
inline void one_current(const Part<Real, Sum>& part, const PscUse& use, std::size_t at,
                        std::size_t n, Real* drive) {
  const UpdateArgs<Real, Sum>& args = part.args;
  const std::size_t place = use.psc * args.stride + part.run.begin + at;
  Sum* const input = part.input(0, use.row, at);
  if (use.clears) {
    drive_and_step_psc<exact, first, true>(*part.run.constants, use.psc, n, drive, args.y1 + place,
                                           args.y2 + place, input);
  } else {
    drive_and_step_psc<exact, first, false>(*part.run.constants, use.psc, n, drive, args.y1 + place,
                                            args.y2 + place, input);
  }
}

// Advances the currents of n neurons and leaves their drive of the membrane. Loops instead of
// memset: runs are short in small networks, and calls would cost more than the stores.
template <bool exact, class Real, class Sum>
inline void currents(const Part<Real, Sum>& part, std::size_t at, std::size_t n, Real* drive) {
  const UpdateRun<Real>& run = part.run;
  if (part.args.class_count == 3) class_currents(part, at, n);
  if (run.pscs.count == 0) std::memset(drive, 0, n * sizeof(Real));
  for (std::uint32_t q = 0; q < run.pscs.count; ++q) {
    if (q == 0) {
      one_current<exact, true>(part, run.pscs.use[q], at, n, drive);
    } else {
      one_current<exact, false>(part, run.pscs.use[q], at, n, drive);
    }
  }
  if (run.constants->delta_gain != 0) {
    const Real gain = run.constants->delta_gain;
    const Sum* __restrict input = part.input(0, 0, at);
    for (std::size_t i = 0; i < n; ++i) drive[i] = gain * static_cast<Real>(input[i]);
  }
  for (std::uint32_t r = 0; r < run.unread_count; ++r) {
    std::memset(part.input(0, run.unread_rows[r], at), 0, n * sizeof(Sum));
  }
}

// Appends the places whose flag (0 or 1) is set.
inline std::size_t collect(const std::int32_t* flag, std::size_t n, std::size_t first,
                           std::uint32_t* out) {
  std::size_t found = 0;
  for (std::size_t begin = 0; begin < whole_vectors(n); begin += vector_size) {
    std::uint64_t pair[vector_size / 2];
    std::memcpy(pair, flag + begin, sizeof pair);
    if ((pair[0] | pair[1] | pair[2] | pair[3]) == 0) continue;
    for (std::size_t i = begin; i < begin + vector_size; ++i) {
      out[found] = static_cast<std::uint32_t>(first + i);
      found += static_cast<std::size_t>(flag[i]);
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
  for (std::size_t i = 0; i < whole_vectors(n); ++i) {
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
  for (std::size_t i = 0; i < whole_vectors(n); ++i) {
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
  for (std::size_t i = 0; i < whole_vectors(n); ++i) {
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

// One pass of the fast update: currents and membranes in one loop, nothing goes through memory in
// between. Returns whether any neuron spiked.
template <std::uint32_t pscs, class Real, class Sum>
__attribute__((noinline)) bool fast_pass(const UpdateRun<Real>& run, std::size_t n,
                                         const Real* __restrict external, Real* __restrict u,
                                         Real* __restrict asc0, Real* __restrict asc1,
                                         std::int32_t* __restrict refractory,
                                         Real* __restrict first_y1, Real* __restrict first_y2,
                                         Sum* __restrict first_input, Real* __restrict second_y1,
                                         Real* __restrict second_y2, Sum* __restrict second_input,
                                         std::int32_t* __restrict flag) {
  const kernels::MembraneConstants<Real> membrane = run.membrane;
  const PackedPsc<Real> first = run.packed[0], second = run.packed[1];
  std::int32_t any = 0;
  for (std::size_t i = 0; i < whole_vectors(n); ++i) {
    Real y1 = first_y1[i], y2 = first_y2[i];
    Real drive = kernels::exact_drive<Real>(Real(0), first.gain_y1, first.gain_y2, y1, y2);
    kernels::psc_step<Real>(first.decay_m1, first.step, first.increment,
                            static_cast<Real>(first_input[i]), y1, y2);
    first_y1[i] = y1;
    first_y2[i] = y2;
    first_input[i] = 0;
    if constexpr (pscs == 2) {
      y1 = second_y1[i];
      y2 = second_y2[i];
      drive = kernels::exact_drive<Real>(drive, second.gain_y1, second.gain_y2, y1, y2);
      kernels::psc_step<Real>(second.decay_m1, second.step, second.increment,
                              static_cast<Real>(second_input[i]), y1, y2);
      second_y1[i] = y1;
      second_y2[i] = y2;
      second_input[i] = 0;
    }
    Real next_u = u[i], next_asc0 = asc0[i], next_asc1 = asc1[i];
    std::int32_t next_refractory = refractory[i];
    const std::int32_t spiked = kernels::exact_step<Real>(membrane, drive, external[i], next_u,
                                                          next_asc0, next_asc1, next_refractory);
    u[i] = next_u;
    asc0[i] = next_asc0;
    asc1[i] = next_asc1;
    refractory[i] = next_refractory;
    flag[i] = spiked;
    any |= spiked;
  }
  return any != 0;
}

template <class Real>
inline constexpr Real nothing[pass_size] = {};

template <std::uint32_t pscs, class Real, class Sum>
std::size_t fast_run(const UpdateArgs<Real, Sum>& args, const UpdateRun<Real>& run,
                     std::uint32_t* out) {
  alignas(64) std::int32_t flag[pass_size];
  const std::size_t second = pscs - 1;
  std::size_t spikes = 0;
  for (std::size_t at = 0; at < run.count; at += pass_size) {
    const std::size_t n = run.count - at < pass_size ? run.count - at : pass_size;
    const std::size_t begin = run.begin + at;
    Real* const y1 = args.y1 + begin;
    Real* const y2 = args.y2 + begin;
    Sum* const input = args.input[0] + run.input_begin + at;
    if (args.class_count == 3) class_currents(Part<Real, Sum>{args, run}, at, n);
    const bool any = fast_pass<pscs, Real, Sum>(
        run, n, args.external_pa ? args.external_pa + begin : nothing<Real>, args.u + begin,
        args.asc0 + begin, args.asc1 + begin, args.refractory + begin,
        y1 + run.psc[0] * args.stride, y2 + run.psc[0] * args.stride, input,
        y1 + run.psc[second] * args.stride, y2 + run.psc[second] * args.stride,
        input + second * run.count, flag);
    if (any) spikes += collect(flag, n, begin, out + spikes);
  }
  return spikes;
}

template <class Real, class Sum>
std::size_t exact_run(const UpdateArgs<Real, Sum>& args, const UpdateRun<Real>& run,
                      std::uint32_t* out) {
  alignas(64) Real drive[pass_size];
  alignas(64) std::int32_t flag[pass_size];
  std::size_t spikes = 0;
  for (std::size_t at = 0; at < run.count; at += pass_size) {
    const std::size_t n = run.count - at < pass_size ? run.count - at : pass_size;
    const std::size_t first = run.begin + at;
    currents<true>(Part<Real, Sum>{args, run}, at, n, drive);
    const Real* const external = args.external_pa ? args.external_pa + first : nothing<Real>;
    if (run.moving) {
      moving_threshold_pass<Real>(*run.constants, *run.moving, n, drive, external, args.u + first,
                                  args.asc0 + first, args.asc1 + first, args.theta_spike + first,
                                  args.theta_voltage + first, args.refractory + first, flag);
    } else {
      exact_pass<Real>(*run.constants, n, drive, external, args.u + first, args.asc0 + first,
                       args.asc1 + first, args.refractory + first, flag);
    }
    spikes += collect(flag, n, first, out + spikes);
  }
  return spikes;
}

template <class Real, class Sum>
std::size_t update_exact(const UpdateArgs<Real, Sum>& args) {
  std::size_t spikes = 0;
  for (std::size_t r = 0; r < args.run_count; ++r) {
    const UpdateRun<Real>& run = args.runs[r];
    std::uint32_t* const out = args.spikes + spikes;
    if (run.fast == 2) {
      spikes += fast_run<2>(args, run, out);
    } else if (run.fast == 1) {
      spikes += fast_run<1>(args, run, out);
    } else {
      spikes += exact_run(args, run, out);
    }
  }
  return spikes;
}

template <class Real, class Sum, bool soft>
std::size_t update_billeh_tf(const UpdateArgs<Real, Sum>& args) {
  alignas(64) Real drive[pass_size];
  std::size_t spikes = 0;
  for (std::size_t r = 0; r < args.run_count; ++r) {
    const UpdateRun<Real>& run = args.runs[r];
    for (std::size_t at = 0; at < run.count; at += pass_size) {
      const std::size_t n = run.count - at < pass_size ? run.count - at : pass_size;
      const std::size_t first = run.begin + at;
      currents<false>(Part<Real, Sum>{args, run}, at, n, drive);
      billeh_tf_pass<Real, soft>(*run.constants, n, drive,
                                 args.external_pa ? args.external_pa + first : nothing<Real>,
                                 args.u + first, args.asc0 + first, args.asc1 + first,
                                 args.refractory_ms + first, args.spiked + first);
      spikes += collect(args.spiked + first, n, first, args.spikes + spikes);
    }
  }
  return spikes;
}
