#include "plugins/backends/cuda/events.hpp"

#include <algorithm>
#include <bit>
#include <string>
#include <v1e_sdk/error.hpp>

namespace v1::cuda {
namespace {

v1e::Error invalid(const v1e_edge_block& block, const std::string& what) {
  return v1e::Error(V1E_E_INVALID, "",
                    "edge block '" + std::string(block.name ? block.name : "") + "': " + what);
}

}  // namespace

void read_bits(const std::uint32_t* bits, std::int64_t steps, std::uint32_t words,
               const std::uint16_t* multiplicity, std::uint32_t sources, std::uint64_t total,
               WindowEvents& out) {
  out.offset.assign(1, 0);
  out.source.clear();
  out.count.clear();
  out.source.reserve(total);
  for (std::int64_t k = 0; k < steps; ++k) {
    const std::uint32_t* const row = bits + k * words;
    for (std::uint32_t w = 0; w < words; ++w) {
      for (std::uint32_t left = row[w]; left != 0; left &= left - 1) {
        const std::uint32_t source = 32 * w + static_cast<std::uint32_t>(std::countr_zero(left));
        out.source.push_back(source);
        if (multiplicity) out.count.push_back(multiplicity[k * sources + source]);
      }
    }
    out.offset.push_back(out.source.size());
  }
}

WindowEvents copy_injected(const v1e_edge_block& block, const v1e_spikes& spikes) {
  if (block.source_kind != V1E_SOURCE_EVENTS) {
    throw invalid(block, "draws its own events; none can be handed over");
  }
  if (spikes.step_count < 0 || spikes.step_begin < 0 || !spikes.offset) {
    throw invalid(block, "spikes handed over for an impossible range of steps");
  }
  const auto steps = static_cast<std::size_t>(spikes.step_count);
  const std::uint64_t* const offset = spikes.offset;
  for (std::size_t k = 0; k < steps; ++k) {
    if (offset[k] > offset[k + 1]) throw invalid(block, "offsets descend");
    for (std::uint64_t e = offset[k]; e < offset[k + 1]; ++e) {
      if (spikes.neuron[e] >= static_cast<std::uint64_t>(block.source_count)) {
        throw invalid(block, "a spike of source " + std::to_string(spikes.neuron[e]) + " of " +
                                 std::to_string(block.source_count));
      }
      if (e > offset[k] && spikes.neuron[e - 1] >= spikes.neuron[e]) {
        throw invalid(block, "the sources of a step must ascend, each at most once");
      }
      // The sums are proved to fit for this multiplicity and no larger one.
      if (spikes.count && spikes.count[e] > std::max(1u, block.max_multiplicity)) {
        throw invalid(block, std::to_string(spikes.count[e]) +
                                 " events of one source at once; at most " +
                                 std::to_string(block.max_multiplicity) + " were announced");
      }
    }
  }
  WindowEvents events;
  events.offset.clear();
  for (std::size_t k = 0; k <= steps; ++k) events.offset.push_back(offset[k] - offset[0]);
  events.source.assign(spikes.neuron + offset[0], spikes.neuron + offset[steps]);
  if (spikes.count) events.count.assign(spikes.count + offset[0], spikes.count + offset[steps]);
  return events;
}

void place_in_window(const v1e_edge_block& block, std::int64_t begin, std::int64_t window_begin,
                     std::int64_t steps, WindowEvents& events) {
  const std::int64_t lead = begin - window_begin;
  const auto given = static_cast<std::int64_t>(events.offset.size()) - 1;
  if (lead < 0 || lead + given > steps) {
    throw invalid(block, "events were handed over for steps " + std::to_string(begin) + " .. " +
                             std::to_string(begin + given - 1) +
                             ", outside of the window that begins at step " +
                             std::to_string(window_begin));
  }
  std::vector<std::uint64_t> offset(static_cast<std::size_t>(lead), 0);
  offset.insert(offset.end(), events.offset.begin(), events.offset.end());
  offset.resize(static_cast<std::size_t>(steps) + 1, events.source.size());
  events.offset = std::move(offset);
}

}  // namespace v1::cuda
