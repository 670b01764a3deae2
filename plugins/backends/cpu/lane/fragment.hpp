#pragma once
#include <cstdint>

namespace v1::cpu {

/// Eight bytes a synapse. input: index of the sum of the chunk it adds to.
struct Synapse {
  std::uint32_t input;
  std::int32_t weight;
};

/// Synapses of one row that are due in the same step, waiting for it. Rows stay where they are;
/// only the fragments of a spike wait, so that the sums of a single step are all the delivery
/// writes to, and these stay in the second-level cache.
struct Fragment {
  const Synapse* first;
  std::uint32_t count : 31;
  std::uint32_t consecutive : 1;  // inputs ascend by one
  std::int32_t multiplicity;
};

}  // namespace v1::cpu
