#pragma once
#include <v1e/network.h>

#include <cstdint>
#include <vector>

namespace v1::cuda {

/// Where the state of a neuron is kept: neurons are ordered by type, then position, so that
/// neighbouring threads use the same constants.
struct Layout {
  std::vector<std::uint32_t> place_of_position;
  std::vector<std::uint32_t> position_of_place;
  std::vector<std::uint16_t> type_of_place;
  std::uint32_t places() const { return static_cast<std::uint32_t>(position_of_place.size()); }
};

Layout make_layout(const v1e_network& network);

}  // namespace v1::cuda
