#include "engine/network/background_weights.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fstream>

#include "engine/base/csv.hpp"
#include "engine/base/error.hpp"
#include "engine/base/text.hpp"
#include "engine/base/write_failure.hpp"

namespace v1::network {
namespace {

// Smaller mean weights count as zero: rules of released models hold values such as 1e-27 pA.
constexpr double nothing_pa = 1e-6;

// Population of each type, as an index into the names found.
struct Populations {
  std::vector<std::string> names;
  std::vector<std::size_t> of_type;

  explicit Populations(const Network& network) {
    for (const NodeType& type : network.types) {
      const auto known = std::find(names.begin(), names.end(), type.population);
      of_type.push_back(static_cast<std::size_t>(known - names.begin()));
      if (known == names.end()) names.push_back(type.population);
    }
  }
};

// Calls visit(population, edge) for every background connection.
template <class Visit>
void for_each_connection(const Network& network, const EdgeBlock& block,
                         const Populations& populations, Visit&& visit) {
  for (std::size_t e = 0; e < block.edge_count(); ++e) {
    visit(populations.of_type[network.neurons.type[block.address.target(e)]], e);
  }
}

std::vector<BackgroundWeight> means(const Network& network, const EdgeBlock& block,
                                    const Populations& populations) {
  std::vector<BackgroundWeight> found(populations.names.size());
  for_each_connection(network, block, populations, [&](std::size_t p, std::size_t e) {
    found[p].weight_pa += static_cast<double>(block.weight_pa[e]);
    ++found[p].connections;
  });
  for (std::size_t p = 0; p < found.size(); ++p) {
    found[p].population = populations.names[p];
    if (found[p].connections > 0) {
      found[p].weight_pa /= static_cast<double>(found[p].connections);
    }
  }
  return found;
}

}  // namespace

std::vector<BackgroundWeight> background_weights(const Network& network) {
  const auto index = network.find_block("bkg");
  if (!index) return {};
  auto found = means(network, network.blocks[*index], Populations(network));
  std::erase_if(found, [](const BackgroundWeight& one) { return one.connections == 0; });
  return found;
}

void set_background_weights(Network& network, const std::vector<BackgroundWeight>& weights,
                            const std::string& origin) {
  const auto index = network.find_block("bkg");
  if (!index) {
    throw error(ExitCode::data, "{}: network '{}' has no background 'bkg' to give weights to",
                origin, network.name);
  }
  EdgeBlock& block = network.blocks[*index];
  const Populations populations(network);
  const auto present = means(network, block, populations);
  constexpr double unchanged = -1.0;
  std::vector<double> wanted(present.size(), unchanged);
  for (const BackgroundWeight& one : weights) {
    const auto at = std::find(populations.names.begin(), populations.names.end(), one.population);
    const auto p = static_cast<std::size_t>(at - populations.names.begin());
    if (at == populations.names.end() || present[p].connections == 0) {
      throw error(ExitCode::data, "{}: network '{}' has no background connections onto '{}'{}",
                  one.where.empty() ? origin : one.where, network.name, one.population,
                  did_you_mean(one.population, populations.names));
    }
    wanted[p] = one.weight_pa;
  }
  for_each_connection(network, block, populations, [&](std::size_t p, std::size_t e) {
    if (wanted[p] == unchanged) return;
    const double mean = present[p].weight_pa;
    const double before = block.weight_pa[e];
    block.weight_pa[e] =
        static_cast<float>(mean > nothing_pa ? before * (wanted[p] / mean) : wanted[p]);
  });
}

std::vector<BackgroundWeight> read_background_weights(const std::filesystem::path& path) {
  const CsvTable table = CsvTable::read(path);
  table.require({"population", "weight_pa"});
  std::vector<BackgroundWeight> weights;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    BackgroundWeight one{table.text(row, "population"), table.number(row, "weight_pa"), 0,
                         table.where(row)};
    if (one.weight_pa < 0.0) {
      throw error(ExitCode::data,
                  "{}: the background weight of '{}' must not be negative, found {}",
                  table.where(row), one.population, one.weight_pa);
    }
    const bool twice = std::any_of(weights.begin(), weights.end(), [&](const auto& before) {
      return before.population == one.population;
    });
    if (twice) {
      throw error(ExitCode::data, "{}: population '{}' is listed twice", table.where(row),
                  one.population);
    }
    weights.push_back(std::move(one));
  }
  return weights;
}

void write_background_weights(const std::filesystem::path& path, const std::string& about,
                              const std::vector<BackgroundWeight>& weights) {
  errno = 0;
  std::ofstream out(path);
  for (const std::string& line : split(about, '\n')) out << "# " << line << '\n';
  out << "population,weight_pa\n";
  for (const BackgroundWeight& one : weights) {
    out << fmt::format("{},{:.9g}\n", one.population, one.weight_pa);
  }
  out.close();
  if (!out) throw cannot_write(path, errno);
}

}  // namespace v1::network
