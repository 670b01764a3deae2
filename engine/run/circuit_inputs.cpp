#include "engine/run/circuit_inputs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "engine/base/log.hpp"
#include "engine/base/text.hpp"
#include "engine/run/inputs.hpp"
#include "engine/run/spike_inputs.hpp"

namespace v1::run {
namespace {

using network::sonata::CircuitSpikes;
using simulate::EventTrain;

bool equal_trains(const std::vector<EventTrain>& a, const std::vector<EventTrain>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const EventTrain& x, const EventTrain& y) {
                      return x.block == y.block && x.step == y.step && x.source == y.source;
                    });
}

// A circuit has one simulation.
void warn_of_other_trials(const SpikeInputs& inputs, std::uint32_t trials,
                          const std::vector<EventTrain>& first) {
  for (std::uint32_t trial = 1; trial < trials; ++trial) {
    if (equal_trains(first, inputs.events(trial))) continue;
    log::warn(
        "spikes of inputs differ from trial to trial; the circuit has those of the first of "
        "{} trials",
        trials);
    return;
  }
}

void say_what_is_left_out(const Session& session) {
  for (const config::PluginUse& use : session.config.inputs) {
    if (use.synapses) continue;
    log::warn(
        "{}input '{}' injects currents: it is not written, only inputs of spikes are; add an "
        "IClamp to the simulation config",
        place_prefix(use.where), use.name);
  }
  if (session.sonata) {
    for (const auto& clamp : session.sonata->clamps) {
      log::warn("current clamp '{}' of {} is not written: copy it into the simulation config",
                clamp.name, session.config.network.circuit.string());
    }
  }
  if (session.config.stimulus || !session.config.blocks.blocks.empty()) {
    log::info(
        "the stimulus is not written: the spikes of the LGN are those of a run, v1engine "
        "export RUN --format sonata");
  }
}

CircuitSpikes circuit_spikes(const network::Network& network, const EventTrain& train,
                             double dt_ms) {
  const network::EdgeBlock& block = network.blocks[train.block];
  CircuitSpikes out;
  out.population = block.name;
  for (std::size_t i = 0; i < train.step.size(); ++i) {
    // The grid point that ends the step; read back, it is the same step.
    out.time_ms.push_back(static_cast<double>(train.step[i] + 1) * dt_ms);
    out.node_id.push_back(block.source_id[train.source[i]]);
  }
  return out;
}

}  // namespace

std::vector<CircuitSpikes> add_circuit_inputs(Session& session, network::Network& network) {
  say_what_is_left_out(session);
  const FixedEvents fixed = read_fixed_events(session, network);
  for (const auto& input : input_connections(session.config, network)) {
    network::add_input_block(network, input);
  }
  std::vector<simulate::BlockDrive> drives(network.blocks.size());
  InputMarks marks;
  const SpikeInputs inputs(session, network, drives, marks);
  const std::vector<EventTrain> trains = inputs.events(0);
  warn_of_other_trials(inputs, session.config.simulation.trials, trains);
  std::vector<CircuitSpikes> spikes;
  for (const EventTrain& train : fixed.trains) {
    spikes.push_back(circuit_spikes(network, train, session.config.simulation.dt_ms));
  }
  for (const EventTrain& train : trains) {
    std::vector<std::uint32_t>& ids = network.blocks[train.block].source_id;
    std::iota(ids.begin(), ids.end(), std::uint32_t{0});
    spikes.push_back(circuit_spikes(network, train, session.config.simulation.dt_ms));
  }
  return spikes;
}

}  // namespace v1::run
