#pragma once
#include "kernels/count_table_draw.hpp"
#include "plugins/backends/cuda/atomics.hpp"
#include "plugins/backends/cuda/view.hpp"

/// The events of one source outside the network in one step.
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

/// Events that one source makes in one step.
struct Drawn {
  std::uint32_t block = 0;
  std::uint32_t source = 0;
  std::uint32_t events = 0;
};

/// Window step k of item 0 .. drawn_sources - 1: the sources of all blocks that draw, in turn.
/// Reads only what stays the same while steps run.
template <class Real, class Sum>
V1_HD inline Drawn draw_source(const View<Real, Sum>& v, std::uint32_t lane,
                               const LaneControl& control, std::int64_t k, std::uint32_t item) {
  std::uint32_t b = 0;
  for (; b < v.block_count; ++b) {
    if (!draws(v.blocks[b])) continue;
    if (item < v.blocks[b].source_count) break;
    item -= v.blocks[b].source_count;
  }
  const InputControl& input = v.window.inputs[lane * v.block_count + b];
  return {b, item,
          draw_events(v.blocks[b], input, v.random_key, control.trial, control.step + k, item)};
}

/// Adds the events of window step k to its list, and to what the host is given.
template <class Real, class Sum>
V1_HD inline void publish(const View<Real, Sum>& v, std::uint32_t lane, std::int64_t k,
                          const Drawn& drawn) {
  if (drawn.events == 0) return;
  const BlockView& block = v.blocks[drawn.block];
  const auto step = static_cast<std::uint64_t>(k);
  const auto capacity = static_cast<std::uint64_t>(v.window.capacity);
  std::uint32_t* const count =
      v.window.event_count + (std::uint64_t{lane} * v.block_count + drawn.block) * capacity + step;
  const std::uint32_t at = claim(count);
  v.of_lane(block.list_source, lane)[at] = drawn.source;
  v.of_lane(block.list_count, lane)[at] = static_cast<std::uint16_t>(drawn.events);
  if (block.words == 0) return;
  const std::uint64_t row = lane * capacity + step;
  set_bit(v.window.event_bits[drawn.block] + row * block.words, drawn.source);
  if (block.source_kind == V1E_SOURCE_COUNTS) {
    v.window.event_multiplicity[drawn.block][row * block.source_count + drawn.source] =
        static_cast<std::uint16_t>(drawn.events);
  }
}

}  // namespace v1::cuda
