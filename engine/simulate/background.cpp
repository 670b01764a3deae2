#include "engine/simulate/background.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "engine/base/error.hpp"
#include "engine/base/text.hpp"
#include "kernels/count_table.hpp"
#include "kernels/philox.hpp"
#include "kernels/streams.hpp"

namespace v1::simulate {
namespace {

using network::EdgeBlock;
using network::Network;
using network::SourceKind;

constexpr std::uint32_t pool_units = 100;
constexpr std::uint32_t pool_units_per_neuron = 4;
constexpr int binomial_draws = 10;  // the TensorFlow port sums 10 Bernoulli draws per ms
constexpr std::uint32_t no_trial = 0xFFFFFFFFu;  // wiring draws belong to no trial

EdgeBlock& background_block(Network& network, const config::BackgroundConfig& background) {
  const auto index = network.find_block("bkg");
  if (!index) {
    throw error(
        ExitCode::config,
        "{}'background.kind' = \"{}\" needs a network with a background population 'bkg', but "
        "'{}' has none; use \"model\" or \"none\"",
        place_prefix(background.kind_where), background.kind, network.name);
  }
  return network.blocks[*index];
}

void remove_background(Network& network) {
  const auto index = network.find_block("bkg");
  if (index) network.blocks.erase(network.blocks.begin() + static_cast<std::ptrdiff_t>(*index));
}

// One edge of a shared unit per neuron -> edges (source, edge) regrouped into rows.
void regroup(EdgeBlock& block, std::uint32_t sources,
             const std::vector<std::array<std::uint32_t, pool_units_per_neuron>>& sources_of_edge,
             std::uint32_t per_edge) {
  std::vector<std::int64_t> row_ptr(sources + 1, 0);
  for (const auto& chosen : sources_of_edge) {
    for (std::uint32_t k = 0; k < per_edge; ++k) ++row_ptr[chosen[k] + 1];
  }
  std::partial_sum(row_ptr.begin(), row_ptr.end(), row_ptr.begin());
  std::vector<std::int64_t> next(row_ptr.begin(), row_ptr.end() - 1);
  const auto edges = static_cast<std::size_t>(row_ptr.back());
  network::SynapseAddresses address = block.address;
  address.resize(edges);
  std::vector<float> weight(edges);
  for (std::size_t e = 0; e < sources_of_edge.size(); ++e) {
    for (std::uint32_t k = 0; k < per_edge; ++k) {
      const auto slot = static_cast<std::size_t>(next[sources_of_edge[e][k]]++);
      address.set_word(slot, block.address.words()[e]);
      weight[slot] = block.weight_pa[e];
    }
  }
  block.row_ptr = std::move(row_ptr);
  block.address = std::move(address);
  block.weight_pa = std::move(weight);
}

void require_shared(const EdgeBlock& block, const config::BackgroundConfig& background) {
  if (block.source_count() == 1) return;
  throw error(ExitCode::config,
              "{}'background.kind' = \"{}\" reshapes a background of one shared unit, but this "
              "network has {} units; use \"model\"",
              place_prefix(background.kind_where), background.kind, block.source_count());
}

// Four different units for a neuron, by rejection.
std::array<std::uint32_t, pool_units_per_neuron> draw_pool_units(std::uint64_t seed,
                                                                 std::uint32_t neuron_id) {
  std::array<std::uint32_t, pool_units_per_neuron> chosen{};
  std::uint32_t found = 0;
  for (std::uint32_t block = 0; found < pool_units_per_neuron; ++block) {
    const auto words =
        kernels::philox4(seed, kernels::stream::background, neuron_id, no_trial, block);
    for (const std::uint32_t word : words.word) {
      const auto unit = static_cast<std::uint32_t>((std::uint64_t{word} * pool_units) >> 32);
      const auto end = chosen.begin() + found;
      if (found < pool_units_per_neuron && std::find(chosen.begin(), end, unit) == end) {
        chosen[found++] = unit;
      }
    }
  }
  return chosen;
}

void make_pool(Network& network, EdgeBlock& block) {
  std::vector<std::array<std::uint32_t, pool_units_per_neuron>> units(block.edge_count());
  for (std::size_t e = 0; e < units.size(); ++e) {
    units[e] = draw_pool_units(network.seed, network.neurons.id[block.address.target(e)]);
  }
  regroup(block, pool_units, units, pool_units_per_neuron);
  block.source_id.resize(pool_units);
  std::iota(block.source_id.begin(), block.source_id.end(), 0u);
}

void make_independent(Network& network, EdgeBlock& block) {
  std::vector<std::array<std::uint32_t, pool_units_per_neuron>> units(block.edge_count());
  for (std::size_t e = 0; e < units.size(); ++e) units[e][0] = block.address.target(e);
  regroup(block, static_cast<std::uint32_t>(network.neurons.size()), units, 1);
  block.source_id = network.neurons.id;
}

BlockDrive poisson_drive(double rate_hz, double dt_ms) {
  BlockDrive drive;
  drive.random_stream = kernels::stream::background;
  drive.count_thresholds = kernels::poisson_count_thresholds(rate_hz * dt_ms * 1e-3);
  drive.max_multiplicity = static_cast<std::uint32_t>(drive.count_thresholds.size());
  return drive;
}

// One draw a millisecond: at other steps than 1/n ms the rate would be another one.
void require_whole_milliseconds(const config::BackgroundConfig& background, double dt_ms) {
  if (!config::frame_problem(dt_ms)) return;
  throw error(ExitCode::config,
              "{}'background.kind' = \"{}\" is drawn once a millisecond, so 'simulation.dt' must "
              "divide 1 ms: 1, 0.5, 0.25, 0.2, 0.1, ..., found {}",
              place_prefix(background.kind_where), background.kind, dt_ms);
}

BlockDrive reshape(Network& network, const config::BackgroundConfig& background, double dt_ms) {
  const std::string& kind = background.kind;
  EdgeBlock& block = background_block(network, background);
  double rate_hz = network.background.rate_hz;
  if (kind != "model") require_shared(block, background);
  network.background.kind = kind;
  if (kind == "pool") {
    make_pool(network, block);
    rate_hz /= pool_units_per_neuron;
  } else if (kind == "independent-poisson") {
    make_independent(network, block);
  } else if (kind == "shared-stratified") {
    BlockDrive drive;
    drive.stratified_rate_hz = rate_hz;
    block.source_kind = SourceKind::events;
    return drive;  // max_multiplicity is set from the planned events
  } else if (kind == "shared-binomial") {
    require_whole_milliseconds(background, dt_ms);
    BlockDrive drive;
    drive.random_stream = kernels::stream::background;
    drive.draw_every_steps = std::max(1u, static_cast<std::uint32_t>(std::lround(1.0 / dt_ms)));
    drive.count_thresholds =
        kernels::binomial_count_thresholds(binomial_draws, rate_hz * 1e-3 / binomial_draws);
    drive.max_multiplicity = static_cast<std::uint32_t>(drive.count_thresholds.size());
    return drive;
  }
  network.background.rate_hz = rate_hz;
  return poisson_drive(rate_hz, dt_ms);
}

}  // namespace

std::vector<BlockDrive> apply_background(Network& network,
                                         const config::BackgroundConfig& background, double dt_ms) {
  const std::string& kind = background.kind;
  BlockDrive drive;
  const bool counts_block = [&] {
    const auto index = network.find_block("bkg");
    return index && network.blocks[*index].source_kind == SourceKind::counts;
  }();
  if (kind == "none") {
    remove_background(network);
    network.background.kind = "none";
  } else if (kind == "file") {
    background_block(network, background).source_kind = SourceKind::events;
    network.background.kind = "file";
  } else if (kind != "model" || counts_block) {
    drive = reshape(network, background, dt_ms);
  }
  std::vector<BlockDrive> drives(network.blocks.size());
  for (std::size_t b = 0; b < network.blocks.size(); ++b) {
    if (network.blocks[b].name == "bkg") drives[b] = drive;
    if (network.blocks[b].source_kind == SourceKind::rates) {
      drives[b].random_stream = kernels::stream::lgn;
    }
  }
  return drives;
}

std::vector<std::uint16_t> stratified_counts(std::uint64_t seed, std::uint32_t source_id,
                                             std::uint32_t trial, std::int64_t steps, double dt_ms,
                                             double rate_hz) {
  std::vector<std::uint16_t> counts(static_cast<std::size_t>(steps), 0);
  const auto stratum_steps = std::max<std::int64_t>(1, std::llround(stratum_ms / dt_ms));
  std::uint32_t event = 0;
  for (std::int64_t begin = 0; begin < steps; begin += stratum_steps) {
    const std::int64_t length = std::min(stratum_steps, steps - begin);
    const auto events = std::llround(rate_hz * 1e-3 * dt_ms * static_cast<double>(length));
    for (long long e = 0; e < events; ++e, ++event) {
      const std::uint32_t word =
          kernels::philox_step(seed, kernels::stream::background, source_id, trial, event);
      const auto offset = (std::uint64_t{word} * static_cast<std::uint64_t>(length)) >> 32;
      ++counts[static_cast<std::size_t>(begin) + offset];
    }
  }
  return counts;
}

}  // namespace v1::simulate
