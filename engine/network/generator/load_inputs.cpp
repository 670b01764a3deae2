#include "engine/base/error.hpp"
#include "engine/network/generator/load_parts.hpp"

/// lgn_units.csv, lgn_to_v1.csv, background.csv.
namespace v1::network::generator {
namespace {

/// Every population once, in any order: `fill(row, population)`.
template <class Fill>
void for_each_population(const CsvTable& table, const Model& model, const Fill& fill) {
  const std::vector<std::string> names = population_names(model);
  std::vector<bool> seen(names.size(), false);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto p = index_of(table, row, "population", names);
    seen[p] = true;
    fill(row, p);
  }
  for (std::size_t p = 0; p < names.size(); ++p) {
    if (!seen[p]) {
      throw error(ExitCode::data, "{}: no row for {}", table.path().string(), names[p]);
    }
  }
}

void read_pair(const CsvTable& table, std::size_t row, const std::string& stem,
               const std::string& tail, double (&out)[2]) {
  for (int i = 0; i < 2; ++i) out[i] = table.number(row, stem + std::to_string(i) + tail);
}

LgnUnitClass unit_class(const CsvTable& table, std::size_t row) {
  LgnUnitClass unit;
  unit.name = table.text(row, "class");
  unit.family =
      static_cast<LgnFamily>(index_of(table, row, "family", {"sON", "sOFF", "tOFF", "composite"}));
  unit.n_per_tile = count_in(table, row, "n_per_tile", 1e6);
  unit.size_min_deg = number_in(table, row, "size_min_deg", 0.0, 1e3);
  unit.size_max_deg = number_in(table, row, "size_max_deg", unit.size_min_deg, 1e3);
  unit.size_mode_deg = table.number_or(row, "size_mode_deg", unit.size_min_deg);
  read_pair(table, row, "kpeak", "_ms", unit.kpeak_ms);
  read_pair(table, row, "weight", "", unit.weight);
  read_pair(table, row, "delay", "_ms", unit.delay_ms);
  if (unit.family == LgnFamily::composite) {
    read_pair(table, row, "on_kpeak", "_ms", unit.on_kpeak_ms);
    read_pair(table, row, "on_weight", "", unit.on_weight);
    read_pair(table, row, "on_delay", "_ms", unit.on_delay_ms);
    unit.separation_deg = number_in(table, row, "subfield_separation_deg", 0.0, 1e3);
  } else {
    unit.frequency_hz = number_in(table, row, "frequency_hz", 1e-3, 1e3);
  }
  unit.spontaneous_hz = number_in(table, row, "spontaneous_hz", 0.0, 1e4);
  return unit;
}

LgnField lgn_field(const CsvTable& table, std::size_t row, LgnRule rule) {
  const auto value = [&](const char* column, double high = 1e3) {
    return number_in(table, row, column, 0.0, high);
  };
  LgnField field;
  field.probability = value("probability", 1.0);
  field.mean_frequency_hz = number_in(table, row, "mean_frequency_hz", 0.1, 50.0);
  field.on_fraction = value("on_fraction", 1.0);
  if (rule == LgnRule::synapse_budget) {
    field.synapse_ratio = value("synapse_ratio");
    field.yule = number_in(table, row, "yule", 1.001, 1e3);
    return field;
  }
  field.centers_min_deg = value("centers_min_deg");
  field.centers_max_deg = number_in(table, row, "centers_max_deg", field.centers_min_deg, 1e3);
  field.width_min_deg = value("width_min_deg");
  field.width_max_deg = number_in(table, row, "width_max_deg", field.width_min_deg, 1e3);
  field.aspect_min = value("aspect_min");
  field.aspect_max = number_in(table, row, "aspect_max", field.aspect_min, 1e3);
  field.synapses = value("synapses");
  return field;
}

}  // namespace

void load_lgn(const ModelTables& tables, Model& model) {
  const CsvTable& units = tables.table("lgn_units");
  for (std::size_t row = 0; row < units.rows(); ++row) {
    model.lgn.classes.push_back(unit_class(units, row));
  }
  const CsvTable& table = tables.table("lgn_to_v1");
  model.lgn_fields.resize(model.populations.size());
  for_each_population(table, model, [&](std::size_t row, std::uint32_t p) {
    model.lgn_fields[p] = lgn_field(table, row, model.lgn.rule);
  });
}

void load_background(const CsvTable& table, Model& model) {
  model.background_inputs.resize(model.populations.size());
  for_each_population(table, model, [&](std::size_t row, std::uint32_t p) {
    model.background_inputs[p] = {table.number(row, "weight_pa"),
                                  number_in(table, row, "synapses_periphery", 0.0, 1e4),
                                  number_in(table, row, "synapses_core", 0.0, 1e4)};
  });
}

}  // namespace v1::network::generator
