#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/network/network.hpp"

namespace v1::network {

/// Receptors a target of this type offers: one for each time constant of glif_psc, two of
/// iaf_psc_alpha, one of iaf_psc_delta.
std::uint32_t receptor_count(const NodeType& type);

/// By type: the receptor that most of the network's own excitatory (or inhibitory) synapses onto
/// its neurons use, 0-based; the lowest of several. Connections between neurons decide, those from
/// outside where there are none. Nothing where the type has no such synapse.
std::vector<std::optional<std::uint32_t>> usual_receptors(const Network& network, bool excitatory);

}  // namespace v1::network
