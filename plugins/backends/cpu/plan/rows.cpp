#include "plugins/backends/cpu/plan/rows.hpp"

#include <algorithm>
#include <v1e_sdk/synapse.hpp>

#include "plugins/backends/shared/lent_rows.hpp"

namespace v1::cpu {
namespace {

using backend::for_each_row;

constexpr std::ptrdiff_t shortest_run = 32;  // of consecutive inputs, to be a fragment of its own

}  // namespace

ChunkRows::ChunkRows(const v1e_network& network, std::uint32_t block, const Layout& layout,
                     const Census& census, std::uint16_t chunk) {
  const std::int64_t sources = network.blocks[block]->source_count;
  const v1e::AddressBits bits(network);
  const auto mine = [&](std::uint32_t address) {
    return layout.chunk_of_position[bits.target(address)] == chunk;
  };
  // Rows are long enough for their fragments in all but odd networks; then the vector grows.
  std::uint64_t synapses = 0;
  for_each_row(network, block, 0, sources,
               [&](std::uint32_t, const v1e_rows& rows, std::int64_t begin, std::int64_t end) {
                 for (std::int64_t e = begin; e < end; ++e)
                   synapses += mine(rows.address[e]) ? 1u : 0u;
               });
  records_.reserve(synapses +
                   std::min<std::uint64_t>(synapses, 8 * static_cast<std::uint64_t>(sources)));
  offset_.reserve(static_cast<std::size_t>(sources) + 1);
  offset_.push_back(0);

  std::vector<Entry> row;
  for_each_row(network, block, 0, sources,
               [&](std::uint32_t, const v1e_rows& rows, std::int64_t begin, std::int64_t end) {
                 row.clear();
                 for (std::int64_t e = begin; e < end; ++e) {
                   if (!mine(rows.address[e])) continue;
                   const std::uint32_t target = bits.target(rows.address[e]);
                   const v1e_synapse_kind& kind = network.synapse_kinds[bits.kind(rows.address[e])];
                   const TypeInputs& inputs = census.inputs[network.neuron_type[target]];
                   const std::uint32_t input =
                       layout.input_of_position[target] +
                       inputs.rank[kind.receptor] * layout.row_length_of_position[target];
                   row.push_back({kind.delay_steps, {input, rows.weight[e]}});
                 }
                 finish_row(row);
               });
  heads_ = {};
}

// Appends the row to the records.
void ChunkRows::finish_row(std::vector<Entry>& row) {
  if (!row.empty()) {
    std::sort(row.begin(), row.end(), [](const Entry& a, const Entry& b) {
      return a.delay != b.delay ? a.delay < b.delay : a.synapse.input < b.synapse.input;
    });
    heads_.clear();
    const Entry* const end = row.data() + row.size();
    for (const Entry* begin = row.data(); begin != end;) {
      const Entry* last = begin;
      while (last != end && last->delay == begin->delay) ++last;
      add_fragments(begin, last);
      begin = last;
    }
    records_.push_back({static_cast<std::uint32_t>(heads_.size()), 0});
    records_.insert(records_.end(), heads_.begin(), heads_.end());
    for (const Entry& entry : row) records_.push_back(entry.synapse);
  }
  offset_.push_back(records_.size());
}

// Heads of the fragments of synapses with one delay: long runs of consecutive inputs, and what
// lies between them.
void ChunkRows::add_fragments(const Entry* begin, const Entry* end) {
  const auto add = [&](const Entry* first, const Entry* last, std::uint32_t flag) {
    if (first == last) return;
    heads_.push_back({first->delay | flag, static_cast<std::int32_t>(last - first)});
  };
  const Entry* scattered = begin;
  for (const Entry* first = begin; first != end;) {
    const Entry* last = first + 1;
    while (last != end && last->synapse.input == last[-1].synapse.input + 1) ++last;
    if (last - first >= shortest_run) {
      add(scattered, first, 0);
      add(first, last, consecutive_flag);
      scattered = last;
    }
    first = last;
  }
  add(scattered, end, 0);
}

}  // namespace v1::cpu
