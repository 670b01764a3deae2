#include "engine/network/select.hpp"

#include <algorithm>
#include <numeric>
#include <string>

#include "engine/base/error.hpp"
#include "engine/base/log.hpp"
#include "engine/base/text.hpp"

namespace v1::network {
namespace {

using config::Selection;
using Positions = std::vector<std::uint32_t>;

Positions everyone(const Network& network) {
  Positions positions(network.neurons.size());
  std::iota(positions.begin(), positions.end(), 0u);
  return positions;
}

/// Positions of the neurons for which keep(position) holds.
template <class Keep>
Positions those(const Network& network, const Keep& keep) {
  Positions positions = everyone(network);
  std::erase_if(positions, [&](std::uint32_t i) { return !keep(i); });
  return positions;
}

bool within(const Neurons& neurons, std::uint32_t i, double radius_um) {
  const double x = neurons.x_um[i], z = neurons.z_um[i];
  return x * x + z * z < radius_um * radius_um;
}

Positions core(const Network& network) {
  if (!network.neurons.has_positions) {
    log::warn("selection \"core\": network {} has no coordinates, so all neurons are taken",
              network.name);
    return everyone(network);
  }
  return those(network,
               [&](std::uint32_t i) { return within(network.neurons, i, core_radius_um); });
}

std::vector<std::string> known_names(const Network& network) {
  std::vector<std::string> names;
  for (const PopulationRange& range : network.neurons.populations) names.push_back(range.name);
  for (const NamedNeurons& set : network.node_sets) names.push_back(set.name);
  for (const NodeType& type : network.types) {
    if (!type.population.empty()) names.push_back(type.population);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::string named(const Selection& selection) {
  return fmt::format("{}selection \"{}\"", place_prefix(selection.where), selection.text);
}

/// A node set, else a SONATA population, else every type whose population contains one of the parts
/// of "a_b".
Positions by_name(const Network& network, const Selection& selection) {
  for (const NamedNeurons& set : network.node_sets) {
    if (set.name == selection.name) return set.neurons;
  }
  for (const PopulationRange& range : network.neurons.populations) {
    if (range.name != selection.name) continue;
    Positions positions(range.end - range.begin);
    std::iota(positions.begin(), positions.end(), range.begin);
    return positions;
  }
  std::vector<bool> chosen(network.types.size(), false);
  const auto mark = [&](const std::string& part) {
    bool found = false;
    for (std::size_t t = 0; t < network.types.size(); ++t) {
      if (part.empty() || network.types[t].population.find(part) == std::string::npos) continue;
      chosen[t] = found = true;
    }
    return found;
  };
  if (!mark(selection.name)) {
    for (const std::string& part : split(selection.name, '_')) {
      if (mark(part)) continue;
      const std::vector<std::string> names = known_names(network);
      throw error(
          ExitCode::config, "{}: no population of {} is called or contains '{}'{}; known: {}",
          named(selection), network.name, part, did_you_mean(part, names), join(names, ", "));
    }
  }
  return those(network, [&](std::uint32_t i) { return chosen[network.neurons.type[i]]; });
}

Positions by_ids(const Network& network, const Selection& selection) {
  Positions positions;
  for (const std::uint32_t id : selection.ids) {
    bool found = false;
    for (const PopulationRange& range : network.neurons.populations) {
      const auto begin = network.neurons.id.begin() + range.begin;
      const auto end = network.neurons.id.begin() + range.end;
      const auto at = std::lower_bound(begin, end, id);
      if (at == end || *at != id) continue;
      positions.push_back(static_cast<std::uint32_t>(at - network.neurons.id.begin()));
      found = true;
    }
    if (!found) {
      throw error(ExitCode::config,
                  "{}: neuron {} is not among the {} neurons of this network; ids are those of the "
                  "full network, as nodes.h5 of a run lists them",
                  named(selection), id, network.neurons.size());
    }
  }
  std::sort(positions.begin(), positions.end());
  positions.erase(std::unique(positions.begin(), positions.end()), positions.end());
  return positions;
}

/// "L2/3", "VisL23" and "2/3" all become "23".
std::string layer_digits(const std::string& text) {
  std::string digits;
  for (const char c : text) {
    if (c >= '0' && c <= '9') digits += c;
  }
  return digits;
}

Positions by_filter(const Network& network, const Selection& selection) {
  if (selection.radius_um && !network.neurons.has_positions) {
    throw error(ExitCode::config,
                "{}: network {} has no coordinates, so no radius can be applied; leave it out",
                named(selection), network.name);
  }
  std::vector<bool> fits(network.types.size());
  for (std::size_t t = 0; t < fits.size(); ++t) {
    const NodeType& type = network.types[t];
    fits[t] = (!selection.layer || layer_digits(type.location) == layer_digits(*selection.layer)) &&
              (!selection.ei || type.ei == *selection.ei);
  }
  return those(network, [&](std::uint32_t i) {
    return fits[network.neurons.type[i]] &&
           (!selection.radius_um || within(network.neurons, i, *selection.radius_um));
  });
}

Positions choose(const Network& network, const Selection& selection) {
  switch (selection.kind) {
    case Selection::Kind::all:
      return everyone(network);
    case Selection::Kind::none:
      return {};
    case Selection::Kind::core:
      return core(network);
    case Selection::Kind::name:
      return by_name(network, selection);
    case Selection::Kind::ids:
      return by_ids(network, selection);
    case Selection::Kind::filter:
      return by_filter(network, selection);
  }
  return {};
}

}  // namespace

std::vector<std::uint32_t> select_neurons(const Network& network, const Selection& selection) {
  Positions positions = choose(network, selection);
  if (positions.empty() && selection.kind != Selection::Kind::none) {
    throw error(ExitCode::config, "{}: none of the {} neurons of {} belongs to it",
                named(selection), network.neurons.size(), network.name);
  }
  return positions;
}

}  // namespace v1::network
