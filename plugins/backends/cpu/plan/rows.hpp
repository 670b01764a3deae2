#pragma once
#include <v1e/network.h>

#include <cstdint>
#include <vector>

#include "plugins/backends/cpu/instance/aligned.hpp"
#include "plugins/backends/cpu/lane/fragment_queue.hpp"
#include "plugins/backends/cpu/plan/census.hpp"
#include "plugins/backends/cpu/plan/layout.hpp"

namespace v1::cpu {

/// The synapses of one block onto one chunk, by source; in a row by delay, then input sum.
/// Written and read by the chunk's own thread only.
///
/// A row is one stretch of memory: first the list of its fragments, a Synapse-sized record each,
/// then their synapses. Long stretches of consecutive inputs (a background unit that reaches
/// every neuron) are fragments of their own, added as vectors.
class ChunkRows {
 public:
  /// Reads the block's rows from the engine; take_census has checked them.
  ChunkRows(const v1e_network& network, std::uint32_t block, const Layout& layout,
            const Census& census, std::uint16_t chunk);

  /// Queues the synapses of a spike of `source`, counted `multiplicity` times. lead: steps
  /// between the spike and the queue's next step, at most the shortest delay. Returns the number
  /// of synapses.
  std::uint64_t schedule(std::uint32_t source, std::int32_t multiplicity, std::uint32_t lead,
                         std::uint32_t current_class, FragmentQueue& queue) const {
    const std::uint64_t begin = offset_[source], end = offset_[source + 1];
    if (begin == end) return 0;
    const Synapse* const row = records_.data() + begin;
    const std::uint32_t fragments = row[0].input;
    const Synapse* first = row + 1 + fragments;
    for (std::uint32_t f = 1; f <= fragments; ++f) {
      const std::uint32_t count = static_cast<std::uint32_t>(row[f].weight);
      const std::uint32_t delay = row[f].input & delay_mask;
      const bool consecutive = (row[f].input & consecutive_flag) != 0;
      queue.at(current_class, delay - lead)
          .push_back({first, count, consecutive ? 1u : 0u, multiplicity});
      first += count;
    }
    return end - begin - 1 - fragments;
  }

  bool reaches(std::uint32_t source) const { return offset_[source] != offset_[source + 1]; }

  /// Asks for what schedule() will read of the first sources of a list.
  void prefetch_first(const std::uint32_t* source, std::uint64_t count) const {
    for (std::uint64_t i = 0; i < count && i < offset_ahead; ++i) {
      __builtin_prefetch(offset_.data() + source[i]);
    }
    for (std::uint64_t i = 0; i < count && i < row_ahead; ++i) {
      __builtin_prefetch(records_.data() + offset_[source[i]]);
    }
  }
  /// The same for those that come some places after *source.
  void prefetch(const std::uint32_t* source, std::uint64_t left) const {
    if (left > offset_ahead) __builtin_prefetch(offset_.data() + source[offset_ahead]);
    if (left > row_ahead) __builtin_prefetch(records_.data() + offset_[source[row_ahead]]);
  }
  std::uint64_t bytes() const {
    return offset_.size() * sizeof(std::uint64_t) + records_.size() * sizeof(Synapse);
  }

 private:
  static constexpr std::uint64_t offset_ahead = 16, row_ahead = 8;  // places in a list of sources
  static constexpr std::uint32_t delay_mask = 0xFFFFFu;
  static constexpr std::uint32_t consecutive_flag = 1u << 31;

  struct Entry {
    std::uint32_t delay;
    Synapse synapse;
  };
  void finish_row(std::vector<Entry>& row);
  void add_fragments(const Entry* begin, const Entry* end);

  AlignedVector<std::uint64_t> offset_;  // per source, plus 1
  AlignedVector<Synapse> records_;       // per row: {fragments, -}, {delay, count} ..., synapses
  std::vector<Synapse> heads_;           // of the row being made
};

}  // namespace v1::cpu
