#pragma once
#include <cstdint>
#include <vector>

#include "engine/config/selection.hpp"
#include "engine/network/network.hpp"

namespace v1::network {

/// Neurons nearer to the axis than this are the core.
inline constexpr double core_radius_um = 400.0;

/// Positions of the chosen neurons, ascending. "none" gives an empty list; every other selection
/// that chooses nobody is an Error(config), as are unknown names, unknown ids, and a radius where
/// the network has no positions. "core" without positions chooses all and warns.
std::vector<std::uint32_t> select_neurons(const Network& network,
                                          const config::Selection& selection);

}  // namespace v1::network
