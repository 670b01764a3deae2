#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/network/network.hpp"

namespace v1::network {

/// Synapses from sources outside the network, which spike as they are told, onto some neurons.
struct InputConnection {
  std::string name;                    // of the sources: the block's
  std::vector<std::uint32_t> targets;  // positions, ascending
  bool all_to_all = false;             // one source for all targets, else one for each
  double weight_pa = 0.0;              // signed; mV for iaf_psc_delta
  double delay_ms = 0.0;               // of update n + delay / dt
  std::optional<std::uint32_t>
      receptor;                // 0-based; nothing: usual_receptors() of the weight's sign
  std::string where;           // of the input in the config, for messages
  std::string receptor_where;  // of receptor or weight
};

/// Adds the block of an input: source i, with the id of its target, leads to target i; or one
/// source with id 0 to all. Its current counts as bottom-up. Throws Error(config) when there is no
/// target, the name is taken, ids of sources are not unique, or a target lacks the receptor.
void add_input_block(Network& network, const InputConnection& input);

}  // namespace v1::network
