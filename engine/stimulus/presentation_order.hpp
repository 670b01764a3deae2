#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace v1::stimulus {

/// Stimuli that are shown equally often.
struct PresentationGroup {
  std::uint32_t conditions = 1;
  std::uint32_t repeats = 1;
};

enum class PresentationOrder {
  listed,   // group by group; in each all conditions, then all again
  random,   // everything in random order
  balanced  // all conditions once in random order, then all that have a second repeat, ...
};

/// Which condition each trial shows; conditions are counted through all groups. Random orders
/// depend on `seed` alone.
std::vector<std::uint32_t> presentation_order(std::span<const PresentationGroup> groups,
                                              PresentationOrder order, std::uint64_t seed);

}  // namespace v1::stimulus
