#pragma once
#include <nlohmann/json.hpp>

#include "engine/network/network.hpp"

namespace v1::cli {

/// What `v1engine info` says about a network: neurons by population; per block the connections
/// that were drawn and those that are stored, and the mean in-degree of each target population
/// from each source population; bytes in memory. A network without its synapses (a run folder)
/// gives neurons and sources only.
nlohmann::ordered_json describe_network(const network::Network& network);

/// The in-degrees of one block as a table, targets in columns. in_degree: as in
/// describe_network, {source: {target: mean}}.
std::string in_degree_table(const nlohmann::ordered_json& in_degree);

}  // namespace v1::cli
