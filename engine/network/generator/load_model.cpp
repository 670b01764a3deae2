#include <algorithm>
#include <numeric>

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

std::uint32_t index_of(const std::string& name, const std::vector<std::string>& names,
                       const std::filesystem::path& file, const char* what) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    throw error(ExitCode::data, "{}: unknown {} '{}'{}", file.string(), what, name,
                did_you_mean(name, names));
  }
  return static_cast<std::uint32_t>(found - names.begin());
}

std::vector<std::string> population_names(const Model& model) {
  std::vector<std::string> names;
  for (const Population& population : model.populations) names.push_back(population.name);
  return names;
}

double number_in(const CsvTable& table, std::size_t row, const char* column, double low,
                 double high, const std::filesystem::path& file) {
  const double value = table.number(row, column);
  if (value < low || value > high) {
    throw error(ExitCode::data, "{}: column '{}' must lie in [{}, {}], found {} in row {}",
                file.string(), column, low, high, value, row + 1);
  }
  return value;
}

Model load_model(const std::filesystem::path& directory) {
  Model model;
  const ConnectionScalars scalars = load_rules(directory / "model.toml", model);
  load_populations(directory, model);
  load_receptors(directory, model);
  load_node_types(directory, model);
  load_connections(directory, scalars, model);
  load_lgn(directory, model);
  load_background(directory, model);
  return model;
}

}  // namespace v1::network::generator
