#include "engine/recording/spike_stream.hpp"

#include <algorithm>
#include <array>

namespace v1::recording {
namespace {

template <class T>
std::span<const std::byte> bytes_of(const std::vector<T>& items) {
  return std::as_bytes(std::span(items));
}

}  // namespace

template <class T>
void ColumnFile::write_chunk(h5::File& file, std::span<const std::byte> packed,
                             std::uint64_t count) {
  if (!open_.is_open()) {
    file.create_dataset<T>(dataset_, {0}, chunk_layout({chunk_spikes}, compress_, true));
    open_ = ChunkedDataset(file, dataset_);
  }
  open_.resize(written_ + count);
  open_.write({written_}, packed);
  written_ += count;
}

template <class T>
void ColumnFile::finish(h5::File& file, std::vector<T>& rest) {
  const std::uint64_t count = rest.size();
  if (open_.is_open()) {
    rest.resize(chunk_spikes);  // stored whole, cut by the dataset's length
    if (count > 0) write_chunk<T>(file, pack_chunk(bytes_of(rest), sizeof(T), compress_), count);
  } else if (compress_ && count > 0) {
    file.create_dataset<T>(dataset_, {count}, chunk_layout({count}, true, false));
    open_ = ChunkedDataset(file, dataset_);
    open_.write({0}, pack_chunk(bytes_of(rest), sizeof(T), true));
  } else {
    file.write(dataset_, rest, {count}, h5::Layout{});
  }
  open_.close();
  if (!unit_.empty()) file.set_attribute(dataset_, "units", unit_);
}

template <class T>
void EventColumn<T>::flush_full(h5::File& file) {
  std::size_t begin = 0;
  for (; items_.size() - begin >= chunk_spikes; begin += chunk_spikes) {
    const auto chunk = std::as_bytes(std::span(items_).subspan(begin, chunk_spikes));
    if (file_.compresses()) {
      file_.write_chunk<T>(file, pack_chunk(chunk, sizeof(T), true), chunk_spikes);
    } else {
      file_.write_chunk<T>(file, chunk, chunk_spikes);
    }
  }
  items_.erase(items_.begin(), items_.begin() + static_cast<std::ptrdiff_t>(begin));
}

template <class T>
void ConstantColumn<T>::flush_full(h5::File& file) {
  for (; waiting_ >= chunk_spikes; waiting_ -= chunk_spikes) {
    if (full_chunk_.empty()) {
      const std::vector<T> chunk(chunk_spikes, value_);
      full_chunk_ = pack_chunk(bytes_of(chunk), sizeof(T), file_.compresses());
    }
    file_.write_chunk<T>(file, full_chunk_, chunk_spikes);
  }
}

template <class T>
void ConstantColumn<T>::finish(h5::File& file) {
  std::vector<T> rest(waiting_, value_);
  file_.finish(file, rest);
}

template class EventColumn<double>;
template class EventColumn<std::uint32_t>;
template class EventColumn<std::uint16_t>;
template class ConstantColumn<std::uint32_t>;

void mark_sorted_by_time(h5::File& file, const std::string& group) {
  constexpr std::array orders = {"none", "by_id", "by_time"};
  file.set_enumeration(group, "sorting", orders, 2);
}

SpikeStream::SpikeStream(std::string group, std::uint32_t trial, std::int64_t steps_per_trial,
                         double dt_ms, bool compress)
    : group_(std::move(group)),
      first_step_(static_cast<std::int64_t>(trial) * steps_per_trial),
      dt_ms_(dt_ms),
      time_(group_ + "/timestamps", "ms", false),
      id_(group_ + "/node_ids", "", false),
      step_(group_ + "/step", "", compress),
      trial_column_(group_ + "/trial", trial, compress) {}

std::uint32_t* SpikeStream::append(std::int64_t step, std::size_t events) {
  std::fill_n(time_.extend(events), events, static_cast<double>(first_step_ + step + 1) * dt_ms_);
  std::fill_n(step_.extend(events), events, static_cast<std::uint32_t>(step));
  trial_column_.add(events);
  count_ += events;
  return id_.extend(events);
}

void SpikeStream::flush_full(h5::File& file) {
  time_.flush_full(file);
  id_.flush_full(file);
  step_.flush_full(file);
  trial_column_.flush_full(file);
}

void SpikeStream::finish(h5::File& file) {
  time_.finish(file);
  id_.finish(file);
  step_.finish(file);
  trial_column_.finish(file);
  mark_sorted_by_time(file, group_);
}

CountStream::CountStream(std::string group, std::uint32_t trial, bool compress)
    : group_(std::move(group)),
      step_(group_ + "/step", "", compress),
      id_(group_ + "/source_id", "", compress),
      trial_column_(group_ + "/trial", trial, compress),
      number_(group_ + "/count", "", compress) {}

void CountStream::push(std::int64_t step, std::uint32_t id, std::uint16_t count) {
  step_.push(static_cast<std::uint32_t>(step));
  id_.push(id);
  trial_column_.add(1);
  number_.push(count);
  ++count_;
}

void CountStream::flush_full(h5::File& file) {
  step_.flush_full(file);
  id_.flush_full(file);
  trial_column_.flush_full(file);
  number_.flush_full(file);
}

void CountStream::finish(h5::File& file) {
  step_.finish(file);
  id_.finish(file);
  trial_column_.finish(file);
  number_.finish(file);
}

}  // namespace v1::recording
