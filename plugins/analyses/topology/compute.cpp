#include <algorithm>

#include "plugins/analyses/shared/wiring/source_names.hpp"
#include "plugins/analyses/shared/wiring/synapse_rows.hpp"
#include "plugins/analyses/topology/topology.hpp"

namespace v1::analyses {
namespace {

constexpr double most_edges = 20e6;

template <class T>
void add(std::vector<T>& into, const std::vector<T>& from) {
  if (into.size() < from.size()) into.resize(from.size());
  for (std::size_t i = 0; i < from.size(); ++i) into[i] += from[i];
}

template <class T>
void append(std::vector<T>& into, const std::vector<T>& from) {
  into.insert(into.end(), from.begin(), from.end());
}

}  // namespace

void Topology::prepare(const v1e_analysis_env& env) {
  dataset_ = v1e::Dataset(*env.datasets[0]);
  types_ = short_types(dataset_);
  sources_ = types_.names;
  for (const std::string& one : source_names(dataset_)) {
    source_of_block_.push_back(one.empty() ? 0 : place_of(one, sources_));
  }
  origins_ = block_origins(*dataset_.raw().network);
  double edges = 0.0;
  for (std::uint32_t b = 0; b < dataset_.raw().network->block_count; ++b) {
    edges += static_cast<double>(dataset_.raw().network->blocks[b]->edge_count);
  }
  if (edge_tables && edges > most_edges) {
    throw v1e::Error(V1E_E_INVALID, "edge_tables",
                     "expected a network of at most 20 million synapses, found " +
                         fixed_text(edges / 1e6, 1) + " million; leave edge_tables = false");
  }
}

void Topology::plan(std::uint32_t pass, v1e::Requests& requests) {
  if (pass > 0) return;
  const v1e_network& network = *dataset_.raw().network;
  for (std::uint32_t b = 0; b < network.block_count; ++b) {
    const std::uint32_t index = requests.add(synapses_request(0, network, b));
    block_of_.resize(std::max<std::size_t>(block_of_.size(), index + 1));
    block_of_[index] = b;
  }
}

Topology::Partial Topology::make_partial(std::uint32_t) const {
  const std::size_t n = dataset_.neurons();
  Partial partial;
  Degrees& d = partial.degrees;
  d.out.assign(n, 0);
  d.weight_out.assign(n, 0.0);
  d.excitatory_in.assign(n, 0.0);
  d.inhibitory_in.assign(n, 0.0);
  for (std::size_t o = 0; o < origin_count; ++o) {
    d.in[o].assign(n, 0);
    d.weight_in[o].assign(n, 0.0);
  }
  partial.types.resize(sources_.size() * types_.names.size());
  return partial;
}

void Topology::consume(Partial& into, const v1e_chunk& chunk) const {
  const std::uint32_t block = block_of_[chunk.request];
  const Origin origin = origins_[block];
  const auto o = static_cast<std::size_t>(origin);
  const bool reference = mode.is("reference");
  const v1e_network& network = *dataset_.raw().network;
  Degrees& d = into.degrees;
  for_each_pair(network, *chunk.synapses, [&](const ConnectedPair& pair) {
    const double weight = reference ? pair.weight_last_pa : pair.weight_sum_pa;
    ++d.in[o][pair.target];
    d.weight_in[o][pair.target] += weight;
    std::size_t source_type = source_of_block_[block];
    if (origin == Origin::recurrent) {
      ++d.out[pair.source];
      d.weight_out[pair.source] += weight;
      (weight < 0.0 ? d.inhibitory_in : d.excitatory_in)[pair.target] += weight;
      source_type = types_.of_neuron[pair.source];
    }
    TypePair& types = into.types[source_type * types_.names.size() + types_.of_neuron[pair.target]];
    types.pairs += 1.0;
    types.synapses += pair.synapses;
    types.weight += pair.weight_sum_pa;
  });
  if (!edge_tables) return;
  Edges& edges = into.edges[o];
  for_each_synapse(network, *chunk.synapses, [&](const Synapse& s) {
    edges.target.push_back(s.target);
    edges.source.push_back(s.source);
    edges.source_type.push_back(origin == Origin::recurrent
                                    ? types_.of_neuron[s.source]
                                    : static_cast<std::uint32_t>(source_of_block_[block]));
    edges.weight.push_back(s.weight_pa);
  });
}

void Topology::merge(Partial& into, const Partial& from) const {
  Degrees& d = into.degrees;
  add(d.out, from.degrees.out);
  add(d.weight_out, from.degrees.weight_out);
  add(d.excitatory_in, from.degrees.excitatory_in);
  add(d.inhibitory_in, from.degrees.inhibitory_in);
  for (std::size_t o = 0; o < origin_count; ++o) {
    add(d.in[o], from.degrees.in[o]);
    add(d.weight_in[o], from.degrees.weight_in[o]);
    append(into.edges[o].target, from.edges[o].target);
    append(into.edges[o].source, from.edges[o].source);
    append(into.edges[o].source_type, from.edges[o].source_type);
    append(into.edges[o].weight, from.edges[o].weight);
  }
  for (std::size_t i = 0; i < into.types.size(); ++i) {
    into.types[i].pairs += from.types[i].pairs;
    into.types[i].synapses += from.types[i].synapses;
    into.types[i].weight += from.types[i].weight;
  }
}

double Topology::source_count(std::size_t type) const {
  if (type < types_.names.size()) return static_cast<double>(types_.sizes[type]);
  double count = 0.0;
  for (std::size_t b = 0; b < origins_.size(); ++b) {
    if (source_of_block_[b] != type) continue;
    count += static_cast<double>(dataset_.raw().network->blocks[b]->source_count);
  }
  return count;
}

std::vector<double> Topology::total_in() const {
  std::vector<double> out(dataset_.neurons(), 0.0);
  for (const auto& in : result_.degrees.in) {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] += in[i];
  }
  return out;
}

std::vector<double> Topology::total_weight_in() const {
  std::vector<double> out(dataset_.neurons(), 0.0);
  for (const auto& in : result_.degrees.weight_in) {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] += in[i];
  }
  return out;
}

void Topology::finish(v1e::Output& output) {
  if (dataset_.raw().network->block_count == 0) {
    result_ = make_partial(0);
    output.warn("The network has no synapses.");
  }
  write_neurons(output);
  write_type_degrees(output);
  write_type_pairs(output);
  write_histograms(output);
  write_edges(output);
  draw_degrees(output);
  draw_degrees_by_type(output);
  draw_type_pairs(output);
  draw_balance(output);
}

}  // namespace v1::analyses
