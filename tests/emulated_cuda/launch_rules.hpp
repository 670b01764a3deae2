#pragma once
#include <cuda_runtime_api.h>

#include <cstddef>

/// What a launch asks for, and whether a device grants it.
namespace emulated {

inline constexpr std::size_t most_shared_bytes = 227 << 10;  // of a block, and of a multiprocessor

bool is_cooperative(const cudaLaunchConfig_t& config);
/// While the kernel before runs.
bool may_start_early(const cudaLaunchConfig_t& config);

/// Whether there are threads, and not too many.
bool fits(dim3 grid, dim3 block);
/// Blocks that wait for each other must all be on the device.
bool fits_at_once(const cudaLaunchConfig_t& config);

}  // namespace emulated
