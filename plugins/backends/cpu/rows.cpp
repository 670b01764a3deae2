#include "plugins/backends/cpu/rows.hpp"

#include <algorithm>
#include <bit>
#include <numeric>
#include <string>
#include <v1e_sdk/error.hpp>
#include <v1e_sdk/synapse.hpp>

namespace v1::cpu {
namespace {

constexpr std::int64_t rows_per_call = 4096;

// Calls visit(source, target, weight, kind) for every synapse of the block.
template <class Visit>
void for_each_synapse(const v1e_network& network, std::uint32_t block, Visit&& visit) {
  const std::int64_t sources = network.blocks[block]->source_count;
  const v1e::AddressBits bits(network);
  for (std::int64_t begin = 0; begin < sources;) {
    v1e_rows rows{};
    rows.struct_size = sizeof rows;
    v1e::call_host([&](v1e_error* err) {
      return network.rows(network.ctx, block, begin, rows_per_call, &rows, err);
    });
    if (rows.row_count <= 0) {
      throw v1e::Error(V1E_E_INTERNAL, "", "the engine lent no rows of an edge block");
    }
    for (std::int64_t r = 0; r < rows.row_count; ++r) {
      for (std::int64_t e = rows.row_ptr[r]; e < rows.row_ptr[r + 1]; ++e) {
        const std::uint32_t word = rows.address[e];
        visit(static_cast<std::uint32_t>(begin + r), bits.target(word), rows.weight[e],
              bits.kind(word));
      }
    }
    begin += rows.row_count;
  }
}

}  // namespace

Routes find_routes(const v1e_network& network) {
  Routes found;
  for (std::uint32_t k = 0; k < network.synapse_kind_count; ++k) {
    const Route route{network.synapse_kinds[k].delay_steps, network.synapse_kinds[k].receptor};
    if (route.receptor >= network.receptor_count) {
      throw v1e::Error(V1E_E_INVALID, "",
                       "synapse kind " + std::to_string(k) + " feeds receptor " +
                           std::to_string(route.receptor) + " of a network with " +
                           std::to_string(network.receptor_count));
    }
    const auto known = std::find(found.routes.begin(), found.routes.end(), route);
    found.of_kind.push_back(static_cast<std::uint32_t>(known - found.routes.begin()));
    if (known == found.routes.end()) found.routes.push_back(route);
  }
  return found;
}

ChunkRows::ChunkRows(const v1e_network& network, std::uint32_t block, const Layout& layout,
                     const Chunk& chunk, const Routes& routes) {
  count(network, block, chunk);
  fill(network, block, layout, chunk, routes);
}

void ChunkRows::count(const v1e_network& network, std::uint32_t block, const Chunk& chunk) {
  offset_.assign(static_cast<std::size_t>(network.blocks[block]->source_count) + 1, 0);
  for_each_synapse(
      network, block, [&](std::uint32_t source, std::uint32_t target, std::int32_t, std::uint32_t) {
        const bool mine = target >= chunk.position_begin && target < chunk.position_end;
        offset_[source + 1] += mine ? 1 : 0;
      });
  std::partial_sum(offset_.begin(), offset_.end(), offset_.begin());
}

void ChunkRows::fill(const v1e_network& network, std::uint32_t block, const Layout& layout,
                     const Chunk& chunk, const Routes& routes) {
  struct Entry {
    std::uint32_t route, place;
    std::int32_t weight;
  };
  const std::uint32_t places = chunk.place_end - chunk.place_begin;
  shift_ = static_cast<std::uint32_t>(std::bit_width(places));
  const std::uint32_t route_bits = static_cast<std::uint32_t>(std::bit_width(routes.routes.size()));
  const bool wide = shift_ + route_bits > 32;
  synapses_.resize(offset_.back());
  if (wide) wide_route_.resize(offset_.back());

  std::vector<Entry> row;
  std::uint32_t row_source = 0;
  const auto finish_row = [&] {
    std::sort(row.begin(), row.end(), [](const Entry& a, const Entry& b) {
      return a.route != b.route ? a.route < b.route : a.place < b.place;
    });
    std::uint64_t s = offset_[row_source];
    for (const Entry& entry : row) {
      if (wide) wide_route_[s] = entry.route;
      const std::uint32_t address = wide ? entry.place : entry.route << shift_ | entry.place;
      synapses_[s++] = {address, entry.weight};
    }
    row.clear();
  };
  for_each_synapse(
      network, block,
      [&](std::uint32_t source, std::uint32_t target, std::int32_t weight, std::uint32_t kind) {
        if (target < chunk.position_begin || target >= chunk.position_end) return;
        if (kind >= routes.of_kind.size()) {
          throw v1e::Error(V1E_E_INVALID, "", "a synapse is of a kind that does not exist");
        }
        if (source != row_source) {
          finish_row();
          row_source = source;
        }
        row.push_back(
            {routes.of_kind[kind], layout.place_of_position[target] - chunk.place_begin, weight});
      });
  finish_row();
}

}  // namespace v1::cpu
