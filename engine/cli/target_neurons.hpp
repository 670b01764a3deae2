#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/cli/session.hpp"
#include "engine/network/network.hpp"
#include "engine/network/sonata/sonata.hpp"

namespace v1::cli {

/// Positions of the neurons that an [[input]] acts on, ascending. In configs for SONATA circuits
/// the target may name a node set of `sonata`.
std::vector<std::uint32_t> target_neurons(
    const std::optional<network::sonata::SonataSimulation>& sonata, const network::Network& network,
    const config::PluginUse& input);

/// Throws ConfigErrors with all targets of [[input]] and selections of [record] that name what the
/// network does not have.
void check_selections(const std::optional<network::sonata::SonataSimulation>& sonata,
                      const network::Network& network, const config::RunConfig& config);

/// Turns the selections among the input's parameters into neurons, in the same way.
void resolve_selections(const Session& session, const network::Network& network,
                        config::PluginUse& input);

}  // namespace v1::cli
