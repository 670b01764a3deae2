#include "plugins/backends/cuda/instance/window.hpp"

#include <cstring>

#include "plugins/backends/cuda/instance/probe.hpp"
#include "plugins/backends/cuda/plan/shape.hpp"

namespace v1::cuda {

WindowMemory::Offsets WindowMemory::make_offsets(std::int64_t capacity) const {
  const std::uint64_t steps = static_cast<std::uint64_t>(capacity);
  const std::uint64_t lanes = shape_.lanes, blocks = shape_.block_words.size();
  Offsets at{};
  std::uint64_t end = 0;
  const auto take = [&](std::uint64_t bytes) {
    const std::uint64_t begin = end;
    end += aligned(bytes);
    return begin;
  };
  at.lanes = take(lanes * sizeof(LaneControl));
  at.inputs = take(lanes * blocks * sizeof(InputControl));
  at.new_current = take(lanes * steps);
  at.control_end = end;
  at.first_step = take(sizeof(std::int64_t));
  at.spike_count = take(lanes * steps * 4);
  at.spike_pieces = take(lanes * steps * 4);
  at.input_pieces = take(lanes * steps * 4);
  at.dense_events = take(lanes * steps * 4);
  at.sparse_events = take(lanes * steps * 4);
  at.arrivals = take(lanes * arrivals_stride * 4);
  at.spike_bits = take(lanes * steps * shape_.words * 4);
  for (std::size_t b = 0; b < blocks; ++b) {
    at.event_bits[b] = take(lanes * steps * shape_.block_words[b] * 4);
  }
  for (std::size_t b = 0; b < blocks; ++b) {
    at.multiplicity[b] = take(lanes * steps * shape_.block_sources[b] * 2);
  }
  at.cleared_end = end;
  for (std::size_t p = 0; p < shape_.probes.size(); ++p) {
    const ProbeView& probe = shape_.probes[p];
    const std::uint64_t samples = steps / probe.every_steps + 1;
    at.sample_stride[p] = aligned(samples * probe.neurons * bytes_per_value(probe));
    at.samples[p] = take(lanes * at.sample_stride[p]);
  }
  at.bad = take(lanes * sizeof(std::uint64_t));
  at.end = end;
  return at;
}

bool WindowMemory::reserve(std::int64_t steps) {
  if (steps <= capacity_) return false;
  const Offsets at = make_offsets(steps);
  device_ = Buffer();  // the old one goes first: there may be no room for both
  host_ = PinnedBuffer();
  capacity_ = 0;
  device_ = Buffer(*machine_, at.end);
  host_ = PinnedBuffer(*machine_, at.end);
  at_ = at;
  capacity_ = steps;
  view_ = WindowView{};
  view_.lanes = device<LaneControl>(at.lanes);
  view_.inputs = device<InputControl>(at.inputs);
  view_.new_current = device<std::uint8_t>(at.new_current);
  view_.first_step = device<std::int64_t>(at.first_step);
  view_.capacity = steps;
  view_.spike_count = device<std::uint32_t>(at.spike_count);
  view_.spike_pieces = device<std::uint32_t>(at.spike_pieces);
  view_.input_pieces = device<std::uint32_t>(at.input_pieces);
  view_.dense_events = device<std::uint32_t>(at.dense_events);
  view_.sparse_events = device<std::uint32_t>(at.sparse_events);
  view_.arrivals = device<std::uint32_t>(at.arrivals);
  view_.spike_bits = device<std::uint32_t>(at.spike_bits);
  for (std::size_t b = 0; b < shape_.block_words.size(); ++b) {
    view_.event_bits[b] = device<std::uint32_t>(at.event_bits[b]);
    view_.event_multiplicity[b] = device<std::uint16_t>(at.multiplicity[b]);
  }
  for (std::size_t p = 0; p < shape_.probes.size(); ++p) {
    view_.samples[p] = device<unsigned char>(at.samples[p]);
    view_.sample_stride[p] = at.sample_stride[p];
  }
  view_.bad = device<std::uint64_t>(at.bad);
  return true;
}

LaneControl& WindowMemory::lane(std::uint32_t index) const {
  return host<LaneControl>(at_.lanes)[index];
}
InputControl& WindowMemory::input(std::uint32_t lane, std::uint32_t block) const {
  return host<InputControl>(at_.inputs)[lane * shape_.block_words.size() + block];
}
std::uint8_t* WindowMemory::new_current(std::uint32_t lane) const {
  return host<std::uint8_t>(at_.new_current) + lane * static_cast<std::uint64_t>(capacity_);
}

void WindowMemory::reserve_staged(std::uint64_t bytes) {
  staged_ = 0;
  if (bytes <= staged_host_.size()) return;
  staged_device_ = Buffer();
  staged_host_ = PinnedBuffer();
  staged_device_ = Buffer(*machine_, 2 * bytes);
  staged_host_ = PinnedBuffer(*machine_, 2 * bytes);
}

InputControl WindowMemory::stage(const StepEvents& events) {
  const auto put = [&](const void* from, std::uint64_t bytes) -> unsigned char* {
    unsigned char* const on_device = staged_device_.data() + staged_;
    if (bytes > 0) std::memcpy(staged_host_.data() + staged_, from, bytes);
    staged_ += aligned(bytes);
    return on_device;
  };
  InputControl control;
  control.offset = reinterpret_cast<const std::uint64_t*>(
      put(events.offset.data(), events.offset.size() * sizeof(std::uint64_t)));
  control.source = reinterpret_cast<const std::uint32_t*>(
      put(events.source.data(), events.source.size() * sizeof(std::uint32_t)));
  if (!events.count.empty()) {
    control.count = reinterpret_cast<const std::uint16_t*>(
        put(events.count.data(), events.count.size() * sizeof(std::uint16_t)));
  }
  return control;
}

void WindowMemory::send() {
  machine_->enqueue_upload(device_.data(), host_.data(), at_.control_end);
  if (staged_ > 0) {
    machine_->enqueue_upload(staged_device_.data(), staged_host_.data(), staged_);
  }
  machine_->fill(device_.data() + at_.spike_count, 0, at_.cleared_end - at_.spike_count);
  machine_->fill(device_.data() + at_.bad, 0xFF, shape_.lanes * sizeof(std::uint64_t));
}

void WindowMemory::fetch_range(int parity, std::uint64_t offset, std::uint64_t bytes) {
  if (bytes == 0) return;
  machine_->fetch(parity, host_.data() + offset, device_.data() + offset, bytes);
}

void WindowMemory::fetch(int parity, std::uint32_t lane, std::int64_t steps,
                         const std::vector<std::int64_t>& samples) {
  const auto count = static_cast<std::uint64_t>(steps);
  const auto first = lane * static_cast<std::uint64_t>(capacity_);
  fetch_range(parity, at_.spike_count + first * 4, count * 4);
  fetch_range(parity, at_.spike_bits + first * shape_.words * 4, count * shape_.words * 4);
  for (std::size_t b = 0; b < shape_.block_words.size(); ++b) {
    const std::uint64_t words = shape_.block_words[b], sources = shape_.block_sources[b];
    fetch_range(parity, at_.event_bits[b] + first * words * 4, count * words * 4);
    fetch_range(parity, at_.multiplicity[b] + first * sources * 2, count * sources * 2);
  }
  for (std::size_t p = 0; p < shape_.probes.size(); ++p) {
    const ProbeView& probe = shape_.probes[p];
    fetch_range(parity, at_.samples[p] + lane * at_.sample_stride[p],
                static_cast<std::uint64_t>(samples[p]) * probe.neurons * bytes_per_value(probe));
  }
}

void WindowMemory::fetch_bad(int parity) {
  fetch_range(parity, at_.bad, shape_.lanes * sizeof(std::uint64_t));
}

const std::uint32_t* WindowMemory::spike_bits(std::uint32_t lane) const {
  return host<std::uint32_t>(at_.spike_bits) +
         lane * static_cast<std::uint64_t>(capacity_) * shape_.words;
}
const std::uint32_t* WindowMemory::spike_count(std::uint32_t lane) const {
  return host<std::uint32_t>(at_.spike_count) + lane * static_cast<std::uint64_t>(capacity_);
}
const std::uint32_t* WindowMemory::event_bits(std::uint32_t lane, std::uint32_t block) const {
  return host<std::uint32_t>(at_.event_bits[block]) +
         lane * static_cast<std::uint64_t>(capacity_) * shape_.block_words[block];
}
const std::uint16_t* WindowMemory::multiplicity(std::uint32_t lane, std::uint32_t block) const {
  if (shape_.block_sources[block] == 0) return nullptr;
  return host<std::uint16_t>(at_.multiplicity[block]) +
         lane * static_cast<std::uint64_t>(capacity_) * shape_.block_sources[block];
}
const unsigned char* WindowMemory::samples(std::uint32_t lane, std::uint32_t probe) const {
  return host<unsigned char>(at_.samples[probe]) + lane * at_.sample_stride[probe];
}
std::uint64_t WindowMemory::bad(std::uint32_t lane) const {
  return host<std::uint64_t>(at_.bad)[lane];
}

std::uint64_t WindowMemory::device_bytes() const { return device_.size() + staged_device_.size(); }

}  // namespace v1::cuda
