#include <algorithm>
#include <cctype>
#include <memory>

#include "engine/base/error.hpp"
#include "engine/base/log.hpp"
#include "engine/network/sonata/config.hpp"
#include "engine/network/sonata/datasets.hpp"
#include "engine/network/sonata/edge_builder.hpp"
#include "engine/network/sonata/lzf_filter.hpp"
#include "engine/network/sonata/node_set.hpp"
#include "engine/network/sonata/sonata.hpp"

namespace v1::network::sonata {
namespace {

namespace fs = std::filesystem;

constexpr const char* recurrent_block = "recurrent";

fs::path path_of(const Json& entry, const char* key) {
  const auto value = entry.find(key);
  return value != entry.end() && value->is_string() ? fs::path(value->get<std::string>())
                                                    : fs::path();
}

fs::path component_directory(const Config& config, const char* key) {
  const auto components = config.data.find("components");
  if (components == config.data.end() || !components->is_object()) return {};
  return path_of(*components, key);
}

// The list networks.nodes or networks.edges; each entry an object with `file_key`.
std::vector<Json> network_files(const Config& config, const char* list, const char* file_key) {
  std::vector<Json> entries;
  const auto networks = config.data.find("networks");
  if (networks == config.data.end() || !networks->is_object()) {
    throw error(
        ExitCode::data,
        "{}: no 'networks' section; a circuit config has one, and a simulation config names "
        "its circuit config with 'network'",
        config.path.string());
  }
  const auto found = networks->find(list);
  if (found == networks->end()) return entries;
  if (!found->is_array()) {
    throw error(ExitCode::data, "{}: 'networks.{}' must be a list of objects, found {}",
                config.circuit.string(), list, found->type_name());
  }
  for (const Json& entry : *found) {
    if (!entry.is_object() || path_of(entry, file_key).empty()) {
      throw error(ExitCode::data, "{}: an entry of 'networks.{}' has no '{}'",
                  config.circuit.string(), list, file_key);
    }
    if (!fs::exists(path_of(entry, file_key))) {
      throw error(ExitCode::data,
                  "{}: no such file ('{}' in networks.{} of {}); correct the path or the manifest",
                  path_of(entry, file_key).string(), file_key, list, config.circuit.string());
    }
    entries.push_back(entry);
  }
  return entries;
}

std::vector<Population> read_all_nodes(const Config& config, Network& network) {
  ComponentFiles cells(component_directory(config, "point_neuron_models_dir"), config.circuit,
                       "point_neuron_models_dir");
  std::vector<Population> populations;
  for (const Json& entry : network_files(config, "nodes", "nodes_file")) {
    for (Population& population : read_node_populations(
             path_of(entry, "nodes_file"), path_of(entry, "node_types_file"), cells, network)) {
      for (const Population& other : populations) {
        if (other.name != population.name) continue;
        throw error(ExitCode::data,
                    "{}: population '{}' was already read from {}; keep one of them",
                    population.file.string(), population.name, other.file.string());
      }
      populations.push_back(std::move(population));
    }
  }
  if (network.neurons.size() == 0) {
    throw error(ExitCode::data,
                "{}: the circuit has no point neurons; list a nodes file with model_type "
                "point_neuron under networks.nodes",
                config.circuit.string());
  }
  return populations;
}

bool is_background(std::string name) {
  for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return name.find("bkg") != std::string::npos || name.find("background") != std::string::npos;
}

// The spikes of virtual nodes come from files; a background whose node types give it a rate spikes
// by itself where the config names no file for it.
void let_background_spike(const fs::path& config, const std::vector<Population>& populations,
                          Network& network) {
  constexpr const char* background = "bkg";
  for (const Population& population : populations) {
    if (population.name != background || !population.block || !population.rate_hz) continue;
    for (const SpikeInput& input : read_simulation_config(config).spike_inputs) {
      if (input.block == background || input.block.empty()) return;
    }
    network.blocks[*population.block].source_kind = SourceKind::counts;
    network.background = {"model", *population.rate_hz};
  }
}

EdgeBlock virtual_block(const Population& population) {
  EdgeBlock block;
  block.name = population.name;
  block.source_kind = SourceKind::events;
  block.current_class =
      is_background(population.name) ? CurrentClass::background : CurrentClass::bottom_up;
  for (std::size_t i = 0; i < population.id.size(); ++i) {
    if (population.is_virtual[i]) block.source_id.push_back(population.id[i]);
  }
  return block;
}

void make_blocks(std::vector<Population>& populations, Network& network) {
  EdgeBlock recurrent;
  recurrent.name = recurrent_block;
  recurrent.source_id = network.neurons.id;
  network.blocks.push_back(std::move(recurrent));
  for (Population& population : populations) {
    if (population.virtual_count == 0) continue;
    if (population.name == recurrent_block) {
      throw error(ExitCode::data,
                  "{}: a virtual population cannot be named '{}', which is the name of the edges "
                  "among neurons; rename it",
                  population.file.string(), recurrent_block);
    }
    population.block = network.blocks.size();
    network.blocks.push_back(virtual_block(population));
  }
}

void warn_if_listed_twice(std::vector<fs::path>& listed, const fs::path& file,
                          const Config& config) {
  if (std::find(listed.begin(), listed.end(), file) != listed.end()) {
    log::warn("{}: networks.edges lists {} twice: all its edges exist twice",
              config.circuit.string(), file.string());
  }
  listed.push_back(file);
}

void read_all_edges(const Config& config, const std::vector<Population>& populations,
                    Network& network) {
  ComponentFiles synapses(component_directory(config, "synaptic_models_dir"), config.circuit,
                          "synaptic_models_dir");
  std::vector<std::unique_ptr<EdgePopulation>> edges;
  std::vector<fs::path> listed;
  for (const Json& entry : network_files(config, "edges", "edges_file")) {
    const fs::path path = path_of(entry, "edges_file");
    const auto file = std::make_shared<const h5::File>(h5::File::read(path));
    if (!file->is_group("/edges")) {
      throw error(ExitCode::data, "{}: no group '/edges'; expected a SONATA edges file",
                  path.string());
    }
    const auto types =
        std::make_shared<EdgeTypes>(path_of(entry, "edge_types_file"), path, synapses);
    warn_if_listed_twice(listed, path, config);
    for (const std::string& name : population_names(*file, "/edges")) {
      edges.push_back(std::make_unique<EdgePopulation>(file, name, types, populations));
    }
  }
  EdgeBuilder(network, edges).build();
}

}  // namespace

Network read_circuit(const fs::path& config_path) {
  register_lzf_filter();
  const Config config = load_config(config_path);
  Network network;
  network.name = config.circuit.stem().string();
  std::vector<Population> populations = read_all_nodes(config, network);
  network.full_size = static_cast<std::uint32_t>(network.neurons.size());
  // Kept only where it differs: v1engine's own circuits of a part of a network.
  if (network.neurons.node_id == network.neurons.id) network.neurons.node_id.clear();
  make_blocks(populations, network);
  let_background_spike(config_path, populations, network);
  read_all_edges(config, populations, network);
  check_network(network);
  network.node_sets = named_neurons(config, network);
  network.content_hash = hash_network(network);
  std::size_t edges = 0;
  for (const EdgeBlock& block : network.blocks) edges += block.edge_count();
  log::info("{}: {} neurons in {} populations, {} node types, {} edges in {} blocks", network.name,
            network.neurons.size(), network.neurons.populations.size(), network.types.size(), edges,
            network.blocks.size());
  return network;
}

}  // namespace v1::network::sonata
