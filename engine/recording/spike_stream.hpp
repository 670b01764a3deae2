#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/hdf5.hpp"
#include "engine/recording/chunks.hpp"

namespace v1::recording {

/// Spikes per chunk. A trial with fewer gets a dataset of just their number.
inline constexpr std::uint64_t chunk_spikes = 65536;

/// One column of a group of events, appended to in memory and written chunk by chunk.
template <class T>
class EventColumn {
 public:
  EventColumn(std::string dataset, std::string unit, bool compress)
      : dataset_(std::move(dataset)), unit_(std::move(unit)), compress_(compress) {}

  void push(T value) { items_.push_back(value); }
  /// Writes complete chunks once there are any.
  void flush_full(h5::File& file);
  void finish(h5::File& file);

 private:
  void write_chunk(h5::File& file, std::vector<T>& chunk, std::uint64_t count);

  std::string dataset_;
  std::string unit_;
  bool compress_;
  std::vector<T> items_;
  std::uint64_t written_ = 0;
  ChunkedDataset open_;
};

/// Says that the spikes of a SONATA group ascend in time, as the enumeration that SONATA asks for.
void mark_sorted_by_time(h5::File& file, const std::string& group);

/// A SONATA spike group: timestamps, node_ids, and the step and trial of each spike. The first two
/// are never compressed: some SONATA libraries (pip's libsonata) are built without gzip.
class SpikeStream {
 public:
  SpikeStream(std::string group, std::uint32_t trial, std::int64_t steps_per_trial, double dt_ms,
              bool compress);

  /// Steps must not decrease. step is of the trial.
  void push(std::int64_t step, std::uint32_t id);
  void flush_full(h5::File& file);
  void finish(h5::File& file);
  std::uint64_t count() const { return count_; }

 private:
  std::string group_;
  std::uint32_t trial_;
  std::int64_t first_step_;  // of the trial, counted over the run
  double dt_ms_;
  std::uint64_t count_ = 0;
  EventColumn<double> time_;
  EventColumn<std::uint32_t> id_, step_, trial_column_;
};

/// Counts of a block with many sources: (step, source, count) of the draws that are not zero.
class CountStream {
 public:
  CountStream(std::string group, std::uint32_t trial, bool compress);

  void push(std::int64_t step, std::uint32_t id, std::uint16_t count);
  void flush_full(h5::File& file);
  void finish(h5::File& file);
  std::uint64_t count() const { return count_; }

 private:
  std::string group_;
  std::uint32_t trial_;
  std::uint64_t count_ = 0;
  EventColumn<std::uint32_t> step_, id_, trial_column_;
  EventColumn<std::uint16_t> number_;
};

}  // namespace v1::recording
