#pragma once
#include <cstdint>
#include <vector>

#include "engine/network/generator/connection_rules.hpp"
#include "engine/network/generator/model.hpp"
#include "engine/network/generator/target_grid.hpp"

namespace v1::network::generator {

/// Weight of a recurrent connection in pA, signed.
class PairWeight {
 public:
  explicit PairWeight(const Model& model);

  /// `word`: the connection's own random word. `size`: of the target, relative to its population's
  /// mean (WeightLaw::unitary_psp).
  double operator()(std::uint32_t source_population, const TargetGrid::Cell& target,
                    const TunedPair& pair, double size, std::uint32_t word) const;

 private:
  /// Log-normal distribution of a pair of populations.
  struct LogNormal {
    double shape = 0.0, scale_mv = 0.0;
  };
  double by_capacitance(std::uint32_t source_population, const TargetGrid::Cell& target,
                        const TunedPair& pair, std::uint32_t word) const;
  double by_psp(std::uint32_t source_population, const TargetGrid::Cell& target, double size,
                std::uint32_t word) const;

  const Model& model_;
  std::vector<LogNormal> of_pair_;  // [source][target]
};

}  // namespace v1::network::generator
