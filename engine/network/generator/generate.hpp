#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/parallel.hpp"
#include "engine/config/network_overrides.hpp"
#include "engine/network/network.hpp"

namespace v1::network {

struct GenerateOptions {
  std::string model = "billeh2020";  // built-in name, or the path of a model folder
  std::uint32_t neurons = 5000;
  std::string selection = "radial";  // radial | random | core
  std::uint64_t seed = 3000;
  /// Connections with |weight| below this are made and counted but not stored (not the
  /// background's). 0 keeps all.
  double drop_below_pa = 1e-3;
  config::NetworkOverrides overrides;  // of the model's tables and rules
};

/// What the generator made, including connections it did not store.
struct GenerateReport {
  std::vector<std::string> populations;  // in table order
  std::vector<std::uint64_t> neurons;    // selected, by population
  std::vector<std::uint64_t> recurrent;  // connections [source population][target population]
  std::vector<std::uint64_t> lgn;        // connections by target population
  std::uint64_t recurrent_made = 0, recurrent_dropped = 0;
  std::uint64_t lgn_made = 0, lgn_dropped = 0;
  std::uint64_t lgn_synapses = 0;  // of the connections made
  std::uint64_t background_made = 0;
  double drop_below_pa = 0.0;
};

/// Builds a network from a model's tables: docs/networks.md. Blocks: "recurrent", "lgn" (row =
/// unit of the mosaic) and "bkg". The result depends on the options only, never on the pool; a
/// selection is exactly the part of the full network (same seed) among its neurons.
/// Throws Error(config) for a model, selection, size or override that does not exist, Error(data)
/// for bad tables.
Network generate(const GenerateOptions& options, ThreadPool& pool,
                 GenerateReport* report = nullptr);

}  // namespace v1::network
