#include "engine/base/error.hpp"
#include "engine/network/generator/load_parts.hpp"

/// model.toml.
namespace v1::network::generator {
namespace {

constexpr int format_version = 1;
constexpr const char* kinds[] = {"e", "i"};

WeightRule weight_rule(const Rules& rules, const std::string& pair) {
  const std::string key = "weights." + pair + ".";
  WeightRule rule;
  rule.direction_sigma_deg = rules.positive(key + "direction_sigma_deg");
  rule.phase_sigma_deg = rules.number_or(key + "phase_sigma_deg", 0.0);
  rule.anisotropy_at_0 = rules.number_or(key + "anisotropy_at_0", 1.0);
  rule.anisotropy_at_90 = rules.number_or(key + "anisotropy_at_90", 1.0);
  return rule;
}

void load_column(const Rules& rules, Model& model) {
  model.neuron_model = rules.text_or("neurons.model", "glif_psc") == "glif_psc"
                           ? NeuronModel::glif_psc
                           : NeuronModel::glif_psc_double_alpha;
  if (model.neuron_model != NeuronModel::glif_psc) {
    rules.choice("neurons.model", {"glif_psc", "glif_psc_double_alpha"});
  }
  model.inner_radius_um = rules.number("column.inner_radius_um");
  model.core_radius_um = rules.positive("column.core_radius_um");
  model.outer_radius_um = rules.positive("column.outer_radius_um");
  if (model.inner_radius_um < 0.0) rules.fail("column.inner_radius_um", "at least 0");
  if (model.core_radius_um <= model.inner_radius_um) {
    rules.fail("column.core_radius_um", "more than column.inner_radius_um");
  }
  if (model.outer_radius_um <= model.core_radius_um) {
    rules.fail("column.outer_radius_um", "more than column.core_radius_um");
  }
}

void load_kernel(const Rules& rules, Model& model) {
  model.kernel = static_cast<Kernel>(
      rules.choice("connections.kernel", {"gaussian", "target-frame-gaussian"}));
  model.reach_sigmas = rules.positive("connections.reach_sigmas");
  if (model.kernel == Kernel::gaussian) return;
  model.has_sizes = true;
  for (int kind = 0; kind < 2; ++kind) {
    const std::string tail = std::string("_") + kinds[kind];
    model.frame_kernel[kind] = {rules.positive("connections.elongation" + tail),
                                rules.number("connections.shift" + tail + "_um")};
  }
  model.shift_within_um = rules.number("connections.shift_within_um");
}

void load_weights(const Rules& rules, Model& model) {
  model.weight_law =
      static_cast<WeightLaw>(rules.choice("weights.law", {"capacitance", "unitary-psp"}));
  if (model.weight_law == WeightLaw::unitary_psp) {
    if (!model.has_sizes) {
      rules.fail("weights.law", "\"capacitance\": only target-frame-gaussian gives cells a size");
    }
    model.quantile_clip = rules.number("weights.quantile_clip");
    if (model.quantile_clip < 0.0 || model.quantile_clip >= 0.5) {
      rules.fail("weights.quantile_clip", "at least 0 and below 0.5");
    }
    return;
  }
  model.synapses_min = rules.count("connections.synapses_min");
  model.synapses_max = rules.count("connections.synapses_max");
  if (model.synapses_max < model.synapses_min) {
    rules.fail("connections.synapses_max", "at least connections.synapses_min");
  }
  for (int source = 0; source < 2; ++source) {
    for (int target = 0; target < 2; ++target) {
      model.weights[source][target] =
          weight_rule(rules, std::string(kinds[source]) + kinds[target]);
    }
  }
}

void load_budget(const Rules& rules, SynapseBudget& budget) {
  budget.fraction = rules.positive("lgn.synapse_fraction");
  budget.reach_deg = rules.positive("lgn.reach_deg");
  budget.sigma_deg = rules.positive("lgn.sigma_deg");
  budget.shift_deg = rules.number("lgn.shift_deg");
  budget.aspect = rules.positive("lgn.aspect");
  budget.psp_mv = rules.positive("lgn.psp_mv");
  budget.reference_size = rules.positive("lgn.reference_size");
}

void load_lgn_rules(const Rules& rules, const Model& model, LgnRules& lgn) {
  lgn.rule = static_cast<LgnRule>(rules.choice("lgn.rule", {"subfields", "synapse-budget"}));
  lgn.field_width_deg = rules.positive("lgn.field_width_deg");
  lgn.field_height_deg = rules.positive("lgn.field_height_deg");
  lgn.tiles_x = rules.count("lgn.tiles_x");
  lgn.tiles_y = rules.count("lgn.tiles_y");
  lgn.jitter = rules.number("lgn.jitter");
  lgn.axis_tolerance_deg = rules.positive("lgn.axis_tolerance_deg");
  lgn.delay_ms = rules.positive("lgn.delay_ms");
  if (lgn.rule == LgnRule::subfields) {
    lgn.axis_offset_deg = rules.number("lgn.axis_offset_deg");
    return;
  }
  if (!model.has_sizes || model.weight_law != WeightLaw::unitary_psp) {
    rules.fail("lgn.rule", "\"subfields\": a budget needs weights.law = \"unitary-psp\"");
  }
  load_budget(rules, lgn.budget);
}

void load_background_rules(const Rules& rules, Model& model) {
  model.background_rule =
      static_cast<BackgroundRule>(rules.choice("background.kind", {"shared-poisson", "pool"}));
  model.background.kind = rules.text("background.kind");
  model.background.rate_hz = rules.positive("background.rate_hz");
  model.background_delay_ms = rules.positive("background.delay_ms");
  if (model.background_rule == BackgroundRule::shared) return;
  model.background_units = rules.count("background.units");
  model.background_units_per_neuron = rules.count("background.units_per_neuron");
  if (model.background_units_per_neuron > model.background_units) {
    rules.fail("background.units_per_neuron", "at most background.units");
  }
}

}  // namespace

void load_rules(const Rules& rules, Model& model) {
  if (rules.number("format") != format_version) {
    throw error(ExitCode::data,
                "{}: format must be {}, found {}; this program is older or newer "
                "than the table",
                rules.file().string(), format_version, rules.number("format"));
  }
  model.name = rules.text("name");
  rules.text_or("title", "");
  load_column(rules, model);
  load_kernel(rules, model);
  load_weights(rules, model);
  model.retinotopy.tangent = rules.choice("retinotopy.mapping", {"tangent", "linear"}) == 0;
  model.retinotopy.azimuth_deg_per_um = rules.number("retinotopy.azimuth_deg_per_um");
  model.retinotopy.elevation_deg_per_um = rules.number("retinotopy.elevation_deg_per_um");
  load_lgn_rules(rules, model, model.lgn);
  load_background_rules(rules, model);
}

void load_input_classes(const Rules& rules, Model& model) {
  model.lgn.synapse_class =
      static_cast<std::uint32_t>(rules.choice("lgn.synapse_class", model.synapse_classes));
  model.background_synapse_class =
      static_cast<std::uint32_t>(rules.choice("background.synapse_class", model.synapse_classes));
}

}  // namespace v1::network::generator
