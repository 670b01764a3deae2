#include "engine/cli/network_info.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "engine/base/text.hpp"

namespace v1::cli {
namespace {

using network::EdgeBlock;
using network::Network;
using nlohmann::ordered_json;

// Populations in the order of the node types, without those that have no neuron.
struct Populations {
  std::vector<std::string> names;
  std::vector<std::uint64_t> sizes;
  std::vector<std::size_t> of_type;

  explicit Populations(const Network& network) {
    std::vector<std::uint64_t> of_type_count(network.types.size(), 0);
    for (const std::uint16_t type : network.neurons.type) ++of_type_count[type];
    for (std::size_t t = 0; t < network.types.size(); ++t) {
      const std::string& name = network.types[t].population;
      const auto known = std::find(names.begin(), names.end(), name);
      of_type.push_back(static_cast<std::size_t>(known - names.begin()));
      if (known == names.end() && of_type_count[t] > 0) {
        names.push_back(name);
        sizes.push_back(0);
      }
      if (of_type_count[t] > 0) sizes[of_type.back()] += of_type_count[t];
    }
  }
};

// Connections [source population][target population]; one source row for inputs.
std::vector<std::vector<std::uint64_t>> count_pairs(const Network& network, const EdgeBlock& block,
                                                    const Populations& populations) {
  const bool neurons = block.source_kind == network::SourceKind::neurons;
  const std::size_t sources = neurons ? populations.names.size() : 1;
  std::vector<std::vector<std::uint64_t>> counts(
      sources, std::vector<std::uint64_t>(populations.names.size(), 0));
  for (std::size_t row = 0; row < block.source_count(); ++row) {
    const std::size_t source =
        neurons ? populations.of_type[network.neurons.type[row]] : std::size_t{0};
    for (auto e = static_cast<std::size_t>(block.row_ptr[row]);
         e < static_cast<std::size_t>(block.row_ptr[row + 1]); ++e) {
      const std::uint16_t type = network.neurons.type[block.address.target(e)];
      ++counts[source][populations.of_type[type]];
    }
  }
  return counts;
}

ordered_json in_degrees(const Network& network, const EdgeBlock& block,
                        const Populations& populations) {
  const auto counts = count_pairs(network, block, populations);
  ordered_json out;
  for (std::size_t s = 0; s < counts.size(); ++s) {
    const bool neurons = block.source_kind == network::SourceKind::neurons;
    ordered_json& row = out[neurons ? populations.names[s] : block.name];
    for (std::size_t t = 0; t < populations.names.size(); ++t) {
      const double mean =
          static_cast<double>(counts[s][t]) / static_cast<double>(populations.sizes[t]);
      row[populations.names[t]] = std::round(1000.0 * mean) / 1000.0;
    }
  }
  return out;
}

std::uint64_t bytes_of(const Network& network) {
  std::uint64_t bytes = network.neurons.size() * (4 + 2 + 4 * sizeof(float));
  for (const EdgeBlock& block : network.blocks) {
    bytes += block.edge_count() * (sizeof(std::uint32_t) + sizeof(float)) +
             block.row_ptr.size() * sizeof(std::int64_t) + block.source_id.size() * 4;
  }
  return bytes;
}

}  // namespace

ordered_json describe_network(const Network& network) {
  ordered_json out;
  out["name"] = network.name;
  if (!network.model.empty()) out["model"] = network.model;
  out["neurons"] = network.neurons.size();
  if (network.full_size > network.neurons.size()) out["of_full_network"] = network.full_size;
  out["node_types"] = network.types.size();
  out["positions"] = network.neurons.has_positions;
  out["hash"] = fmt::format("{:016x}", network.content_hash);
  const Populations populations(network);
  for (std::size_t p = 0; p < populations.names.size(); ++p) {
    out["populations"][populations.names[p]] = populations.sizes[p];
  }
  bool complete = false;
  for (const EdgeBlock& block : network.blocks) {
    ordered_json entry = {{"sources", block.source_count()}};
    if (block.edge_count() > 0) {
      complete = true;
      entry["connections_drawn"] = block.edge_count() + block.dropped;
      entry["connections_stored"] = block.edge_count();
      entry["mean_in_degree"] = in_degrees(network, block, populations);
    }
    out["blocks"][block.name] = std::move(entry);
  }
  if (complete) out["memory_bytes"] = bytes_of(network);
  return out;
}

std::string in_degree_table(const ordered_json& in_degree) {
  std::size_t label = 6;
  for (const auto& [source, row] : in_degree.items()) label = std::max(label, source.size());
  std::string out;
  bool first = true;
  for (const auto& [source, row] : in_degree.items()) {
    if (first) {
      out += fmt::format("    {:<{}}", "from", label);
      for (const auto& [target, mean] : row.items()) {
        out += fmt::format(" {:>{}}", target, std::max<std::size_t>(6, target.size()));
      }
      out += '\n';
      first = false;
    }
    out += fmt::format("    {:<{}}", source, label);
    for (const auto& [target, mean] : row.items()) {
      const double value = mean.get<double>();
      const std::string text =
          value == 0.0 ? "-" : fmt::format("{:.{}f}", value, value < 100.0 ? 1 : 0);
      out += fmt::format(" {:>{}}", text, std::max<std::size_t>(6, target.size()));
    }
    out += '\n';
  }
  return out;
}

}  // namespace v1::cli
