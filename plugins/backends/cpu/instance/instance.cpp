#include "plugins/backends/cpu/instance/instance.hpp"

#include <algorithm>
#include <set>

#include "plugins/backends/cpu/instance/instance_of.hpp"
#include "plugins/backends/shared/network_checks.hpp"

namespace v1::cpu {
namespace {

std::uint64_t distinct_delays(const v1e_network& network) {
  std::set<std::uint32_t> delays;
  for (std::uint32_t k = 0; k < network.synapse_kind_count; ++k) {
    delays.insert(network.synapse_kinds[k].delay_steps);
  }
  return delays.size();
}

}  // namespace

void check_env(const v1e_backend_env& env) {
  backend::check_env(env, "cpu");
  if (env.device != 0) throw backend::unsupported("cpu", "has device 0 only");
}

std::unique_ptr<Instance> make_instance(const v1e_backend_env& env, const KernelTable& kernels) {
  check_env(env);
  const bool wide = env.network->accumulator_bits == 64;
  if (env.precision_bits == 32) {
    if (wide) return std::make_unique<InstanceOf<float, std::int64_t>>(env, kernels);
    return std::make_unique<InstanceOf<float, std::int32_t>>(env, kernels);
  }
  if (wide) return std::make_unique<InstanceOf<double, std::int64_t>>(env, kernels);
  return std::make_unique<InstanceOf<double, std::int32_t>>(env, kernels);
}

v1e_memory_need estimate_memory(const v1e_backend_env& env) {
  check_env(env);
  const v1e_network& network = *env.network;
  const auto neurons = static_cast<std::uint64_t>(network.neuron_count);
  const std::uint64_t threads = Team(env.host, env.threads).size();
  const std::uint64_t real = env.precision_bits / 8;
  const std::uint64_t sum = network.accumulator_bits / 8;
  const std::uint64_t classes = backend::recorded_classes(env).class_count;
  std::uint64_t pscs = 0;
  for (std::uint32_t t = 0; t < network.type_count; ++t) {
    pscs = std::max<std::uint64_t>(pscs, network.types[t]->psc_count);
  }
  const std::uint64_t delays = distinct_delays(network);
  std::uint64_t synapses = 0;
  for (std::uint32_t b = 0; b < network.block_count; ++b) {
    const v1e_edge_block& block = *network.blocks[b];
    const auto edges = static_cast<std::uint64_t>(block.edge_count);
    const std::uint64_t rows = static_cast<std::uint64_t>(block.source_count) * threads;
    // A row begins with a record for itself and one for each of its delays.
    synapses += (edges + std::min(rows, edges) + std::min(rows * delays, edges)) * sizeof(Synapse) +
                (rows + threads) * 8;
  }
  const std::uint64_t sums = classes * std::max(1u, network.receptor_count) * neurons * sum;
  const std::uint64_t currents = 2 * pscs * neurons * real * (classes == 3 ? 4 : 1);
  std::uint64_t samples = 0;
  for (std::uint32_t p = 0; p < env.probe_count; ++p) {
    const v1e_probe& probe = *env.probes[p];
    const std::int64_t rows = env.max_advance_steps / std::max(1u, probe.every_steps) + 1;
    samples += 2 * static_cast<std::uint64_t>(rows) * probe.neuron_count *
               (probe.dtype == V1E_F16 ? 2 : 4);
  }
  const std::uint64_t lane = sums + currents + neurons * (4 * real + 24) + samples;
  v1e_memory_need need{};
  need.struct_size = sizeof need;
  need.host_bytes = synapses + env.lane_count * lane + neurons * 18;
  need.host_peak_bytes = need.host_bytes + neurons * 8;
  return need;
}

}  // namespace v1::cpu
