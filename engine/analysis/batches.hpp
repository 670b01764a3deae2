#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "engine/analysis/chunks.hpp"
#include "engine/analysis/stripes.hpp"

namespace v1::analysis {

/// Chunks for one stripe, to be consumed in order by one thread.
struct Task {
  std::size_t stripe = 0;
  std::vector<std::unique_ptr<Chunk>> chunks;
};

/// Work that can be done at the same time: tasks of different stripes.
struct Batch {
  std::vector<std::size_t> open;  // stripes that begin with this batch, ascending
  std::vector<Task> tasks;
  std::vector<std::size_t> close;  // stripes that are complete after it, ascending
};

/// Reads the chunks of one family, a batch ahead of the workers; used by one thread at a time.
class BatchSource {
 public:
  virtual ~BatchSource() = default;
  /// Nothing when the family is done.
  virtual std::optional<Batch> next() = 0;
};

struct BatchContext {
  ChunkReader& reader;
  const std::vector<Request>& requests;
  const std::vector<std::unique_ptr<DatasetView>>& datasets;
  std::uint64_t budget = 0;
  unsigned lanes = 1;                    // tasks worth having in a batch
  const std::vector<TableDirs>& tables;  // by dataset
};

std::unique_ptr<BatchSource> make_batches(const Family& family, const BatchContext& context);

}  // namespace v1::analysis
