#pragma once
#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/network/synapse_addresses.hpp"
#include "plugin_api/include/v1e/network.h"

/// The network in memory: structure of arrays, compressed rows of outgoing synapses per source.
/// Physical units throughout (ms, mV, pA, pF, nS, um, Hz, degrees); nothing here depends on the
/// step size. engine/simulate turns it into propagators, fixed-point weights and delay steps.
namespace v1::network {

inline constexpr float not_known = std::numeric_limits<float>::quiet_NaN();

enum class NeuronModel : std::uint8_t {
  glif_psc = V1E_MODEL_GLIF_PSC,
  iaf_psc_alpha = V1E_MODEL_IAF_PSC_ALPHA,
  iaf_psc_delta = V1E_MODEL_IAF_PSC_DELTA,
  glif_psc_double_alpha = V1E_MODEL_GLIF_PSC_DOUBLE_ALPHA,
};

/// The moving threshold of GLIF2, GLIF4 and GLIF5 (glif_psc with spike_dependent_threshold).
struct MovingThreshold {
  double spike_jump_mv = 0.0;         // th_spike_add
  double spike_decay_per_ms = 0.0;    // th_spike_decay
  double reset_fraction = 0.0;        // voltage_reset_fraction
  double reset_add_mv = 0.0;          // voltage_reset_add
  bool follows_voltage = false;       // adapting_threshold (GLIF5)
  double voltage_index_per_ms = 0.0;  // th_voltage_index
  double voltage_decay_per_ms = 0.0;  // th_voltage_decay
  bool operator==(const MovingThreshold&) const = default;
};

/// Parameters of one node type. Receptors are 0-based: tau_syn_ms[r].
/// glif_psc: one alpha current per receptor; iaf_psc_alpha: receptor 0 excitatory, 1 inhibitory;
/// iaf_psc_delta: receptor 0 adds its weight in mV to the potential.
struct NodeType {
  std::int64_t id = 0;     // node_type_id
  std::string population;  // pop_name, e.g. "e23Cux2"
  std::string ei;          // "e" or "i"; "" where unknown
  std::string location;    // "L1" .. "L6", "" where unknown
  NeuronModel model = NeuronModel::glif_psc;
  double c_m_pf = 0.0;
  double g_ns = 0.0;  // leak; tau_m = c_m / g
  double e_l_mv = 0.0;
  double v_th_mv = 0.0;
  double v_reset_mv = 0.0;
  double v_init_mv = 0.0;  // scheme exact; billeh-tf starts at v_reset
  double t_ref_ms = 0.0;
  double constant_current_pa = 0.0;  // I_e
  std::array<double, 2> asc_decay_per_ms = {0.0, 0.0};
  std::array<double, 2> asc_amplitude_pa = {0.0, 0.0};
  std::array<double, 2> asc_carry = {1.0, 1.0};     // asc_r
  std::vector<double> tau_syn_ms;                   // fast part of a double alpha
  std::vector<double> tau_syn_slow_ms;              // double alpha only
  std::vector<double> amp_slow;                     // double alpha only
  std::optional<MovingThreshold> moving_threshold;  // instead of a fixed one and v_reset
};

/// A SONATA population: neurons [begin, end) of the network.
struct PopulationRange {
  std::string name;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

/// Columns over the neurons; index = position in the network, ascending id in each population.
struct Neurons {
  std::vector<PopulationRange> populations;
  std::vector<std::uint32_t> id;  // in the full network (SONATA node_id); item id of random draws
  /// Ids that the circuit's own files use, where they are not `id`; else empty.
  std::vector<std::uint32_t> node_id;
  std::vector<std::uint16_t> type;      // index into Network::types
  std::vector<float> x_um, y_um, z_um;  // not_known where the network has no positions
  std::vector<float> tuning_angle_deg;  // not_known where it has none
  bool has_positions = false;

  std::size_t size() const { return id.size(); }
};

/// The population of the neuron at `position`.
const PopulationRange& population_of(const Neurons& neurons, std::uint32_t position);

/// Delay and receptor shared by many synapses.
struct SynapseKind {
  double delay_ms = 0.0;
  std::uint32_t receptor = 0;  // 0-based receptor of the target
  bool operator==(const SynapseKind&) const = default;
};

enum class SourceKind : std::uint8_t {
  neurons = V1E_SOURCE_NEURONS,
  rates = V1E_SOURCE_RATES,
  counts = V1E_SOURCE_COUNTS,
  events = V1E_SOURCE_EVENTS,
};

enum class CurrentClass : std::uint8_t {
  recurrent = V1E_CURRENT_RECURRENT,
  bottom_up = V1E_CURRENT_BOTTOM_UP,
  background = V1E_CURRENT_BACKGROUND,
};

/// All synapses from one set of sources onto the neurons, as rows of sources.
/// Order inside a row: ascending target, then as generated or read.
struct EdgeBlock {
  std::string name;  // "recurrent", "lgn", "bkg", or the virtual population's name
  SourceKind source_kind = SourceKind::neurons;
  CurrentClass current_class = CurrentClass::recurrent;
  std::vector<std::uint32_t> source_id;  // one per source: id in the full network
  std::vector<std::int64_t> row_ptr;     // sources + 1
  SynapseAddresses address;              // position of the target, index into synapse_kinds
  std::vector<float> weight_pa;          // signed; mV for iaf_psc_delta targets
  std::uint64_t dropped = 0;             // synapses that were made but are too weak to be stored
  std::size_t source_count() const { return source_id.size(); }
  std::size_t edge_count() const { return address.size(); }
};

/// What drives a counts block. Every unit (source of the block) draws independently.
struct BackgroundModel {
  std::string kind = "none";  // as in the config
  double rate_hz = 0.0;       // per unit
};

/// One LGN unit of a filter bank; see lgn_mosaic.hpp for the meaning of the columns.
struct LgnMosaic;

/// A node set of a SONATA circuit: positions in the network, ascending.
struct NamedNeurons {
  std::string name;
  std::vector<std::uint32_t> neurons;
};

struct Network {
  std::string name;   // "billeh2020", or the circuit's file
  std::string model;  // generator model, "" when read from files
  std::uint64_t seed = 0;
  std::uint32_t full_size = 0;  // neurons of the full network the selection was made from
  std::vector<NodeType> types;
  Neurons neurons;
  std::vector<SynapseKind> synapse_kinds;
  std::vector<EdgeBlock> blocks;
  BackgroundModel background;
  std::shared_ptr<const LgnMosaic> lgn_mosaic;  // null when the network brings none
  std::uint64_t content_hash = 0;               // of everything above that matters for the dynamics
  std::vector<NamedNeurons> node_sets;          // what selections may name besides populations

  /// Index of the block, or nothing.
  std::optional<std::size_t> find_block(const std::string& block_name) const;
  /// Highest receptor index used by any type, plus 1.
  std::uint32_t receptor_count() const;
};

/// Hash over types, neurons, kinds and blocks (little-endian, fixed order).
std::uint64_t hash_network(const Network& network);

/// Throws Error(data) if a row, target, type or kind is out of range or a population is empty.
void check_network(const Network& network);

}  // namespace v1::network
