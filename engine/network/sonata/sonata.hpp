#pragma once
#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/network/network.hpp"

/// Reader of SONATA circuits and simulation configs (docs/sonata.md). Every defect of a file is one
/// Error(data) that names file, population, row or key, what was expected and the cure.
namespace v1::network::sonata {

/// One filter of a node set: all conditions hold. Empty population: any; empty ids: any.
struct NodeFilter {
  std::vector<std::string> populations;
  std::vector<std::uint64_t> ids;  // SONATA node_id
  bool by_id = false;              // ids were given (an empty list selects nothing)
  /// Attribute -> accepted values: node_type_id, pop_name, ei, location.
  std::vector<std::pair<std::string, std::vector<std::string>>> attributes;
};

/// Union of filters; `text` is what the config says, `where` its place, for messages.
struct NodeSet {
  std::vector<NodeFilter> any_of;
  std::string text;
  std::string where;  // "a.json: inputs.x.node_set"
};

/// A spike file that plays on a virtual population.
struct SpikeInput {
  std::string name;   // key in the config
  std::string block;  // EdgeBlock name = virtual population; empty: all that the file has
  std::filesystem::path file;
  std::string where = {};  // "a.json: inputs.x.node_set", for messages
  std::string trial = {};  // of an NWB file
  double begin_ms = 0.0;   // only spikes from begin_ms to end_ms are played, at their times
  double end_ms = std::numeric_limits<double>::infinity();
  std::optional<NodeSet> replayed_to = {};  // synapse_replay: the neurons that it reaches
};

/// Spikes sorted by (time, source). source = position in EdgeBlock::source_id, time in ms.
struct SpikeTrains {
  std::vector<std::uint32_t> source;
  std::vector<double> time_ms;
  std::size_t size() const { return source.size(); }
};

/// One rectangular pulse. An infinite duration lasts to the end of the simulation.
struct CurrentPulse {
  double amplitude_pa = 0.0;
  double delay_ms = 0.0;
  double duration_ms = std::numeric_limits<double>::infinity();
};

/// A current clamp as the config states it. Pulses do not overlap and are in order of time.
struct CurrentClampSpec {
  std::string name;
  std::string where;  // "sim.json: inputs.clamp", for messages
  NodeSet nodes;
  std::vector<CurrentPulse> pulses;
};

/// A current clamp on positions in the network. NEST's generator is connected with a delay of one
/// step: the current of [t, t + h) first moves the potential at t + 2 h.
struct CurrentClamp {
  std::vector<std::uint32_t> neurons;  // ascending
  double amplitude_pa = 0.0;
  double delay_ms = 0.0;
  double duration_ms = 0.0;
};

/// A recorded variable; unset times mean the whole run, unset dt every step.
struct Report {
  std::string name;
  std::string variable;  // the engine's name, e.g. "v"
  NodeSet nodes;
  std::optional<double> start_ms, end_ms, dt_ms;
};

struct SonataSimulation {
  std::filesystem::path circuit_config;
  std::optional<double> duration_ms, dt_ms;
  std::string duration_key;  // "run.tstop" or "run.duration"
  std::vector<SpikeInput> spike_inputs;
  std::vector<CurrentClampSpec> clamps;
  std::vector<Report> reports;
  std::vector<std::pair<std::string, NodeSet>> node_sets;  // those with a name
  std::vector<std::string> unsupported;  // what was left out and why, one sentence each
};

/// Reads a simulation config; a bare circuit config gives only circuit_config.
SonataSimulation read_simulation_config(const std::filesystem::path& path);

/// Reads the circuit that a circuit or simulation config names. Neurons of all point-neuron
/// populations are concatenated in the order of the config; edges among them form the block
/// "recurrent" (always the first block); every virtual population is one block of events.
Network read_circuit(const std::filesystem::path& config);

/// Reads the spikes of `population` onto the sources of `block`: HDF5 with or without population
/// groups, or CSV, in ms or s, or the `trial` of an NWB 1 file (the only one where it is ""). An
/// absent population gives no spikes and a warning. Error(data) for times <= 0 and ids that are not
/// sources of the block.
SpikeTrains read_spike_trains(const std::filesystem::path& path, const std::string& population,
                              const EdgeBlock& block, const std::string& trial = "");

/// The populations whose spikes the file has; nothing for files that do not tell populations.
std::vector<std::string> spike_populations(const std::filesystem::path& path);

/// Positions of the neurons of a node set, ascending. Error(data) for unknown populations,
/// attributes or ids; a warning where there are none.
std::vector<std::uint32_t> select_neurons(const NodeSet& nodes, const Network& network);

/// One CurrentClamp per pulse of non-zero amplitude.
std::vector<CurrentClamp> resolve_clamp(const CurrentClampSpec& spec, const Network& network);

}  // namespace v1::network::sonata
