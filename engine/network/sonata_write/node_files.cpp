#include "engine/network/sonata_write/node_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "engine/base/files.hpp"
#include "engine/base/hdf5.hpp"
#include "engine/network/lgn_mosaic.hpp"
#include "engine/network/sonata/node_population.hpp"
#include "engine/network/sonata_write/cell_file.hpp"

namespace v1::network::sonata {
namespace {

template <class T>
void write_column(h5::File& file, const std::string& name, const std::vector<T>& values) {
  file.write(name, values);  // not compressed: see edge_files.cpp
}

// A nodes file with what every population has; attributes go to `group`.
struct NodesFile {
  h5::File file;
  std::string group;

  NodesFile(const CircuitFolders& folders, const std::string& name,
            const std::vector<std::uint64_t>& ids, const std::vector<std::int64_t>& types)
      : file(h5::File::create(folders.network / (name + "_nodes.h5"))),
        group("/nodes/" + name + "/0") {
    file.set_attribute("/", "magic", sonata_magic);
    file.set_attribute("/", "version", std::vector<std::uint32_t>{0, 1});
    const std::string root = "/nodes/" + name;
    std::vector<std::uint64_t> index(ids.size());
    std::iota(index.begin(), index.end(), std::uint64_t{0});
    write_column(file, root + "/node_id", ids);
    write_column(file, root + "/node_type_id", types);
    write_column(file, root + "/node_group_id", std::vector<std::uint32_t>(ids.size(), 0));
    write_column(file, root + "/node_group_index", index);
    file.make_group(group);
  }
  template <class T>
  void attribute(const std::string& name, const std::vector<T>& values) {
    write_column(file, group + "/" + name, values);
  }
};

std::vector<float> part(const std::vector<float>& all, const PopulationRange& range) {
  return {all.begin() + range.begin, all.begin() + range.end};
}

bool any_known(const std::vector<float>& values) {
  return std::any_of(values.begin(), values.end(), [](float v) { return !std::isnan(v); });
}

std::string cell_file_name(const NodeType& type, std::int64_t id) {
  std::string name = fmt::format("{}_{}", id, type.population);
  for (char& c : name) {
    if (c == '/' || c == ' ') c = '_';
  }
  return name + ".json";
}

void write_neuron_types(const CircuitFolders& folders, const Network& network,
                        const PopulationRange& range, const std::vector<std::int64_t>& ids) {
  std::string csv = "node_type_id pop_name ei location model_type model_template dynamics_params\n";
  const std::set<std::uint16_t> used(network.neurons.type.begin() + range.begin,
                                     network.neurons.type.begin() + range.end);
  for (const std::uint16_t t : used) {
    const NodeType& type = network.types[t];
    const std::string cell = cell_file_name(type, ids[t]);
    csv += fmt::format("{} {} {} {} point_neuron {} {}\n", ids[t], types_cell(type.population),
                       types_cell(type.ei), types_cell(type.location), model_template_of(type),
                       types_cell(cell));
    write_file(folders.cells / cell, cell_parameters_of(type).dump(2) + "\n");
  }
  write_file(folders.network / (range.name + "_node_types.csv"), csv);
}

void write_kernels(NodesFile& nodes, const std::string& side,
                   const std::vector<TemporalKernelParameters>& kernels,
                   const std::vector<bool>& given) {
  struct Column {
    const char* name;
    double (TemporalKernelParameters::*of)[2];
  };
  constexpr Column columns[] = {{"kpeaks", &TemporalKernelParameters::kpeak_ms},
                                {"weight", &TemporalKernelParameters::weight},
                                {"delay", &TemporalKernelParameters::delay_ms}};
  for (const Column& column : columns) {
    for (int j = 0; j < 2; ++j) {
      std::vector<double> values;
      for (std::size_t u = 0; u < kernels.size(); ++u) {
        values.push_back(given[u] ? (kernels[u].*column.of)[j] : std::nan(""));
      }
      nodes.attribute(fmt::format("{}_{}_{}", column.name, side, j), values);
    }
  }
}

void write_filters(NodesFile& nodes, const LgnMosaic& mosaic) {
  nodes.attribute("x", mosaic.x_deg);
  nodes.attribute("y", mosaic.y_deg);
  nodes.attribute("spatial_size", mosaic.spatial_size_deg);
  nodes.attribute("tuning_angle", mosaic.tuning_angle_deg);
  nodes.attribute("sf_sep", mosaic.sf_sep_deg);
  nodes.attribute("spont_fr", mosaic.spontaneous_hz);
  if (!mosaic.on_off_sigma.empty()) {
    std::vector<double> on, off;
    for (const OnOffSigma& sigma : mosaic.on_off_sigma) {
      on.insert(on.end(), sigma.on_deg, sigma.on_deg + 2);
      off.insert(off.end(), sigma.off_deg, sigma.off_deg + 2);
    }
    nodes.file.write(nodes.group + "/sigma_on", on, {mosaic.size(), 2});
    nodes.file.write(nodes.group + "/sigma_off", off, {mosaic.size(), 2});
  }
  std::vector<bool> composite;
  for (const double separation : mosaic.sf_sep_deg) composite.push_back(!std::isnan(separation));
  write_kernels(nodes, "dom", mosaic.dominant, std::vector<bool>(mosaic.size(), true));
  write_kernels(nodes, "non_dom", mosaic.non_dominant, composite);
}

}  // namespace

std::vector<std::int64_t> node_type_ids(const Network& network) {
  std::vector<std::int64_t> ids;
  for (const NodeType& type : network.types) ids.push_back(type.id);
  if (std::set<std::int64_t>(ids.begin(), ids.end()).size() < ids.size()) {
    std::iota(ids.begin(), ids.end(), std::int64_t{100});
  }
  return ids;
}

void write_neurons(const CircuitFolders& folders, const Network& network,
                   const PopulationRange& range) {
  const Neurons& neurons = network.neurons;
  const std::vector<std::int64_t> type_ids = node_type_ids(network);
  std::vector<std::int64_t> types;
  for (std::uint32_t i = range.begin; i < range.end; ++i)
    types.push_back(type_ids[neurons.type[i]]);
  const std::vector<std::uint64_t> ids = node_ids(range);
  NodesFile nodes(folders, range.name, ids, types);
  const std::vector<std::uint32_t> full(neurons.id.begin() + range.begin,
                                        neurons.id.begin() + range.end);
  if (!std::equal(ids.begin(), ids.end(), full.begin())) nodes.attribute(full_id_attribute, full);
  const std::pair<const char*, const std::vector<float>*> columns[] = {
      {"x", &neurons.x_um},
      {"y", &neurons.y_um},
      {"z", &neurons.z_um},
      {"tuning_angle", &neurons.tuning_angle_deg}};
  for (const auto& [name, values] : columns) {
    const std::vector<float> own = part(*values, range);
    if (any_known(own)) nodes.attribute(name, own);
  }
  nodes.file.close_synced();
  write_neuron_types(folders, network, range, type_ids);
}

void write_virtual_nodes(const CircuitFolders& folders, const Network& network,
                         const EdgeBlock& block, const std::string& name) {
  const LgnMosaic* mosaic = block.source_kind == SourceKind::rates && network.lgn_mosaic
                                ? network.lgn_mosaic.get()
                                : nullptr;
  const bool driven = block.source_kind == SourceKind::counts;
  constexpr std::int64_t first_type = 100;
  std::vector<std::int64_t> types(block.source_count(), first_type);
  std::string csv = "node_type_id pop_name model_type model_template";
  if (driven) csv += fmt::format(" {}", rate_attribute);
  csv += '\n';
  if (mosaic) {
    for (std::size_t u = 0; u < types.size(); ++u) types[u] = first_type + mosaic->unit_class[u];
    for (std::size_t c = 0; c < mosaic->class_names.size(); ++c) {
      csv += fmt::format("{} {} virtual lgnmodel:{}\n", first_type + static_cast<std::int64_t>(c),
                         mosaic->class_names[c], mosaic->class_names[c]);
    }
  } else {
    csv += fmt::format("{} {} virtual NULL", first_type, types_cell(name));
    if (driven) csv += fmt::format(" {}", network.background.rate_hz);
    csv += '\n';
  }
  NodesFile nodes(folders, name, node_ids(block), types);
  if (mosaic) write_filters(nodes, *mosaic);
  nodes.file.close_synced();
  write_file(folders.network / (name + "_node_types.csv"), csv);
}

}  // namespace v1::network::sonata
