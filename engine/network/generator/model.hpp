#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/config/network_overrides.hpp"
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
  std::uint32_t synapse_class = 0;  // index into Model::synapse_classes
  double depth_top_um = 0.0, depth_bottom_um = 0.0;
  std::uint32_t n_core = 0, n_periphery = 0;
  std::uint32_t first_id = 0;
  bool core_last = true;  // the core cells have the highest ids of the block, else the lowest
  // Number of synapses a cell receives: log-normal; Model::has_sizes only.
  double size_shape = 0.0, size_scale = 0.0;
  double mean_size = 0.0;  // whole part of the mean

  std::uint32_t count() const { return n_core + n_periphery; }
  std::uint32_t first_core_id() const { return core_last ? first_id + n_periphery : first_id; }
  bool excitatory() const { return ei == "e"; }
};

struct CellType {
  NodeType node;
  std::uint32_t population = 0;
  std::uint32_t n_cells = 0;
  double lgn_weight_pa = 0.0;         // per synapse; LgnRule::synapse_budget: a factor
  double background_weight_pa = 0.0;  // of one unit; BackgroundRule::pool only
  std::vector<double> psp_mv_per_pa;  // by synapse class of the source; WeightLaw::unitary_psp
};

enum class Kernel : std::uint8_t { gaussian, target_frame };

/// Kernel::target_frame: the Gaussian of one kind of source around a target, in the frame of the
/// target's preferred direction.
struct FrameKernel {
  double elongation =
      1.0;                // sd = sigma / elongation along the direction, sigma * elongation across
  double shift_um = 0.0;  // of the centre, along the direction
};

/// Connection from one class to another.
struct ConnectionRule {
  double peak = 0.0;      // probability at the kernel's maximum, orientation factor 1
  double sigma_um = 0.0;  // gaussian: p = peak * exp(-(r / sigma)^2) * orientation factor
  double factor_at_0 = 1.0, factor_at_90 = 1.0;  // orientation factor, linear in between
};

/// Synapses from one population to another; absent where their classes never connect.
struct SynapseRule {
  bool present = false;
  double kappa_mv_per_ms = 0.0;  // WeightLaw::capacitance: per synapse / capacitance of the target
  double psp_shape = 0.0, psp_scale_mv = 0.0;  // WeightLaw::unitary_psp: log-normal size of a PSP
  double delay_ms = 0.0;
};

enum class WeightLaw : std::uint8_t { capacitance, unitary_psp };

/// WeightLaw::capacitance: how preferred directions shape a weight; by kind of source and target.
struct WeightRule {
  double direction_sigma_deg = 0.0;
  double phase_sigma_deg = 0.0;  // 0: no phase factor
  double anisotropy_at_0 = 1.0, anisotropy_at_90 = 1.0;
};

struct Retinotopy {
  double azimuth_deg_per_um = 0.0;    // along x
  double elevation_deg_per_um = 0.0;  // along z
  bool tangent = true;                // the angles are tangents, read as degrees; else as they are
};

/// Current of the synapses from one synapse class onto another.
struct Receptor {
  bool present = false;
  std::uint32_t index = 0;  // 0-based among the receptors of the target
  double tau_syn_ms = 0.0;
  double tau_slow_ms = 0.0, amp_slow = 0.0;  // glif_psc_double_alpha
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

/// How a neuron finds its LGN inputs.
///   subfields: an ON and an OFF ellipse; one connection to every accepted unit in them
///   synapse_budget: synapses in proportion to the cell's size, spread over units by distance
enum class LgnRule : std::uint8_t { subfields, synapse_budget };

/// LgnRule::synapse_budget.
struct SynapseBudget {
  double fraction = 0.0;   // of a cell's size, times LgnField::synapse_ratio
  double reach_deg = 0.0;  // units farther from the field's centre are never taken
  double sigma_deg = 0.0;  // sd of the Gaussian over the stretched distance
  double shift_deg = 0.0;  // of sustained (-) and transient OFF (+) units along the direction
  double aspect = 1.0;     // width across the direction / width along it
  double psp_mv = 0.0;     // of one synapse on a cell of reference_size
  double reference_size = 0.0;
};

struct LgnRules {
  LgnRule rule = LgnRule::subfields;
  SynapseBudget budget;
  std::uint32_t synapse_class = 0;
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
  double synapses = 0.0;                   // per connection
  double synapse_ratio = 0.0, yule = 0.0;  // LgnRule::synapse_budget
};

/// shared: one unit reaches every neuron, weights by population. pool: every neuron listens to
/// some of `units`, weights by node type.
enum class BackgroundRule : std::uint8_t { shared, pool };

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

  NeuronModel neuron_model = NeuronModel::glif_psc;
  std::vector<std::string> synapse_classes;  // "e" and "i", or finer
  bool has_sizes = false;                    // connection probability follows the cells' sizes

  Kernel kernel = Kernel::gaussian;
  FrameKernel frame_kernel[2];   // by kind of source
  double shift_within_um = 0.0;  // Kernel::target_frame: no shift for targets farther out
  double reach_sigmas = 0.0;
  WeightLaw weight_law = WeightLaw::capacitance;
  std::uint32_t synapses_min = 1, synapses_max = 1;  // of a connection, uniform
  std::vector<ConnectionRule> connections;           // [source class][target class]
  std::vector<SynapseRule> synapses;                 // [source population][target population]
  WeightRule weights[2][2];                          // [source][target], 0 = e, 1 = i
  double quantile_clip = 0.0;       // WeightLaw::unitary_psp: draws from (clip, 1 - clip)
  std::vector<Receptor> receptors;  // [source synapse class][target synapse class]
  bool receptors_shared = false;    // one numbering for all targets, else one for each
  Retinotopy retinotopy;

  LgnRules lgn;
  std::vector<LgnField> lgn_fields;  // by population
  BackgroundModel background;
  double background_delay_ms = 0.0;
  BackgroundRule background_rule = BackgroundRule::shared;
  std::uint32_t background_units = 1, background_units_per_neuron = 1;
  std::uint32_t background_synapse_class = 0;
  std::vector<BackgroundInput> background_inputs;  // by population; shared only

  std::uint32_t neuron_count() const;
  std::uint32_t core_count() const;
  const ConnectionRule& connection(std::uint32_t source_class, std::uint32_t target_class) const {
    return connections[source_class * class_names.size() + target_class];
  }
  const SynapseRule& synapse(std::uint32_t source, std::uint32_t target) const {
    return synapses[source * populations.size() + target];
  }
  const Receptor& receptor(std::uint32_t source_class, std::uint32_t target_class) const {
    return receptors[source_class * synapse_classes.size() + target_class];
  }
};

/// Index 0 for excitatory, 1 for inhibitory populations.
inline std::size_t kind_of(const Population& population) { return population.excitatory() ? 0 : 1; }

/// Reads a model folder (model.toml and CSV tables), carries out the overrides and checks that all
/// is complete and consistent. Throws Error(data) naming file, line and column, or Error(config)
/// naming the override.
Model load_model(const std::filesystem::path& directory,
                 const config::NetworkOverrides& overrides = {});

}  // namespace v1::network::generator
