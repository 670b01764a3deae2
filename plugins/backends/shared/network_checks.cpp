#include "plugins/backends/shared/network_checks.hpp"

#include "kernels/type_constants.hpp"

namespace v1::backend {
namespace {

v1e::Error invalid(const std::string& what) { return v1e::Error(V1E_E_INVALID, "", what); }

void check_types(const v1e_network& network, std::uint32_t scheme, const char* backend) {
  for (std::uint32_t t = 0; t < network.type_count; ++t) {
    const v1e_neuron_type& type = *network.types[t];
    if (type.psc_count > kernels::max_psc_count) {
      throw unsupported(backend, "has room for " + std::to_string(kernels::max_psc_count) +
                                     " synaptic currents; node type " + std::to_string(t) +
                                     " has " + std::to_string(type.psc_count));
    }
    if (scheme == V1E_SCHEME_BILLEH_TF && (type.flags & V1E_TYPE_MOVING_THRESHOLD)) {
      throw unsupported(backend, "moves thresholds in scheme exact only");
    }
    for (std::uint32_t p = 0; p < type.psc_count; ++p) {
      if (type.psc_receptor[p] >= network.receptor_count) {
        throw invalid("a synaptic current is fed by a missing receptor");
      }
    }
  }
  for (std::int64_t n = 0; n < network.neuron_count; ++n) {
    if (network.neuron_type[n] >= network.type_count) {
      throw invalid("a neuron is of a type that does not exist");
    }
  }
}

void check_kinds(const v1e_network& network) {
  for (std::uint32_t k = 0; k < network.synapse_kind_count; ++k) {
    const std::uint32_t receptor = network.synapse_kinds[k].receptor;
    if (receptor < network.receptor_count) continue;
    throw invalid("synapse kind " + std::to_string(k) + " feeds receptor " +
                  std::to_string(receptor) + " of a network with " +
                  std::to_string(network.receptor_count));
  }
}

void check_block(const v1e_network& network, const v1e_edge_block& block) {
  const bool neurons = block.source_kind == V1E_SOURCE_NEURONS;
  const bool counts = block.source_kind == V1E_SOURCE_COUNTS;
  if (!neurons && !counts && block.source_kind != V1E_SOURCE_RATES &&
      block.source_kind != V1E_SOURCE_EVENTS) {
    throw block_error(block, "its sources are of an unknown kind");
  }
  if (block.current_class > V1E_CURRENT_BACKGROUND) {
    throw block_error(block, "of no current class");
  }
  // Sources are counted in 32 bits, with room for what they are added to.
  if (block.source_count < 0 || block.source_count >= std::int64_t{1} << 31) {
    throw block_error(block, std::to_string(block.source_count) + " sources");
  }
  if (neurons && block.source_count != network.neuron_count) {
    throw block_error(block, "a block of neurons must have a row for every neuron");
  }
  const bool draws = counts || block.source_kind == V1E_SOURCE_RATES;
  if (draws && block.source_count > 0 && !block.source_id) {
    throw block_error(block, "random draws need the ids of their sources");
  }
  if (counts && block.draw_every_steps == 0) throw block_error(block, "draw_every_steps is 0");
}

}  // namespace

v1e::Error block_error(const v1e_edge_block& block, const std::string& what) {
  return invalid("edge block '" + std::string(block.name ? block.name : "") + "': " + what);
}

v1e::Error unsupported(const char* backend, const std::string& what) {
  return v1e::Error(V1E_E_UNSUPPORTED, "", "backend " + std::string(backend) + " " + what);
}

void check_env(const v1e_backend_env& env, const char* backend) {
  if (!V1E_HAS(&env, v1e_backend_env, target_end) || !env.network || env.lane_count == 0) {
    throw invalid("the environment of the backend is incomplete");
  }
  if (env.precision_bits != 32 && env.precision_bits != 64) {
    throw unsupported(backend,
                      "computes in 32 or 64 bits, not " + std::to_string(env.precision_bits));
  }
  if (env.scheme != V1E_SCHEME_EXACT && env.scheme != V1E_SCHEME_BILLEH_TF) {
    throw unsupported(backend, "knows the schemes exact and billeh-tf only");
  }
  const v1e_network& network = *env.network;
  // The target of a synapse has 31 bits (target_bits of v1e/network.h).
  if (network.neuron_count < 1 || network.neuron_count >= std::int64_t{1} << 31) {
    throw unsupported(backend,
                      "needs 1 .. 2^31 - 1 neurons, not " + std::to_string(network.neuron_count));
  }
  if (env.target_begin != 0 || env.target_end != network.neuron_count) {
    throw unsupported(backend, "does not share a network with other processes");
  }
  check_types(network, env.scheme, backend);
  check_kinds(network);
  for (std::uint32_t b = 0; b < network.block_count; ++b) check_block(network, *network.blocks[b]);
}

void refuse_synapse(const v1e_network& network, std::uint32_t block, std::uint32_t target,
                    std::uint32_t kind) {
  const v1e_edge_block& refused = *network.blocks[block];
  if (target >= network.neuron_count) {
    throw block_error(refused, "a synapse onto neuron " + std::to_string(target) + " of " +
                                   std::to_string(network.neuron_count));
  }
  if (kind >= network.synapse_kind_count) {
    throw block_error(refused, "a synapse of a kind that does not exist");
  }
  const std::uint32_t delay = network.synapse_kinds[kind].delay_steps;
  if (delay > network.max_delay_steps) {
    throw block_error(refused, "a synapse with a delay of " + std::to_string(delay) +
                                   " steps in a network with delays of at most " +
                                   std::to_string(network.max_delay_steps));
  }
  throw block_error(refused, "a synapse between neurons has a delay of 0 steps");
}

}  // namespace v1::backend
