#include "engine/network/generator/recurrent.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/network/generator/connection_rules.hpp"
#include "engine/network/generator/draws.hpp"
#include "engine/network/generator/reach_table.hpp"
#include "engine/network/generator/target_grid.hpp"
#include "kernels/portable_math.hpp"

namespace v1::network::generator {

std::uint64_t EdgeCounts::total() const {
  return std::accumulate(made.begin(), made.end(), std::uint64_t{0});
}

void EdgeCounts::add(const EdgeCounts& other) {
  made.resize(std::max(made.size(), other.made.size()), 0);
  for (std::size_t i = 0; i < other.made.size(); ++i) made[i] += other.made[i];
  dropped += other.dropped;
}

namespace {

constexpr std::uint32_t sources_per_chunk = 512;

struct Edge {
  std::uint32_t target;
  float weight_pa;
  std::uint16_t kind;
};

/// Edges of consecutive sources.
struct Chunk {
  std::vector<std::uint32_t> row_size;
  std::vector<Edge> edges;
  EdgeCounts counts;
};

class Connector {
 public:
  Connector(const EdgeInputs& inputs, ThreadPool& pool)
      : in_(inputs), grid_(inputs.model, inputs.column), reach_(inputs.model, grid_, pool) {}

  Chunk connect(std::uint32_t first, std::uint32_t last) const {
    Chunk chunk;
    chunk.counts.made.assign(in_.kinds.recurrent.size(), 0);
    for (std::uint32_t position = first; position < last; ++position) {
      const std::size_t begin = chunk.edges.size();
      connect_source(in_.members.id[position], chunk);
      std::sort(chunk.edges.begin() + static_cast<std::ptrdiff_t>(begin), chunk.edges.end(),
                [](const Edge& a, const Edge& b) { return a.target < b.target; });
      chunk.row_size.push_back(static_cast<std::uint32_t>(chunk.edges.size() - begin));
    }
    return chunk;
  }

 private:
  void connect_source(std::uint32_t source, Chunk& chunk) const {
    const Column& column = in_.column;
    const TargetGrid::Place place = grid_.place(column.x_um[source], column.z_um[source]);
    const std::uint32_t cls = in_.model.populations[column.population[source]].class_index;
    for (std::uint32_t t = 0; t < in_.model.class_names.size(); ++t) {
      const auto visits = reach_.visits(cls, t, place.subcell);
      if (!visits.empty()) walk(source, cls, t, place.cell, visits, chunk);
    }
  }

  /// Skips along the targets of class t; see connect_recurrent().
  void walk(std::uint32_t source, std::uint32_t cls, std::uint32_t t, int source_cell,
            std::span<const ReachTable::Visit> visits, Chunk& chunk) const {
    const ConnectionRule& rule = in_.model.connection(cls, t);
    DrawSequence draws(in_.seed, stream::recurrent, source, t);
    kernels::PhiloxWords words = draws.next();
    double budget = exponential(words);
    for (const ReachTable::Visit& visit : visits) {
      const TargetGrid::Range targets = grid_.members(t, source_cell + visit.cell_offset);
      std::uint32_t next = 0;
      while (next < targets.count) {
        const double cost = (targets.count - next) * visit.rate;
        if (budget >= cost) {
          budget -= cost;
          break;
        }
        const auto skip = static_cast<std::uint32_t>(budget / visit.rate);
        const std::uint32_t candidate = std::min(next + skip, targets.count - 1);
        consider(source, targets.begin[candidate], rule, visit.bound, words, chunk);
        next = candidate + 1;
        words = draws.next();
        budget = exponential(words);
      }
    }
  }

  static double exponential(const kernels::PhiloxWords& words) {
    return -kernels::portable_log(kernels::uniform_open(words.word[0], words.word[1]));
  }

  /// Thins a candidate to its true probability and stores the connection if it stays.
  void consider(std::uint32_t source, const TargetGrid::Member& target, const ConnectionRule& rule,
                double bound, const kernels::PhiloxWords& words, Chunk& chunk) const {
    const std::uint32_t position = in_.members.position_of[target.id];
    if (position == not_a_member || target.id == source) return;
    const Column& column = in_.column;
    const double dx = double{target.x_um} - column.x_um[source];
    const double dz = double{target.z_um} - column.z_um[source];
    const double distance2 = dx * dx + dz * dz;
    const double reach = in_.model.reach_sigmas * rule.sigma_um;
    if (distance2 > reach * reach) return;
    const double difference =
        direction_difference_deg(target.tuning_angle_deg, column.tuning_angle_deg[source]);
    const double probability = connection_probability(rule, distance2, difference);
    if (kernels::uniform_open(words.word[2]) * bound >= probability) return;
    store(source, target.id, position, {difference, dx, dz, target.tuning_angle_deg,
          column.tuning_cos[target.id], column.tuning_sin[target.id]}, words.word[3], chunk);
  }

  void store(std::uint32_t source, std::uint32_t target, std::uint32_t position,
             const TunedPair& pair, std::uint32_t word, Chunk& chunk) const {
    const Model& model = in_.model;
    const std::uint32_t s = in_.column.population[source], t = in_.column.population[target];
    const std::size_t populations = s * model.populations.size() + t;
    ++chunk.counts.made[populations];
    const WeightRule& rule =
        model.weights[kind_of(model.populations[s])][kind_of(model.populations[t])];
    const double per_synapse = model.synapses[populations].kappa_mv_per_ms *
                               model.types[in_.column.type[target]].node.c_m_pf;
    const double weight = per_synapse * synapse_number(word) *
                          weight_factor(rule, model.retinotopy, pair);
    if (std::fabs(weight) < in_.drop_below_pa) {
      ++chunk.counts.dropped;
      return;
    }
    chunk.edges.push_back(
        {position, static_cast<float>(weight), in_.kinds.recurrent[populations]});
  }

  double synapse_number(std::uint32_t word) const {
    const std::uint32_t choices = in_.model.synapses_max - in_.model.synapses_min + 1;
    return in_.model.synapses_min + static_cast<std::uint32_t>(std::uint64_t{word} * choices >> 32);
  }

  const EdgeInputs& in_;
  TargetGrid grid_;
  ReachTable reach_;
};

/// Moves the chunks into compressed rows, freeing each as it goes.
void gather(std::vector<Chunk>& chunks, EdgeBlock& block, EdgeCounts& counts) {
  std::size_t total = 0;
  for (const Chunk& chunk : chunks) total += chunk.edges.size();
  block.target.reserve(total);
  block.weight_pa.reserve(total);
  block.kind.reserve(total);
  for (Chunk& chunk : chunks) {
    for (const std::uint32_t size : chunk.row_size) {
      block.row_ptr.push_back(block.row_ptr.back() + size);
    }
    for (const Edge& edge : chunk.edges) {
      block.target.push_back(edge.target);
      block.weight_pa.push_back(edge.weight_pa);
      block.kind.push_back(edge.kind);
    }
    counts.add(chunk.counts);
    chunk = Chunk{};
  }
}

}  // namespace

EdgeBlock connect_recurrent(const EdgeInputs& inputs, ThreadPool& pool, EdgeCounts& counts) {
  const auto n = static_cast<std::uint32_t>(inputs.members.size());
  const Connector connector(inputs, pool);
  std::vector<Chunk> chunks((n + sources_per_chunk - 1) / sources_per_chunk);
  pool.for_each(chunks.size(), [&](std::size_t c) {
    const auto first = static_cast<std::uint32_t>(c) * sources_per_chunk;
    chunks[c] = connector.connect(first, std::min(n, first + sources_per_chunk));
  });
  EdgeBlock block;
  block.name = "recurrent";
  block.source_kind = SourceKind::neurons;
  block.current_class = CurrentClass::recurrent;
  block.source_id = inputs.members.id;
  block.row_ptr.reserve(n + 1);
  block.row_ptr.push_back(0);
  gather(chunks, block, counts);
  return block;
}

}  // namespace v1::network::generator
