#include "tests/emulated_cuda/launch_rules.hpp"

#include <algorithm>

#include "tests/emulated_cuda/settings.hpp"

namespace emulated {

bool is_cooperative(const cudaLaunchConfig_t& config) {
  return std::any_of(config.attrs, config.attrs + config.numAttrs, [](const auto& attribute) {
    return attribute.id == cudaLaunchAttributeCooperative && attribute.val.cooperative != 0;
  });
}

bool may_start_early(const cudaLaunchConfig_t& config) {
  return std::any_of(config.attrs, config.attrs + config.numAttrs, [](const auto& attribute) {
    return attribute.id == cudaLaunchAttributeProgrammaticStreamSerialization &&
           attribute.val.programmaticStreamSerializationAllowed != 0;
  });
}

bool fits(dim3 grid, dim3 block) {
  const auto threads = std::uint64_t{block.x} * block.y * block.z;
  return grid.x > 0 && grid.x <= 0x7FFFFFFFu && grid.y > 0 && grid.y <= 65535 && grid.z > 0 &&
         grid.z <= 65535 && threads > 0 && threads <= 1024;
}

bool fits_at_once(const cudaLaunchConfig_t& config) {
  const auto size = [](dim3 of) { return std::uint64_t{of.x} * of.y * of.z; };
  const std::uint64_t by_memory =
      most_shared_bytes / std::max(std::size_t{1}, config.dynamicSmemBytes);
  const std::uint64_t of_each = std::min(by_memory, 2048 / size(config.blockDim));
  const auto multiprocessors = static_cast<std::uint64_t>(settings().multiprocessors);
  return size(config.gridDim) <= multiprocessors * std::max(std::uint64_t{1}, of_each);
}

}  // namespace emulated
