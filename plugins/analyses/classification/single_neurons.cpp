#include "plugins/analyses/classification/single_neurons.hpp"

#include <algorithm>

#include "plugins/analyses/shared/signals/smoothing.hpp"

namespace v1::analyses {

void SingleNeurons::add_spikes(const Frame& frame, std::size_t begin, std::uint32_t trial,
                               const SpikeTrains& trains) {
  make(begin + trains.size());
  const std::size_t blocks = rate_block_count(frame.trial_ms());
  const RateScaling scaling = frame.reference ? RateScaling::reference : RateScaling::true_length;
  std::vector<double> counts(blocks);
  for (std::size_t n = 0; n < trains.size(); ++n) {
    Neuron& neuron = neurons_[begin + n];
    neuron.rate.resize(blocks);
    std::fill(counts.begin(), counts.end(), 0.0);
    for (const std::int64_t step : trains[n]) {
      neuron.spikes.emplace_back(trial, step);
      const double time_ms = static_cast<double>(step) * frame.dt_ms;
      counts[std::min(static_cast<std::size_t>(time_ms / rate_block_ms + 1e-9), blocks - 1)] += 1.0;
    }
    const std::vector<double> smooth =
        smoothed_rate(counts, last_rate_block_ms(frame.trial_ms()), scaling);
    for (std::size_t b = 0; b < blocks; ++b) neuron.rate[b].add(smooth[b]);
  }
}

void SingleNeurons::add_recorded_potential(const Frame& frame, std::size_t begin, std::size_t count,
                                           std::uint32_t trial, const float* rows) {
  make(begin + count);
  if (trial != frame.trial_begin) return;
  for (std::size_t n = 0; n < count; ++n) {
    std::vector<float>& raw = neurons_[begin + n].first_raw;
    for (std::int64_t t = 0; t < frame.steps; ++t) {
      raw.push_back(rows[static_cast<std::size_t>(t) * count + n]);
    }
  }
}

template <class T>
void SingleNeurons::add_state(const Frame& frame, std::size_t begin, std::size_t count,
                              Variable variable, const T* values, bool remainder) {
  make(begin + count);
  for (std::size_t n = 0; n < count && variable == potential; ++n) {
    std::vector<double>& first = neurons_[begin + n].first_corrected;
    if (!first.empty()) continue;
    for (std::int64_t t = 0; t < frame.steps; ++t) {
      first.push_back(static_cast<double>(values[static_cast<std::size_t>(t) * count + n]));
    }
  }
  const std::size_t bins = frame.bins();
  const auto per_bin = static_cast<std::size_t>(frame.bin_steps);
  std::vector<double>& binned = trial_[variable];
  binned.assign(bins * count, 0.0);
  for (std::size_t b = 0; b < bins; ++b) {
    for (std::size_t s = 0; s < per_bin; ++s) {
      const T* row = values + (b * per_bin + s) * count;
      for (std::size_t n = 0; n < count; ++n) {
        binned[b * count + n] += static_cast<double>(row[n]) / static_cast<double>(per_bin);
      }
    }
  }
  const auto keep = [&](Variable which, const std::vector<double>& of) {
    for (std::size_t n = 0; n < count; ++n) {
      auto& trace = neurons_[begin + n].traces[which];
      trace.resize(bins);
      for (std::size_t b = 0; b < bins; ++b) trace[b].add(of[b * count + n]);
    }
  };
  keep(variable, binned);
  if (variable != total || !remainder) return;
  std::vector<double> rest = trial_[total];
  for (std::size_t i = 0; i < rest.size(); ++i) {
    rest[i] -= trial_[recurrent][i] + trial_[bottom_up][i];
  }
  keep(after_spike_background, rest);
}
template void SingleNeurons::add_state(const Frame&, std::size_t, std::size_t, Variable,
                                       const float*, bool);
template void SingleNeurons::add_state(const Frame&, std::size_t, std::size_t, Variable,
                                       const double*, bool);

// Blocks hold different neurons; the places that a block does not hold are empty.
void SingleNeurons::merge(const SingleNeurons& from) {
  make(from.neurons_.size());
  for (std::size_t k = 0; k < from.neurons_.size(); ++k) {
    const Neuron& one = from.neurons_[k];
    const bool filled = !one.rate.empty() || std::any_of(one.traces.begin(), one.traces.end(),
                                                         [](const auto& t) { return !t.empty(); });
    if (filled) neurons_[k] = one;
  }
}

}  // namespace v1::analyses
