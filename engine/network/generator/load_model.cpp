#include <algorithm>
#include <cmath>

#include "engine/base/error.hpp"
#include "engine/base/text.hpp"
#include "engine/network/generator/load_parts.hpp"
#include "engine/network/generator/model.hpp"

namespace v1::network::generator {

std::uint32_t Model::neuron_count() const {
  std::uint32_t n = 0;
  for (const Population& population : populations) n += population.count();
  return n;
}

std::uint32_t Model::core_count() const {
  std::uint32_t n = 0;
  for (const Population& population : populations) n += population.n_core;
  return n;
}

std::uint32_t index_of(const CsvTable& table, std::size_t row, const char* column,
                       const std::vector<std::string>& names) {
  const std::string& name = table.text(row, column);
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    throw error(table.blame(row, column), "{}: column '{}': unknown name '{}'{}",
                table.where(row, column), column, name, did_you_mean(name, names));
  }
  return static_cast<std::uint32_t>(found - names.begin());
}

std::vector<std::string> population_names(const Model& model) {
  std::vector<std::string> names;
  for (const Population& population : model.populations) names.push_back(population.name);
  return names;
}

double number_in(const CsvTable& table, std::size_t row, const char* column, double low,
                 double high) {
  const double value = table.number(row, column);
  if (value < low || value > high) {
    throw error(table.blame(row, column), "{}: column '{}' must lie in [{}, {}], found {}",
                table.where(row, column), column, low, high, value);
  }
  return value;
}

std::uint32_t count_in(const CsvTable& table, std::size_t row, const char* column, double high) {
  const double value = number_in(table, row, column, 0.0, high);
  if (value != std::floor(value)) {
    throw error(table.blame(row, column), "{}: column '{}' must be a whole number, found {}",
                table.where(row, column), column, value);
  }
  return static_cast<std::uint32_t>(value);
}

Model load_model(const std::filesystem::path& directory,
                 const config::NetworkOverrides& overrides) {
  Model model;
  const Rules rules(directory / "model.toml", overrides.rules);
  const ModelTables tables(directory, overrides);
  load_rules(rules, model);
  load_receptors(tables.table("receptors"), model);
  load_populations(tables.table("populations"), model);
  load_input_classes(rules, model);
  load_node_types(tables, model);
  const bool means = model.kernel == Kernel::gaussian;
  load_connections(tables, means ? rules.positive("connections.measured_within_um") : 0.0, model);
  load_lgn(tables, model);
  if (model.background_rule == BackgroundRule::shared) {
    load_background(tables.table("background"), model);
  }
  rules.finish();
  return model;
}

}  // namespace v1::network::generator
