#include "engine/network/sonata/node_set.hpp"

#include <algorithm>

#include "engine/base/error.hpp"
#include "engine/base/log.hpp"
#include "engine/base/text.hpp"

namespace v1::network::sonata {
namespace {

constexpr int max_set_depth = 16;
const std::vector<std::string> known_attributes = {"node_type_id", "pop_name", "ei", "location"};

std::vector<Json> as_list(const Json& value) {
  if (value.is_array()) return value.get<std::vector<Json>>();
  return {value};
}

std::string as_text(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::vector<std::string> as_texts(const Json& value) {
  std::vector<std::string> out;
  for (const Json& item : as_list(value)) out.push_back(as_text(item));
  return out;
}

std::vector<std::uint64_t> as_ids(const Json& value, const std::string& where) {
  std::vector<std::uint64_t> out;
  for (const Json& item : as_list(value)) {
    if (!item.is_number_unsigned()) {
      throw error(ExitCode::data, "{}: node ids must be integers of at least 0, found {}", where,
                  item.dump());
    }
    out.push_back(item.get<std::uint64_t>());
  }
  return out;
}

bool all_numbers(const Json& list) {
  return std::all_of(list.begin(), list.end(), [](const Json& item) { return item.is_number(); });
}

std::string attribute_of(const NodeType& type, const std::string& name) {
  if (name == "node_type_id") return std::to_string(type.id);
  if (name == "pop_name") return type.population;
  return name == "ei" ? type.ei : type.location;
}

bool type_matches(const NodeFilter& filter, const NodeType& type) {
  return std::all_of(
      filter.attributes.begin(), filter.attributes.end(), [&](const auto& condition) {
        const auto& [name, accepted] = condition;
        return std::find(accepted.begin(), accepted.end(), attribute_of(type, name)) !=
               accepted.end();
      });
}

void check_populations(const NodeSet& nodes, const NodeFilter& filter, const Network& network) {
  std::vector<std::string> known;
  for (const PopulationRange& range : network.neurons.populations) known.push_back(range.name);
  for (const std::string& name : filter.populations) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    throw error(ExitCode::data,
                "{}node set {}: the circuit has no point neurons of population '{}'{}; it has {}",
                place_prefix(nodes.where), nodes.text, name, did_you_mean(name, known),
                join(known, ", "));
  }
}

void add_matches(const NodeSet& nodes, const NodeFilter& filter, const Network& network,
                 std::vector<std::uint32_t>& out) {
  check_populations(nodes, filter, network);
  std::vector<std::uint64_t> wanted = filter.ids;
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  std::vector<bool> found(wanted.size(), false);
  const Neurons& neurons = network.neurons;
  const std::vector<std::uint32_t>& node_id =
      neurons.node_id.empty() ? neurons.id : neurons.node_id;
  for (const PopulationRange& range : network.neurons.populations) {
    if (!filter.populations.empty() &&
        std::find(filter.populations.begin(), filter.populations.end(), range.name) ==
            filter.populations.end()) {
      continue;
    }
    for (std::uint32_t neuron = range.begin; neuron < range.end; ++neuron) {
      if (filter.by_id) {
        const auto id = std::lower_bound(wanted.begin(), wanted.end(), node_id[neuron]);
        if (id == wanted.end() || *id != node_id[neuron]) continue;
        found[static_cast<std::size_t>(id - wanted.begin())] = true;
      }
      if (type_matches(filter, network.types[network.neurons.type[neuron]])) out.push_back(neuron);
    }
  }
  const auto missing = std::find(found.begin(), found.end(), false);
  if (missing != found.end()) {
    throw error(ExitCode::data, "{}node set {}: the circuit has no point neuron with node_id {}",
                place_prefix(nodes.where), nodes.text,
                wanted[static_cast<std::size_t>(missing - found.begin())]);
  }
}

}  // namespace

NodeSetReader::NodeSetReader(const Config& config) {
  const auto file = config.data.find("node_sets_file");
  if (file != config.data.end() && file->is_string()) {
    named_ = read_json_object(file->get<std::string>(),
                              fmt::format("key 'node_sets_file' of {}", config.path.string()));
  }
  const auto inline_sets = config.data.find("node_sets");
  if (inline_sets != config.data.end() && inline_sets->is_object()) named_.update(*inline_sets);
}

NodeSet NodeSetReader::read(const Json& value, const std::string& where) const {
  NodeSet out;
  out.text = value.dump();
  out.where = where;
  append(value, where, 0, out);
  return out;
}

std::vector<std::string> NodeSetReader::names() const {
  std::vector<std::string> out;
  for (const auto& [name, value] : named_.items()) out.push_back(name);
  return out;
}

void NodeSetReader::append(const Json& value, const std::string& where, int depth,
                           NodeSet& out) const {
  if (depth > max_set_depth) {
    throw error(ExitCode::data, "{}: the node set {} refers to itself; break the cycle", where,
                out.text);
  }
  if (value.is_object()) {
    out.any_of.push_back(filter(value, where));
  } else if (value.is_array() && !value.empty() && !all_numbers(value)) {
    for (const Json& item : value) append(item, where, depth + 1, out);
  } else if (value.is_array()) {
    NodeFilter ids;
    ids.ids = as_ids(value, where);
    ids.by_id = true;
    out.any_of.push_back(ids);
  } else if (value.is_string()) {
    const std::string name = value;
    if (named_.contains(name)) {
      append(named_[name], where, depth + 1, out);
    } else if (name == "all") {
      out.any_of.emplace_back();
    } else {
      NodeFilter population;
      population.populations = {name};
      out.any_of.push_back(population);
    }
  } else {
    throw error(ExitCode::data,
                "{}: expected a population, a node set's name, an object or a list, found {}",
                where, value.dump());
  }
}

NodeFilter NodeSetReader::filter(const Json& object, const std::string& where) const {
  NodeFilter out;
  for (const auto& [key, value] : object.items()) {
    if (key == "population" || key == "populations") {
      out.populations = as_texts(value);
    } else if (key == "node_id" || key == "node_ids" || key == "gids") {
      const auto ids = as_ids(value, where + "." + key);
      out.ids.insert(out.ids.end(), ids.begin(), ids.end());
      out.by_id = true;
    } else if (std::find(known_attributes.begin(), known_attributes.end(), key) !=
               known_attributes.end()) {
      out.attributes.emplace_back(key, as_texts(value));
    } else {
      std::vector<std::string> known = known_attributes;
      known.insert(known.end(), {"population", "node_id", "node_ids"});
      throw error(ExitCode::data, "{}: unknown condition '{}'{}; expected {}", where, key,
                  did_you_mean(key, known), join(known, ", "));
    }
  }
  return out;
}

std::vector<std::uint32_t> matching_neurons(const NodeSet& nodes, const Network& network) {
  std::vector<std::uint32_t> out;
  for (const NodeFilter& filter : nodes.any_of) add_matches(nodes, filter, network, out);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

std::vector<NamedNeurons> named_neurons(const Config& config, const Network& network) {
  const NodeSetReader reader(config);
  std::vector<NamedNeurons> sets;
  for (const std::string& name : reader.names()) {
    try {
      const NodeSet nodes = reader.read(Json(name), config.path.string());
      sets.push_back({name, matching_neurons(nodes, network)});
    } catch (const Error&) {
      continue;  // the reader of the simulation config tells what is wrong with it
    }
  }
  return sets;
}

std::vector<std::uint32_t> select_neurons(const NodeSet& nodes, const Network& network) {
  std::vector<std::uint32_t> out = matching_neurons(nodes, network);
  const bool meant = std::all_of(nodes.any_of.begin(), nodes.any_of.end(), [](const auto& filter) {
    return filter.by_id && filter.ids.empty();
  });
  if (out.empty() && !meant) {
    log::warn("{}node set {}: no neuron of the circuit fits its conditions",
              place_prefix(nodes.where), nodes.text);
  }
  return out;
}

std::vector<CurrentClamp> resolve_clamp(const CurrentClampSpec& spec, const Network& network) {
  const std::vector<std::uint32_t> neurons = select_neurons(spec.nodes, network);
  std::vector<CurrentClamp> clamps;
  for (const CurrentPulse& pulse : spec.pulses) {
    if (pulse.amplitude_pa == 0.0) continue;
    clamps.push_back({neurons, pulse.amplitude_pa, pulse.delay_ms, pulse.duration_ms});
  }
  return clamps;
}

}  // namespace v1::network::sonata
