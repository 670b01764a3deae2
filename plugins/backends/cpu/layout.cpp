#include "plugins/backends/cpu/layout.hpp"

#include <algorithm>
#include <numeric>

namespace v1::cpu {
namespace {

constexpr std::uint32_t places_per_line = 16;  // 64 bytes of float

// Work of a neuron per step in arbitrary units: its update, and input at a few Hz.
std::uint64_t work_of(std::uint32_t in_degree) { return 256 + in_degree; }

void fill_chunk(const v1e_network& network, Chunk& chunk, Layout& layout) {
  std::vector<std::uint32_t> order(chunk.position_end - chunk.position_begin);
  std::iota(order.begin(), order.end(), chunk.position_begin);
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return network.neuron_type[a] < network.neuron_type[b];
  });
  chunk.place_begin = static_cast<std::uint32_t>(layout.place_count());
  for (const std::uint32_t position : order) {
    const auto place = static_cast<std::uint32_t>(layout.place_count());
    const std::uint32_t type = network.neuron_type[position];
    if (chunk.runs.empty() || chunk.runs.back().type != type) {
      chunk.runs.push_back({place, place, type});
    }
    chunk.runs.back().end = place + 1;
    layout.place_of_position[position] = place;
    layout.position_of_place.push_back(position);
  }
  chunk.place_end = static_cast<std::uint32_t>(layout.place_count());
  while (layout.place_count() % places_per_line != 0) {
    layout.position_of_place.push_back(no_position);
  }
}

}  // namespace

Layout make_layout(const v1e_network& network, std::uint32_t threads,
                   const std::vector<std::uint32_t>& in_degree) {
  const auto neurons = static_cast<std::uint32_t>(network.neuron_count);
  std::uint64_t total = 0;
  for (std::uint32_t n = 0; n < neurons; ++n) total += work_of(in_degree[n]);

  Layout layout;
  layout.chunks.resize(threads);
  layout.place_of_position.resize(neurons);
  std::uint64_t done = 0;
  std::uint32_t position = 0;
  for (std::uint32_t t = 0; t < threads; ++t) {
    Chunk& chunk = layout.chunks[t];
    chunk.position_begin = position;
    const std::uint64_t share = total / threads * (t + 1);
    while (position < neurons && (done < share || t + 1 == threads)) {
      done += work_of(in_degree[position++]);
    }
    chunk.position_end = position;
    fill_chunk(network, chunk, layout);
  }
  return layout;
}

}  // namespace v1::cpu
