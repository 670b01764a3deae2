#pragma once
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <unordered_map>

#include "engine/network/network.hpp"
#include "engine/network/sonata/json.hpp"
#include "engine/network/sonata/types_table.hpp"

namespace v1::network::sonata {

/// What a node's HDF5 group says instead of its row in the node-types file.
struct NodeOverrides {
  std::map<std::string, std::string> texts;  // model_type, dynamics_params, ei, ...
  Json parameters = Json::object();          // single model parameters
  bool empty() const { return texts.empty() && parameters.empty(); }
};

/// Text attributes of nodes that matter here.
inline constexpr const char* node_text_attributes[] = {
    "model_type", "model_template", "dynamics_params", "ei", "pop_name", "location", "model_name"};

struct NodeKind {
  bool is_virtual = false;
  std::uint16_t type = 0;  // index into Network::types; unused for virtual nodes
};

/// Turns node type ids (and overrides) into entries of Network::types, each made once.
class NodeTypes {
 public:
  /// `table` may have no rows when the circuit gives no node-types file. `population` and
  /// `nodes_file` are for messages.
  NodeTypes(TypesTable table, ComponentFiles& cells, Network& network, std::string population,
            std::filesystem::path nodes_file);
  /// Throws Error(data) for unknown ids and whatever the cell's parameters lack.
  NodeKind kind_of(std::int64_t node_type_id, const NodeOverrides& overrides);

 private:
  NodeKind make(std::int64_t node_type_id, const NodeOverrides& overrides);
  std::string own_parameters_of(const NodeOverrides& overrides) const;
  NodeType make_neuron_type(std::int64_t node_type_id, std::optional<std::size_t> row,
                            const NodeOverrides& overrides, const std::string& where);
  std::optional<std::string> attribute(std::optional<std::size_t> row,
                                       const NodeOverrides& overrides, const char* name) const;

  TypesTable table_;
  std::unordered_map<std::int64_t, std::size_t> row_of_id_;
  ComponentFiles& cells_;
  Network& network_;
  std::string population_;
  std::filesystem::path nodes_file_;
  std::unordered_map<std::int64_t, NodeKind> plain_;
  std::unordered_map<std::string, NodeKind> overridden_;
  std::set<std::string> warned_;  // nodes with parameters of their own would repeat warnings
};

}  // namespace v1::network::sonata
