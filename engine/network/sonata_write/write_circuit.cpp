#include "engine/network/sonata_write/write_circuit.hpp"

#include <fmt/format.h>

#include <array>
#include <map>
#include <set>

#include "engine/base/error.hpp"
#include "engine/base/files.hpp"
#include "engine/base/hdf5.hpp"
#include "engine/base/write_failure.hpp"
#include "engine/network/sonata/json.hpp"
#include "engine/network/sonata_write/edge_files.hpp"
#include "engine/network/sonata_write/node_files.hpp"

namespace v1::network::sonata {
namespace {

using OrderedJson = nlohmann::ordered_json;

// libsonata knows a population only when it is listed; the others look into the files.
OrderedJson populations(const std::string& name, const char* type) {
  OrderedJson out;
  out[name]["type"] = type;
  return out;
}

OrderedJson nodes_entry(const std::string& population, const char* type) {
  OrderedJson out;
  out["nodes_file"] = "$NETWORK_DIR/" + population + "_nodes.h5";
  out["node_types_file"] = "$NETWORK_DIR/" + population + "_node_types.csv";
  out["populations"] = populations(population, type);
  return out;
}

std::string unique_name(const std::string& name, std::set<std::string>& taken) {
  std::string candidate = name;
  for (int k = 2; !taken.insert(candidate).second; ++k) candidate = fmt::format("{}_{}", name, k);
  return candidate;
}

// Names of the blocks' virtual populations. A population that mixes neurons and virtual nodes, or
// an input that is named like the neurons, becomes a population of its own.
std::map<std::string, std::string> names_of_blocks(const Network& network) {
  std::set<std::string> taken;
  for (const PopulationRange& range : network.neurons.populations) taken.insert(range.name);
  std::map<std::string, std::string> names;
  for (const EdgeBlock& block : network.blocks) {
    if (block.source_kind == SourceKind::neurons) continue;
    names[block.name] = unique_name(block.name, taken);
  }
  return names;
}

void add_edges(OrderedJson& list, std::set<std::string>& bases, const CircuitFolders& folders,
               const Network& network, const EdgeSources& sources, const PopulationRange& targets) {
  const std::string base = unique_name(sources.population + "_" + targets.name, bases);
  if (!write_edges(folders, base, network, sources, targets)) return;
  OrderedJson entry;
  entry["edges_file"] = "$NETWORK_DIR/" + base + "_edges.h5";
  entry["edge_types_file"] = "$NETWORK_DIR/" + base + "_edge_types.csv";
  entry["populations"] = populations(sources.population + "_to_" + targets.name, "synapse");
  list.push_back(std::move(entry));
}

// "." is the folder of the config for libsonata and v1engine, and the working directory for bmtk.
OrderedJson circuit_config(const OrderedJson& nodes, const OrderedJson& edges) {
  return {{"manifest",
           {{"$BASE_DIR", "."},
            {"$NETWORK_DIR", "$BASE_DIR/network"},
            {"$COMPONENTS_DIR", "$BASE_DIR/components"}}},
          {"components",
           {{"point_neuron_models_dir", "$COMPONENTS_DIR/cell_models"},
            {"synaptic_models_dir", "$COMPONENTS_DIR/synaptic_models"}}},
          {"networks", {{"nodes", nodes}, {"edges", edges}}}};
}

std::string spikes_file(const std::string& population) {
  return "inputs/" + population + "_spikes.h5";
}

void write_spikes(const std::filesystem::path& folder, const CircuitSpikes& spikes,
                  const std::string& population) {
  std::error_code failed;
  std::filesystem::create_directories(folder / "inputs", failed);
  if (failed) throw cannot_write(folder / "inputs", failed);
  h5::File file = h5::File::create(folder / spikes_file(population));
  file.set_attribute("/", "magic", sonata_magic);
  file.set_attribute("/", "version", std::vector<std::uint32_t>{0, 1});
  const std::string group = "/spikes/" + population;
  file.write(group + "/timestamps", spikes.time_ms);
  file.set_attribute(group + "/timestamps", "units", "ms");
  file.write(group + "/node_ids", spikes.node_id);
  file.set_enumeration(group, "sorting", std::array{"none", "by_id", "by_time"}, 2);
  file.close_synced();
}

OrderedJson inputs(const std::vector<std::string>& populations) {
  OrderedJson out = OrderedJson::object();
  for (const std::string& population : populations) {
    out[population] = {{"input_type", "spikes"},
                       {"module", "sonata"},
                       {"input_file", "$BASE_DIR/" + spikes_file(population)},
                       {"node_set", population}};
  }
  return out;
}

// Without `target_simulator`: bmtk's PointNet does without, and libsonata refuses "NEST".
OrderedJson simulation_config(const CircuitRun& run, const std::vector<std::string>& with_spikes,
                              std::uint64_t seed) {
  return {
      {"manifest", {{"$BASE_DIR", "."}}},
      {"run", {{"tstop", run.duration_ms}, {"dt", run.dt_ms}, {"random_seed", seed & 0x7FFFFFFF}}},
      {"inputs", inputs(with_spikes)},
      {"output",
       {{"output_dir", "$BASE_DIR/output"},
        {"log_file", "log.txt"},
        {"spikes_file", "spikes.h5"},
        {"spikes_sort_order", "by_time"},
        {"overwrite_output_dir", true}}},
      {"network", "$BASE_DIR/circuit_config.json"}};
}

constexpr const char* nest_script = R"(#!/usr/bin/env python3
"""Simulates this circuit with NEST: pip install bmtk nest-simulator; python run_nest.py"""
import os
from bmtk.simulator import pointnet

os.chdir(os.path.dirname(os.path.abspath(__file__)))
configure = pointnet.Config.from_json("simulation_config.json")
configure.build_env()
network = pointnet.PointNetwork.from_config(configure)
pointnet.PointSimulator.from_config(configure, network).run()
)";

void make_folders(const CircuitFolders& folders) {
  for (const auto& folder : {folders.network, folders.cells, folders.synapses}) {
    std::error_code failed;
    std::filesystem::create_directories(folder, failed);
    if (failed) throw cannot_write(folder, failed);
  }
}

}  // namespace

std::filesystem::path write_circuit(const std::filesystem::path& folder, const Network& network,
                                    const CircuitRun& run) {
  const CircuitFolders folders(folder);
  make_folders(folders);
  const std::map<std::string, std::string> names = names_of_blocks(network);
  std::set<std::string> bases;
  OrderedJson nodes = OrderedJson::array(), edges = OrderedJson::array();
  for (const PopulationRange& range : network.neurons.populations) {
    write_neurons(folders, network, range);
    nodes.push_back(nodes_entry(range.name, "point_neuron"));
  }
  for (const EdgeBlock& block : network.blocks) {
    if (block.source_kind == SourceKind::neurons) continue;
    write_virtual_nodes(folders, network, block, names.at(block.name));
    nodes.push_back(nodes_entry(names.at(block.name), "virtual"));
  }
  for (const EdgeBlock& block : network.blocks) {
    for (const PopulationRange& targets : network.neurons.populations) {
      if (block.source_kind != SourceKind::neurons) {
        const EdgeSources all{names.at(block.name), &block, 0, block.source_count()};
        add_edges(edges, bases, folders, network, all, targets);
        continue;
      }
      for (const PopulationRange& sources : network.neurons.populations) {
        const EdgeSources some{sources.name, &block, sources.begin, sources.end};
        add_edges(edges, bases, folders, network, some, targets);
      }
    }
  }
  std::vector<std::string> with_spikes;
  for (const CircuitSpikes& spikes : run.spikes) {
    with_spikes.push_back(names.at(spikes.population));
    write_spikes(folder, spikes, with_spikes.back());
  }
  write_file(folder / "circuit_config.json", circuit_config(nodes, edges).dump(2) + "\n");
  const std::filesystem::path config = folder / "simulation_config.json";
  write_file(config, simulation_config(run, with_spikes, network.seed).dump(2) + "\n");
  write_file(folder / "run_nest.py", nest_script);
  return config;
}

}  // namespace v1::network::sonata
