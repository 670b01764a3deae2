#include "engine/analysis/chunks.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

#include "engine/analysis/table.hpp"
#include "engine/analysis/table_lookup.hpp"

namespace v1::analysis {
namespace {

constexpr std::uint32_t not_listed = std::numeric_limits<std::uint32_t>::max();

void lend_dense(Chunk& chunk, std::int64_t rows, std::int64_t neurons) {
  v1e_const_array& array = chunk.view.dense;
  array.data = chunk.dense.data();
  array.dtype = V1E_F32;
  array.ndim = 3;
  array.shape[0] = 1;
  array.shape[1] = rows;
  array.shape[2] = neurons;
  array.stride[2] = sizeof(float);
  array.stride[1] = neurons * array.stride[2];
  array.stride[0] = rows * array.stride[1];
}

// Rows of a chunk's dense array: steps with halo, or bins.
std::int64_t dense_rows(const Request& request, const Chunk& chunk) {
  if (request.layout == V1E_LAYOUT_COUNTS) return chunk.view.step_count / request.bin_steps;
  return chunk.view.halo_before + chunk.view.step_count + chunk.view.halo_after;
}

std::uint64_t bytes_of(const recording::SpikeEvents& events) {
  return events.step.size() * 8 + events.count.size() * 2 + 64;
}

}  // namespace

ChunkReader::ChunkReader(const std::vector<Request>& requests,
                         const std::vector<std::unique_ptr<DatasetView>>& datasets,
                         ThreadPool& pool, std::uint64_t budget)
    : requests_(requests), datasets_(datasets), pool_(pool), cache_limit_(budget / 6) {}

std::unique_ptr<Chunk> ChunkReader::read(const Request& request, std::uint32_t trial,
                                         std::int64_t step_begin, std::int64_t step_end,
                                         std::size_t list_begin, std::size_t list_end) {
  return std::move(
      read_parts(request, trial, step_begin, step_end, {list_begin, list_end}).front());
}

std::vector<std::unique_ptr<Chunk>> ChunkReader::read_parts(
    const Request& request, std::uint32_t trial, std::int64_t step_begin, std::int64_t step_end,
    const std::vector<std::size_t>& borders) {
  const std::int64_t steps = datasets_[request.dataset]->data().facts().steps_per_trial;
  std::vector<std::unique_ptr<Chunk>> parts;
  for (std::size_t k = 0; k + 1 < borders.size(); ++k) {
    Chunk& chunk = *parts.emplace_back(std::make_unique<Chunk>());
    v1e_chunk& view = chunk.view;
    view.struct_size = sizeof view;
    view.request = request.index;
    view.trial_begin = trial;
    view.trial_count = 1;
    view.step_begin = step_begin;
    view.step_count = step_end - step_begin;
    view.neuron_begin = static_cast<std::int64_t>(borders[k]);
    view.neuron_count = static_cast<std::int64_t>(borders[k + 1] - borders[k]);
    if (request.source == V1E_SRC_STATE) {
      view.halo_before = std::min(request.halo, step_begin);
      view.halo_after = std::min(request.halo, steps - step_end);
    }
    if (!request.dense()) continue;
    const std::int64_t rows = dense_rows(request, chunk);
    chunk.dense.resize(static_cast<std::size_t>(rows * view.neuron_count));
    lend_dense(chunk, rows, view.neuron_count);
  }
  if (request.source == V1E_SRC_SPIKES) fill_spikes(request, trial, parts, borders);
  if (request.source == V1E_SRC_STATE) fill_state(request, trial, parts, borders);
  if (request.source == V1E_SRC_RATES) fill_rates(request, trial, *parts.front());
  return parts;
}

std::shared_ptr<const recording::SpikeEvents> ChunkReader::spikes(const Request& request,
                                                                  std::uint32_t trial) {
  const SpikeKey key{request.dataset, request.block, trial};
  if (const auto known = cache_.find(key); known != cache_.end()) return known->second;
  auto events = std::make_shared<const recording::SpikeEvents>(
      datasets_[request.dataset]->data().spikes(trial, request.block));
  const std::uint64_t bytes = bytes_of(*events);
  while (!cache_.empty() && cache_bytes_ + bytes > cache_limit_) {
    cache_bytes_ -= bytes_of(*cache_.begin()->second);
    cache_.erase(cache_.begin());
  }
  cache_bytes_ += bytes;
  cache_.emplace(key, events);
  return events;
}

const std::vector<std::uint32_t>& ChunkReader::list_index(const Request& request) {
  std::vector<std::uint32_t>& index = list_index_[request.index];
  if (!index.empty()) return index;
  const network::Network& network = *datasets_[request.dataset]->data().facts().network;
  const std::size_t space = request.block == V1E_BLOCK_NEURONS
                                ? network.neurons.size()
                                : network.blocks[request.block].source_count();
  index.assign(space, not_listed);
  for (std::size_t i = 0; i < request.neurons->size(); ++i) {
    index[(*request.neurons)[i]] = static_cast<std::uint32_t>(i);
  }
  return index;
}

void ChunkReader::fill_spikes(const Request& request, std::uint32_t trial,
                              std::vector<std::unique_ptr<Chunk>>& parts,
                              const std::vector<std::size_t>& borders) {
  const auto events = spikes(request, trial);
  const std::vector<std::uint32_t>& index = list_index(request);
  const v1e_chunk& window = parts.front()->view;
  for (const auto& part : parts) std::fill(part->dense.begin(), part->dense.end(), 0.0f);
  const auto first = std::lower_bound(events->step.begin(), events->step.end(), window.step_begin);
  const auto last =
      std::lower_bound(first, events->step.end(), window.step_begin + window.step_count);
  const std::size_t block = borders[1] - borders[0];  // parts are equal except the last
  for (auto at = first; at != last; ++at) {
    const auto e = static_cast<std::size_t>(at - events->step.begin());
    const std::uint32_t listed = index[events->position[e]];
    if (listed == not_listed || listed < borders.front() || listed >= borders.back()) continue;
    Chunk& chunk = *parts[(listed - borders.front()) / block];
    const std::uint32_t times = events->count.empty() ? 1 : events->count[e];
    if (request.layout == V1E_LAYOUT_COUNTS) {
      const std::int64_t bin = (*at - window.step_begin) / request.bin_steps;
      chunk.dense[static_cast<std::size_t>(bin * chunk.view.neuron_count + listed -
                                           chunk.view.neuron_begin)] += static_cast<float>(times);
      continue;
    }
    for (std::uint32_t k = 0; k < times; ++k) {
      chunk.trial.push_back(trial);
      chunk.step.push_back(*at);
      chunk.neuron.push_back(events->position[e]);
    }
  }
  for (const auto& part : parts) {
    part->view.event_count = part->step.size();
    part->view.event_trial = part->trial.data();
    part->view.event_step = part->step.data();
    part->view.event_neuron = part->neuron.data();
  }
}

// Reads stored tiles, only those with wanted neurons, and copies runs of neighbouring columns to
// the parts. Tiles are independent, and unpacking them is most of the work of reading.
void ChunkReader::fill_state(const Request& request, std::uint32_t trial,
                             std::vector<std::unique_ptr<Chunk>>& parts,
                             const std::vector<std::size_t>& borders) {
  const RunData& data = datasets_[request.dataset]->data();
  const std::vector<std::uint32_t>& columns = state_columns(request);
  const v1e_chunk& window = parts.front()->view;
  const std::int64_t begin = window.step_begin - window.halo_before;
  const std::int64_t end = window.step_begin + window.step_count + window.halo_after;
  const std::int64_t tile_steps = stored_chunk_steps(request);
  const std::size_t tile_width = stored_chunk_neurons(request);
  struct Tile {
    std::int64_t row_begin, row_end;
    std::size_t begin, end;  // in the list of neurons
  };
  std::vector<Tile> tiles;
  for (std::size_t at = borders.front(); at < borders.back();) {
    const std::size_t first = at, tile = columns[at] / tile_width;
    while (at < borders.back() && columns[at] / tile_width == tile) ++at;
    for (std::int64_t row = begin; row < end;) {
      const std::int64_t row_end = std::min(end, (row / tile_steps + 1) * tile_steps);
      tiles.push_back({row, row_end, first, at});
      row = row_end;
    }
  }
  pool_.for_each(tiles.size(), [&](std::size_t k) {
    const Tile& tile = tiles[k];
    const std::size_t from = columns[tile.begin], width = columns[tile.end - 1] + 1 - from;
    const std::int64_t rows = tile.row_end - tile.row_begin;
    thread_local std::vector<float> values;
    values.resize(static_cast<std::size_t>(rows) * width);
    data.state(request.column, trial, tile.row_begin, rows, from, width, values.data());
    const auto first_row = static_cast<std::size_t>(tile.row_begin - begin);
    const std::size_t block = borders[1] - borders[0];  // parts are equal except the last
    for (std::size_t at = tile.begin; at < tile.end;) {
      const std::size_t p = (at - borders.front()) / block;
      std::size_t run = at + 1;
      while (run < tile.end && run < borders[p + 1] && columns[run] == columns[run - 1] + 1) ++run;
      Chunk& chunk = *parts[p];
      const auto stride = static_cast<std::size_t>(chunk.view.neuron_count);
      float* out = chunk.dense.data() + first_row * stride + (at - borders[p]);
      const float* in = values.data() + (columns[at] - from);
      for (std::int64_t r = 0; r < rows; ++r, out += stride, in += width) {
        std::memcpy(out, in, (run - at) * sizeof(float));
      }
      at = run;
    }
  });
}

const std::vector<std::uint32_t>& ChunkReader::state_columns(const Request& request) {
  std::vector<std::uint32_t>& columns = state_columns_[request.index];
  if (!columns.empty()) return columns;
  const auto& recorded = datasets_[request.dataset]->data().facts().state_neurons;
  for (const std::uint32_t neuron : *request.neurons) {
    const auto at = std::lower_bound(recorded.begin(), recorded.end(), neuron);
    columns.push_back(static_cast<std::uint32_t>(at - recorded.begin()));
  }
  return columns;
}

void ChunkReader::fill_rates(const Request& request, std::uint32_t trial, Chunk& chunk) {
  RunData& data = datasets_[request.dataset]->data();
  const recording::SampleRates& stored = data.facts().stimulus.rates[request.column];
  const std::vector<float>& hz = data.rates(trial, request.column);
  const std::size_t sources = stored.sources.size();
  float* out = chunk.dense.data();
  for (std::int64_t f = 0; f < chunk.view.step_count; ++f) {
    const float* row = hz.data() + static_cast<std::size_t>(chunk.view.step_begin + f) * sources;
    for (std::int64_t k = 0; k < chunk.view.neuron_count; ++k) {
      const std::uint32_t source =
          (*request.neurons)[static_cast<std::size_t>(chunk.view.neuron_begin + k)];
      const auto at = std::lower_bound(stored.sources.begin(), stored.sources.end(), source);
      *out++ = row[at - stored.sources.begin()];
    }
  }
}

std::unique_ptr<Chunk> ChunkReader::read_table(const Request& request, const TableDirs& dirs) {
  auto chunk = std::make_unique<Chunk>();
  const ResultTable table = find_table(request.variable, dirs);
  for (const ResultColumn& column : table.columns) {
    std::visit([&](const auto& values) { chunk->columns.add(column.name, column.unit, values); },
               column.values);
  }
  chunk->view.struct_size = sizeof chunk->view;
  chunk->view.request = request.index;
  chunk->view.columns = chunk->columns.data();
  chunk->view.column_count = chunk->columns.size();
  return chunk;
}

std::int64_t ChunkReader::stored_chunk_steps(const Request& request) const {
  if (request.source != V1E_SRC_STATE) return 1;
  const RunFacts& facts = datasets_[request.dataset]->data().facts();
  return std::max<std::int64_t>(facts.variables[request.column].chunk_samples, 1);
}

std::size_t ChunkReader::stored_chunk_neurons(const Request& request) const {
  if (request.source != V1E_SRC_STATE) return 1024;
  const RunFacts& facts = datasets_[request.dataset]->data().facts();
  const std::uint32_t stored = facts.variables[request.column].chunk_neurons;
  return stored > 0 ? stored : 1024;
}

}  // namespace v1::analysis
