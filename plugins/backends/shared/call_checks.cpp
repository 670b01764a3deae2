#include "plugins/backends/shared/call_checks.hpp"

#include "plugins/backends/shared/network_checks.hpp"

namespace v1::backend {

v1e::Error wrong_state(const std::string& what) { return v1e::Error(V1E_E_STATE, "", what); }
v1e::Error invalid_call(const std::string& what) { return v1e::Error(V1E_E_INVALID, "", what); }

void check_lane(std::uint32_t lane, std::size_t count) {
  if (lane < count) return;
  throw invalid_call("lane " + std::to_string(lane) + " of " + std::to_string(count));
}

const v1e_edge_block& block_at(const v1e_network& network, std::uint32_t block) {
  if (block < network.block_count) return *network.blocks[block];
  throw invalid_call("edge block " + std::to_string(block) + " of " +
                     std::to_string(network.block_count));
}

void check_drained(const v1e_network& network, const std::vector<std::uint8_t>& drained,
                   std::uint32_t block) {
  block_at(network, block);
  if (drained[block] != 0) return;
  throw wrong_state("this block was not announced in drain_block");
}

void check_rates(const v1e_edge_block& block, const v1e_rates& rates,
                 std::int64_t steps_per_trial) {
  if (block.source_kind != V1E_SOURCE_RATES) {
    throw block_error(block, "rates are bound to a block that is not driven by rates");
  }
  if (rates.source_count != block.source_count) {
    throw block_error(block, "has " + std::to_string(block.source_count) +
                                 " sources, but rates for " + std::to_string(rates.source_count));
  }
  const std::int64_t covered = rates.frame_count * rates.steps_per_frame;
  if (covered <= 0 || covered < steps_per_trial) {
    throw block_error(block, "rates cover " + std::to_string(covered) + " steps of a trial of " +
                                 std::to_string(steps_per_trial));
  }
}

v1e::Error rates_missing(const v1e_edge_block& block, std::uint32_t condition) {
  return wrong_state("edge block '" + std::string(block.name) + "' has no rates for condition " +
                     std::to_string(condition) + "; call bind_rates before begin_trial");
}

void check_trial_mode(std::uint32_t mode) {
  if (mode == V1E_TRIAL_RESET || mode == V1E_TRIAL_KEEP_STATE) return;
  throw invalid_call("begin_trial: unknown mode " + std::to_string(mode));
}

void check_ticket(v1e_ticket ticket, v1e_ticket last) {
  if (ticket == 0 || ticket > last) throw wrong_state("no window has this ticket");
}

void check_kept(v1e_ticket ticket, v1e_ticket last, bool broken) {
  if (ticket != 0 && (ticket == last || ticket + 1 == last) && !broken) return;
  throw wrong_state("the output of this window is no longer, or not yet, there");
}

v1e::Error not_finite(std::uint32_t neuron_id, std::int64_t step, std::uint32_t trial) {
  return v1e::Error(V1E_E_NUMERIC, "",
                    "the state of neuron " + std::to_string(neuron_id) +
                        " left the finite range by step " + std::to_string(step) + " of trial " +
                        std::to_string(trial) +
                        "; check the weights and currents that reach it, or use a smaller step");
}

v1e::Error no_counter(const std::string& name) {
  return v1e::Error(
      V1E_E_UNSUPPORTED, "",
      "there is no counter '" + name + "'; there are synaptic_events, spikes, saturated_samples");
}

}  // namespace v1::backend
