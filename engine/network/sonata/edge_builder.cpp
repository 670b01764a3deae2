#include "engine/network/sonata/edge_builder.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

#include "engine/base/error.hpp"
#include "engine/base/log.hpp"

namespace v1::network::sonata {
namespace {

constexpr std::uint8_t positive_sign = 1, negative_sign = 2;

double value_at(const std::vector<double>& column, std::size_t i, double fallback) {
  return column.empty() || std::isnan(column[i]) ? fallback : column[i];
}

// Delays stored per edge are read on a grid, so that noise in the last digits (float32 files) does
// not make each of them a kind of its own. The finest grid is NEST's tick.
double on_grid(double delay_ms, double grid_ms) {
  const double per_ms = std::floor(1.0 / grid_ms + 0.5);
  return std::floor(delay_ms * per_ms + 0.5) / per_ms;
}

NodePlace place_of(const Population& population, std::size_t index) {
  return {population.x_um[index], population.z_um[index], population.tuning_angle_deg[index]};
}

void check_attributes(const EdgePopulation& edges, std::uint64_t row, const EdgeType& type,
                      double syn_weight, double delay_ms) {
  if (std::isnan(syn_weight) || std::isnan(delay_ms)) {
    const char* name = std::isnan(syn_weight) ? "syn_weight" : "delay";
    throw error(ExitCode::data,
                "{}: no '{}' for this edge; give it per edge, or as a column for edge type {}",
                edges.where(row), name, type.id);
  }
  if (!(delay_ms >= 0.0) || !std::isfinite(delay_ms)) {
    throw error(ExitCode::data, "{}: delay is {} ms; it must not be negative", edges.where(row),
                delay_ms);
  }
}

double finished_weight(const EdgePopulation& edges, std::uint64_t row, const EdgeType& type,
                       double syn_weight, double nsyns, std::size_t source, std::size_t target) {
  const bool tuned =
      type.rule == WeightRule::direction || type.rule == WeightRule::direction_and_phase;
  const double weight =
      tuned ? edge_weight(type.rule, syn_weight, nsyns, type.weight_sigma_deg,
                          place_of(edges.source(), source), place_of(edges.target(), target))
            : edge_weight(type.rule, syn_weight, nsyns, 1.0, {}, {});
  if (std::isfinite(static_cast<float>(weight))) return weight;
  throw error(ExitCode::data, "{}: the weight is {}; {}", edges.where(row), weight,
              tuned
                  ? "direction rules need weight_sigma in the edge types, and tuning_angle (and x, "
                    "z) of both nodes"
                  : "syn_weight and nsyns must be finite, and fit into float32");
}

}  // namespace

std::optional<std::uint16_t> SynapseKinds::index(double delay_ms, std::uint32_t receptor) {
  const SynapseKind wanted{delay_ms, receptor};
  const auto bits = std::bit_cast<std::uint64_t>(delay_ms);
  std::uint16_t& recent = recent_[((bits * 0x9E3779B97F4A7C15u) >> 56) ^ (receptor & 0xff)];
  if (recent < kinds_.size() && kinds_[recent] == wanted) return recent;
  auto& same_delay = by_delay_[bits];
  for (const std::uint16_t candidate : same_delay) {
    if (kinds_[candidate] == wanted) return recent = candidate;
  }
  if (kinds_.size() >= most_) return std::nullopt;
  recent = static_cast<std::uint16_t>(kinds_.size());
  kinds_.push_back(wanted);
  same_delay.push_back(recent);
  return recent;
}

EdgeBuilder::EdgeBuilder(Network& network, std::vector<std::unique_ptr<EdgePopulation>>& edges)
    : network_(network), edges_(edges) {}

void EdgeBuilder::build() {
  count_rows();
  allocate();
  constexpr double grids_ms[] = {0.001, 0.01, 0.1};
  for (const double grid : grids_ms) {
    if (place_all(grid)) {
      if (grid > grids_ms[0]) {
        log::warn("{}: too many different delays; they are rounded to {} ms", network_.name, grid);
      }
      network_.synapse_kinds = kinds_.take();
      sort_rows();
      infer_types_from_signs();
      return;
    }
  }
  throw error(
      ExitCode::data,
      "{}: more than 65,536 different pairs of delay and receptor, even with delays rounded "
      "to 0.1 ms; round the delays in the edge files",
      network_.name);
}

EdgeBuilder::Source EdgeBuilder::find_source(const EdgePopulation& edges, std::uint64_t row,
                                             std::int64_t id) const {
  const Population& population = edges.source();
  const std::size_t index = population.index_of(id);
  if (index == Population::no_node) {
    throw error(ExitCode::data, "{}: source node {} does not exist in population '{}' ({})",
                edges.where(row), id, population.name, population.file.string());
  }
  return {population.is_virtual[index] ? *population.block : 0, population.position[index], index};
}

std::size_t EdgeBuilder::find_target(const EdgePopulation& edges, std::uint64_t row,
                                     std::int64_t id) const {
  const Population& population = edges.target();
  const std::size_t index = population.index_of(id);
  if (index == Population::no_node) {
    throw error(ExitCode::data, "{}: target node {} does not exist in population '{}' ({})",
                edges.where(row), id, population.name, population.file.string());
  }
  if (population.is_virtual[index]) {
    throw error(ExitCode::data,
                "{}: target node {} of population '{}' is virtual; synapses need point neurons as "
                "targets",
                edges.where(row), id, population.name);
  }
  return index;
}

void EdgeBuilder::count_rows() {
  for (EdgeBlock& block : network_.blocks) block.row_ptr.assign(block.source_count() + 1, 0);
  for (const auto& edges : edges_) {
    for (std::uint64_t begin = 0; begin < edges->rows(); begin += EdgePopulation::slab_rows) {
      const auto ids =
          edges->sources(begin, std::min(EdgePopulation::slab_rows, edges->rows() - begin));
      for (std::size_t i = 0; i < ids.size(); ++i) {
        const Source source = find_source(*edges, begin + i, ids[i]);
        ++network_.blocks[source.block].row_ptr[source.row + 1];
      }
    }
  }
}

void EdgeBuilder::allocate() {
  for (EdgeBlock& block : network_.blocks) {
    std::partial_sum(block.row_ptr.begin(), block.row_ptr.end(), block.row_ptr.begin());
    const auto count = static_cast<std::size_t>(block.row_ptr.back());
    block.address = SynapseAddresses(network_.neurons.size());
    block.address.resize(count);
    block.weight_pa.resize(count);
  }
}

bool EdgeBuilder::place_all(double delay_grid_ms) {
  kinds_ = SynapseKinds(SynapseAddresses::most_kinds(network_.neurons.size()));
  signs_.assign(network_.types.size(), 0);
  cursor_.clear();
  for (const EdgeBlock& block : network_.blocks) {
    cursor_.emplace_back(block.row_ptr.begin(), block.row_ptr.end() - 1);
  }
  for (const auto& edges : edges_) {
    for (std::uint64_t begin = 0; begin < edges->rows(); begin += EdgePopulation::slab_rows) {
      const auto count = std::min(EdgePopulation::slab_rows, edges->rows() - begin);
      if (!place_slab(*edges, edges->slab(begin, count), delay_grid_ms)) return false;
    }
  }
  return true;
}

bool EdgeBuilder::place_slab(EdgePopulation& edges, const EdgeSlab& slab, double delay_grid_ms) {
  const EdgeType* type = nullptr;
  for (std::size_t i = 0; i < slab.source.size(); ++i) {
    const std::uint64_t row = slab.first_row + i;
    if (!type || type->id != slab.type[i]) type = &edges.types().type(slab.type[i]);
    const Source source = find_source(edges, row, slab.source[i]);
    const std::size_t target = find_target(edges, row, slab.target[i]);
    const std::uint32_t neuron = edges.target().position[target];
    const double syn_weight = value_at(slab.syn_weight, i, type->syn_weight);
    double nsyns = value_at(slab.nsyns, i, type->nsyns);
    if (std::isnan(nsyns)) nsyns = 1.0;
    if (nsyns < 0.0) {
      throw error(ExitCode::data,
                  "{}: nsyns is {}; it must not be negative: the sign is that of "
                  "syn_weight",
                  edges.where(row), nsyns);
    }
    const bool own_delay = !slab.delay_ms.empty() && !std::isnan(slab.delay_ms[i]);
    const double delay = own_delay ? on_grid(slab.delay_ms[i], delay_grid_ms) : type->delay_ms;
    check_attributes(edges, row, *type, syn_weight, delay);
    const double weight =
        finished_weight(edges, row, *type, syn_weight, nsyns, source.index, target);
    const auto kind = kinds_.index(delay, receptor_of(edges, row, *type, neuron, weight));
    if (!kind) return false;
    if (source.block == 0 && weight != 0.0) {
      signs_[network_.neurons.type[source.row]] |= weight > 0.0 ? positive_sign : negative_sign;
    }
    EdgeBlock& block = network_.blocks[source.block];
    const auto place = static_cast<std::size_t>(cursor_[source.block][source.row]++);
    block.address.set(place, neuron, *kind);
    block.weight_pa[place] = static_cast<float>(weight);
  }
  return true;
}

std::uint32_t EdgeBuilder::receptor_of(const EdgePopulation& edges, std::uint64_t row,
                                       const EdgeType& type, std::uint32_t neuron,
                                       double weight) const {
  const NodeType& target = network_.types[network_.neurons.type[neuron]];
  if (target.model == NeuronModel::iaf_psc_delta) return 0;
  if (target.model == NeuronModel::iaf_psc_alpha) return weight < 0.0 ? 1 : 0;
  if (type.receptor == 0) {
    throw error(ExitCode::data,
                "{}: no receptor_type, which targets of node type {} need; set it in the synapse "
                "file (dynamics_params) of edge type {}: {{\"receptor_type\": 1}}",
                edges.where(row), target.id, type.id);
  }
  if (type.receptor > target.tau_syn_ms.size()) {
    throw error(ExitCode::data,
                "{}: receptor_type {} of edge type {}, but targets of node type {} "
                "have {} receptors (tau_syn)",
                edges.where(row), type.receptor, type.id, target.id, target.tau_syn_ms.size());
  }
  return type.receptor - 1;
}

void EdgeBuilder::sort_rows() {
  std::vector<std::size_t> order;
  std::vector<std::uint32_t> words;
  std::vector<float> weights;
  for (EdgeBlock& block : network_.blocks) {
    const SynapseAddresses& address = block.address;
    const auto before = [&](std::size_t a, std::size_t b) {
      return address.target(a) < address.target(b);
    };
    for (std::size_t row = 0; row < block.source_count(); ++row) {
      const auto begin = static_cast<std::size_t>(block.row_ptr[row]);
      const auto end = static_cast<std::size_t>(block.row_ptr[row + 1]);
      order.resize(end - begin);
      std::iota(order.begin(), order.end(), begin);
      if (std::is_sorted(order.begin(), order.end(), before)) continue;
      std::stable_sort(order.begin(), order.end(), before);
      words.clear();
      weights.clear();
      for (const std::size_t i : order) {
        words.push_back(address.words()[i]);
        weights.push_back(block.weight_pa[i]);
      }
      for (std::size_t k = 0; k < words.size(); ++k) block.address.set_word(begin + k, words[k]);
      std::copy(weights.begin(), weights.end(), block.weight_pa.begin() + static_cast<long>(begin));
    }
  }
}

// Where neither the ei column nor the name says it, outgoing weights of one sign do.
void EdgeBuilder::infer_types_from_signs() {
  for (std::size_t t = 0; t < network_.types.size(); ++t) {
    if (!network_.types[t].ei.empty()) continue;
    if (signs_[t] == positive_sign) network_.types[t].ei = std::string(1, 'e');
    if (signs_[t] == negative_sign) network_.types[t].ei = std::string(1, 'i');
  }
}

}  // namespace v1::network::sonata
