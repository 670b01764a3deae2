#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <tuple>
#include <vector>

#include "engine/analysis/column_store.hpp"
#include "engine/analysis/requests.hpp"
#include "engine/analysis/table_lookup.hpp"
#include "engine/base/parallel.hpp"
#include "engine/base/raw_vector.hpp"
#include "plugin_api/include/v1e/analysis.h"

namespace v1::analysis {

/// A chunk with the memory its view points to.
struct Chunk {
  v1e_chunk view{};
  RawVector<float> dense;
  RawVector<std::uint32_t> trial, step, neuron;
  v1e_rows rows{};
  ColumnStore columns;
};

/// Reads recordings into chunks. Used by one thread at a time; the pool unpacks stored samples.
class ChunkReader {
 public:
  ChunkReader(const std::vector<Request>& requests,
              const std::vector<std::unique_ptr<DatasetView>>& datasets, ThreadPool& pool,
              std::uint64_t budget);

  /// Chunk of SPIKES, STATE or RATES for one trial, the steps [begin, end) and part of the list.
  /// COUNTS: begin and end on bin borders.
  std::unique_ptr<Chunk> read(const Request& request, std::uint32_t trial, std::int64_t step_begin,
                              std::int64_t step_end, std::size_t list_begin, std::size_t list_end);
  /// The same for consecutive parts of the list at once: stored data are read a single time.
  std::vector<std::unique_ptr<Chunk>> read_parts(const Request& request, std::uint32_t trial,
                                                 std::int64_t step_begin, std::int64_t step_end,
                                                 const std::vector<std::size_t>& borders);
  /// Columns of an earlier analysis' table.
  std::unique_ptr<Chunk> read_table(const Request& request, const TableDirs& dirs);

  std::int64_t stored_chunk_steps(const Request& request) const;
  std::size_t stored_chunk_neurons(const Request& request) const;

 private:
  using SpikeKey = std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>;

  std::shared_ptr<const recording::SpikeEvents> spikes(const Request& request, std::uint32_t trial);
  /// Position in the request's list by position in the network or block; none where not in it.
  const std::vector<std::uint32_t>& list_index(const Request& request);
  /// Columns of the stored samples by position in the request's list.
  const std::vector<std::uint32_t>& state_columns(const Request& request);
  void fill_spikes(const Request& request, std::uint32_t trial,
                   std::vector<std::unique_ptr<Chunk>>& parts,
                   const std::vector<std::size_t>& borders);
  void fill_state(const Request& request, std::uint32_t trial,
                  std::vector<std::unique_ptr<Chunk>>& parts,
                  const std::vector<std::size_t>& borders);
  void fill_rates(const Request& request, std::uint32_t trial, Chunk& chunk);

  const std::vector<Request>& requests_;
  const std::vector<std::unique_ptr<DatasetView>>& datasets_;
  ThreadPool& pool_;
  std::uint64_t cache_limit_;
  std::uint64_t cache_bytes_ = 0;
  std::map<SpikeKey, std::shared_ptr<const recording::SpikeEvents>> cache_;
  std::map<std::uint32_t, std::vector<std::uint32_t>> list_index_;
  std::map<std::uint32_t, std::vector<std::uint32_t>> state_columns_;
};

}  // namespace v1::analysis
