#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/network/generator/pair_weight.hpp"
#include "engine/network/generator/recurrent.hpp"
#include "engine/network/generator/target_grid.hpp"

namespace v1::network::generator {

/// A connection of a source.
struct RowEdge {
  std::uint32_t target;
  float weight_pa;
  std::uint16_t kind;
};

/// Where the connections of one source go.
struct RowSink {
  std::vector<RowEdge>& edges;
  EdgeCounts& counts;
};

/// A member as the source of connections.
struct ConnectionSource {
  std::uint32_t id, position, population;
  double x_um, z_um, direction_deg;
  TargetGrid::Place place;
};

/// Draws the connections of a source with the cells of one class; one kind for each kernel.
class Connector {
 public:
  virtual ~Connector() = default;
  /// Appends edges in no order.
  virtual void connect(const ConnectionSource& source, std::uint32_t target_class,
                       RowSink& sink) const = 0;

 protected:
  Connector(const EdgeInputs& inputs, const TargetGrid& grid)
      : in_(inputs), grid_(grid), weight_(inputs.model) {}

  /// Counts a connection and stores it unless its weight is negligible.
  void store(const ConnectionSource& source, const TargetGrid::Cell& target, const TunedPair& pair,
             double size, std::uint32_t word, RowSink& sink) const;

  const EdgeInputs& in_;
  const TargetGrid& grid_;
  PairWeight weight_;
};

/// Kernel::gaussian. Exponential skips over targets that cost alike within a square.
std::unique_ptr<Connector> make_gaussian_connector(const EdgeInputs& inputs, const TargetGrid& grid,
                                                   ThreadPool& pool);
/// Kernel::target_frame. Exponential skips along the running sum of the targets' sizes.
std::unique_ptr<Connector> make_frame_connector(const EdgeInputs& inputs, const TargetGrid& grid);

}  // namespace v1::network::generator
