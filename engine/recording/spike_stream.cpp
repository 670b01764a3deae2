#include "engine/recording/spike_stream.hpp"

#include <algorithm>
#include <array>

namespace v1::recording {

template <class T>
void EventColumn<T>::write_chunk(h5::File& file, std::vector<T>& chunk, std::uint64_t count) {
  if (!open_.is_open()) {
    file.create_dataset<T>(dataset_, {0}, chunk_layout({chunk_spikes}, compress_, true));
    open_ = ChunkedDataset(file, dataset_);
  }
  open_.resize(written_ + count);
  open_.write({written_}, pack_chunk(std::as_bytes(std::span(chunk)), sizeof(T), compress_));
  written_ += count;
}

template <class T>
void EventColumn<T>::flush_full(h5::File& file) {
  std::uint64_t begin = 0;
  for (; items_.size() - begin >= chunk_spikes; begin += chunk_spikes) {
    const auto first = items_.begin() + static_cast<std::ptrdiff_t>(begin);
    std::vector<T> chunk(first, first + static_cast<std::ptrdiff_t>(chunk_spikes));
    write_chunk(file, chunk, chunk_spikes);
  }
  items_.erase(items_.begin(), items_.begin() + static_cast<std::ptrdiff_t>(begin));
}

template <class T>
void EventColumn<T>::finish(h5::File& file) {
  if (open_.is_open()) {
    const std::uint64_t count = items_.size();
    items_.resize(chunk_spikes);  // stored whole, cut by the dataset's length
    if (count > 0) write_chunk(file, items_, count);
    open_.close();
  } else {
    const bool chunked = compress_ && !items_.empty();
    file.write(dataset_, items_, {items_.size()},
               chunked ? chunk_layout({items_.size()}, true, false) : h5::Layout{});
  }
  if (!unit_.empty()) file.set_attribute(dataset_, "units", unit_);
}

template class EventColumn<double>;
template class EventColumn<std::uint32_t>;
template class EventColumn<std::uint16_t>;

void mark_sorted_by_time(h5::File& file, const std::string& group) {
  constexpr std::array orders = {"none", "by_id", "by_time"};
  file.set_enumeration(group, "sorting", orders, 2);
}

SpikeStream::SpikeStream(std::string group, std::uint32_t trial, std::int64_t steps_per_trial,
                         double dt_ms, bool compress)
    : group_(std::move(group)),
      trial_(trial),
      first_step_(static_cast<std::int64_t>(trial) * steps_per_trial),
      dt_ms_(dt_ms),
      time_(group_ + "/timestamps", "ms", false),
      id_(group_ + "/node_ids", "", false),
      step_(group_ + "/step", "", compress),
      trial_column_(group_ + "/trial", "", compress) {}

void SpikeStream::push(std::int64_t step, std::uint32_t id) {
  time_.push(static_cast<double>(first_step_ + step + 1) * dt_ms_);
  id_.push(id);
  step_.push(static_cast<std::uint32_t>(step));
  trial_column_.push(trial_);
  ++count_;
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
      trial_(trial),
      step_(group_ + "/step", "", compress),
      id_(group_ + "/source_id", "", compress),
      trial_column_(group_ + "/trial", "", compress),
      number_(group_ + "/count", "", compress) {}

void CountStream::push(std::int64_t step, std::uint32_t id, std::uint16_t count) {
  step_.push(static_cast<std::uint32_t>(step));
  id_.push(id);
  trial_column_.push(trial_);
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
