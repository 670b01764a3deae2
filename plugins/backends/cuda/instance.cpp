#include "plugins/backends/cuda/instance.hpp"

#include <algorithm>
#include <string>
#include <v1e_sdk/error.hpp>

#include "kernels/type_constants.hpp"
#include "plugins/backends/cuda/instance_of.hpp"
#include "plugins/backends/cuda/probe.hpp"
#include "plugins/backends/cuda/shape.hpp"

namespace v1::cuda {
namespace {

v1e::Error unsupported(const std::string& what) {
  return v1e::Error(V1E_E_UNSUPPORTED, "", "backend cuda " + what);
}

void check_network(const v1e_network& network) {
  if (network.neuron_count < 1 || network.neuron_count >= std::int64_t{1} << 31) {
    throw unsupported("needs 1 .. 2^31 - 1 neurons, not " + std::to_string(network.neuron_count));
  }
  if (network.block_count > most_blocks) {
    throw unsupported("has room for " + std::to_string(most_blocks) +
                      " edge blocks; this network has " + std::to_string(network.block_count));
  }
  for (std::uint32_t t = 0; t < network.type_count; ++t) {
    const v1e_neuron_type& type = *network.types[t];
    if (type.psc_count > kernels::max_psc_count) {
      throw unsupported("has room for " + std::to_string(kernels::max_psc_count) +
                        " synaptic currents; node type " + std::to_string(t) + " has " +
                        std::to_string(type.psc_count));
    }
    if (type.refractory_steps < 0 || type.refractory_steps > 65535) {
      throw unsupported("holds a neuron for at most 65535 steps after its spike; node type " +
                        std::to_string(t) + " needs " + std::to_string(type.refractory_steps) +
                        ": use a larger simulation.dt");
    }
    for (std::uint32_t p = 0; p < type.psc_count; ++p) {
      if (type.psc_receptor[p] >= network.receptor_count) {
        throw v1e::Error(V1E_E_INVALID, "", "a synaptic current is fed by a missing receptor");
      }
    }
  }
  for (std::uint32_t b = 0; b < network.block_count; ++b) {
    const v1e_edge_block& block = *network.blocks[b];
    const bool neurons = block.source_kind == V1E_SOURCE_NEURONS;
    if (neurons && block.source_count != network.neuron_count) {
      throw v1e::Error(V1E_E_INVALID, "", "a block of neurons must have a row for every neuron");
    }
    const bool draws =
        block.source_kind == V1E_SOURCE_RATES || block.source_kind == V1E_SOURCE_COUNTS;
    if (draws && block.source_count > 0 && !block.source_id) {
      throw v1e::Error(V1E_E_INVALID, "", "random draws need the ids of their sources");
    }
    if (block.source_kind == V1E_SOURCE_COUNTS && block.draw_every_steps == 0) {
      throw v1e::Error(V1E_E_INVALID, "", "draw_every_steps is 0");
    }
  }
}

template <class Real, class Sum>
std::unique_ptr<Instance> make(const v1e_backend_env& env, std::unique_ptr<Machine> machine) {
  return std::make_unique<InstanceOf<Real, Sum>>(env, std::move(machine));
}

}  // namespace

void check_env(const v1e_backend_env& env) {
  if (!V1E_HAS(&env, v1e_backend_env, target_end) || !env.network || env.lane_count == 0) {
    throw v1e::Error(V1E_E_INVALID, "", "the environment of the backend is incomplete");
  }
  if (env.precision_bits != 32 && env.precision_bits != 64) {
    throw unsupported("computes in 32 or 64 bits, not " + std::to_string(env.precision_bits));
  }
  if (env.scheme != V1E_SCHEME_EXACT && env.scheme != V1E_SCHEME_BILLEH_TF) {
    throw unsupported("knows the schemes exact and billeh-tf only");
  }
  if (env.lane_count > 65535) throw unsupported("has at most 65535 lanes");
  if (env.probe_count > most_probes) {
    throw unsupported("has room for " + std::to_string(most_probes) + " recorded variables");
  }
  check_network(*env.network);
  if (env.scheme == V1E_SCHEME_BILLEH_TF && has_moving_threshold(*env.network)) {
    throw unsupported("moves thresholds in scheme exact only");
  }
  if (env.target_begin != 0 || env.target_end != env.network->neuron_count) {
    throw unsupported("does not share a network with other processes");
  }
  for (std::uint32_t p = 0; p < env.probe_count; ++p) {
    check_probe(*env.probes[p], static_cast<std::uint64_t>(env.network->neuron_count));
  }
}

std::unique_ptr<Instance> make_instance(const v1e_backend_env& env,
                                        std::unique_ptr<Machine> machine) {
  check_env(env);
  const v1e_memory_need need = estimate_memory(env);
  const std::uint64_t free = machine->free_bytes();
  if (need.device_peak_bytes > free) {
    throw v1e::Error(V1E_E_DEVICE_MEMORY, "",
                     "the run needs up to " + readable_bytes(need.device_peak_bytes) +
                         " on the device, but only " + readable_bytes(free) +
                         " are free; use fewer neurons, lanes or recorded variables");
  }
  const bool wide = env.network->accumulator_bits == 64;
  if (env.precision_bits == 32) {
    return wide ? make<float, std::int64_t>(env, std::move(machine))
                : make<float, std::int32_t>(env, std::move(machine));
  }
  return wide ? make<double, std::int64_t>(env, std::move(machine))
              : make<double, std::int32_t>(env, std::move(machine));
}

std::string readable_bytes(std::uint64_t bytes) {
  static constexpr const char* units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1024.0 && unit < 4; ++unit) value /= 1024.0;
  std::string text = std::to_string(value);
  return text.substr(0, text.find('.') + 2) + " " + units[unit];
}

}  // namespace v1::cuda
