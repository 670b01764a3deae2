#pragma once
#include <cuda_runtime_api.h>

#include <functional>

namespace emulated {

/// Runs `thread` for every thread of every block, one block after the other.
void run_grid(dim3 grid, dim3 block, std::size_t shared_bytes, const std::function<void()>& thread);

}  // namespace emulated
