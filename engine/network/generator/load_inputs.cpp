#include "engine/base/error.hpp"
#include "engine/network/generator/connection_rules.hpp"
#include "engine/network/generator/load_parts.hpp"

/// connections.csv, synapses.csv, lgn_units.csv, lgn_to_v1.csv, background.csv.
namespace v1::network::generator {
namespace {

void load_synapses(const std::filesystem::path& directory, Model& model) {
  const auto file = directory / "synapses.csv";
  const CsvTable table = CsvTable::read(file);
  const std::vector<std::string> names = population_names(model);
  model.synapses.resize(names.size() * names.size());
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto source = index_of(table.text(row, "source"), names, file, "population");
    const auto target = index_of(table.text(row, "target"), names, file, "population");
    SynapseRule& rule = model.synapses[source * names.size() + target];
    rule.present = true;
    rule.kappa_mv_per_ms = table.number(row, "kappa_mv_per_ms");
    rule.delay_ms = number_in(table, row, "delay_ms", 0.0, 1e3, file);
  }
  for (std::uint32_t s = 0; s < names.size(); ++s) {
    for (std::uint32_t t = 0; t < names.size(); ++t) {
      const ConnectionRule& connection =
          model.connection(model.populations[s].class_index, model.populations[t].class_index);
      if (connection.peak > 0.0 && !model.synapse(s, t).present) {
        throw error(ExitCode::data, "{}: no row for {} -> {}, which connections.csv connects",
                    file.string(), names[s], names[t]);
      }
    }
  }
}

/// Every population once, in any order: `fill(row, population)`.
template <class Fill>
void for_each_population(const CsvTable& table, const std::filesystem::path& file,
                         const Model& model, const Fill& fill) {
  const std::vector<std::string> names = population_names(model);
  std::vector<bool> seen(names.size(), false);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto p = index_of(table.text(row, "population"), names, file, "population");
    seen[p] = true;
    fill(row, p);
  }
  for (std::size_t p = 0; p < names.size(); ++p) {
    if (!seen[p]) throw error(ExitCode::data, "{}: no row for {}", file.string(), names[p]);
  }
}

void read_pair(const CsvTable& table, std::size_t row, const std::string& stem,
               const std::string& tail, double (&out)[2]) {
  for (int i = 0; i < 2; ++i) out[i] = table.number(row, stem + std::to_string(i) + tail);
}

LgnUnitClass unit_class(const CsvTable& table, std::size_t row, const std::filesystem::path& file) {
  LgnUnitClass unit;
  unit.name = table.text(row, "class");
  unit.family = static_cast<LgnFamily>(
      index_of(table.text(row, "family"), {"sON", "sOFF", "tOFF", "composite"}, file, "family"));
  unit.n_per_tile = static_cast<std::uint32_t>(number_in(table, row, "n_per_tile", 0, 1e6, file));
  unit.size_min_deg = number_in(table, row, "size_min_deg", 0.0, 1e3, file);
  unit.size_max_deg = number_in(table, row, "size_max_deg", unit.size_min_deg, 1e3, file);
  unit.size_mode_deg = table.number_or(row, "size_mode_deg", unit.size_min_deg);
  read_pair(table, row, "kpeak", "_ms", unit.kpeak_ms);
  read_pair(table, row, "weight", "", unit.weight);
  read_pair(table, row, "delay", "_ms", unit.delay_ms);
  if (unit.family == LgnFamily::composite) {
    read_pair(table, row, "on_kpeak", "_ms", unit.on_kpeak_ms);
    read_pair(table, row, "on_weight", "", unit.on_weight);
    read_pair(table, row, "on_delay", "_ms", unit.on_delay_ms);
    unit.separation_deg = number_in(table, row, "subfield_separation_deg", 0.0, 1e3, file);
  } else {
    unit.frequency_hz = number_in(table, row, "frequency_hz", 1e-3, 1e3, file);
  }
  unit.spontaneous_hz = number_in(table, row, "spontaneous_hz", 0.0, 1e4, file);
  return unit;
}

}  // namespace

void load_connections(const std::filesystem::path& directory, const ConnectionScalars& scalars,
                      Model& model) {
  const auto file = directory / "connections.csv";
  const CsvTable table = CsvTable::read(file);
  const std::size_t classes = model.class_names.size();
  model.connections.resize(classes * classes);
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto source = index_of(table.text(row, "source"), model.class_names, file, "class");
    const auto target = index_of(table.text(row, "target"), model.class_names, file, "class");
    const double probability = number_in(table, row, "probability", 0.0, 1.0, file);
    const double sigma_um = number_in(table, row, "sigma_um", 1.0, 1e4, file);
    const double ratio = table.text(row, "orientation_ratio").empty()
                             ? 1.0
                             : number_in(table, row, "orientation_ratio", 0.0, 1.0, file);
    model.connections[source * classes + target] =
        connection_rule(probability, sigma_um, ratio, scalars.measured_within_um);
  }
  load_synapses(directory, model);
}

void load_lgn(const std::filesystem::path& directory, Model& model) {
  const auto units_file = directory / "lgn_units.csv";
  const CsvTable units = CsvTable::read(units_file);
  for (std::size_t row = 0; row < units.rows(); ++row) {
    model.lgn.classes.push_back(unit_class(units, row, units_file));
  }
  const auto file = directory / "lgn_to_v1.csv";
  const CsvTable table = CsvTable::read(file);
  model.lgn_fields.resize(model.populations.size());
  for_each_population(table, file, model, [&](std::size_t row, std::uint32_t p) {
    const auto value = [&](const char* column, double high = 1e3) {
      return number_in(table, row, column, 0.0, high, file);
    };
    LgnField& field = model.lgn_fields[p];
    field.probability = value("probability", 1.0);
    field.mean_frequency_hz = number_in(table, row, "mean_frequency_hz", 0.1, 50.0, file);
    field.on_fraction = value("on_fraction", 1.0);
    field.centers_min_deg = value("centers_min_deg");
    field.centers_max_deg = value("centers_max_deg");
    field.width_min_deg = value("width_min_deg");
    field.width_max_deg = value("width_max_deg");
    field.aspect_min = value("aspect_min");
    field.aspect_max = value("aspect_max");
    field.synapses = value("synapses");
  });
}

void load_background(const std::filesystem::path& directory, Model& model) {
  const auto file = directory / "background.csv";
  const CsvTable table = CsvTable::read(file);
  model.background_inputs.resize(model.populations.size());
  for_each_population(table, file, model, [&](std::size_t row, std::uint32_t p) {
    model.background_inputs[p] = {table.number(row, "weight_pa"),
                                  number_in(table, row, "synapses_periphery", 0.0, 1e4, file),
                                  number_in(table, row, "synapses_core", 0.0, 1e4, file)};
  });
}

}  // namespace v1::network::generator
