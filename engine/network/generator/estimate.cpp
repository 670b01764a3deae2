#include "engine/network/generator/estimate.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/network/generator/column.hpp"
#include "engine/network/generator/data_dir.hpp"

namespace v1::network {
namespace generator {
namespace {

constexpr double pi = 3.141592653589793;

/// Mean of the kernel over pairs of points drawn uniformly from a disc: their distance r has the
/// density 2 pi r / area times the share of a disc that another one, r away, covers.
double mean_kernel(const Model& model, const ConnectionRule& rule, double radius_um) {
  const double half = model.kernel == Kernel::gaussian ? 1.0 : 0.5;
  const double reach_um = std::min(2.0 * radius_um, model.reach_sigmas * rule.sigma_um);
  constexpr int steps = 400;  // midpoint rule
  double sum = 0.0;
  for (int i = 0; i < steps; ++i) {
    const double r = (i + 0.5) * reach_um / steps;
    const double x = r / (2.0 * radius_um);
    const double covered = 2.0 / pi * (std::acos(x) - x * std::sqrt(1.0 - x * x));
    const double scaled = r / rule.sigma_um;
    sum += std::exp(-half * scaled * scaled) * covered * 2.0 * r;
  }
  return sum * reach_um / steps / (radius_um * radius_um);
}

/// Subfields: the area of each ellipse times the density of units times their mean acceptance.
double subfield_inputs(const LgnRules& rules, const LgnField& field) {
  const double tile_deg2 =
      rules.field_width_deg * rules.field_height_deg / (rules.tiles_x * rules.tiles_y);
  const double half_distance = 0.25 * (field.centers_min_deg + field.centers_max_deg);
  const double width2 =
      (field.width_min_deg * field.width_min_deg + field.width_min_deg * field.width_max_deg +
       field.width_max_deg * field.width_max_deg) /
      12.0;  // mean of (width / 2)^2
  const double ellipse_deg2 = pi * width2 * 0.5 * (field.aspect_min + field.aspect_max);
  const double minor = 0.25 * (field.width_min_deg + field.width_max_deg);
  double classes_of[4] = {};
  for (const LgnUnitClass& unit : rules.classes) {
    classes_of[static_cast<std::size_t>(unit.family)] += 1.0;
  }
  double sum = 0.0;
  for (const LgnUnitClass& unit : rules.classes) {
    const double density = unit.n_per_tile / tile_deg2;
    const double share = unit.family == LgnFamily::sustained_on    ? field.on_fraction
                         : unit.family == LgnFamily::sustained_off ? 1.0 - field.on_fraction
                                                                   : 1.0;
    sum += unit.family == LgnFamily::composite
               ? density * pi * minor * half_distance / 2.0 * rules.axis_tolerance_deg / 90.0
               : density * ellipse_deg2 * share / classes_of[static_cast<std::size_t>(unit.family)];
  }
  return field.probability * sum;
}

}  // namespace

std::vector<double> cells_of(const Model& model, bool core, double share) {
  std::vector<double> cells;
  for (const Population& population : model.populations) {
    cells.push_back(share * (core ? population.n_core : population.count()));
  }
  return cells;
}

std::vector<double> expected_connections(const Model& model, const std::vector<double>& cells,
                                         double radius_um) {
  const std::size_t n = model.populations.size();
  std::vector<double> expected(n * n, 0.0);
  for (std::size_t s = 0; s < n; ++s) {
    for (std::size_t t = 0; t < n; ++t) {
      const ConnectionRule& rule =
          model.connection(model.populations[s].class_index, model.populations[t].class_index);
      if (!(rule.peak > 0.0)) continue;
      const double targets = std::max(0.0, cells[t] - (s == t ? 1.0 : 0.0));
      expected[s * n + t] = cells[s] * targets * rule.peak * mean_kernel(model, rule, radius_um);
    }
  }
  return expected;
}

std::vector<double> expected_lgn_inputs(const Model& model) {
  std::vector<double> expected;
  for (std::size_t p = 0; p < model.populations.size(); ++p) {
    const LgnField& field = model.lgn_fields[p];
    expected.push_back(model.lgn.rule == LgnRule::subfields
                           ? subfield_inputs(model.lgn, field)
                           : model.populations[p].mean_size * model.lgn.budget.fraction *
                                 field.synapse_ratio * (field.yule - 1.0) / field.yule);
  }
  return expected;
}

}  // namespace generator

NetworkEstimate estimate_network(const GenerateOptions& options) {
  using namespace generator;
  const Model model = load_model(find_model_directory(options.model), options.overrides);
  const std::uint32_t most = check_selection(model, options.selection, options.neurons);
  const double neurons = options.neurons, all = model.neuron_count();
  const bool core = options.selection == "core";
  const double full_um = core ? model.core_radius_um : model.outer_radius_um;
  const double radius_um =
      options.selection == "radial" ? full_um * std::sqrt(neurons / most) : full_um;
  const std::vector<double> cells = cells_of(model, core, neurons / most);
  NetworkEstimate estimate;
  const std::vector<double> pairs = expected_connections(model, cells, radius_um);
  estimate.recurrent = std::accumulate(pairs.begin(), pairs.end(), 0.0);
  const std::vector<double> inputs = expected_lgn_inputs(model);
  for (std::size_t p = 0; p < inputs.size(); ++p) estimate.lgn += inputs[p] * cells[p];
  estimate.background = neurons * model.background_units_per_neuron;
  // A connection takes 8 bytes in the store and up to 12 while it is on its way there.
  constexpr double drawn_bytes = 12.0, stored_bytes = 8.0, neuron_bytes = 100.0;
  estimate.peak_bytes =
      std::max(estimate.recurrent * (stored_bytes + drawn_bytes),
               estimate.recurrent * stored_bytes + estimate.lgn * (stored_bytes + drawn_bytes)) +
      estimate.background * (stored_bytes + drawn_bytes) + all * neuron_bytes;
  return estimate;
}

}  // namespace v1::network
