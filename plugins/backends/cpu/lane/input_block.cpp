#include "plugins/backends/cpu/lane/input_block.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>

#include "plugins/backends/shared/call_checks.hpp"

namespace v1::cpu {
namespace {

// Calls found(i) for every bit that is set, ascending.
template <class Found>
void for_each_set(const std::uint64_t* bits, std::size_t words, Found&& found) {
  for (std::size_t word = 0; word < words; ++word) {
    for (std::uint64_t left = bits[word]; left != 0; left &= left - 1) {
      found(64 * word + static_cast<std::size_t>(std::countr_zero(left)));
    }
  }
}

}  // namespace

void join(const std::vector<ThreadEvents>& parts, StepEvents& out) {
  out.clear();
  const std::size_t steps = parts.front().steps();
  for (std::size_t k = 0; k < steps; ++k) {
    for (const ThreadEvents& part : parts) {
      const auto begin = static_cast<std::ptrdiff_t>(part.offset[k]);
      const auto end = static_cast<std::ptrdiff_t>(part.offset[k + 1]);
      out.source.insert(out.source.end(), part.source.begin() + begin, part.source.begin() + end);
      if (!part.count.empty()) {
        out.count.insert(out.count.end(), part.count.begin() + begin, part.count.begin() + end);
      }
    }
    out.end_step();
  }
}

void append(const std::vector<ThreadEvents>& parts, StepEvents& out) {
  out.clear();
  for (const ThreadEvents& part : parts) {
    const std::uint64_t base = out.source.size();
    out.source.insert(out.source.end(), part.source.begin(), part.source.end());
    out.count.insert(out.count.end(), part.count.begin(), part.count.end());
    for (std::size_t k = 1; k < part.offset.size(); ++k)
      out.offset.push_back(base + part.offset[k]);
  }
}

InputBlock::InputBlock(const v1e_edge_block& block, std::uint32_t index, std::uint64_t random_key,
                       const KernelTable& kernels)
    : block_(&block), index_(index), random_key_(random_key), kernels_(&kernels) {}

bool InputBlock::injected() const { return block_->source_kind == V1E_SOURCE_EVENTS; }

void InputBlock::bind(std::uint32_t condition, const v1e_rates& rates) {
  if (rates_.size() <= condition) rates_.resize(condition + 1);
  rates_[condition] = rates;
}

void InputBlock::require_bound(std::uint32_t condition) const {
  if (block_->source_kind != V1E_SOURCE_RATES || injected()) return;
  if (condition < rates_.size() && rates_[condition]) return;
  throw backend::rates_missing(*block_, condition);
}

void InputBlock::draw_only(std::vector<std::uint32_t> sources) {
  if (block_->source_kind != V1E_SOURCE_RATES) return;
  draws_all_ = false;
  drawn_ = std::move(sources);
  drawn_id_.clear();
  for (const std::uint32_t source : drawn_) drawn_id_.push_back(block_->source_id[source]);
}

std::uint32_t InputBlock::draw_count() const {
  return static_cast<std::uint32_t>(draws_all_ ? static_cast<std::size_t>(block_->source_count)
                                               : drawn_.size());
}

void InputBlock::draw(const Window& window, std::uint32_t first, std::uint32_t last,
                      StepEvents& part) const {
  part.clear();
  if (block_->source_kind == V1E_SOURCE_RATES) {
    draw_rates(window, first, last, part);
  } else {
    draw_counts(window, first, last, part);
  }
}

void InputBlock::draw_rates(const Window& window, std::uint32_t first, std::uint32_t last,
                            StepEvents& part) const {
  const v1e_rates& rates = *rates_[window.condition];
  std::uint64_t fired[4 * draw_words_of_bits];
  std::array<std::vector<std::uint32_t>, 4> found;
  DrawArgs args;
  args.key = random_key_;
  args.stream = block_->random_stream;
  args.trial = window.trial;
  // One Philox block serves steps 4 g .. 4 g + 3 of every source.
  for (std::int64_t g = window.step_begin >> 2; 4 * g < window.step_end(); ++g) {
    args.block = static_cast<std::uint32_t>(g);
    const std::int64_t begin = std::max(4 * g, window.step_begin);
    const std::int64_t end = std::min(4 * g + 4, window.step_end());
    for (std::uint32_t strip = first; strip < last; strip += draw_strip) {
      args.item = (draws_all_ ? block_->source_id : drawn_id_.data()) + strip;
      args.pick = draws_all_ ? nullptr : drawn_.data() + strip;
      args.count = std::min<std::size_t>(draw_strip, last - strip);
      const std::uint32_t* threshold[4];
      for (std::int64_t w = 0; w < 4; ++w) {
        const std::int64_t step = std::clamp(4 * g + w, begin, end - 1);
        const std::int64_t frame = step / rates.steps_per_frame;
        threshold[w] = rates.threshold + frame * rates.source_count + (draws_all_ ? strip : 0);
      }
      kernels_->draw_rates(args, threshold, fired);
      for (std::int64_t step = begin; step < end; ++step) {
        const std::int64_t w = step & 3;
        std::vector<std::uint32_t>& sources = found[static_cast<std::size_t>(w)];
        for_each_set(fired + static_cast<std::size_t>(w) * draw_words_of_bits, draw_words_of_bits,
                     [&](std::size_t i) {
                       const std::size_t n = strip + i;
                       sources.push_back(draws_all_ ? static_cast<std::uint32_t>(n) : drawn_[n]);
                     });
      }
    }
    for (std::int64_t step = begin; step < end; ++step) {
      auto& spikes = found[static_cast<std::size_t>(step & 3)];
      part.source.insert(part.source.end(), spikes.begin(), spikes.end());
      part.end_step();
      spikes.clear();
    }
  }
}

void InputBlock::draw_counts(const Window& window, std::uint32_t first, std::uint32_t last,
                             StepEvents& part) const {
  alignas(64) std::uint16_t events[4 * draw_strip];
  DrawArgs args;
  args.key = random_key_;
  args.stream = block_->random_stream;
  args.trial = window.trial;
  const std::int64_t every = block_->draw_every_steps;
  // Draws are numbered by step / every; the words of four draws are kept per strip of sources.
  std::vector<std::uint16_t> kept;
  std::int64_t kept_block = -1;
  const std::size_t sources = last - first;
  for (std::int64_t step = window.step_begin; step < window.step_end(); ++step) {
    if (step % every == 0) {
      const std::int64_t draw = step / every;
      if (kept_block != draw >> 2) {
        kept_block = draw >> 2;
        args.block = static_cast<std::uint32_t>(kept_block);
        kept.resize(4 * sources);
        for (std::size_t strip = 0; strip < sources; strip += draw_strip) {
          args.item = block_->source_id + first + strip;
          args.count = std::min(draw_strip, sources - strip);
          kernels_->draw_counts(args, block_->count_thresholds, block_->count_threshold_count,
                                events);
          for (std::size_t w = 0; w < 4; ++w) {
            std::memcpy(kept.data() + w * sources + strip, events + w * draw_strip,
                        args.count * sizeof *events);
          }
        }
      }
      const std::uint16_t* count = kept.data() + static_cast<std::size_t>(draw & 3) * sources;
      for (std::size_t i = 0; i < sources; ++i) {
        if (count[i] == 0) continue;
        part.source.push_back(first + static_cast<std::uint32_t>(i));
        part.count.push_back(count[i]);
      }
    }
    part.end_step();
  }
}

}  // namespace v1::cpu
