#pragma once
#include "kernels/count_table_draw.hpp"
#include "plugins/backends/cuda/step/atomics.hpp"
#include "plugins/backends/cuda/step/view.hpp"

/// The events of sources outside the network.
namespace v1::cuda {

V1_HD inline bool draws(const BlockView& block) {
  return block.source_kind == V1E_SOURCE_RATES || block.source_kind == V1E_SOURCE_COUNTS;
}

/// Number of events that `source` makes in step `step` of the trial.
V1_HD inline std::uint32_t draw_events(const BlockView& block, const InputControl& input,
                                       std::uint64_t key, std::uint32_t trial, std::int64_t step,
                                       std::uint32_t source) {
  if (block.source_kind == V1E_SOURCE_RATES) {
    const std::uint32_t word =
        kernels::philox_step(key, block.random_stream, block.source_id[source], trial, step);
    const std::int64_t frame = step / input.steps_per_frame;
    return kernels::fires(word, input.threshold[frame * block.source_count + source]) ? 1 : 0;
  }
  if (step % block.draw_every != 0) return 0;
  const std::uint32_t word = kernels::draw_word(key, block.random_stream, block.source_id[source],
                                                trial, step, block.draw_every);
  return kernels::count_events(word, block.count_thresholds, block.threshold_count);
}

/// Events of one source outside the network in one step, and its row.
struct Drawn {
  std::uint32_t block = no_block;  // no_block: there is no such source
  std::uint32_t source = 0;
  std::uint32_t events = 0;
  Row row;
};

/// Window step k of item 0 .. outside_sources - 1: the sources of all blocks from outside, in turn.
/// Of a block whose events are handed over, items are events: a source has at most one entry a
/// step. Reads only what stays the same while steps run.
template <class Real, class Sum>
V1_HD inline Drawn draw_source(const View<Real, Sum>& v, std::uint32_t lane,
                               const LaneControl& control, std::int64_t k, std::uint32_t item) {
  std::uint32_t b = 0;
  for (; b < v.block_count; ++b) {
    if (v.blocks[b].source_kind == V1E_SOURCE_NEURONS) continue;
    if (item < v.blocks[b].source_count) break;
    item -= v.blocks[b].source_count;
  }
  const BlockView& block = v.blocks[b];
  const InputControl& input = v.window.inputs[lane * v.block_count + b];
  Drawn drawn;
  drawn.block = b;
  drawn.source = item;
  if (block.source_kind == V1E_SOURCE_EVENTS) {
    if (!input.offset) return drawn;
    const std::uint64_t event = input.offset[k] + item;
    if (event >= input.offset[k + 1]) return drawn;
    drawn.source = input.source[event];
    drawn.events = input.count ? input.count[event] : 1;
  } else {
    drawn.events = draw_events(block, input, v.random_key, control.trial, control.step + k, item);
  }
  if (drawn.events > 0) drawn.row = block.row[drawn.source];
  return drawn;
}

/// Notes the events of window step k for the host.
template <class Real, class Sum>
V1_HD inline void note_events(const View<Real, Sum>& v, std::uint32_t lane, std::int64_t k,
                              const Drawn& drawn) {
  const BlockView& block = v.blocks[drawn.block];
  if (block.words == 0) return;
  const std::uint64_t row = lane * v.window.capacity + static_cast<std::uint64_t>(k);
  set_bit(v.window.event_bits[drawn.block] + row * block.words, drawn.source);
  if (block.source_kind != V1E_SOURCE_COUNTS) return;
  v.window.event_multiplicity[drawn.block][row * block.source_count + drawn.source] =
      static_cast<std::uint16_t>(drawn.events);
}

/// Where the events of the common source in window step k lie, and those of `back` steps before.
template <class Real, class Sum>
V1_HD inline std::uint32_t common_slot(const View<Real, Sum>& v, const LaneControl& control,
                                       std::int64_t k) {
  return (control.common_cursor + static_cast<std::uint32_t>(k)) % v.common_slots;
}
template <class Real, class Sum>
V1_HD inline std::uint32_t common_before(const View<Real, Sum>& v, std::uint32_t now,
                                         std::uint32_t back) {
  return now >= back ? now - back : now + v.common_slots - back;
}

}  // namespace v1::cuda
