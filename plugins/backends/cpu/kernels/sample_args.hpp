#pragma once
#include <v1e/abi.h>

#include <cstddef>
#include <cstdint>

#include "plugins/backends/cpu/plan/psc_use.hpp"

namespace v1::cpu {

/// Places per call of the sample function.
inline constexpr std::size_t sample_strip = 256;

/// Where a recorded variable of the neurons of one type comes from:
/// offset_mv + u, or the sum of y2 over some currents, with the after-spike currents added.
template <class Real>
struct SampleArgs {
  double offset_mv = 0.0;
  const Real* u = nullptr;   // null: not the potential
  const Real* y2 = nullptr;  // [psc][stride]; null: no current
  std::size_t stride = 0;
  PscList pscs;
  const Real* asc0 = nullptr;  // null: without after-spike currents
  const Real* asc1 = nullptr;
  const std::int32_t* refractory = nullptr;  // null: after-spike currents always act
  v1e_dtype dtype = V1E_F16;
};

/// Values of some neurons on their way from the order of places to that of positions. An element
/// of `packed` holds one neuron: a float, or 1, 2 or 4 halves for 1, 2, or 3 and 4 rows.
struct MoveArgs {
  void* row[4] = {};
  std::uint32_t rows = 1;
  v1e_dtype dtype = V1E_F16;
  void* packed = nullptr;
  const std::uint32_t* pick = nullptr;  // unpack: the elements
  std::size_t count = 0;                // neurons; pack: a multiple of places_per_vector
};

}  // namespace v1::cpu
