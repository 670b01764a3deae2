#include "engine/network/sonata/node_population.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "engine/base/error.hpp"
#include "engine/network/sonata/datasets.hpp"
#include "engine/network/sonata/node_types.hpp"
#include "engine/network/sonata/row_groups.hpp"
#include "engine/network/sonata/types_table.hpp"

namespace v1::network::sonata {
namespace {

constexpr std::uint32_t no_index = std::numeric_limits<std::uint32_t>::max();

struct NodeRows {
  std::vector<std::int64_t> id, type_id;
  std::vector<std::size_t> by_id;  // rows in ascending order of ids
};

NodeRows read_rows(const h5::File& file, const std::string& base, const RowGroups& groups) {
  NodeRows rows;
  rows.type_id = groups.ids("node_type_id");
  if (file.has(base + "/node_id")) {
    rows.id = groups.ids("node_id");
  } else {
    rows.id.resize(groups.rows());
    std::iota(rows.id.begin(), rows.id.end(), std::int64_t{0});
  }
  rows.by_id.resize(rows.id.size());
  std::iota(rows.by_id.begin(), rows.by_id.end(), std::size_t{0});
  std::stable_sort(rows.by_id.begin(), rows.by_id.end(),
                   [&](std::size_t a, std::size_t b) { return rows.id[a] < rows.id[b]; });
  for (std::size_t i = 0; i < rows.by_id.size(); ++i) {
    const std::int64_t id = rows.id[rows.by_id[i]];
    if (id < 0 || id >= no_index) {
      throw error(ExitCode::data, "{}: row {} of '{}/node_id' is {}; ids must lie in 0..{}",
                  file.path().string(), rows.by_id[i], base, id, no_index - 1);
    }
    if (i > 0 && id == rows.id[rows.by_id[i - 1]]) {
      throw error(ExitCode::data, "{}: '{}/node_id' has id {} twice (rows {} and {})",
                  file.path().string(), base, id, rows.by_id[i - 1], rows.by_id[i]);
    }
  }
  return rows;
}

// Overrides of all nodes, column by column.
struct OverrideColumns {
  std::vector<std::pair<std::string, std::vector<std::optional<std::string>>>> texts;
  std::vector<ParameterColumn> parameters;

  NodeOverrides of_row(std::size_t row) const {
    NodeOverrides out;
    for (const auto& [name, column] : texts) {
      if (column[row] && !is_missing(*column[row])) out.texts[name] = *column[row];
    }
    for (const ParameterColumn& column : parameters) {
      const double* first = column.values.data() + row * column.width;
      if (std::any_of(first, first + column.width, [](double v) { return std::isnan(v); }))
        continue;
      if (column.is_vector) {
        out.parameters[column.name] = std::vector<double>(first, first + column.width);
      } else {
        out.parameters[column.name] = *first;
      }
    }
    return out;
  }
};

OverrideColumns read_overrides(const RowGroups& groups) {
  OverrideColumns columns;
  for (const char* name : node_text_attributes) {
    if (groups.has(name)) columns.texts.emplace_back(name, groups.texts(name));
  }
  columns.parameters = groups.parameters();
  return columns;
}

std::vector<float> read_floats(const RowGroups& groups, const char* attribute, const NodeRows& rows,
                               const std::filesystem::path& file) {
  std::vector<float> out(rows.by_id.size(), not_known);
  if (!groups.has(attribute)) return out;
  const std::vector<double> values = groups.numbers(attribute);
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::size_t row = rows.by_id[i];
    out[i] = static_cast<float>(values[row]);
    if (std::isinf(out[i])) {
      throw error(ExitCode::data, "{}: '{}' of node {} is {}; expected a finite number, or nan",
                  file.string(), attribute, rows.id[row], values[row]);
    }
  }
  return out;
}

void append_neurons(const Population& population, const std::vector<std::uint16_t>& types,
                    Network& network) {
  Neurons& neurons = network.neurons;
  const auto begin = static_cast<std::uint32_t>(neurons.size());
  for (std::size_t i = 0; i < population.id.size(); ++i) {
    if (population.is_virtual[i]) continue;
    const bool renumbered = !population.full_id.empty();
    neurons.id.push_back(renumbered ? population.full_id[i] : population.id[i]);
    neurons.node_id.push_back(population.id[i]);
    neurons.type.push_back(types[i]);
    neurons.x_um.push_back(population.x_um[i]);
    neurons.y_um.push_back(population.y_um[i]);
    neurons.z_um.push_back(population.z_um[i]);
    neurons.tuning_angle_deg.push_back(population.tuning_angle_deg[i]);
    if (!std::isnan(population.x_um[i]) && !std::isnan(population.z_um[i])) {
      neurons.has_positions = true;
    }
  }
  const auto end = static_cast<std::uint32_t>(neurons.size());
  if (end > begin) neurons.populations.push_back({population.name, begin, end});
}

// Ids in the full network; every node has one or none has.
std::vector<std::uint32_t> read_full_ids(const h5::File& file, const RowGroups& groups,
                                         const std::string& name,
                                         const std::vector<std::size_t>& order) {
  if (!groups.has(full_id_attribute)) return {};
  const std::vector<double> values = groups.numbers(full_id_attribute);
  std::vector<std::uint32_t> ids;
  for (const std::size_t row : order) {
    if (!(values[row] >= 0.0 && values[row] < no_index)) {
      throw error(ExitCode::data, "{}: population '{}': {} of a node is {}, expected an id",
                  file.path().string(), name, full_id_attribute, values[row]);
    }
    ids.push_back(static_cast<std::uint32_t>(values[row]));
  }
  return ids;
}

// The rate of the population's virtual nodes, if all have the same.
std::optional<double> common_rate_hz(const Population& population, const TypesTable& table,
                                     const NodeRows& rows) {
  if (population.virtual_count == 0 || !table.has(rate_attribute)) return std::nullopt;
  const auto row_of_id = table.index_by("node_type_id");
  std::optional<double> rate;
  for (std::size_t i = 0; i < population.id.size(); ++i) {
    if (!population.is_virtual[i]) continue;
    const auto row = row_of_id.find(rows.type_id[rows.by_id[i]]);
    if (row == row_of_id.end()) return std::nullopt;
    const auto own = table.number(row->second, rate_attribute);
    if (!own || (rate && *rate != *own)) return std::nullopt;
    rate = own;
  }
  return rate;
}

Population read_population(const h5::File& file, const std::string& name, const TypesTable& table,
                           ComponentFiles& cells, Network& network) {
  const std::string base = "/nodes/" + name;
  RowGroups groups(file, base, "node");
  if (groups.rows() == 0) {
    throw error(ExitCode::data, "{}: population '{}' has no nodes; remove it from networks.nodes",
                file.path().string(), name);
  }
  groups.select(0, groups.rows());
  groups.warn_of_attributes_outside({"x", "y", "z", "tuning_angle"});
  const NodeRows rows = read_rows(file, base, groups);
  const OverrideColumns overrides = read_overrides(groups);
  NodeTypes types(table, cells, network, name, file.path());

  Population population;
  population.name = name;
  population.file = file.path();
  auto next_neuron = static_cast<std::uint32_t>(network.neurons.size());
  std::vector<std::uint16_t> type_of_node;
  for (const std::size_t row : rows.by_id) {
    const NodeKind kind = types.kind_of(rows.type_id[row], overrides.of_row(row));
    population.id.push_back(static_cast<std::uint32_t>(rows.id[row]));
    population.is_virtual.push_back(kind.is_virtual);
    population.position.push_back(kind.is_virtual ? population.virtual_count++ : next_neuron++);
    type_of_node.push_back(kind.type);
  }
  population.x_um = read_floats(groups, "x", rows, file.path());
  population.y_um = read_floats(groups, "y", rows, file.path());
  population.z_um = read_floats(groups, "z", rows, file.path());
  population.tuning_angle_deg = read_floats(groups, "tuning_angle", rows, file.path());
  population.full_id = read_full_ids(file, groups, name, rows.by_id);
  population.rate_hz = common_rate_hz(population, table, rows);
  population.build_lookup();
  append_neurons(population, type_of_node, network);
  return population;
}

}  // namespace

void Population::build_lookup() {
  constexpr std::size_t slack = 1'000'000;
  dense_.clear();
  if (id.empty() || id.back() > 4 * id.size() + slack) return;
  dense_.assign(std::size_t{id.back()} + 1, no_index);
  for (std::size_t i = 0; i < id.size(); ++i) dense_[id[i]] = static_cast<std::uint32_t>(i);
}

std::size_t Population::index_of(std::int64_t node_id) const {
  if (node_id < 0 || id.empty() || node_id > id.back()) return no_node;
  const auto wanted = static_cast<std::uint32_t>(node_id);
  if (!dense_.empty()) return dense_[wanted] == no_index ? no_node : dense_[wanted];
  const auto found = std::lower_bound(id.begin(), id.end(), wanted);
  return *found == wanted ? static_cast<std::size_t>(found - id.begin()) : no_node;
}

std::vector<Population> read_node_populations(const std::filesystem::path& nodes_file,
                                              const std::filesystem::path& types_file,
                                              ComponentFiles& cells, Network& network) {
  const h5::File file = h5::File::read(nodes_file);
  const auto names =
      file.is_group("/nodes") ? population_names(file, "/nodes") : std::vector<std::string>();
  if (names.empty()) {
    throw error(ExitCode::data, "{}: no population under '/nodes'; expected a SONATA nodes file",
                nodes_file.string());
  }
  const TypesTable table = types_file.empty() ? TypesTable() : TypesTable::read(types_file);
  std::vector<Population> populations;
  for (const std::string& name : names) {
    populations.push_back(read_population(file, name, table, cells, network));
  }
  return populations;
}

}  // namespace v1::network::sonata
