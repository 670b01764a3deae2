#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "engine/network/generator/model.hpp"
#include "engine/network/generator/target_grid.hpp"

namespace v1::network::generator {

/// Kernel::target_frame: squares that a source can reach, with the most that the kernel can be
/// there, whatever the targets' directions. One list for every kernel (kind of source and sigma)
/// and subdivision of the source's square.
class FrameReach {
 public:
  struct Visit {
    std::int32_t square_offset;
    float bound;  // kernel <= bound in the square
  };

  FrameReach(const Model& model, const TargetGrid& grid);

  /// Empty where the classes never connect.
  std::span<const Visit> visits(std::uint32_t source_class, std::uint32_t target_class,
                                int subdivision) const {
    const std::int32_t kernel = kernel_of_pair_[source_class * classes_ + target_class];
    if (kernel < 0) return {};
    const auto& list =
        lists_[static_cast<std::size_t>(kernel) * parts_ + static_cast<std::size_t>(subdivision)];
    return {list.data(), list.size()};
  }

 private:
  static constexpr std::size_t parts_ = TargetGrid::subdivisions * TargetGrid::subdivisions;
  std::size_t classes_ = 0;
  std::vector<std::int32_t> kernel_of_pair_;
  std::vector<std::vector<Visit>> lists_;
};

}  // namespace v1::network::generator
