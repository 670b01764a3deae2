#include "engine/network/generator/recurrent.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <utility>

#include "engine/network/generator/connector.hpp"
#include "engine/network/generator/target_grid.hpp"

namespace v1::network::generator {

std::uint64_t EdgeCounts::total() const {
  return std::accumulate(made.begin(), made.end(), std::uint64_t{0});
}

void EdgeCounts::add(const EdgeCounts& other) {
  made.resize(std::max(made.size(), other.made.size()), 0);
  for (std::size_t i = 0; i < other.made.size(); ++i) made[i] += other.made[i];
  dropped += other.dropped;
  synapses += other.synapses;
}

void Connector::store(const ConnectionSource& source, const TargetGrid::Cell& target,
                      const TunedPair& pair, double size, std::uint32_t word, RowSink& sink) const {
  const std::size_t populations =
      source.population * in_.model.populations.size() + target.population;
  ++sink.counts.made[populations];
  const double weight = weight_(source.population, target, pair, size, word);
  if (std::fabs(weight) < in_.drop_below_pa) {
    ++sink.counts.dropped;
    return;
  }
  sink.edges.push_back(
      {target.position, static_cast<float>(weight), in_.kinds.recurrent[populations]});
}

namespace {

constexpr std::size_t sources_per_chunk = 512;

/// Edges of some sources, row after row.
struct Chunk {
  std::vector<std::uint32_t> source;  // positions
  std::vector<std::uint32_t> row_size;
  std::vector<RowEdge> edges;
  EdgeCounts counts;
};

/// Members ordered by square, so that sources that share targets follow each other.
std::vector<std::uint32_t> order_by_square(const EdgeInputs& in, const TargetGrid& grid) {
  std::vector<std::pair<int, std::uint32_t>> by_square;
  for (std::uint32_t position = 0; position < in.members.size(); ++position) {
    const std::uint32_t id = in.members.id[position];
    by_square.emplace_back(grid.place(in.column.x_um[id], in.column.z_um[id]).square, position);
  }
  std::sort(by_square.begin(), by_square.end());
  std::vector<std::uint32_t> positions;
  for (const auto& entry : by_square) positions.push_back(entry.second);
  return positions;
}

ConnectionSource source_at(const EdgeInputs& in, const TargetGrid& grid, std::uint32_t position) {
  const std::uint32_t id = in.members.id[position];
  return {id,
          position,
          in.column.population[id],
          in.column.x_um[id],
          in.column.z_um[id],
          in.column.tuning_angle_deg[id],
          grid.place(in.column.x_um[id], in.column.z_um[id])};
}

/// Class after class, so that the targets of one class stay in the cache for all sources.
Chunk connect_chunk(const EdgeInputs& in, const TargetGrid& grid, const Connector& connector,
                    std::span<const std::uint32_t> positions) {
  Chunk chunk;
  chunk.counts.made.assign(in.kinds.recurrent.size(), 0);
  std::vector<ConnectionSource> sources;
  for (const std::uint32_t position : positions) sources.push_back(source_at(in, grid, position));
  std::vector<std::vector<RowEdge>> rows(sources.size());
  for (std::uint32_t target = 0; target < in.model.class_names.size(); ++target) {
    for (std::size_t i = 0; i < sources.size(); ++i) {
      RowSink sink{rows[i], chunk.counts};
      connector.connect(sources[i], target, sink);
    }
  }
  std::size_t total = 0;
  for (const auto& row : rows) total += row.size();
  chunk.edges.reserve(total);
  for (std::size_t i = 0; i < sources.size(); ++i) {
    std::sort(rows[i].begin(), rows[i].end(),
              [](const RowEdge& a, const RowEdge& b) { return a.target < b.target; });
    chunk.edges.insert(chunk.edges.end(), rows[i].begin(), rows[i].end());
    chunk.source.push_back(sources[i].position);
    chunk.row_size.push_back(static_cast<std::uint32_t>(rows[i].size()));
  }
  return chunk;
}

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
    const RowEdge* edge = chunk.edges.data();
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
  const TargetGrid grid(inputs.model, inputs.column, inputs.members);
  const auto connector = inputs.model.kernel == Kernel::gaussian
                             ? make_gaussian_connector(inputs, grid, pool)
                             : make_frame_connector(inputs, grid);
  const std::vector<std::uint32_t> order = order_by_square(inputs, grid);
  std::vector<Chunk> chunks((n + sources_per_chunk - 1) / sources_per_chunk);
  pool.for_each(chunks.size(), [&](std::size_t c) {
    const std::size_t first = c * sources_per_chunk;
    const auto sources = std::span(order).subspan(first, std::min(sources_per_chunk, n - first));
    chunks[c] = connect_chunk(inputs, grid, *connector, sources);
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
