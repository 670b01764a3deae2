#pragma once
#include <cuda_runtime_api.h>

#include "plugins/backends/cuda/lgn/lgn_view.hpp"

namespace v1::cuda {

/// Enqueues the filters of a stretch. Throws v1e::Error.
void launch_lgn(const LgnView& view, cudaStream_t stream);

}  // namespace v1::cuda
