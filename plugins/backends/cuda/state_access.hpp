#pragma once
#include "kernels/portable.hpp"

/// Loads and stores of what a step reads and writes once per neuron. streaming: it is the first to
/// go from the cache, so that input sums and synapses outlive it there.
namespace v1::cuda {

template <bool streaming, class T>
V1_HD inline T load_state(const T* at) {
#if defined(__CUDA_ARCH__)
  if constexpr (streaming) return __ldcs(at);
#endif
  return *at;
}

template <bool streaming, class T>
V1_HD inline void store_state(T* at, T value) {
#if defined(__CUDA_ARCH__)
  if constexpr (streaming) {
    __stcs(at, value);
    return;
  }
#endif
  *at = value;
}

}  // namespace v1::cuda
