#pragma once
#include <v1e/backend.h>

#include <cstdint>
#include <string>
#include <v1e_sdk/error.hpp>

/// What a backend must know of its environment and network before it trusts them.
namespace v1::backend {

/// V1E_E_INVALID: "edge block 'NAME': what".
v1e::Error block_error(const v1e_edge_block& block, const std::string& what);
/// V1E_E_UNSUPPORTED: "backend NAME what".
v1e::Error unsupported(const char* backend, const std::string& what);

/// Throws unless precision, scheme and share of the network are among those that both backends
/// serve and the network holds together: types, kinds of synapses, edge blocks.
void check_env(const v1e_backend_env& env, const char* backend);

[[noreturn]] void refuse_synapse(const v1e_network& network, std::uint32_t block,
                                 std::uint32_t target, std::uint32_t kind);

/// Throws unless a synapse of the block leads to a neuron, is of a kind that exists and arrives
/// neither too late for a ring of max_delay_steps nor, between neurons, in the step of the spike.
inline void check_synapse(const v1e_network& network, std::uint32_t block, std::uint32_t target,
                          std::uint32_t kind) {
  if (target < network.neuron_count && kind < network.synapse_kind_count) {
    const std::uint32_t delay = network.synapse_kinds[kind].delay_steps;
    const std::uint32_t least = network.blocks[block]->source_kind == V1E_SOURCE_NEURONS ? 1 : 0;
    if (delay >= least && delay <= network.max_delay_steps) return;
  }
  refuse_synapse(network, block, target, kind);
}

}  // namespace v1::backend
