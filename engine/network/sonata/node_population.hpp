#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "engine/network/network.hpp"
#include "engine/network/sonata/json.hpp"

namespace v1::network::sonata {

/// Node attribute: id in the full network where node_id counts a part of it. v1engine writes it.
inline constexpr const char* full_id_attribute = "full_network_id";
/// Column of node types: rate [Hz] at which virtual nodes spike by themselves. v1engine writes it.
inline constexpr const char* rate_attribute = "firing_rate";

/// Nodes of one population in ascending order of their ids.
struct Population {
  std::string name;
  std::filesystem::path file;
  std::vector<std::uint32_t> id;       // node_id
  std::vector<std::uint32_t> full_id;  // attribute full_network_id, empty where there is none
  std::vector<std::uint8_t> is_virtual;
  /// Neurons: position in the network. Virtual nodes: row of the population's block.
  std::vector<std::uint32_t> position;
  std::vector<float> x_um, y_um, z_um, tuning_angle_deg;  // not_known where absent
  std::uint32_t virtual_count = 0;
  std::optional<double> rate_hz;     // of virtual nodes that spike by themselves (firing_rate)
  std::optional<std::size_t> block;  // index of the virtual nodes' block in Network::blocks

  static constexpr std::size_t no_node = static_cast<std::size_t>(-1);
  /// Index of the node, or no_node. Constant time for dense ids.
  std::size_t index_of(std::int64_t node_id) const;
  void build_lookup();

 private:
  std::vector<std::uint32_t> dense_;  // id -> index, where ids are dense enough
};

/// Reads every population of a nodes file, appends its neurons and node types to the network, and
/// returns the populations. `types_file` may be empty. Throws Error(data) for populations without
/// nodes, duplicate ids, and incomplete types.
std::vector<Population> read_node_populations(const std::filesystem::path& nodes_file,
                                              const std::filesystem::path& types_file,
                                              ComponentFiles& cells, Network& network);

}  // namespace v1::network::sonata
