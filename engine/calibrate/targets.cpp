#include "engine/calibrate/targets.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "engine/base/csv.hpp"
#include "engine/base/error.hpp"
#include "engine/base/log.hpp"
#include "engine/base/text.hpp"

namespace v1::calibrate {
namespace {

using network::EdgeBlock;
using network::Network;
using network::NeuronModel;
using network::NodeType;

bool has_population(const Network& network, const std::string& name) {
  return std::any_of(network.types.begin(), network.types.end(),
                     [&](const NodeType& type) { return type.population == name; });
}

// Time integral of the response to one event of weight 1: ms for currents, 1 for delta synapses.
double event_area(const NodeType& type, std::uint32_t receptor) {
  if (type.model == NeuronModel::iaf_psc_delta) return 1.0;
  double area = type.tau_syn_ms.at(receptor);
  if (type.model == NeuronModel::glif_psc_double_alpha) {
    area += type.amp_slow.at(receptor) * type.tau_syn_slow_ms.at(receptor);
  }
  return std::numbers::e * area;
}

// Drive that holds the membrane at threshold, in the unit of event_area per ms.
double threshold_drive(const NodeType& type) {
  const double distance_mv = type.v_th_mv - type.e_l_mv;
  if (type.model == NeuronModel::iaf_psc_delta) return distance_mv * type.g_ns / type.c_m_pf;
  return distance_mv * type.g_ns;
}

}  // namespace

std::vector<Target> read_targets(const std::filesystem::path& path, const std::string& column,
                                 const Network& network) {
  const CsvTable table = CsvTable::read(path);
  if (!table.has(column)) {
    throw error(ExitCode::data, "{}: no column '{}'{}; --column chooses another", path.string(),
                column, known_names_hint(column, table.columns()));
  }
  std::vector<Target> targets;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const std::string& population = table.text(row, "population");
    if (table.text(row, column).empty()) continue;
    const double rate_hz = table.number(row, column);
    if (rate_hz < 0.0) {
      throw error(ExitCode::data, "{}: the target rate of '{}' must not be negative, found {}",
                  table.where(row), population, rate_hz);
    }
    if (!has_population(network, population)) {
      log::warn("{}: network '{}' has no population '{}'; its target is left out", table.where(row),
                network.name, population);
      continue;
    }
    const bool twice = std::any_of(targets.begin(), targets.end(), [&](const Target& before) {
      return before.population == population;
    });
    if (twice) {
      throw error(ExitCode::data, "{}: population '{}' is listed twice", table.where(row),
                  population);
    }
    targets.push_back({population, rate_hz});
  }
  if (targets.empty()) {
    throw error(ExitCode::data, "{}: no target in column '{}' belongs to a population of '{}'",
                path.string(), column, network.name);
  }
  return targets;
}

double threshold_weight(const Network& network, const std::string& population, double rate_hz) {
  const EdgeBlock& block = network.blocks.at(network.find_block("bkg").value());
  // Sums over the connections: what weight 1 on each would drive, and what would be needed.
  double drive = 0.0, needed = 0.0;
  std::size_t neurons = 0;
  for (const std::uint16_t t : network.neurons.type) {
    const NodeType& type = network.types[t];
    if (type.population != population) continue;
    needed += threshold_drive(type);
    ++neurons;
  }
  for (std::size_t e = 0; e < block.edge_count(); ++e) {
    const NodeType& type = network.types[network.neurons.type[block.address.target(e)]];
    if (type.population != population) continue;
    drive +=
        rate_hz * 1e-3 * event_area(type, network.synapse_kinds[block.address.kind(e)].receptor);
  }
  return neurons > 0 && drive > 0.0 ? std::max(needed / drive, 1e-9) : 1.0;
}

}  // namespace v1::calibrate
