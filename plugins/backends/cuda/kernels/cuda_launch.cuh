#pragma once
#include <cuda_runtime.h>

#include "plugins/backends/cuda/kernels/cuda_check.hpp"

namespace v1::cuda {

/// Where and how a kernel is launched.
struct Launch {
  dim3 grid;
  unsigned threads;  // of a block
  cudaStream_t stream;
  bool overlaps = false;         // may start while the kernel before it in the stream still runs
  std::size_t shared_bytes = 0;  // dynamic
  bool together = false;         // all blocks at once, so that they can wait for each other
  /// How the cache treats a stretch of memory; none where it has no bytes.
  cudaAccessPolicyWindow cached = {};
};

template <class... Parameters, class... Arguments>
void launch(const Launch& how, void (*kernel)(Parameters...), const Arguments&... arguments) {
  cudaLaunchAttribute attributes[3] = {};
  unsigned count = 0;
  if (how.overlaps) {
    attributes[count].id = cudaLaunchAttributeProgrammaticStreamSerialization;
    attributes[count++].val.programmaticStreamSerializationAllowed = 1;
  }
  if (how.together) {
    attributes[count].id = cudaLaunchAttributeCooperative;
    attributes[count++].val.cooperative = 1;
  }
  if (how.cached.num_bytes > 0) {
    attributes[count].id = cudaLaunchAttributeAccessPolicyWindow;
    attributes[count++].val.accessPolicyWindow = how.cached;
  }
  cudaLaunchConfig_t config{};
  config.gridDim = how.grid;
  config.blockDim = dim3(how.threads);
  config.dynamicSmemBytes = how.shared_bytes;
  config.stream = how.stream;
  config.attrs = attributes;
  config.numAttrs = count;
  check(cudaLaunchKernelEx(&config, kernel, arguments...), "launching a kernel");
}

/// The shared memory of a block whose size was given at the launch.
template <class T>
__device__ T* dynamic_shared() {
#if defined(__CUDACC__)
  extern __shared__ float4 dynamic_shared_memory[];  // of 16 bytes, so that it is aligned
  return reinterpret_cast<T*>(dynamic_shared_memory);
#else
  return static_cast<T*>(emulated::dynamic_shared_memory());  // tests/emulated_cuda
#endif
}

}  // namespace v1::cuda
