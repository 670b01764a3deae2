#include <algorithm>
#include <cmath>
#include <vector>

#include "engine/base/error.hpp"
#include "engine/network/network.hpp"
#include "engine/network/receptors.hpp"

namespace v1::network {
namespace {

[[noreturn]] void fail(const Network& network, const std::string& what) {
  throw error(ExitCode::data, "network {}: {}", network.name.empty() ? "(unnamed)" : network.name,
              what);
}

void check_neurons(const Network& network) {
  const Neurons& neurons = network.neurons;
  const std::size_t n = neurons.size();
  if (neurons.type.size() != n || neurons.x_um.size() != n || neurons.y_um.size() != n ||
      neurons.z_um.size() != n || neurons.tuning_angle_deg.size() != n) {
    fail(network, fmt::format("the columns of its {} neurons differ in length", n));
  }
  std::uint32_t next = 0;
  for (const PopulationRange& range : neurons.populations) {
    if (range.end <= range.begin) fail(network, "population '" + range.name + "' is empty");
    if (range.begin != next) {
      fail(network,
           fmt::format("population '{}' begins at {}, expected {}", range.name, range.begin, next));
    }
    next = range.end;
    for (std::uint32_t i = range.begin + 1; i < std::min<std::size_t>(range.end, n); ++i) {
      if (neurons.id[i] <= neurons.id[i - 1]) {
        fail(network, fmt::format("population '{}': ids must ascend, found {} after {}", range.name,
                                  neurons.id[i], neurons.id[i - 1]));
      }
    }
  }
  if (next != n) fail(network, fmt::format("populations hold {} of its {} neurons", next, n));
  if (n == 0) fail(network, "it has no neurons");
  for (const std::uint16_t type : neurons.type) {
    if (type >= network.types.size()) {
      fail(network, fmt::format("type {} of a neuron is out of range, {} types are known", type,
                                network.types.size()));
    }
  }
}

/// Receptors that each type has.
std::vector<std::uint32_t> receptors_of_types(const Network& network) {
  std::vector<std::uint32_t> receptors;
  for (const NodeType& type : network.types) receptors.push_back(receptor_count(type));
  return receptors;
}

void check_rows(const Network& network, const EdgeBlock& block) {
  const std::size_t edges = block.edge_count();
  if (block.weight_pa.size() != edges) {
    fail(network, fmt::format("block '{}': the columns of its {} synapses differ in length",
                              block.name, edges));
  }
  if (block.row_ptr.size() != block.source_count() + 1 || block.row_ptr.front() != 0 ||
      block.row_ptr.back() != static_cast<std::int64_t>(edges)) {
    fail(network, fmt::format("block '{}': its rows must cover {} sources and {} synapses",
                              block.name, block.source_count(), edges));
  }
  for (std::size_t row = 0; row + 1 < block.row_ptr.size(); ++row) {
    if (block.row_ptr[row] > block.row_ptr[row + 1]) {
      fail(network, fmt::format("block '{}': row {} has a negative length", block.name, row));
    }
  }
  if (block.source_kind == SourceKind::neurons && block.source_count() != network.neurons.size()) {
    fail(network, fmt::format("block '{}': {} rows for {} neurons", block.name,
                              block.source_count(), network.neurons.size()));
  }
}

void check_edges(const Network& network, const EdgeBlock& block,
                 const std::vector<std::uint32_t>& receptors) {
  for (std::size_t e = 0; e < block.edge_count(); ++e) {
    const std::uint32_t target = block.address.target(e);
    const std::uint16_t kind = block.address.kind(e);
    if (target >= network.neurons.size()) {
      fail(network, fmt::format("block '{}': target {} of synapse {} is out of range", block.name,
                                target, e));
    }
    if (kind >= network.synapse_kinds.size()) {
      fail(network,
           fmt::format("block '{}': kind {} of synapse {} is out of range", block.name, kind, e));
    }
    if (!std::isfinite(block.weight_pa[e])) {
      fail(network,
           fmt::format("block '{}': the weight of synapse {} is not finite", block.name, e));
    }
    const std::uint16_t type = network.neurons.type[target];
    if (network.synapse_kinds[kind].receptor >= receptors[type]) {
      fail(network, fmt::format("block '{}': synapse {} needs receptor {}, which its target of "
                                "type {} does not have",
                                block.name, e, network.synapse_kinds[kind].receptor,
                                network.types[type].id));
    }
  }
}

}  // namespace

void check_network(const Network& network) {
  check_neurons(network);
  const auto receptors = receptors_of_types(network);
  for (const SynapseKind& kind : network.synapse_kinds) {
    if (kind.delay_ms >= 0.0 && std::isfinite(kind.delay_ms)) continue;
    fail(network, fmt::format("a synaptic delay is {} ms, expected 0 or more", kind.delay_ms));
  }
  for (const EdgeBlock& block : network.blocks) {
    check_rows(network, block);
    check_edges(network, block, receptors);
  }
}

}  // namespace v1::network
