#include "engine/recording/network_file.hpp"

#include <new>
#include <stdexcept>

#include "engine/base/error.hpp"
#include "engine/base/hash.hpp"
#include "engine/base/hdf5.hpp"
#include "engine/recording/nodes_network.hpp"
#include "engine/recording/trial_index.hpp"

namespace v1::recording {
namespace {

using network::EdgeBlock;
using network::Network;

constexpr const char* content = "network";

void write_kinds(h5::File& file, const Network& network) {
  std::vector<double> delay_ms;
  std::vector<std::uint32_t> receptor;
  for (const network::SynapseKind& kind : network.synapse_kinds) {
    delay_ms.push_back(kind.delay_ms);
    receptor.push_back(kind.receptor);
  }
  file.write("/synapse_kinds/delay", delay_ms);
  file.set_attribute("/synapse_kinds/delay", "units", "ms");
  file.write("/synapse_kinds/receptor", receptor);
}

void read_kinds(const h5::File& file, Network& network) {
  const auto delay_ms = file.values<double>("/synapse_kinds/delay");
  const auto receptor = file.values<std::uint32_t>("/synapse_kinds/receptor");
  for (std::size_t k = 0; k < delay_ms.size(); ++k) {
    network.synapse_kinds.push_back({delay_ms[k], receptor.at(k)});
  }
}

void write_synapses(h5::File& file, const std::string& group, const EdgeBlock& block) {
  file.write(group + "/row_ptr", block.row_ptr);
  file.write(group + "/address", block.address.words());
  file.set_attribute(group + "/address", "target_bits",
                     static_cast<std::int64_t>(block.address.target_bits()));
  file.write(group + "/weight", block.weight_pa);
  file.set_attribute(group + "/weight", "units", "pA");
}

// Sizes are compared before memory is taken for them.
void check_length(const h5::File& file, const std::string& dataset, std::uint64_t expected) {
  if (!file.has(dataset)) {
    throw error(ExitCode::data, "{}: no dataset '{}'; the file is incomplete, build it again",
                file.path().string(), dataset);
  }
  const h5::Shape shape = file.shape(dataset);
  if (shape.size() == 1 && shape[0] == expected) return;
  throw error(ExitCode::data, "{}: '{}' has {} values, expected {}; build the file again",
              file.path().string(), dataset, shape.empty() ? 0 : shape[0], expected);
}

void read_synapses(const h5::File& file, const std::string& group, std::size_t neurons,
                   EdgeBlock& block) {
  check_length(file, group + "/row_ptr", block.source_count() + 1);
  block.row_ptr = file.values<std::int64_t>(group + "/row_ptr");
  const auto synapses = static_cast<std::uint64_t>(block.row_ptr.back());
  check_length(file, group + "/address", synapses);
  check_length(file, group + "/weight", synapses);
  block.address = network::SynapseAddresses(neurons);
  const double bits = file.number_attribute(group + "/address", "target_bits").value_or(0.0);
  if (bits != block.address.target_bits()) {
    throw error(ExitCode::data, "{}: '{}/address' has target_bits {}, expected {} for {} neurons",
                file.path().string(), group, bits, block.address.target_bits(), neurons);
  }
  block.address.assign(file.values<std::uint32_t>(group + "/address"));
  block.weight_pa = file.values<float>(group + "/weight");
}

Network read_all(const h5::File& file) {
  for (const char* needed : {"/types/node_type_id", "/nodes", "/blocks", "/population_order"}) {
    if (file.has(needed)) continue;
    throw error(ExitCode::data, "{}: no '{}'; the file is incomplete, build it again",
                file.path().string(), needed);
  }
  Network network = read_network_nodes(file);
  read_kinds(file, network);
  for (std::size_t b = 0; b < network.blocks.size(); ++b) {
    read_synapses(file, block_group(b), network.neurons.size(), network.blocks[b]);
  }
  return network;
}

}  // namespace

void write_network_file(const std::filesystem::path& path, const Network& network) {
  const std::filesystem::path part = std::filesystem::path(path).concat(".part");
  try {
    h5::File file = h5::File::create(part);
    mark_file(file, content);
    write_network_nodes(file, network);
    write_kinds(file, network);
    for (std::size_t b = 0; b < network.blocks.size(); ++b) {
      write_synapses(file, block_group(b), network.blocks[b]);
    }
    file.close_synced();
  } catch (...) {
    std::error_code ignored;
    std::filesystem::remove(part, ignored);
    throw;
  }
  std::filesystem::rename(part, path);
}

Network read_network_file(const std::filesystem::path& path) {
  const h5::File file = h5::File::read(path);
  check_file_mark(file, content);
  Network network;
  try {
    network = read_all(file);
  } catch (const std::out_of_range&) {
    throw error(ExitCode::data, "{}: some of its columns are too short; build the file again",
                path.string());
  } catch (const std::bad_alloc&) {
    throw error(ExitCode::data,
                "{}: states sizes that fit into no memory; the file is damaged, build it again",
                path.string());
  } catch (const std::length_error&) {
    throw error(ExitCode::data, "{}: states impossible sizes; the file is damaged, build it again",
                path.string());
  }
  try {
    network::check_network(network);
  } catch (const Error& e) {
    throw error(ExitCode::data, "{}: {}", path.string(), e.what());
  }
  const std::uint64_t hash = network::hash_network(network);
  const bool states_hash = file.text_attribute("/", "network_hash").has_value();
  if (states_hash && hash != network.content_hash) {
    throw error(ExitCode::data,
                "{}: its content has the hash {}, but it was written with {}; the file is damaged: "
                "build it again. If you changed it on purpose, delete its attribute network_hash",
                path.string(), to_hex(hash), to_hex(network.content_hash));
  }
  network.content_hash = hash;
  return network;
}

bool is_network_file(const std::filesystem::path& path) {
  try {
    const h5::File file = h5::File::read(path);
    return file.text_attribute("/", "v1engine_content").value_or("") == content;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace v1::recording
