#include "plugins/backends/shared/step_events.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <v1e_sdk/error.hpp>

#include "plugins/backends/shared/network_checks.hpp"

namespace v1::backend {
namespace {

void check_event(const v1e_edge_block& block, const v1e_spikes& spikes, std::uint64_t e,
                 bool first_of_step) {
  if (spikes.neuron[e] >= static_cast<std::uint64_t>(block.source_count)) {
    throw block_error(block, "a spike of source " + std::to_string(spikes.neuron[e]) + " of " +
                                 std::to_string(block.source_count));
  }
  if (!first_of_step && spikes.neuron[e - 1] >= spikes.neuron[e]) {
    throw block_error(block, "the sources of a step must ascend, each at most once");
  }
  // The sums are proved to fit for this multiplicity and no larger one.
  if (spikes.count && spikes.count[e] > std::max(1u, block.max_multiplicity)) {
    throw block_error(block, std::to_string(spikes.count[e]) +
                                 " events of one source at once; at most " +
                                 std::to_string(block.max_multiplicity) + " were announced");
  }
}

}  // namespace

void Injection::take(const v1e_edge_block& block, const v1e_spikes& spikes, bool in_trial) {
  if (block.source_kind != V1E_SOURCE_EVENTS) {
    throw block_error(block, "makes its own events; none can be handed over");
  }
  if (!in_trial || pending_) {
    throw v1e::Error(V1E_E_STATE, "",
                     "edge block '" + std::string(block.name) +
                         "': events are handed over once per window, after begin_trial");
  }
  if (spikes.step_count < 0 || spikes.step_begin < 0 || !spikes.offset) {
    throw block_error(block, "spikes handed over for an impossible range of steps");
  }
  const auto steps = static_cast<std::size_t>(spikes.step_count);
  const std::uint64_t* const offset = spikes.offset;
  for (std::size_t k = 0; k < steps; ++k) {
    if (offset[k] > offset[k + 1]) throw block_error(block, "offsets descend");
    for (std::uint64_t e = offset[k]; e < offset[k + 1]; ++e) {
      check_event(block, spikes, e, e == offset[k]);
    }
  }
  events_.offset.clear();
  for (std::size_t k = 0; k <= steps; ++k) events_.offset.push_back(offset[k] - offset[0]);
  events_.source.assign(spikes.neuron + offset[0], spikes.neuron + offset[steps]);
  events_.count.clear();
  if (spikes.count) events_.count.assign(spikes.count + offset[0], spikes.count + offset[steps]);
  step_begin_ = spikes.step_begin;
  pending_ = true;
}

StepEvents Injection::release(const v1e_edge_block& block, std::int64_t window_begin,
                              std::int64_t steps) {
  StepEvents released;
  if (!pending_) {
    released.offset.assign(static_cast<std::size_t>(steps) + 1, 0);
    return released;
  }
  const std::int64_t lead = step_begin_ - window_begin;
  const auto given = static_cast<std::int64_t>(events_.steps());
  if (lead < 0 || lead + given > steps) {
    throw block_error(block, "events were handed over for steps " + std::to_string(step_begin_) +
                                 " .. " + std::to_string(step_begin_ + given - 1) +
                                 ", outside of the window that begins at step " +
                                 std::to_string(window_begin));
  }
  released.offset.assign(static_cast<std::size_t>(lead), 0);
  released.offset.insert(released.offset.end(), events_.offset.begin(), events_.offset.end());
  released.offset.resize(static_cast<std::size_t>(steps) + 1, events_.source.size());
  released.source = std::move(events_.source);
  released.count = std::move(events_.count);
  pending_ = false;
  return released;
}

}  // namespace v1::backend
