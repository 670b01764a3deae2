#include <algorithm>
#include <tuple>

#include "engine/base/error.hpp"
#include "engine/network/generator/connection_rules.hpp"
#include "engine/network/generator/load_parts.hpp"

/// receptors.csv, connections.csv, synapses.csv.
namespace v1::network::generator {
namespace {

std::uint32_t class_index(std::vector<std::string>& names, const std::string& name) {
  auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) found = names.insert(names.end(), name);
  return static_cast<std::uint32_t>(found - names.begin());
}

auto constants(const Receptor& receptor) {
  return std::tuple(receptor.tau_syn_ms, receptor.tau_slow_ms, receptor.amp_slow);
}

/// Synapses of the same time course share a receptor of the target: their currents add up.
void number_receptors(Model& model) {
  const std::size_t n = model.synapse_classes.size();
  for (std::size_t target = 0; target < n; ++target) {
    std::vector<std::tuple<double, double, double>> seen;
    for (std::size_t source = 0; source < n; ++source) {
      Receptor& receptor = model.receptors[source * n + target];
      if (!receptor.present) continue;
      auto found = std::find(seen.begin(), seen.end(), constants(receptor));
      if (found == seen.end()) found = seen.insert(seen.end(), constants(receptor));
      receptor.index = static_cast<std::uint32_t>(found - seen.begin());
    }
  }
}

/// Receptors numbered by the table have one time course each.
void check_numbers(const Model& model, const CsvTable& table) {
  for (const Receptor& a : model.receptors) {
    for (const Receptor& b : model.receptors) {
      if (a.present && b.present && a.index == b.index && constants(a) != constants(b)) {
        throw error(ExitCode::data, "{}: column 'receptor': receptor {} has two time constants",
                    table.path().string(), a.index + 1);
      }
    }
  }
}

void check_receptor(const Model& model, const CsvTable& table, std::uint32_t source,
                    const Population& target) {
  if (model.receptor(source, target.synapse_class).present) return;
  throw error(ExitCode::data, "{}: no row for {} -> {}, but it has connections",
              table.path().string(), model.synapse_classes[source],
              model.synapse_classes[target.synapse_class]);
}

void load_synapses(const CsvTable& table, const CsvTable& receptors, Model& model) {
  const std::vector<std::string> names = population_names(model);
  model.synapses.resize(names.size() * names.size());
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto source = index_of(table, row, "source", names);
    const auto target = index_of(table, row, "target", names);
    SynapseRule& rule = model.synapses[source * names.size() + target];
    rule.present = true;
    rule.delay_ms = number_in(table, row, "delay_ms", 0.0, 1e3);
    if (model.weight_law == WeightLaw::capacitance) {
      rule.kappa_mv_per_ms = table.number(row, "kappa_mv_per_ms");
    } else {
      rule.psp_shape = number_in(table, row, "psp_shape", 0.0, 10.0);
      rule.psp_scale_mv = number_in(table, row, "psp_scale_mv", 0.0, 1e3);
    }
  }
  for (std::uint32_t s = 0; s < names.size(); ++s) {
    for (std::uint32_t t = 0; t < names.size(); ++t) {
      const Population& source = model.populations[s];
      const Population& target = model.populations[t];
      if (!(model.connection(source.class_index, target.class_index).peak > 0.0)) continue;
      check_receptor(model, receptors, source.synapse_class, target);
      if (model.synapse(s, t).present) continue;
      throw error(ExitCode::data, "{}: no row for {} -> {}, which connections.csv connects",
                  table.path().string(), names[s], names[t]);
    }
  }
}

}  // namespace

void load_receptors(const CsvTable& table, Model& model) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto source = class_index(model.synapse_classes, table.text(row, "source"));
    const auto target = class_index(model.synapse_classes, table.text(row, "target"));
    pairs.emplace_back(source, target);
  }
  const std::size_t n = model.synapse_classes.size();
  model.receptors.assign(n * n, {});
  const bool numbered = table.has("receptor");
  model.receptors_shared = numbered;
  const bool double_alpha = model.neuron_model == NeuronModel::glif_psc_double_alpha;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    Receptor& receptor = model.receptors[pairs[row].first * n + pairs[row].second];
    receptor.present = true;
    receptor.tau_syn_ms =
        number_in(table, row, double_alpha ? "tau_fast_ms" : "tau_syn_ms", 1e-3, 1e4);
    if (double_alpha) {
      receptor.tau_slow_ms = number_in(table, row, "tau_slow_ms", 1e-3, 1e4);
      receptor.amp_slow = number_in(table, row, "amp_slow", 0.0, 1e3);
    }
    if (numbered) {
      receptor.index = static_cast<std::uint32_t>(number_in(table, row, "receptor", 1, 16)) - 1;
    }
  }
  if (numbered) {
    check_numbers(model, table);
  } else {
    number_receptors(model);
  }
}

void load_connections(const ModelTables& tables, double measured_within_um, Model& model) {
  const CsvTable& table = tables.table("connections");
  const std::size_t classes = model.class_names.size();
  model.connections.resize(classes * classes);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto source = index_of(table, row, "source", model.class_names);
    const auto target = index_of(table, row, "target", model.class_names);
    const double probability = number_in(table, row, "probability", 0.0, 1.0);
    const double sigma_um = number_in(table, row, "sigma_um", 1.0, 1e4);
    const double ratio = table.text(row, "orientation_ratio").empty()
                             ? 1.0
                             : number_in(table, row, "orientation_ratio", 0.0, 1.0);
    model.connections[source * classes + target] =
        connection_rule(probability, sigma_um, ratio, measured_within_um);
  }
  load_synapses(tables.table("synapses"), tables.table("receptors"), model);
  for (const Population& target : model.populations) {
    check_receptor(model, tables.table("receptors"), model.lgn.synapse_class, target);
    check_receptor(model, tables.table("receptors"), model.background_synapse_class, target);
  }
}

}  // namespace v1::network::generator
