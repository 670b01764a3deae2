#include "engine/network/sonata_write/edge_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>

#include "engine/base/files.hpp"
#include "engine/base/hdf5.hpp"
#include "engine/network/sonata/json.hpp"

namespace v1::network::sonata {
namespace {

// Neither compressed nor chunked: the packaged libsonata is built without the gzip filter.
const h5::Layout plain{};

// The edges of one file by (target, source): which source row and which place in the block.
struct SortedEdges {
  std::vector<std::uint32_t> source_row, target;  // target: position in its population
  std::vector<std::uint64_t> place;
  std::size_t size() const { return place.size(); }
};

// Counting sort; rows are walked in order, so equal targets keep the order of their sources.
SortedEdges sort_by_target(const EdgeSources& sources, const PopulationRange& targets) {
  const EdgeBlock& block = *sources.block;
  const auto begin = static_cast<std::size_t>(block.row_ptr[sources.row_begin]);
  const auto end = static_cast<std::size_t>(block.row_ptr[sources.row_end]);
  const auto inside = [&](std::uint32_t t) { return t >= targets.begin && t < targets.end; };
  std::vector<std::uint64_t> next(targets.end - targets.begin + std::size_t{1}, 0);
  for (std::size_t e = begin; e < end; ++e) {
    const std::uint32_t target = block.address.target(e);
    if (inside(target)) ++next[target - targets.begin + 1];
  }
  std::partial_sum(next.begin(), next.end(), next.begin());
  SortedEdges sorted;
  sorted.source_row.resize(next.back());
  sorted.target.resize(next.back());
  sorted.place.resize(next.back());
  for (std::size_t row = sources.row_begin; row < sources.row_end; ++row) {
    for (auto e = static_cast<std::size_t>(block.row_ptr[row]);
         e < static_cast<std::size_t>(block.row_ptr[row + 1]); ++e) {
      const std::uint32_t target = block.address.target(e);
      if (!inside(target)) continue;
      const std::uint64_t slot = next[target - targets.begin]++;
      sorted.source_row[slot] = static_cast<std::uint32_t>(row - sources.row_begin);
      sorted.target[slot] = target - targets.begin;
      sorted.place[slot] = e;
    }
  }
  return sorted;
}

// Edge types are numbered as they first occur: source population, target population, delay and
// receptor, and whether the target has receptors at all.
class EdgeTypeTable {
 public:
  EdgeTypeTable(const Network& network, const EdgeSources& sources) : network_(network) {
    const bool neurons = sources.block->source_kind == SourceKind::neurons;
    for (const NodeType& type : network.types) {
      population_of_type_.push_back(index_of(type.population));
      takes_receptor_.push_back(type.model == NeuronModel::glif_psc ||
                                type.model == NeuronModel::glif_psc_double_alpha);
    }
    source_type_.assign(sources.row_end - sources.row_begin, 0);
    for (std::size_t i = 0; neurons && i < source_type_.size(); ++i) {
      source_type_[i] = network.neurons.type[sources.row_begin + i];
    }
    from_neurons_ = neurons;
  }

  std::uint32_t id(std::uint32_t source_row, std::uint32_t target, std::uint16_t kind) {
    const std::uint16_t target_type = network_.neurons.type[target];
    const Key key{from_neurons_ ? population_of_type_[source_type_[source_row]] : 0,
                  population_of_type_[target_type], kind, takes_receptor_[target_type]};
    if (key == last_key_ && last_id_ != 0) return last_id_;
    const auto [entry, added] = ids_.try_emplace(key, static_cast<std::uint32_t>(rows_.size()) + 1);
    if (added) rows_.push_back(key);
    last_key_ = key;
    return last_id_ = entry->second;
  }

  std::string csv(const CircuitFolders& folders) const {
    std::string out =
        "edge_type_id target_query source_query delay dynamics_params model_template\n";
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const auto& [source, target, kind, takes_receptor] = rows_[i];
      const SynapseKind& synapse = network_.synapse_kinds[kind];
      const std::string file =
          takes_receptor ? fmt::format("receptor_{}.json", synapse.receptor + 1) : "static.json";
      Json parameters = Json::object();
      if (takes_receptor) parameters["receptor_type"] = synapse.receptor + 1;
      write_file(folders.synapses / file, parameters.dump() + "\n");
      out += fmt::format("{} {} {} {} {} static_synapse\n", i + 1, query(target),
                         from_neurons_ ? query(source) : "*", number_text(synapse.delay_ms), file);
    }
    return out;
  }

 private:
  using Key = std::tuple<std::size_t, std::size_t, std::uint16_t, bool>;
  std::size_t index_of(const std::string& name) {
    for (std::size_t i = 0; i < names_.size(); ++i) {
      if (names_[i] == name) return i;
    }
    names_.push_back(name);
    return names_.size() - 1;
  }
  std::string query(std::size_t population) const {
    return types_cell(fmt::format("pop_name=='{}'", names_[population]));
  }

  const Network& network_;
  bool from_neurons_ = false;
  std::vector<std::string> names_;
  std::vector<std::size_t> population_of_type_;
  std::vector<bool> takes_receptor_;
  std::vector<std::uint16_t> source_type_;  // by source row
  std::map<Key, std::uint32_t> ids_;
  std::vector<Key> rows_;
  Key last_key_{};
  std::uint32_t last_id_ = 0;
};

// An index: node v owns rows [first[v], first[v + 1]) of ranges, each [begin, end) of edges.
void write_index(h5::File& file, const std::string& group, const std::vector<std::uint64_t>& first,
                 const std::vector<std::uint64_t>& ranges) {
  std::vector<std::uint64_t> of_node;
  for (std::size_t v = 0; v + 1 < first.size(); ++v) {
    of_node.push_back(first[v]);
    of_node.push_back(first[v + 1]);
  }
  file.write(group + "/node_id_to_ranges", of_node, {of_node.size() / 2, 2}, plain);
  file.write(group + "/range_to_edge_id", ranges, {ranges.size() / 2, 2}, plain);
  // The name that bmtk looks for; the one above is libsonata's.
  const h5::Lock lock;
  H5Lcreate_hard(file.id(), (group + "/node_id_to_ranges").c_str(), file.id(),
                 (group + "/node_id_to_range").c_str(), H5P_DEFAULT, H5P_DEFAULT);
}

// Edges of one target are consecutive: at most one range each.
void write_target_index(h5::File& file, const std::string& root, const SortedEdges& edges,
                        std::size_t nodes) {
  std::vector<std::uint64_t> first(nodes + 1, 0), ranges;
  std::size_t e = 0;
  for (std::size_t v = 0; v < nodes; ++v) {
    first[v] = ranges.size() / 2;
    const std::size_t begin = e;
    while (e < edges.size() && edges.target[e] == v) ++e;
    if (e > begin) ranges.insert(ranges.end(), {begin, e});
  }
  first[nodes] = ranges.size() / 2;
  write_index(file, root + "/indices/target_to_source", first, ranges);
}

// Edges of one source are spread; consecutive ones share a range. `id`: of each source row.
void write_source_index(h5::File& file, const std::string& root, const SortedEdges& edges,
                        const std::vector<std::uint64_t>& id) {
  const std::size_t nodes = id.empty() ? 0 : id.back() + 1;
  std::vector<std::uint64_t> first(nodes + 1, 0);
  const auto begins_range = [&](std::size_t e) {
    return e == 0 || edges.source_row[e] != edges.source_row[e - 1];
  };
  for (std::size_t e = 0; e < edges.size(); ++e) {
    if (begins_range(e)) ++first[id[edges.source_row[e]] + 1];
  }
  std::partial_sum(first.begin(), first.end(), first.begin());
  std::vector<std::uint64_t> next(first.begin(), first.end() - 1), ranges(2 * first.back());
  for (std::size_t e = 0; e < edges.size();) {
    const std::size_t begin = e++;
    while (e < edges.size() && !begins_range(e)) ++e;
    const std::uint64_t slot = next[id[edges.source_row[begin]]]++;
    ranges[2 * slot] = begin;
    ranges[2 * slot + 1] = e;
  }
  write_index(file, root + "/indices/source_to_target", first, ranges);
}

// Columns over the edges, written in slabs so that no second copy of them is held.
void write_columns(h5::File& file, const std::string& root, const EdgeSources& sources,
                   const PopulationRange& targets, const SortedEdges& edges,
                   const std::vector<std::uint64_t>& source_id, EdgeTypeTable& types) {
  constexpr std::size_t slab = std::size_t{1} << 20;
  const h5::Shape all{edges.size()};
  file.create_dataset<std::uint64_t>(root + "/source_node_id", all, plain);
  file.create_dataset<std::uint64_t>(root + "/target_node_id", all, plain);
  file.create_dataset<std::uint32_t>(root + "/edge_type_id", all, plain);
  file.create_dataset<std::uint32_t>(root + "/edge_group_id", all, plain);
  file.create_dataset<std::uint64_t>(root + "/edge_group_index", all, plain);
  file.create_dataset<float>(root + "/0/syn_weight", all, plain);
  std::vector<std::uint64_t> source, target, index;
  std::vector<std::uint32_t> type;
  std::vector<float> weight;
  const std::vector<std::uint32_t> group(std::min(slab, edges.size()), 0);
  for (std::size_t begin = 0; begin < edges.size(); begin += slab) {
    const std::size_t end = std::min(begin + slab, edges.size());
    source.clear(), target.clear(), index.clear(), type.clear(), weight.clear();
    for (std::size_t e = begin; e < end; ++e) {
      const auto place = static_cast<std::size_t>(edges.place[e]);
      source.push_back(source_id[edges.source_row[e]]);
      target.push_back(edges.target[e]);
      index.push_back(e);
      type.push_back(types.id(edges.source_row[e], edges.target[e] + targets.begin,
                              sources.block->address.kind(place)));
      weight.push_back(sources.block->weight_pa[place]);
    }
    const h5::Shape at{begin}, count{end - begin};
    file.write_slab(root + "/source_node_id", at, count, source.data());
    file.write_slab(root + "/target_node_id", at, count, target.data());
    file.write_slab(root + "/edge_type_id", at, count, type.data());
    file.write_slab(root + "/edge_group_id", at, count, group.data());
    file.write_slab(root + "/edge_group_index", at, count, index.data());
    file.write_slab(root + "/0/syn_weight", at, count, weight.data());
  }
}

}  // namespace

bool write_edges(const CircuitFolders& folders, const std::string& base, const Network& network,
                 const EdgeSources& sources, const PopulationRange& targets) {
  const SortedEdges edges = sort_by_target(sources, targets);
  if (edges.size() == 0) return false;
  const bool neurons = sources.block->source_kind == SourceKind::neurons;
  std::vector<std::uint64_t> source_id(sources.row_end - sources.row_begin);
  std::iota(source_id.begin(), source_id.end(), std::uint64_t{0});
  if (!neurons) source_id = node_ids(*sources.block);
  const std::string root = "/edges/" + sources.population + "_to_" + targets.name;
  h5::File file = h5::File::create(folders.network / (base + "_edges.h5"));
  file.set_attribute("/", "magic", sonata_magic);
  file.set_attribute("/", "version", std::vector<std::uint32_t>{0, 1});
  EdgeTypeTable types(network, sources);
  write_columns(file, root, sources, targets, edges, source_id, types);
  file.set_attribute(root + "/source_node_id", "node_population", sources.population);
  file.set_attribute(root + "/target_node_id", "node_population", targets.name);
  write_target_index(file, root, edges, targets.end - targets.begin);
  write_source_index(file, root, edges, source_id);
  file.close_synced();
  write_file(folders.network / (base + "_edge_types.csv"), types.csv(folders));
  return true;
}

}  // namespace v1::network::sonata
