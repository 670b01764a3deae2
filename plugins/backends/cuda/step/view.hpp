#pragma once
#include <v1e/backend.h>

#include <cstdint>

#include "kernels/moving_threshold.hpp"
#include "kernels/portable.hpp"
#include "kernels/type_constants.hpp"
#include "plugins/backends/cuda/plan/chip_plan.hpp"
#include "plugins/backends/cuda/plan/resident_plan.hpp"

/// What the kernels see: plain structs of sizes and device addresses, passed by value. Arrays of
/// lane l begin `lane_stride` bytes after those of lane l - 1.
namespace v1::cuda {

/// Eight bytes a synapse. sum: the input sum it adds to, counted from the first sum of the slot of
/// its source's step: (delay * inputs + input) * places + place of the target.
struct alignas(8) Synapse {  // read at once
  std::uint32_t sum;
  std::int32_t weight;
};

inline constexpr std::uint32_t warp_threads = 32;
/// Synapses of a row that a thread asks for together.
inline constexpr std::uint32_t held_synapses = 4;
/// Rows are delivered in pieces, one warp a piece.
inline constexpr std::uint32_t piece_synapses = warp_threads * held_synapses;
inline constexpr std::uint32_t most_blocks = 16;  // edge blocks
inline constexpr std::uint32_t most_probes = 8;
/// Counters of different lanes lie in different lines of the cache.
inline constexpr std::uint32_t arrivals_stride = 32;
/// Many counters, so that blocks do not wait for each other.
inline constexpr std::uint32_t served_counters = 1024;

/// The synapses of a neuron's row in an edge block.
struct alignas(16) Row {  // read at once
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

/// The synapse of a neuron from a common source: the only source of an edge block, which reaches
/// most neurons once (a background that all share). Its events are not delivered: neurons look up
/// how many there were.
struct alignas(8) CommonSynapse {  // read at once
  std::int32_t weight = 0;
  std::uint16_t delay_steps = 0;
  std::uint16_t input = 0;

  bool operator==(const CommonSynapse&) const = default;
};
inline constexpr std::uint32_t no_block = 0xFFFFFFFFu;

/// What a step reads of a type for one of its currents.
template <class Real>
struct alignas(16) CurrentConstants {  // read at once
  std::uint32_t input;
  Real decay_m1, step, increment, gain_y1, gain_y2;
};

/// A piece of the row of a source that has events.
struct alignas(16) Piece {  // read at once
  const Synapse* synapses;
  std::uint16_t size;
  std::uint16_t ring_class;
  std::uint32_t multiplicity;
};

/// The row of a source from outside that has events, where those of many steps are drawn at once.
struct alignas(16) InputEvent {  // read at once
  std::uint64_t begin;           // synapse of its edge block
  std::uint32_t size;            // or, where rows are dense, the source
  std::uint16_t block;
  std::uint16_t multiplicity;
};

/// An edge block.
struct BlockView {
  std::uint32_t source_kind = 0;
  std::uint32_t source_count = 0;
  std::uint32_t ring_class = 0;
  std::uint32_t random_stream = 0;
  std::uint32_t draw_every = 1;
  std::uint32_t threshold_count = 0;
  std::uint32_t words = 0;  // of 32 sources; 0 when its events are not drained
  const std::uint32_t* source_id = nullptr;
  const std::uint32_t* count_thresholds = nullptr;
  const Row* row = nullptr;  // [source], or [place] where the sources are the network's neurons
  const Synapse* synapses = nullptr;
  // Of dense rows (wiring.hpp), else null: [source][blocks + 1], and the delay of all synapses.
  const std::uint32_t* segments = nullptr;
  std::uint32_t dense_delay = 0;
  // Of steps with all input sums on the chip, else null: the same rows in the order of the blocks
  // that keep the sums, and where the parts of a row begin: [source][blocks + 1], or, of neurons,
  // [place][blocks + 1].
  const Synapse* chip_synapses = nullptr;
  const std::uint32_t* chip_segments = nullptr;
  const std::uint16_t* chip_short_segments = nullptr;
};

struct ProbeView {
  std::uint32_t variable = 0;  // enum class Variable
  std::uint32_t half = 0;      // 1: F16, 0: F32
  std::uint32_t every_steps = 1;
  std::uint32_t neurons = 0;
  // Columns of the neuron at place p: column[first[p]] .. column[first[p + 1] - 1].
  const std::uint32_t* first = nullptr;
  const std::uint32_t* column = nullptr;
};

/// A pulse into one neuron; entries of a neuron are in the order in which pulses were bound.
struct PulseEntry {
  std::int64_t step_begin, step_end;
  double amplitude_pa;  // a float
};

/// Where a lane stands at the start of a window; uploaded for each window.
struct LaneControl {
  std::int64_t step = 0;  // of the trial
  std::uint32_t in_trial = 0;
  std::uint32_t trial = 0;
  std::uint32_t cursor = 0;         // ring slot of the first step
  std::uint32_t common_cursor = 0;  // its entry in common_events
  std::uint32_t uses_current = 0;
  // Current pulses by place: entries [first[p], first[p + 1]); null when there are none.
  const std::uint32_t* pulse_first = nullptr;
  const PulseEntry* pulses = nullptr;
};

/// A kernel of a launch: it serves step k (-1: what comes before the first) of the `count` steps
/// that begin with window step `first`.
struct LaunchStep {
  std::int64_t first;
  int k;
  int count;

  V1_HD bool has(int step) const { return step >= 0 && step < count; }
};

/// Input of one lane and edge block during a window.
struct InputControl {
  const std::uint32_t* threshold = nullptr;  // RATES: [frame][source]
  std::int64_t steps_per_frame = 1;
  const std::uint64_t* offset = nullptr;  // EVENTS: [window step + 1]; null when none were given
  const std::uint32_t* source = nullptr;
  const std::uint16_t* count = nullptr;  // null: 1 each
};

/// Everything else that belongs to one of the two windows in flight. Arrays marked [lane] begin
/// at the given distance per lane, counted in elements.
struct WindowView {
  const LaneControl* lanes = nullptr;
  const InputControl* inputs = nullptr;       // [lane][block]
  const std::uint8_t* new_current = nullptr;  // [lane][capacity]: 1 when the pulses change
  const std::int64_t* first_step = nullptr;   // window step that k = 0 of a launch means
  std::int64_t capacity = 0;                  // steps
  std::uint32_t* spike_count = nullptr;       // [lane][capacity]
  std::uint32_t* spike_pieces = nullptr;      // [lane][capacity]: of the step's spikes
  std::uint32_t* input_pieces = nullptr;      // [lane][capacity]: of the step's input events
  // Where those of many steps are drawn at once, how many there are in dense blocks and in others.
  std::uint32_t* dense_events = nullptr;        // [lane][capacity]
  std::uint32_t* sparse_events = nullptr;       // [lane][capacity]
  std::uint32_t* arrivals = nullptr;            // [lane][arrivals_stride]: of blocks at a barrier
  std::uint32_t* spike_bits = nullptr;          // [lane][capacity][words], by position
  std::uint32_t* event_bits[most_blocks] = {};  // drained blocks: [lane][capacity][words]
  std::uint16_t* event_multiplicity[most_blocks] = {};  // COUNTS: [lane][capacity][source]
  unsigned char* samples[most_probes] = {};             // [lane][samples][neuron]
  std::uint64_t sample_stride[most_probes] = {};        // bytes per lane
  std::uint64_t* bad = nullptr;  // [lane]: step << 32 | position of the first bad state
};

/// The network and the state of its lanes. Arrays over places; y1, y2 are [current][place], the
/// ring is [class][slot][input][place].
template <class Real, class Sum>
struct View {
  std::uint32_t places = 0;
  std::uint32_t words = 0;     // of 32 neurons
  std::uint32_t inputs = 0;    // most of any type
  std::uint32_t currents = 0;  // most of any type
  std::uint32_t ring_slots = 0;
  std::uint32_t class_count = 1;
  std::uint32_t block_count = 0;
  std::uint32_t probe_count = 0;
  std::uint32_t lane_count = 0;
  std::uint32_t plain = 0;  // the usual case of an update (update.hpp)
  std::uint32_t billeh_tf = 0;
  std::uint32_t soft_reset = 0;
  std::uint32_t outside_sources = 0;  // over all blocks from outside the network
  std::uint32_t spike_list_size = 0;  // room for pieces
  std::uint32_t input_list_size = 0;
  std::uint32_t input_lists = 1;     // steps take them in turn: 1 or 2
  std::uint32_t resident_steps = 0;  // whose input events are drawn at once, if any are
  std::uint32_t common_block = no_block;
  std::uint32_t common_slots = 0;
  std::uint64_t random_key = 0;
  std::uint64_t lane_stride = 0;                             // bytes
  const kernels::TypeConstants<Real>* types = nullptr;       // currents that are fed only
  const CurrentConstants<Real>* currents_of_type = nullptr;  // [type][currents], of these again
  const std::uint32_t* inputs_of_type = nullptr;
  const std::uint16_t* type_of_place = nullptr;
  const std::uint32_t* position_of_place = nullptr;

  Real* u = nullptr;
  Real* asc0 = nullptr;
  Real* asc1 = nullptr;
  Real* y1 = nullptr;
  Real* y2 = nullptr;
  Real* class_y1[3] = {};  // null when not recorded
  Real* class_y2[3] = {};
  Real* current = nullptr;
  float* refractory_ms = nullptr;  // billeh-tf
  // Networks with a moving threshold, else null: [type], whether it moves in a type, and [place].
  const kernels::ThresholdConstants<Real>* threshold = nullptr;
  const std::uint32_t* threshold_moves = nullptr;
  Real* theta_spike = nullptr;
  Real* theta_voltage = nullptr;
  std::uint16_t* hold = nullptr;  // refractory steps left, or (billeh-tf) spiked in the last step
  Sum* ring = nullptr;
  // Of the common source, where there is one: the same for all neurons of a type, or by place.
  const CommonSynapse* common_of_type = nullptr;
  const CommonSynapse* common_of_place = nullptr;
  std::uint32_t* common_events = nullptr;  // [common_slots]: of the steps around the present one
  Piece* spike_list = nullptr;             // pieces of the spikes of a step
  std::uint32_t* spike_places = nullptr;   // [2][places]: those that spiked, of steps in turn
  Piece* input_list = nullptr;             // pieces of the input events of a step, [input_lists]
  // [resident_steps][outside_sources]: sparse ones from the beginning on, dense ones from the end.
  InputEvent* input_events = nullptr;
  ResidentPlan resident;
  const ResidentRun* runs = nullptr;  // [block][warp]
  ChipPlan chip;
  const ChipRun* chip_runs = nullptr;  // [block][warp]
  std::int64_t* clipped = nullptr;     // one per lane
  std::int64_t* served = nullptr;      // [served_counters]: synapses served, in any of them

  BlockView blocks[most_blocks];
  ProbeView probes[most_probes];
  WindowView window;

  V1_HD Piece* inputs_of(std::uint32_t lane, std::uint64_t step) const {
    const std::uint64_t list = step & (input_lists - 1);
    return of_lane(input_list, lane) + list * input_list_size;
  }
  template <class T>
  V1_HD T* of_lane(T* first, std::uint32_t lane) const {
    return reinterpret_cast<T*>(reinterpret_cast<unsigned char*>(first) + lane * lane_stride);
  }
  /// of_lane(first, lane) + place, by an offset that all arrays of this element size share.
  template <class T>
  V1_HD T* of_place(T* first, std::uint32_t lane, std::uint32_t place) const {
    const std::uint64_t offset = lane * lane_stride + place * std::uint64_t{sizeof(T)};
    return reinterpret_cast<T*>(reinterpret_cast<unsigned char*>(first) + offset);
  }
};

// Views are parameters of kernels, which have 4 KB for them.
static_assert(sizeof(View<double, std::int64_t>) <= 4000);

}  // namespace v1::cuda
