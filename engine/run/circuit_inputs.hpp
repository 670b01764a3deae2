#pragma once
#include <vector>

#include "engine/network/network.hpp"
#include "engine/network/sonata_write/write_circuit.hpp"
#include "engine/run/session.hpp"

namespace v1::run {

/// Makes the inputs of a config part of a network that is about to be written as a circuit: every
/// [[input]] of spikes becomes a virtual population, its sources counted from 0 as SONATA's tools
/// expect. Returns the spikes of the first trial, those of a circuit's own spike files included.
/// What a circuit cannot say is logged. Throws as a run of the config would.
std::vector<network::sonata::CircuitSpikes> add_circuit_inputs(Session& session,
                                                               network::Network& network);

}  // namespace v1::run
