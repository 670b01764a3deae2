#include "plugins/analyses/classification/potential_feed.hpp"

#include <algorithm>

#include "plugins/analyses/shared/signals/spike_removal.hpp"

namespace v1::analyses {

void PotentialFeed::add(const Frame& frame, const float* rows, std::size_t neurons,
                        const SpikeTrains& spikes, bool last, const Emit& emit) {
  if (frame.reference && frame.correct_voltage) {
    add_reference(frame, rows, neurons, spikes, last, emit);
    return;
  }
  rows_.assign(rows, rows + static_cast<std::size_t>(frame.steps) * neurons);
  add_clean(frame, neurons, spikes, emit);
}

void PotentialFeed::add_clean(const Frame& frame, std::size_t neurons, const SpikeTrains& spikes,
                              const Emit& emit) {
  if (frame.correct_voltage) {
    const SpikeWindow window = spike_window(frame.dt_ms);
    for (std::size_t n = 0; n < neurons; ++n) {
      remove_spikes({rows_.data() + n, frame.steps, static_cast<std::ptrdiff_t>(neurons)},
                    spikes[n], window);
    }
  }
  emit(rows_.data());
}

void PotentialFeed::add_reference(const Frame& frame, const float* rows, std::size_t neurons,
                                  const SpikeTrains& spikes, bool last, const Emit& emit) {
  const auto trial = static_cast<std::size_t>(frame.steps) * neurons;
  const std::int64_t offset = waiting_ ? frame.steps : 0;
  rows_.resize(waiting_ ? 2 * trial : trial);
  std::copy(rows, rows + trial, rows_.begin() + static_cast<std::ptrdiff_t>(waiting_ ? trial : 0));
  late_.resize(neurons);
  const auto length = static_cast<std::ptrdiff_t>(rows_.size() / neurons);
  for (std::size_t n = 0; n < neurons; ++n) {
    const Series v{rows_.data() + n, length, static_cast<std::ptrdiff_t>(neurons)};
    for (const std::int64_t spike : late_[n]) remove_spike_reference(v, spike);
    late_[n].clear();
    for (const std::int64_t step : spikes[n]) {
      const std::int64_t spike = step + offset;
      if (spike < spike_before) continue;
      if (spike + spike_after < length) {
        remove_spike_reference(v, spike);
      } else if (!last && spike + spike_after < length + frame.steps) {
        late_[n].push_back(step);
      }
    }
  }
  if (waiting_) {
    emit(rows_.data());
    std::copy(rows_.begin() + static_cast<std::ptrdiff_t>(trial), rows_.end(), rows_.begin());
    rows_.resize(trial);
  }
  waiting_ = true;
  if (last) emit(rows_.data());
}

}  // namespace v1::analyses
