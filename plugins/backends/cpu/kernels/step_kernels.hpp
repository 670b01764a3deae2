#pragma once
#include <cstddef>
#include <cstdint>

#include "kernels/moving_threshold.hpp"
#include "kernels/type_constants.hpp"
#include "plugins/backends/cpu/kernels/sample_args.hpp"
#include "plugins/backends/cpu/lane/fragment.hpp"
#include "plugins/backends/cpu/plan/psc_use.hpp"

/// The inner loops, compiled once per instruction set from one source; same bits from each.
namespace v1::cpu {

/// A current in the fast update.
template <class Real>
struct PackedPsc {
  Real decay_m1, step, increment, gain_y1, gain_y2;
};

/// Neurons of one type that are advanced together. What the fast update reads stands side by side,
/// because runs are short in small networks: two cache lines a run in float.
template <class Real>
struct UpdateRun {
  /// Places; count is a multiple of places_per_vector. The input sums of the run are rows of
  /// `count` from input_begin on.
  std::uint32_t begin = 0, count = 0, input_begin = 0;
  /// Number of currents when the fast update serves the run, else 0. It serves scheme exact with a
  /// fixed threshold and one or two currents, the q-th of which is fed by row q alone; the currents
  /// of single classes are advanced before it.
  std::uint32_t fast = 0;
  std::uint32_t psc[2] = {0, 0};
  kernels::MembraneConstants<Real> membrane;
  PackedPsc<Real> packed[2];

  const kernels::TypeConstants<Real>* constants = nullptr;
  const kernels::ThresholdConstants<Real>* moving = nullptr;  // exact: null for a fixed threshold
  PscList pscs;                                               // currents that are fed at all
  PscList class_pscs[3];                                      // those fed by each current class
  RowList class_rows[3];                                      // rows that it feeds
  RowList class_unread_rows[3];                               // those that no current clears
  std::uint32_t receptor_count = 0;                           // rows of input sums
  std::uint32_t unread_count = 0;
  const std::uint32_t* unread_rows = nullptr;  // rows that no current clears
};

/// The neurons of a chunk, and where their state lives. Arrays over neurons are indexed by place;
/// y1, y2 are [psc][stride].
template <class Real, class Sum>
struct UpdateArgs {
  const UpdateRun<Real>* runs = nullptr;
  std::size_t run_count = 0;
  std::size_t stride = 0;
  Real* u = nullptr;
  Real* asc0 = nullptr;
  Real* asc1 = nullptr;
  Real* theta_spike = nullptr;    // with a moving threshold only
  Real* theta_voltage = nullptr;  // with a moving threshold only
  Real* y1 = nullptr;
  Real* y2 = nullptr;
  std::int32_t* refractory = nullptr;  // exact: steps
  float* refractory_ms = nullptr;      // billeh-tf
  std::int32_t* spiked = nullptr;      // billeh-tf: 1 when the last step was a spike
  const Real* external_pa = nullptr;   // null: none

  /// Input sums of this step, by current class when classes are told apart (class_count 3), else
  /// one (class_count 1). Left at zero.
  Sum* input[3] = {nullptr, nullptr, nullptr};
  std::uint32_t class_count = 1;
  /// Currents of the recorded classes, or null.
  Real* class_y1[3] = {nullptr, nullptr, nullptr};
  Real* class_y2[3] = {nullptr, nullptr, nullptr};
  std::uint32_t* spikes = nullptr;  // out: places, ascending in a run; room for all
};

/// Advances all runs in turn and returns the number of spikes. Places without a neuron are updated
/// like others and may appear.
template <class Real, class Sum>
using UpdateFunction = std::size_t (*)(const UpdateArgs<Real, Sum>&);

template <class Real, class Sum>
struct UpdateSet {
  UpdateFunction<Real, Sum> exact, billeh_tf_hard, billeh_tf_soft;
};

/// Adds the fragments to the sums of a chunk.
template <class Sum>
using DeliverFunction = void (*)(Sum* sums, const Fragment* fragments, std::size_t count);

/// Writes float values or halves of the places [begin, begin + count) to out; returns how many
/// halves were clipped. count: at most sample_strip, a multiple of places_per_vector.
template <class Real>
using SampleFunction = std::uint64_t (*)(const SampleArgs<Real>& args, std::size_t begin,
                                         std::size_t count, void* out);

/// Whether all values are finite.
template <class Real>
using FiniteFunction = bool (*)(const Real* values, std::size_t count);

/// Sources per call of the draw functions.
inline constexpr std::size_t draw_strip = 512;
inline constexpr std::size_t draw_words_of_bits = draw_strip / 64;  // to hold a bit per source

/// One Philox block for `count` <= draw_strip sources: the draws 4 block .. 4 block + 3.
struct DrawArgs {
  std::uint64_t key = 0;
  std::uint32_t stream = 0, trial = 0, block = 0;
  const std::uint32_t* item = nullptr;  // ids of the sources
  const std::uint32_t* pick = nullptr;  // draw_rates: their thresholds are threshold[w][pick[i]]
  std::size_t count = 0;
};

template <class Real>
struct ObserveSet {
  SampleFunction<Real> sample;
  FiniteFunction<Real> finite;
  void (*pack_rows)(const MoveArgs& args);    // rows side by side into packed
  void (*unpack_rows)(const MoveArgs& args);  // picked elements of packed into the rows
};

struct KernelTable {
  const char* name;
  UpdateSet<float, std::int32_t> float_narrow;
  UpdateSet<float, std::int64_t> float_wide;
  UpdateSet<double, std::int32_t> double_narrow;
  UpdateSet<double, std::int64_t> double_wide;
  DeliverFunction<std::int32_t> deliver_narrow;
  DeliverFunction<std::int64_t> deliver_wide;
  ObserveSet<float> observe_float;
  ObserveSet<double> observe_double;
  /// Bit i of the draw_words_of_bits words from fired[w * draw_words_of_bits] on is set when word w
  /// of source i fires against threshold[w][i], or [pick[i]].
  void (*draw_rates)(const DrawArgs&, const std::uint32_t* const threshold[4],
                     std::uint64_t* fired);
  /// events[w * draw_strip + i] = number of events of draw w of source i.
  void (*draw_counts)(const DrawArgs&, const std::uint32_t* thresholds,
                      std::uint32_t threshold_count, std::uint16_t* events);
};

template <class Real, class Sum>
const UpdateSet<Real, Sum>& update_set(const KernelTable& table);
template <>
inline const UpdateSet<float, std::int32_t>& update_set(const KernelTable& table) {
  return table.float_narrow;
}
template <>
inline const UpdateSet<float, std::int64_t>& update_set(const KernelTable& table) {
  return table.float_wide;
}
template <>
inline const UpdateSet<double, std::int32_t>& update_set(const KernelTable& table) {
  return table.double_narrow;
}
template <>
inline const UpdateSet<double, std::int64_t>& update_set(const KernelTable& table) {
  return table.double_wide;
}

inline DeliverFunction<std::int32_t> deliver_function(const KernelTable& table, std::int32_t) {
  return table.deliver_narrow;
}
inline DeliverFunction<std::int64_t> deliver_function(const KernelTable& table, std::int64_t) {
  return table.deliver_wide;
}
inline const ObserveSet<float>& observe_set(const KernelTable& table, float) {
  return table.observe_float;
}
inline const ObserveSet<double>& observe_set(const KernelTable& table, double) {
  return table.observe_double;
}

}  // namespace v1::cpu
