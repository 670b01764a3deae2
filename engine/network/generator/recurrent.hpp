#pragma once
#include <cstdint>
#include <vector>

#include "engine/base/parallel.hpp"
#include "engine/network/generator/column.hpp"
#include "engine/network/generator/membership.hpp"
#include "engine/network/generator/model.hpp"
#include "engine/network/generator/synapse_kinds.hpp"

namespace v1::network::generator {

/// What a stage made: connections by [source population][target population] (recurrent) or by
/// target population, and how many of them were not stored because their weight is negligible.
struct EdgeCounts {
  std::vector<std::uint64_t> made;
  std::uint64_t dropped = 0;
  std::uint64_t synapses = 0;  // LGN: a connection has several

  std::uint64_t total() const;
  void add(const EdgeCounts& other);
};

struct EdgeInputs {
  const Model& model;
  const Column& column;
  const Membership& members;
  const SynapseKinds& kinds;
  std::uint64_t seed;
  double drop_below_pa;  // connections with |weight| below this are counted, not stored
};

/// Connections among the members, one Bernoulli draw for each ordered pair of the full column.
///
/// Every source owns one sequence of draws per target class. It walks over the targets of the full
/// column in a fixed order with exponential skips: a candidate comes where an Exp(1) budget is
/// used up, target i costing -log(1 - bound_i) or more; candidates are then thinned to the true
/// probability. So the work grows with the connections, not with the pairs, and a source's
/// connections do not depend on which other cells are members.
EdgeBlock connect_recurrent(const EdgeInputs& inputs, ThreadPool& pool, EdgeCounts& counts);

}  // namespace v1::network::generator
