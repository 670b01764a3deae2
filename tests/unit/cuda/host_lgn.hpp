#pragma once
#include "plugins/backends/cuda/lgn_view.hpp"

namespace v1::test {

/// The kernels of cuda_lgn.cu, one thread after the other. backward: from the last one.
void run_lgn(const cuda::LgnView& view, bool backward);

}  // namespace v1::test
