#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "engine/network/generator/model.hpp"
#include "engine/network/generator/target_grid.hpp"

namespace v1::network::generator {

/// Smallest distance along one axis between subdivision `sub` of a square and the square `offset`
/// away.
double axis_gap_um(int sub, int offset);

/// Squares that a source can reach, with an upper bound of its connection probability there.
/// For a source in a given subdivision of its square and a pair of classes, the squares are listed
/// in a fixed order as offsets from the source's square.
class ReachTable {
 public:
  struct Visit {
    std::int32_t square_offset;
    double bound;  // no pair of this source and a target in the square is likelier
    double rate;   // -log(1 - bound), at most rate_of_certainty
  };
  /// Larger than any -log(u) of a 52-bit uniform: every target is a candidate.
  static constexpr double rate_of_certainty = 64.0;

  ReachTable(const Model& model, const TargetGrid& grid, ThreadPool& pool);

  std::span<const Visit> visits(std::uint32_t source_class, std::uint32_t target_class,
                                int subdivision) const {
    const auto& list = lists_[(source_class * classes_ + target_class) * parts_ +
                              static_cast<std::size_t>(subdivision)];
    return {list.data(), list.size()};
  }

 private:
  static constexpr std::size_t parts_ = TargetGrid::subdivisions * TargetGrid::subdivisions;
  std::size_t classes_ = 0;
  std::vector<std::vector<Visit>> lists_;
};

}  // namespace v1::network::generator
