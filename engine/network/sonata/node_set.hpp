#pragma once
#include "engine/network/sonata/config.hpp"
#include "engine/network/sonata/sonata.hpp"

namespace v1::network::sonata {

/// Reads node sets as configs write them: a population or the name of a set from 'node_sets' or
/// 'node_sets_file', "all", an object of conditions, a list of ids or of names.
class NodeSetReader {
 public:
  explicit NodeSetReader(const Config& config);
  /// `where` names file and key. Throws Error(data).
  NodeSet read(const Json& value, const std::string& where) const;
  /// Names of 'node_sets' and 'node_sets_file'.
  std::vector<std::string> names() const;

 private:
  void append(const Json& value, const std::string& where, int depth, NodeSet& out) const;
  NodeFilter filter(const Json& object, const std::string& where) const;
  Json named_ = Json::object();
};

/// Positions of the neurons of a node set, ascending; may be none. Throws as select_neurons does.
std::vector<std::uint32_t> matching_neurons(const NodeSet& nodes, const Network& network);

/// The named sets of the config with their neurons. Sets that cannot be used, such as those of
/// virtual populations, are left out.
std::vector<NamedNeurons> named_neurons(const Config& config, const Network& network);

}  // namespace v1::network::sonata
