#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/base/hdf5.hpp"
#include "engine/recording/chunks.hpp"

namespace v1::recording {

/// Spikes per chunk. A trial with fewer gets a dataset of just their number.
inline constexpr std::uint64_t chunk_spikes = 65536;

/// A column of a group of events in its file: grows by chunks, or is written whole when short.
class ColumnFile {
 public:
  ColumnFile(std::string dataset, std::string unit, bool compress)
      : dataset_(std::move(dataset)), unit_(std::move(unit)), compress_(compress) {}

  /// Appends a chunk of chunk_spikes elements of type T, packed as pack_chunk does.
  template <class T>
  void write_chunk(h5::File& file, std::span<const std::byte> packed, std::uint64_t count);
  /// The elements left over, fewer than chunk_spikes; closes the dataset.
  template <class T>
  void finish(h5::File& file, std::vector<T>& rest);
  bool compresses() const { return compress_; }

 private:
  std::string dataset_;
  std::string unit_;
  bool compress_;
  std::uint64_t written_ = 0;
  ChunkedDataset open_;
};

/// A column appended to in memory and written chunk by chunk.
template <class T>
class EventColumn {
 public:
  EventColumn(std::string dataset, std::string unit, bool compress)
      : file_(std::move(dataset), std::move(unit), compress) {}

  void push(T value) { items_.push_back(value); }
  /// Room for `count` more elements, for the caller to fill.
  T* extend(std::size_t count) {
    items_.resize(items_.size() + count);
    return items_.data() + (items_.size() - count);
  }
  /// Writes complete chunks once there are any.
  void flush_full(h5::File& file);
  void finish(h5::File& file) { file_.finish(file, items_); }

 private:
  ColumnFile file_;
  std::vector<T> items_;
};

/// A column that says the same of every event: nothing is kept but their number, and a complete
/// chunk is packed once.
template <class T>
class ConstantColumn {
 public:
  ConstantColumn(std::string dataset, T value, bool compress)
      : file_(std::move(dataset), "", compress), value_(value) {}

  void add(std::uint64_t count) { waiting_ += count; }
  void flush_full(h5::File& file);
  void finish(h5::File& file);

 private:
  ColumnFile file_;
  T value_;
  std::uint64_t waiting_ = 0;
  std::vector<std::byte> full_chunk_;  // packed
};

/// Says that the spikes of a SONATA group ascend in time, as the enumeration that SONATA asks for.
void mark_sorted_by_time(h5::File& file, const std::string& group);

/// A SONATA spike group: timestamps, node_ids, and the step and trial of each spike. The first two
/// are never compressed: some SONATA libraries (pip's libsonata) are built without gzip.
class SpikeStream {
 public:
  SpikeStream(std::string group, std::uint32_t trial, std::int64_t steps_per_trial, double dt_ms,
              bool compress);

  /// The events of a step, counted in the trial; steps must not decrease. Returns where their ids
  /// are to be put.
  std::uint32_t* append(std::int64_t step, std::size_t events);
  void flush_full(h5::File& file);
  void finish(h5::File& file);
  std::uint64_t count() const { return count_; }

 private:
  std::string group_;
  std::int64_t first_step_;  // of the trial, counted over the run
  double dt_ms_;
  std::uint64_t count_ = 0;
  EventColumn<double> time_;
  EventColumn<std::uint32_t> id_, step_;
  ConstantColumn<std::uint32_t> trial_column_;
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
  std::uint64_t count_ = 0;
  EventColumn<std::uint32_t> step_, id_;
  ConstantColumn<std::uint32_t> trial_column_;
  EventColumn<std::uint16_t> number_;
};

}  // namespace v1::recording
