#include "engine/network/generator/recurrent.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <utility>

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

constexpr std::size_t sources_per_chunk = 512;

struct Edge {
  std::uint32_t target;
  float weight_pa;
  std::uint16_t kind;
};

/// Edges of some sources, row after row.
struct Chunk {
  std::vector<std::uint32_t> source;  // positions
  std::vector<std::uint32_t> row_size;
  std::vector<Edge> edges;
  EdgeCounts counts;
};

class Connector {
 public:
  Connector(const EdgeInputs& inputs, ThreadPool& pool)
      : in_(inputs),
        grid_(inputs.model, inputs.column, inputs.members),
        reach_(inputs.model, grid_, pool) {}

  /// Members ordered by square, so that sources that share targets follow each other.
  std::vector<std::uint32_t> order() const {
    std::vector<std::pair<int, std::uint32_t>> by_square;
    for (std::uint32_t position = 0; position < in_.members.size(); ++position) {
      const std::uint32_t id = in_.members.id[position];
      by_square.emplace_back(grid_.place(in_.column.x_um[id], in_.column.z_um[id]).square,
                             position);
    }
    std::sort(by_square.begin(), by_square.end());
    std::vector<std::uint32_t> positions;
    for (const auto& entry : by_square) positions.push_back(entry.second);
    return positions;
  }

  Chunk connect(std::span<const std::uint32_t> sources) const {
    Chunk chunk;
    chunk.counts.made.assign(in_.kinds.recurrent.size(), 0);
    for (const std::uint32_t position : sources) {
      const std::size_t begin = chunk.edges.size();
      connect_source(position, chunk);
      std::sort(chunk.edges.begin() + static_cast<std::ptrdiff_t>(begin), chunk.edges.end(),
                [](const Edge& a, const Edge& b) { return a.target < b.target; });
      chunk.source.push_back(position);
      chunk.row_size.push_back(static_cast<std::uint32_t>(chunk.edges.size() - begin));
    }
    return chunk;
  }

 private:
  struct Source {
    std::uint32_t id, position, population;
    double x_um, z_um, direction_deg;
  };

  void connect_source(std::uint32_t position, Chunk& chunk) const {
    const Column& column = in_.column;
    const std::uint32_t id = in_.members.id[position];
    const Source source{id,
                        position,
                        column.population[id],
                        column.x_um[id],
                        column.z_um[id],
                        column.tuning_angle_deg[id]};
    const TargetGrid::Place place = grid_.place(source.x_um, source.z_um);
    const std::uint32_t cls = in_.model.populations[source.population].class_index;
    for (std::uint32_t t = 0; t < in_.model.class_names.size(); ++t) {
      const auto visits = reach_.visits(cls, t, place.subdivision);
      if (!visits.empty()) {
        walk(source, in_.model.connection(cls, t), t, place.square, visits, chunk);
      }
    }
  }

  /// Skips along the targets of class t; see connect_recurrent().
  void walk(const Source& source, const ConnectionRule& rule, std::uint32_t t, int square,
            std::span<const ReachTable::Visit> visits, Chunk& chunk) const {
    DrawSequence draws(in_.seed, stream::recurrent, source.id, t);
    kernels::PhiloxWords words = draws.next();
    double budget = exponential(words);
    for (const ReachTable::Visit& visit : visits) {
      const TargetGrid::Range targets = grid_.cells(t, square + visit.square_offset);
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
  void consider(const Source& source, const TargetGrid::Cell& target, const ConnectionRule& rule,
                double bound, const kernels::PhiloxWords& words, Chunk& chunk) const {
    if (target.position == not_a_member || target.position == source.position) return;
    const double dx = target.x_um - source.x_um;
    const double dz = target.z_um - source.z_um;
    const double distance2 = dx * dx + dz * dz;
    const double reach = in_.model.reach_sigmas * rule.sigma_um;
    if (distance2 > reach * reach) return;
    const double difference = direction_difference_deg(target.direction_deg, source.direction_deg);
    const double probability = connection_probability(rule, distance2, difference);
    if (kernels::uniform_open(words.word[2]) * bound >= probability) return;
    const TunedPair pair{difference,          dx, dz, target.direction_deg, target.direction_cos,
                         target.direction_sin};
    store(source, target, pair, words.word[3], chunk);
  }

  void store(const Source& source, const TargetGrid::Cell& target, const TunedPair& pair,
             std::uint32_t word, Chunk& chunk) const {
    const Model& model = in_.model;
    const std::uint32_t s = source.population, t = target.population;
    const std::size_t populations = s * model.populations.size() + t;
    ++chunk.counts.made[populations];
    const WeightRule& rule =
        model.weights[kind_of(model.populations[s])][kind_of(model.populations[t])];
    const double per_synapse =
        model.synapses[populations].kappa_mv_per_ms * model.types[target.type].node.c_m_pf;
    const double weight =
        per_synapse * synapse_number(word) * weight_factor(rule, model.retinotopy, pair);
    if (std::fabs(weight) < in_.drop_below_pa) {
      ++chunk.counts.dropped;
      return;
    }
    chunk.edges.push_back(
        {target.position, static_cast<float>(weight), in_.kinds.recurrent[populations]});
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
  for (const Chunk& chunk : chunks) {
    for (std::size_t i = 0; i < chunk.source.size(); ++i) {
      block.row_ptr[chunk.source[i] + 1] = chunk.row_size[i];
    }
  }
  std::partial_sum(block.row_ptr.begin(), block.row_ptr.end(), block.row_ptr.begin());
  const auto total = static_cast<std::size_t>(block.row_ptr.back());
  block.address.resize(total);
  block.weight_pa.resize(total);
  for (Chunk& chunk : chunks) {
    const Edge* edge = chunk.edges.data();
    for (std::size_t i = 0; i < chunk.source.size(); ++i) {
      auto at = static_cast<std::size_t>(block.row_ptr[chunk.source[i]]);
      for (std::uint32_t k = 0; k < chunk.row_size[i]; ++k, ++edge, ++at) {
        block.address.set(at, edge->target, edge->kind);
        block.weight_pa[at] = edge->weight_pa;
      }
    }
    counts.add(chunk.counts);
    chunk = Chunk{};
  }
}

}  // namespace

EdgeBlock connect_recurrent(const EdgeInputs& inputs, ThreadPool& pool, EdgeCounts& counts) {
  const std::size_t n = inputs.members.size();
  const Connector connector(inputs, pool);
  const std::vector<std::uint32_t> order = connector.order();
  std::vector<Chunk> chunks((n + sources_per_chunk - 1) / sources_per_chunk);
  pool.for_each(chunks.size(), [&](std::size_t c) {
    const std::size_t first = c * sources_per_chunk;
    chunks[c] =
        connector.connect(std::span(order).subspan(first, std::min(sources_per_chunk, n - first)));
  });
  EdgeBlock block;
  block.address = SynapseAddresses(inputs.members.size());
  block.name = "recurrent";
  block.source_kind = SourceKind::neurons;
  block.current_class = CurrentClass::recurrent;
  block.source_id = inputs.members.id;
  block.row_ptr.assign(n + 1, 0);
  gather(chunks, block, counts);
  return block;
}

}  // namespace v1::network::generator
