#pragma once
#include <cstdint>

#include "kernels/portable.hpp"

/// Loads and stores of what a step reads and writes once per neuron.
namespace v1::cuda {

/// Where the state of a neuron lies while it is stepped. memory: of the device. streaming: there,
/// too, and the first to go from the cache, so that input sums and synapses outlive it. chip: in
/// the shared memory of the neuron's block, which stays while other blocks write input sums.
/// chip_and_sums: there, as far as there is room, with the input sums, so that no other block
/// writes what it reads.
enum class Home : std::uint8_t { memory, streaming, chip, chip_and_sums };

constexpr bool is_resident(Home home) { return home == Home::chip || home == Home::chip_and_sums; }

template <Home home, class T>
V1_HD inline T load_state(const T* at) {
#if defined(__CUDA_ARCH__)
  if constexpr (home == Home::streaming) return __ldcs(at);
#endif
  return *at;
}

template <Home home, class T>
V1_HD inline void store_state(T* at, T value) {
#if defined(__CUDA_ARCH__)
  if constexpr (home == Home::streaming) {
    __stcs(at, value);
    return;
  }
#endif
  *at = value;
}

/// What other blocks may have written since this kernel began: past the first-level cache, which
/// would not know.
template <class T>
V1_HD inline T load_written(const T* at) {
#if defined(__CUDA_ARCH__)
  return __ldcg(at);
#else
  return *at;
#endif
}

/// The state of one neuron.
template <class Real>
struct NeuronState {
  Real *u, *asc0, *asc1;
  Real *y1, *y2;         // of the first current
  std::uint64_t stride;  // from a current to the next
  Real* external;        // current of pulses
  std::uint16_t* hold;
  std::int32_t* sums = nullptr;  // of input that arrives on the chip, if any does; strides alike
};

}  // namespace v1::cuda
