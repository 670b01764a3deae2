#include "plugins/backends/cpu/plan/layout.hpp"

#include <algorithm>
#include <utility>

#include "plugins/backends/cpu/plan/deal.hpp"

namespace v1::cpu {
namespace {

constexpr std::uint32_t places_per_line = 16;  // 64 bytes of float

void skip_to(std::uint32_t multiple, Layout& layout) {
  while (layout.place_count() % multiple != 0) layout.position_of_place.push_back(no_position);
}

void close_run(const Census& census, Chunk& chunk, Layout& layout) {
  if (chunk.runs.empty()) return;
  TypeRun& run = chunk.runs.back();
  run.end = static_cast<std::uint32_t>(layout.place_count());
  skip_to(places_per_vector, layout);
  run.padded_end = static_cast<std::uint32_t>(layout.place_count());
  run.input_begin = chunk.input_count;
  chunk.input_count += run.row_length() * census.inputs[run.type].receptor_count();
}

void fill_chunk(const v1e_network& network, const Census& census,
                std::vector<std::uint32_t> positions, std::uint16_t index,
                std::uint32_t longest_run, Layout& layout) {
  std::stable_sort(positions.begin(), positions.end(), [&](std::uint32_t a, std::uint32_t b) {
    return network.neuron_type[a] < network.neuron_type[b];
  });
  Chunk& chunk = layout.chunks[index];
  chunk.place_begin = static_cast<std::uint32_t>(layout.place_count());
  for (const std::uint32_t position : positions) {
    const std::uint32_t type = network.neuron_type[position];
    if (chunk.runs.empty() || chunk.runs.back().type != type ||
        layout.place_count() - chunk.runs.back().begin == longest_run) {
      close_run(census, chunk, layout);
      TypeRun& run = chunk.runs.emplace_back();
      run.begin = static_cast<std::uint32_t>(layout.place_count());
      run.type = type;
    }
    layout.place_of_position[position] = static_cast<std::uint32_t>(layout.place_count());
    layout.chunk_of_position[position] = index;
    layout.position_of_place.push_back(position);
  }
  close_run(census, chunk, layout);
  skip_to(places_per_line, layout);
  chunk.place_end = static_cast<std::uint32_t>(layout.place_count());
  for (const TypeRun& run : chunk.runs) {
    for (std::uint32_t place = run.begin; place < run.end; ++place) {
      const std::uint32_t position = layout.position_of_place[place];
      layout.input_of_position[position] = run.input_begin + (place - run.begin);
      layout.row_length_of_position[position] = run.row_length();
    }
  }
}

void cut_slices(Chunk& chunk) {
  std::uint32_t places = places_per_slice;  // of the slice at hand: full before the first
  for (std::uint32_t r = 0; r < chunk.runs.size(); ++r) {
    if (places >= places_per_slice) {
      chunk.first_run_of_slice.push_back(r);
      places = 0;
    }
    places += chunk.runs[r].row_length();
  }
  chunk.first_run_of_slice.push_back(static_cast<std::uint32_t>(chunk.runs.size()));
}

}  // namespace

Layout make_layout(const v1e_network& network, std::uint32_t threads, const Census& census,
                   bool samples) {
  const auto neurons = static_cast<std::uint32_t>(network.neuron_count);
  Layout layout;
  layout.chunks.resize(threads);
  layout.place_of_position.resize(neurons);
  layout.chunk_of_position.resize(neurons);
  layout.input_of_position.resize(neurons);
  layout.row_length_of_position.resize(neurons);
  Hands hands = prefers_types(network, threads, samples)
                    ? deal_types(network, threads, census.in_degree)
                    : deal_stretches(network, threads, census.in_degree);
  const std::uint32_t longest_run = samples ? places_per_slice : neurons;
  for (std::uint32_t t = 0; t < threads; ++t) {
    fill_chunk(network, census, std::move(hands[t]), static_cast<std::uint16_t>(t), longest_run,
               layout);
    cut_slices(layout.chunks[t]);
  }
  return layout;
}

}  // namespace v1::cpu
