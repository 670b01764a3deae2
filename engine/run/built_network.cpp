#include "engine/run/built_network.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/error.hpp"
#include "engine/base/text.hpp"
#include "engine/lgn/sonata_units.hpp"
#include "engine/network/background_weights.hpp"
#include "engine/network/generator/estimate.hpp"
#include "engine/network/generator/generate.hpp"
#include "engine/process/machine.hpp"
#include "engine/recording/network_file.hpp"
#include "engine/run/spike_inputs.hpp"

namespace v1::run {
namespace {

using config::NetworkSource;

// Refuses what cannot fit before the work begins.
void check_memory(const network::GenerateOptions& options) {
  const network::NetworkEstimate estimate = network::estimate_network(options);
  const auto free = static_cast<double>(available_memory_bytes());
  if (free > 0.0 && estimate.peak_bytes > free) {
    throw error(ExitCode::memory,
                "{} neurons of {} with about {:.2g} connections need up to {} of memory to be "
                "built, but {} are free; use fewer neurons (network.neurons)",
                options.neurons, options.model, estimate.recurrent + estimate.lgn,
                format_bytes(static_cast<std::uint64_t>(estimate.peak_bytes)),
                format_bytes(static_cast<std::uint64_t>(free)));
  }
}

// A synapse takes 8 bytes in the file and 24 in the store and in the backend.
void check_memory_for_file(const std::filesystem::path& path) {
  std::error_code missing;
  const std::uint64_t size = std::filesystem::file_size(path, missing);
  const std::uint64_t free = available_memory_bytes();
  if (missing || free == 0 || 3 * size <= free) return;
  throw error(ExitCode::memory, "{}: needs about {} of memory to run, but {} are free",
              path.string(), format_bytes(3 * size), format_bytes(free));
}

network::Network load_network(const config::NetworkConfig& config, ThreadPool& pool,
                              std::optional<network::GenerateReport>& report) {
  if (config.source == NetworkSource::sonata) return network::sonata::read_circuit(config.circuit);
  if (config.source == NetworkSource::file) {
    check_memory_for_file(config.file);
    return recording::read_network_file(config.file);
  }
  network::GenerateOptions options;
  options.model = config.model;
  options.neurons = config.neurons;
  options.selection = config.selection;
  options.seed = config.seed;
  options.drop_below_pa = config.drop_below_pa;
  options.overrides = config.overrides;
  check_memory(options);
  return network::generate(options, pool, &report.emplace());
}

// The virtual population that stands for the LGN.
network::EdgeBlock& lgn_block(network::Network& network, const config::LgnConfig& lgn) {
  std::vector<std::string> names;
  network::EdgeBlock* only = nullptr;
  for (network::EdgeBlock& block : network.blocks) {
    const bool virtual_input = block.source_kind == network::SourceKind::events &&
                               block.current_class == network::CurrentClass::bottom_up;
    if (!virtual_input) continue;
    if (block.name == "lgn") return block;
    names.push_back(block.name);
    only = &block;
  }
  if (names.size() == 1) return *only;
  throw error(
      ExitCode::config,
      "{}'lgn.mosaic' = \"{}\" needs a virtual population 'lgn' in the circuit, or a single "
      "one of any name, found {}",
      place_prefix(lgn.mosaic_where), lgn.mosaic, names.empty() ? "none" : join(names, ", "));
}

// The LGN of a circuit plays spike files, unless the config gives its units filters.
void give_lgn_filters(network::Network& network, const config::RunConfig& config) {
  const bool circuit = config.network.source == NetworkSource::sonata;
  const bool file = config.network.source == NetworkSource::file;
  if (file) {
    // The file brings its filters; a table of units replaces them, or gives them to spike sources.
    const bool filtered = std::any_of(
        network.blocks.begin(), network.blocks.end(),
        [](const auto& block) { return block.source_kind == network::SourceKind::rates; });
    if (filtered || config.lgn.mosaic != "csv") return;
  }
  if ((!circuit && !file) || config.lgn.mosaic == "generate") return;
  network::EdgeBlock& block = lgn_block(network, config.lgn);
  block.source_kind = network::SourceKind::rates;
  if (config.lgn.mosaic == "csv") return;  // read with the stimulus
  network.lgn_mosaic = std::make_shared<const network::LgnMosaic>(
      lgn::read_sonata_units(config.network.circuit, block.name));
}

}  // namespace

std::string network_key(const config::RunConfig& config) {
  const config::NetworkConfig& network = config.network;
  return fmt::format(
      "{} {} {} {} {} {} {} {} {} {} {} {} {} {} {}", static_cast<int>(network.source),
      network.model, network.neurons, network.selection, network.file.string(),
      network.circuit.string(), network.seed, network.drop_below_pa, network.overrides.toml,
      config.background.kind, config.background.file.string(), config.background.weights.string(),
      config.simulation.dt_ms, config.lgn.mosaic, input_connections_key(config));
}

network::Network bare_network(const config::RunConfig& config, ThreadPool& pool,
                              std::optional<network::GenerateReport>& report) {
  network::Network network = load_network(config.network, pool, report);
  give_lgn_filters(network, config);
  network.content_hash = network::hash_network(network);
  return network;
}

std::shared_ptr<BuiltNetwork> build_network(const config::RunConfig& config, ThreadPool& pool,
                                            StageTimes& times) {
  auto built = std::make_shared<BuiltNetwork>();
  times.measure("network", [&] {
    built->network = bare_network(config, pool, built->report);
    network::check_network(built->network);
    built->drives =
        simulate::apply_background(built->network, config.background, config.simulation.dt_ms);
    if (!config.background.weights.empty()) {
      network::set_background_weights(built->network,
                                      network::read_background_weights(config.background.weights),
                                      config.background.weights.string());
    }
    for (const auto& input : input_connections(config, built->network)) {
      network::add_input_block(built->network, input);
      built->drives.emplace_back();
    }
    built->network.content_hash = network::hash_network(built->network);
  });
  return built;
}

std::shared_ptr<BuiltNetwork> NetworkStore::get(const Session& session, StageTimes& times) {
  const std::string key = network_key(session.config);
  if (!last_ || key != key_) {
    last_.reset();  // two at once may not fit
    last_ = build_network(session.config, *session.pool, times);
    key_ = key;
  }
  return last_;
}

}  // namespace v1::run
