// Source of the inner loops; included once by each step_kernels_*.cpp, which defines V1_VARIANT
// (a namespace) and V1_VARIANT_NAME. Everything here has internal linkage or is always inlined,
// so that no code for a newer processor leaks into the rest of the program.
#include <cstring>

#include "kernels/count_table_draw.hpp"
#include "kernels/glif_step.hpp"
#include "kernels/philox.hpp"
#include "plugins/backends/cpu/step_kernels.hpp"

namespace v1::cpu::V1_VARIANT {
namespace {

using kernels::TypeConstants;

// Neurons per pass: drive and flags stay in the first-level cache.
constexpr std::size_t pass_size = 512;

template <class Real, class Sum>
inline void step_one_psc(const TypeConstants<Real>& constants, std::uint32_t p, std::size_t n,
                         Real* __restrict y1, Real* __restrict y2, const Sum* __restrict input) {
  const Real decay = constants.psc_decay_m1[p], step = constants.psc_step[p];
  const Real increment = constants.psc_increment[p];
  for (std::size_t i = 0; i < n; ++i) {
    kernels::psc_step<Real>(decay, step, increment, static_cast<Real>(input[i]), y1[i], y2[i]);
  }
}

template <bool exact, class Real, class Sum>
inline void drive_and_step_psc(const TypeConstants<Real>& constants, std::uint32_t p, std::size_t n,
                               Real* __restrict drive, Real* __restrict y1, Real* __restrict y2,
                               const Sum* __restrict input) {
  const Real decay = constants.psc_decay_m1[p], step = constants.psc_step[p];
  const Real increment = constants.psc_increment[p];
  const Real gain_y1 = constants.gain_y1[p], gain_y2 = constants.gain_y2[p];
  for (std::size_t i = 0; i < n; ++i) {
    if constexpr (exact) {
      drive[i] = kernels::exact_drive<Real>(drive[i], gain_y1, gain_y2, y1[i], y2[i]);
    } else {
      drive[i] = drive[i] + y2[i];
    }
    kernels::psc_step<Real>(decay, step, increment, static_cast<Real>(input[i]), y1[i], y2[i]);
  }
}

// Advances the currents of neurons [first, first + n) and leaves their drive of the membrane.
template <bool exact, class Real, class Sum>
inline void currents(const UpdateArgs<Real, Sum>& args, std::size_t first, std::size_t n,
                     Real* drive) {
  const TypeConstants<Real>& constants = *args.constants;
  if (args.class_count == 3) {
    for (std::uint32_t k = 0; k < 3; ++k) {
      if (!args.class_y1[k]) continue;
      for (std::uint32_t p = 0; p < constants.psc_count; ++p) {
        const std::size_t at = p * args.stride + first;
        step_one_psc(constants, p, n, args.class_y1[k] + at, args.class_y2[k] + at,
                     args.input[k] + constants.psc_receptor[p] * args.stride + first);
      }
    }
    for (std::uint32_t r = 0; r < args.receptor_count; ++r) {
      Sum* __restrict total = args.input[0] + r * args.stride + first;
      Sum* __restrict second = args.input[1] + r * args.stride + first;
      Sum* __restrict third = args.input[2] + r * args.stride + first;
      for (std::size_t i = 0; i < n; ++i) total[i] += second[i] + third[i];
      std::memset(second, 0, n * sizeof(Sum));
      std::memset(third, 0, n * sizeof(Sum));
    }
  }
  std::memset(drive, 0, n * sizeof(Real));
  for (std::uint32_t p = 0; p < constants.psc_count; ++p) {
    const std::size_t at = p * args.stride + first;
    drive_and_step_psc<exact>(constants, p, n, drive, args.y1 + at, args.y2 + at,
                              args.input[0] + constants.psc_receptor[p] * args.stride + first);
  }
  if (constants.delta_gain != 0) {
    const Real gain = constants.delta_gain;
    const Sum* __restrict input = args.input[0] + first;
    for (std::size_t i = 0; i < n; ++i) drive[i] = gain * static_cast<Real>(input[i]);
  }
  for (std::uint32_t r = 0; r < args.receptor_count; ++r) {
    std::memset(args.input[0] + r * args.stride + first, 0, n * sizeof(Sum));
  }
}

// Appends the places whose flag is set.
inline std::size_t collect(const std::int32_t* flag, std::size_t n, std::size_t first,
                           std::uint32_t* out) {
  std::size_t found = 0, i = 0;
  for (; i + 16 <= n; i += 16) {
    std::int32_t any = 0;
    for (std::size_t j = 0; j < 16; ++j) any |= flag[i + j];
    if (any == 0) continue;
    for (std::size_t j = i; j < i + 16; ++j) {
      if (flag[j]) out[found++] = static_cast<std::uint32_t>(first + j);
    }
  }
  for (; i < n; ++i) {
    if (flag[i]) out[found++] = static_cast<std::uint32_t>(first + i);
  }
  return found;
}

// The two passes over the membranes stand alone (noinline) and work on local copies: only then
// does g++ turn the selects of the step functions into vector code.
template <class Real>
__attribute__((noinline)) void exact_pass(const TypeConstants<Real>& type, std::size_t n,
                                          const Real* __restrict drive,
                                          const Real* __restrict external, Real* __restrict u,
                                          Real* __restrict asc0, Real* __restrict asc1,
                                          std::int32_t* __restrict refractory,
                                          std::int32_t* __restrict flag) {
  const TypeConstants<Real> constants = type;
  for (std::size_t i = 0; i < n; ++i) {
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

template <class Real, bool soft>
__attribute__((noinline)) void billeh_tf_pass(const TypeConstants<Real>& type, std::size_t n,
                                              const Real* __restrict drive,
                                              const Real* __restrict external, Real* __restrict u,
                                              Real* __restrict asc0, Real* __restrict asc1,
                                              float* __restrict refractory,
                                              std::int32_t* __restrict flag) {
  const TypeConstants<Real> constants = type;
  for (std::size_t i = 0; i < n; ++i) {
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
  alignas(64) Real nothing[pass_size];
  alignas(64) std::int32_t flag[pass_size];
  std::memset(nothing, 0, sizeof nothing);
  std::size_t spikes = 0;
  for (std::size_t first = args.begin; first < args.end; first += pass_size) {
    const std::size_t n = args.end - first < pass_size ? args.end - first : pass_size;
    currents<true>(args, first, n, drive);
    exact_pass<Real>(*args.constants, n, drive,
                     args.external_pa ? args.external_pa + first : nothing, args.u + first,
                     args.asc0 + first, args.asc1 + first, args.refractory + first, flag);
    spikes += collect(flag, n, first, args.spikes + spikes);
  }
  return spikes;
}

template <class Real, class Sum, bool soft>
std::size_t update_billeh_tf(const UpdateArgs<Real, Sum>& args) {
  alignas(64) Real drive[pass_size];
  alignas(64) Real nothing[pass_size];
  std::memset(nothing, 0, sizeof nothing);
  std::size_t spikes = 0;
  for (std::size_t first = args.begin; first < args.end; first += pass_size) {
    const std::size_t n = args.end - first < pass_size ? args.end - first : pass_size;
    currents<false>(args, first, n, drive);
    billeh_tf_pass<Real, soft>(*args.constants, n, drive,
                               args.external_pa ? args.external_pa + first : nothing,
                               args.u + first, args.asc0 + first, args.asc1 + first,
                               args.refractory_ms + first, args.spiked + first);
    spikes += collect(args.spiked + first, n, first, args.spikes + spikes);
  }
  return spikes;
}

__attribute__((noinline)) void draw_words(const DrawArgs& args, std::uint32_t* __restrict word0,
                                          std::uint32_t* __restrict word1,
                                          std::uint32_t* __restrict word2,
                                          std::uint32_t* __restrict word3) {
  const std::uint32_t* __restrict item = args.item;
  const std::uint64_t key = args.key;
  const std::uint32_t stream = args.stream, trial = args.trial, block = args.block;
  const std::size_t count = args.count;
  for (std::size_t i = 0; i < count; ++i) {
    const kernels::PhiloxWords drawn = kernels::philox4(key, stream, item[i], trial, block);
    word0[i] = drawn.word[0];
    word1[i] = drawn.word[1];
    word2[i] = drawn.word[2];
    word3[i] = drawn.word[3];
  }
}

void draw_rates(const DrawArgs& args, const std::uint32_t* const threshold[4],
                std::uint8_t* fired) {
  const std::size_t count = args.count;
  alignas(64) std::uint32_t words[4 * draw_strip];
  draw_words(args, words, words + draw_strip, words + 2 * draw_strip, words + 3 * draw_strip);
  for (std::size_t w = 0; w < 4; ++w) {
    const std::uint32_t* __restrict limit = threshold[w];
    const std::uint32_t* __restrict word = words + w * draw_strip;
    std::uint8_t* __restrict out = fired + w * draw_strip;
    for (std::size_t i = 0; i < count; ++i) {
      out[i] = kernels::fires(word[i], limit[i]) ? 1 : 0;
    }
  }
}

void draw_counts(const DrawArgs& args, const std::uint32_t* thresholds,
                 std::uint32_t threshold_count, std::uint16_t* events) {
  alignas(64) std::uint32_t words[4 * draw_strip];
  draw_words(args, words, words + draw_strip, words + 2 * draw_strip, words + 3 * draw_strip);
  for (std::size_t w = 0; w < 4; ++w) {
    for (std::size_t i = 0; i < args.count; ++i) {
      events[w * draw_strip + i] = static_cast<std::uint16_t>(
          kernels::count_events(words[w * draw_strip + i], thresholds, threshold_count));
    }
  }
}

template <class Real, class Sum>
constexpr UpdateSet<Real, Sum> updates() {
  return {update_exact<Real, Sum>, update_billeh_tf<Real, Sum, false>,
          update_billeh_tf<Real, Sum, true>};
}

}  // namespace

extern const KernelTable table;
const KernelTable table = {V1_VARIANT_NAME,
                           updates<float, std::int32_t>(),
                           updates<float, std::int64_t>(),
                           updates<double, std::int32_t>(),
                           updates<double, std::int64_t>(),
                           draw_rates,
                           draw_counts};

}  // namespace v1::cpu::V1_VARIANT
