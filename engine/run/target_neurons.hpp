#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/network/network.hpp"
#include "engine/network/sonata/sonata.hpp"
#include "engine/run/session.hpp"

namespace v1::run {

/// Positions of the neurons that an [[input]] acts on, ascending. In configs for SONATA circuits
/// the target may name a node set of `sonata`.
std::vector<std::uint32_t> target_neurons(
    const std::optional<network::sonata::SonataSimulation>& sonata, const network::Network& network,
    const config::PluginUse& input);

/// Throws ConfigErrors with all targets of [[input]], selections of [record] and of the parameters
/// of analyses that name what the network does not have.
void check_selections(const std::optional<network::sonata::SonataSimulation>& sonata,
                      const network::Network& network, const config::RunConfig& config);

/// The selection that a parameter of a plugin gives; `table`: "analysis" or "input".
config::Selection parameter_selection(const config::PluginUse& use, const std::string& table,
                                      const std::string& key, const std::string& toml_text);

/// Turns the selections among the input's parameters into neurons, in the same way.
void resolve_selections(const Session& session, const network::Network& network,
                        config::PluginUse& input);

}  // namespace v1::run
