#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "engine/network/network.hpp"
#include "engine/network/sonata/edge_reader.hpp"

namespace v1::network::sonata {

/// Delay-receptor pairs, numbered in the order of their first use.
class SynapseKinds {
 public:
  /// `most`: number of kinds a synapse can name (SynapseAddresses::most_kinds).
  explicit SynapseKinds(std::size_t most = 0) : most_(most) {}
  /// Nothing when so many exist already.
  std::optional<std::uint16_t> index(double delay_ms, std::uint32_t receptor);
  std::vector<SynapseKind> take() { return std::move(kinds_); }

 private:
  std::size_t most_;
  std::vector<SynapseKind> kinds_;
  std::unordered_map<std::uint64_t, std::vector<std::uint16_t>> by_delay_;
  std::array<std::uint16_t, 256> recent_ = {};  // last results, by a hash of (delay, receptor)
};

/// Fills the blocks of a network from edge populations: one pass over the source ids counts the
/// rows, a second places the edges straight into the final arrays (no copy of the edges is kept).
/// The network's neurons, types and empty blocks (names, source ids) must exist; block 0 holds the
/// edges among neurons.
class EdgeBuilder {
 public:
  EdgeBuilder(Network& network, std::vector<std::unique_ptr<EdgePopulation>>& edges);
  /// Throws Error(data) naming file, population, row and id for edges that cannot be placed.
  void build();

 private:
  void count_rows();
  void allocate();
  bool place_all(double delay_grid_ms);  // false: too many different delays
  bool place_slab(EdgePopulation& edges, const EdgeSlab& slab, double delay_grid_ms);
  void sort_rows();
  void infer_types_from_signs();

  struct Source {
    std::size_t block, row, index;  // index of the node in its population
  };
  Source find_source(const EdgePopulation& edges, std::uint64_t row, std::int64_t id) const;
  std::size_t find_target(const EdgePopulation& edges, std::uint64_t row, std::int64_t id) const;
  std::uint32_t receptor_of(const EdgePopulation& edges, std::uint64_t row, const EdgeType& type,
                            std::uint32_t neuron, double weight) const;

  Network& network_;
  std::vector<std::unique_ptr<EdgePopulation>>& edges_;
  SynapseKinds kinds_;
  std::vector<std::vector<std::int64_t>> cursor_;  // per block and row: next free place
  std::vector<std::uint8_t> signs_;                // per node type: 1 positive, 2 negative weights
};

}  // namespace v1::network::sonata
