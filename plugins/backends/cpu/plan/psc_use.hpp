#pragma once
#include <cstdint>

namespace v1::cpu {

/// A post-synaptic current that is fed: its index in the type, and the row of input sums it reads.
struct PscUse {
  std::uint32_t psc = 0;
  std::uint32_t row = 0;
  bool clears = false;  // the last to read the row sets it to zero
};

/// Some currents of a type, by ascending index.
struct PscList {
  const PscUse* use = nullptr;
  std::uint32_t count = 0;
};

/// Some rows of input sums of a type, ascending.
struct RowList {
  const std::uint32_t* row = nullptr;
  std::uint32_t count = 0;
};

}  // namespace v1::cpu
