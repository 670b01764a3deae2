#pragma once
#include <v1e/backend.h>

#include <cstdint>
#include <string>
#include <v1e_sdk/error.hpp>
#include <vector>

/// What calls on an instance are refused for.
namespace v1::backend {

/// V1E_E_STATE, V1E_E_INVALID.
v1e::Error wrong_state(const std::string& what);
v1e::Error invalid_call(const std::string& what);

/// Throws unless lane < count.
void check_lane(std::uint32_t lane, std::size_t count);
/// The block, or v1e::Error when there is none of that index.
const v1e_edge_block& block_at(const v1e_network& network, std::uint32_t block);
/// Throws unless the block's events can be drained: drained[block] says so.
void check_drained(const v1e_network& network, const std::vector<std::uint8_t>& drained,
                   std::uint32_t block);
/// Throws unless the rates fit the block and cover a trial.
void check_rates(const v1e_edge_block& block, const v1e_rates& rates, std::int64_t steps_per_trial);
/// begin_trial without rates for the condition.
v1e::Error rates_missing(const v1e_edge_block& block, std::uint32_t condition);
/// Throws unless the mode is V1E_TRIAL_RESET or V1E_TRIAL_KEEP_STATE.
void check_trial_mode(std::uint32_t mode);

/// Throws unless the lanes (LaneTrial) can be advanced. broken: an earlier advance failed.
template <class Lanes>
void check_advance(const v1e_backend_env& env, std::int64_t steps, const Lanes& lanes,
                   bool broken) {
  if (broken) throw wrong_state("an earlier window failed; create a new instance");
  if (steps < 1 || (env.max_advance_steps > 0 && steps > env.max_advance_steps)) {
    throw invalid_call("advance by " + std::to_string(steps) + " steps; 1 .. " +
                       std::to_string(env.max_advance_steps) + " were announced");
  }
  bool any = false;
  for (const auto& lane : lanes) {
    any = any || lane.in_trial;
    if (lane.in_trial && env.steps_per_trial > 0 && lane.step + steps > env.steps_per_trial) {
      throw invalid_call("advance beyond the end of a trial");
    }
  }
  if (!any) throw wrong_state("no lane is in a trial; call begin_trial");
}

/// Throws unless the window is among those that were advanced.
void check_ticket(v1e_ticket ticket, v1e_ticket last);
/// Throws unless the output of the window is still kept: that of the last two is.
void check_kept(v1e_ticket ticket, v1e_ticket last, bool broken);

/// What advance reports when a state is no longer finite.
v1e::Error not_finite(std::uint32_t neuron_id, std::int64_t step, std::uint32_t trial);
/// No counter has this name; both backends have synaptic_events, spikes and saturated_samples.
v1e::Error no_counter(const std::string& name);

}  // namespace v1::backend
