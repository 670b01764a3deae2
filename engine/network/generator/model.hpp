#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/network/network.hpp"

/// A generator model as its data folder states it: tables and rules, nothing drawn yet.
/// docs/networks.md explains every table and rule.
namespace v1::network::generator {

struct Population {
  std::string name;        // "e23Cux2"
  std::string class_name;  // "e23"
  std::string layer;       // "L2/3"
  std::string ei;          // "e" or "i"
  std::uint32_t class_index = 0;
  double depth_top_um = 0.0, depth_bottom_um = 0.0;
  std::uint32_t n_core = 0, n_periphery = 0;
  std::uint32_t first_id = 0;
  bool core_last = true;  // the core cells have the highest ids of the block, else the lowest

  std::uint32_t count() const { return n_core + n_periphery; }
  std::uint32_t first_core_id() const { return core_last ? first_id + n_periphery : first_id; }
  bool excitatory() const { return ei == "e"; }
};

struct CellType {
  NodeType node;
  std::uint32_t population = 0;
  std::uint32_t n_cells = 0;
  double lgn_weight_pa = 0.0;  // per synapse
};

/// Connection from one class to another.
struct ConnectionRule {
  double peak = 0.0;      // probability at lateral distance 0, orientation factor 1
  double sigma_um = 0.0;  // p = peak * exp(-(r / sigma)^2) * orientation factor
  double factor_at_0 = 1.0, factor_at_90 = 1.0;  // orientation factor, linear in between
};

/// Synapses from one population to another; absent where their classes never connect.
struct SynapseRule {
  bool present = false;
  double kappa_mv_per_ms = 0.0;  // weight per synapse / capacitance of the target
  double delay_ms = 0.0;
};

/// How preferred directions shape a weight; by kind of source and target.
struct WeightRule {
  double direction_sigma_deg = 0.0;
  double phase_sigma_deg = 0.0;  // 0: no phase factor
  double anisotropy_at_0 = 1.0, anisotropy_at_90 = 1.0;
};

struct Retinotopy {
  double azimuth_deg_per_um = 0.0;    // along x
  double elevation_deg_per_um = 0.0;  // along z
};

struct Receptor {
  std::uint32_t index = 0;  // 0-based
  double tau_syn_ms = 0.0;
};

enum class LgnFamily : std::uint8_t { sustained_on, sustained_off, transient_off, composite };

struct LgnUnitClass {
  std::string name;
  LgnFamily family = LgnFamily::sustained_on;
  double frequency_hz = 0.0;  // preferred; 0 for composite units
  std::uint32_t n_per_tile = 0;
  double size_min_deg = 0.0, size_mode_deg = 0.0, size_max_deg = 0.0;
  double kpeak_ms[2] = {}, weight[2] = {}, delay_ms[2] = {};           // dominant
  double on_kpeak_ms[2] = {}, on_weight[2] = {}, on_delay_ms[2] = {};  // composite units
  double separation_deg = 0.0;                                         // composite units
  double spontaneous_hz = 0.0;
};

struct LgnRules {
  std::vector<LgnUnitClass> classes;
  double field_width_deg = 0.0, field_height_deg = 0.0;
  std::uint32_t tiles_x = 0, tiles_y = 0;
  double jitter = 0.0;
  double axis_offset_deg = 0.0;
  double axis_tolerance_deg = 0.0;
  double delay_ms = 0.0;
};

/// Receptive field that picks the LGN inputs of a neuron of one population.
struct LgnField {
  double probability = 0.0;  // that a neuron has LGN input at all
  double mean_frequency_hz = 0.0;
  double on_fraction = 0.0;
  double centers_min_deg = 0.0, centers_max_deg = 0.0;
  double width_min_deg = 0.0, width_max_deg = 0.0;
  double aspect_min = 0.0, aspect_max = 0.0;
  double synapses = 0.0;  // per connection
};

struct BackgroundInput {
  double weight_pa = 0.0;  // per synapse
  double synapses_periphery = 0.0, synapses_core = 0.0;
};

struct Model {
  std::string name;
  double inner_radius_um = 0.0, core_radius_um = 0.0, outer_radius_um = 0.0;
  std::vector<Population> populations;
  std::vector<CellType> types;  // grouped by population
  std::vector<std::string> class_names;

  double reach_sigmas = 0.0;
  std::uint32_t synapses_min = 0, synapses_max = 0;
  std::vector<ConnectionRule> connections;  // [source class][target class]
  std::vector<SynapseRule> synapses;        // [source population][target population]
  WeightRule weights[2][2];                 // [source][target], 0 = e, 1 = i
  Receptor receptors[2][2];
  Retinotopy retinotopy;

  LgnRules lgn;
  std::vector<LgnField> lgn_fields;  // by population
  BackgroundModel background;
  double background_delay_ms = 0.0;
  std::vector<BackgroundInput> background_inputs;  // by population

  std::uint32_t neuron_count() const;
  std::uint32_t core_count() const;
  const ConnectionRule& connection(std::uint32_t source_class, std::uint32_t target_class) const {
    return connections[source_class * class_names.size() + target_class];
  }
  const SynapseRule& synapse(std::uint32_t source, std::uint32_t target) const {
    return synapses[source * populations.size() + target];
  }
};

/// Index 0 for excitatory, 1 for inhibitory populations.
inline std::size_t kind_of(const Population& population) { return population.excitatory() ? 0 : 1; }

/// Reads a model folder (model.toml and CSV tables) and checks that it is complete and consistent.
/// Throws Error(data) naming file and cell.
Model load_model(const std::filesystem::path& directory);

}  // namespace v1::network::generator
