#include "engine/network/sonata/node_types.hpp"

#include <cctype>
#include <limits>
#include <utility>

#include "engine/base/error.hpp"
#include "engine/network/sonata/cell_parameters.hpp"

namespace v1::network::sonata {
namespace {

// "e", "exc", "Excitatory" -> "e"; anything that begins with neither letter -> "".
std::string normal_ei(const std::string& text) {
  const char first = text.empty() ? ' ' : static_cast<char>(std::tolower(text.front()));
  return first == 'e' || first == 'i' ? std::string(1, first) : std::string();
}

// Populations of the V1 models are named by type letter and layer: "e23Cux2", "i1Htr3a".
bool begins_with_class(const std::string& name) {
  return name.size() >= 2 && (name[0] == 'e' || name[0] == 'i') &&
         std::isdigit(static_cast<unsigned char>(name[1]));
}

// "VisL4" -> "L4"; other texts stay as they are.
std::string normal_location(const std::string& text) {
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    if (text[i] == 'L' && std::isdigit(static_cast<unsigned char>(text[i + 1])))
      return text.substr(i);
  }
  return text;
}

}  // namespace

NodeTypes::NodeTypes(TypesTable table, ComponentFiles& cells, Network& network,
                     std::string population, std::filesystem::path nodes_file)
    : table_(std::move(table)),
      cells_(cells),
      network_(network),
      population_(std::move(population)),
      nodes_file_(std::move(nodes_file)) {
  if (table_.rows() > 0) row_of_id_ = table_.index_by("node_type_id");
}

std::optional<std::string> NodeTypes::attribute(std::optional<std::size_t> row,
                                                const NodeOverrides& overrides,
                                                const char* name) const {
  const auto found = overrides.texts.find(name);
  if (found != overrides.texts.end()) return found->second;
  return row ? table_.text(*row, name) : std::nullopt;
}

NodeKind NodeTypes::kind_of(std::int64_t node_type_id, const NodeOverrides& overrides) {
  if (overrides.empty()) {
    const auto known = plain_.find(node_type_id);
    if (known != plain_.end()) return known->second;
    return plain_[node_type_id] = make(node_type_id, overrides);
  }
  std::string key = fmt::format("{}\n{}", node_type_id, overrides.parameters.dump());
  for (const auto& [name, value] : overrides.texts) key += fmt::format("\n{}={}", name, value);
  const auto known = overridden_.find(key);
  if (known != overridden_.end()) return known->second;
  return overridden_[key] = make(node_type_id, overrides);
}

NodeKind NodeTypes::make(std::int64_t node_type_id, const NodeOverrides& overrides) {
  const auto found = row_of_id_.find(node_type_id);
  std::optional<std::size_t> row;
  if (found != row_of_id_.end()) {
    row = found->second;
  } else if (table_.rows() > 0) {
    throw error(ExitCode::data, "{}: population '{}' uses node_type_id {}, which is not in {}",
                nodes_file_.string(), population_, node_type_id, table_.path().string());
  }
  const std::string where =
      fmt::format("{}: node type {} of population '{}'",
                  (row ? table_.path() : nodes_file_).string(), node_type_id, population_);
  const auto model_type = attribute(row, overrides, "model_type");
  if (!model_type) {
    throw error(ExitCode::data, "{}: no model_type; set it to point_neuron or virtual", where);
  }
  if (*model_type == "virtual") return {true, 0};
  if (*model_type != "point_neuron" && *model_type != "point_process" &&
      *model_type != "point_soma") {
    throw error(ExitCode::data,
                "{}: model_type '{}' is not supported; only point_neuron and virtual nodes can be "
                "simulated",
                where, *model_type);
  }
  if (network_.types.size() > std::numeric_limits<std::uint16_t>::max()) {
    throw error(ExitCode::data,
                "{}: more than 65,536 different parameter sets; store fewer per-node overrides in "
                "'dynamics_params'",
                nodes_file_.string());
  }
  network_.types.push_back(make_neuron_type(node_type_id, row, overrides, where));
  return {false, static_cast<std::uint16_t>(network_.types.size() - 1)};
}

// Where a message may mean a parameter that is not in the cell file.
std::string NodeTypes::own_parameters_of(const NodeOverrides& overrides) const {
  if (overrides.parameters.empty()) return "";
  return fmt::format(", with dynamics_params of {}", nodes_file_.string());
}

NodeType NodeTypes::make_neuron_type(std::int64_t node_type_id, std::optional<std::size_t> row,
                                     const NodeOverrides& overrides, const std::string& where) {
  NodeType type;
  type.id = node_type_id;
  const auto name = attribute(row, overrides, "pop_name");
  const auto model_name = attribute(row, overrides, "model_name");
  type.population = name ? *name : model_name ? *model_name : std::to_string(node_type_id);
  type.ei = normal_ei(attribute(row, overrides, "ei").value_or(""));
  if (type.ei.empty() && begins_with_class(type.population)) type.ei = type.population.substr(0, 1);
  type.location = normal_location(attribute(row, overrides, "location").value_or(""));
  const auto model_template = attribute(row, overrides, "model_template");
  if (!model_template) {
    throw error(ExitCode::data, "{}: no model_template; set it to e.g. nest:glif_psc", where);
  }
  model_of_template(*model_template, where);  // before its parameters are looked for
  Json parameters = Json::object();
  std::string parameters_where = where;
  const auto file = attribute(row, overrides, "dynamics_params");
  if (file) {
    parameters = cells_.read(*file, where);
    parameters_where = fmt::format("{} (node type {}{})", cells_.path_of(*file).string(),
                                   node_type_id, own_parameters_of(overrides));
  }
  parameters.update(overrides.parameters);
  set_cell_parameters(type, *model_template, parameters, parameters_where, &warned_);
  return type;
}

}  // namespace v1::network::sonata
