#include <algorithm>

#include "plugins/analyses/classification/classification.hpp"
#include "plugins/analyses/shared/signals/smoothing.hpp"

namespace v1::analyses {

Classification::Partial Classification::make_partial(std::uint32_t pass) const {
  Partial partial;
  partial.pass = pass;
  return partial;
}

void Classification::begin_stripe(Partial& into, const v1e_chunk& chunk) const {
  if (into.begun) return;
  into.begun = true;
  const RequestKind& kind = request_kind_.at(chunk.request);
  into.of_static = kind.of_static;
  into.of_others = kind.of_others;
  into.begin = static_cast<std::size_t>(chunk.neuron_begin);
  into.count = static_cast<std::size_t>(chunk.neuron_count);
  into.spikes.resize(into.count);
  if (into.of_others || into.pass == single_pass()) return;
  if (into.pass == 0) {
    into.sums.resize(into.count, rate_block_count(frame_of(into).trial_ms()));
    return;
  }
  into.traces.resize(frame_.bins());
  for (std::size_t k = 0; k < recorded_count; ++k) {
    if (has_[k]) into.means[k].assign(frame_.bins() * into.count, 0.0);
  }
  if (frame_.reference && has(after_spike_background)) {
    into.rest.assign(frame_.bins() * into.count, 0.0);
  }
}

void Classification::consume(Partial& into, const v1e_chunk& chunk) const {
  begin_stripe(into, chunk);
  const int variable = request_kind_.at(chunk.request).variable;
  if (variable < 0) {
    take_spikes(into, chunk);
  } else {
    take_state(into, chunk, static_cast<Variable>(variable));
  }
}

// Spikes of one trial, by neuron of the block; what they mean depends on the pass.
void Classification::take_spikes(Partial& into, const v1e_chunk& chunk) const {
  for (auto& train : into.spikes) train.clear();
  const bool single = into.pass == single_pass();
  const std::vector<std::uint32_t>& list = into.of_others ? others_.neurons()
                                           : single       ? single_positions_
                                                          : neurons_;
  const auto first = list.begin() + static_cast<std::ptrdiff_t>(into.begin);
  const auto last = first + static_cast<std::ptrdiff_t>(into.count);
  for (std::uint64_t e = 0; e < chunk.event_count; ++e) {
    const auto at = std::lower_bound(first, last, chunk.event_neuron[e]);
    into.spikes[static_cast<std::size_t>(at - first)].push_back(chunk.event_step[e]);
  }
  if (single) {
    into.singles.add_spikes(frame_, into.begin, chunk.trial_begin, into.spikes);
  } else if (into.of_others) {
    const RateScaling scaling =
        frame_.reference ? RateScaling::reference : RateScaling::true_length;
    into.others.add_trial(others_, into.begin, into.spikes, frame_.dt_ms, frame_.trial_ms(),
                          scaling, chunk.trial_begin + 1 == frame_.trial_end, frame_.trials());
  } else if (into.pass == 0) {
    count_spikes(into, chunk.trial_begin);
  }
}

void Classification::count_spikes(Partial& into, std::uint32_t trial) const {
  const Frame& frame = frame_of(into);
  const bool odd = by_rate() && frame.odd(trial);
  const std::size_t blocks = rate_block_count(frame.trial_ms());
  const double last_block_ms = last_rate_block_ms(frame.trial_ms());
  const RateScaling scaling = frame.reference ? RateScaling::reference : RateScaling::true_length;
  std::vector<double> counts(blocks);
  for (std::size_t n = 0; n < into.count; ++n) {
    if (into.spikes[n].empty()) continue;
    std::fill(counts.begin(), counts.end(), 0.0);
    for (const std::int64_t step : into.spikes[n]) {
      const double time_ms = static_cast<double>(step) * frame.dt_ms;
      counts[std::min(static_cast<std::size_t>(time_ms / rate_block_ms + 1e-9), blocks - 1)] += 1.0;
      if (step >= frame.baseline_begin && step < frame.baseline_end) {
        into.sums.baseline_spikes[n] += 1.0;
        if (odd) into.sums.odd_baseline[n] += 1.0;
      }
      if (step >= frame.response_begin && step < frame.response_end) {
        into.sums.response_spikes[n] += 1.0;
        if (odd) into.sums.odd_response[n] += 1.0;
      }
    }
    const std::vector<double> smooth = smoothed_rate(counts, last_block_ms, scaling);
    for (std::size_t b = 0; b < blocks; ++b) into.sums.rates[n * blocks + b] += smooth[b];
  }
}

void Classification::take_state(Partial& into, const v1e_chunk& chunk, Variable variable) const {
  const auto* rows = static_cast<const float*>(chunk.dense.data);
  const Frame& frame = frame_of(into);
  const bool last = chunk.trial_begin + 1 == frame.trial_end;
  const bool single = into.pass == single_pass();
  const auto use = [&](const auto* values) {
    if (single) {
      into.singles.add_state(frame, into.begin, into.count, variable, values,
                             has(after_spike_background));
    } else if (into.pass == 0) {
      add_windows(frame, into.sums, values, into.count, variable, frame.odd(chunk.trial_begin));
    } else {
      add_traces(into, values, variable);
    }
  };
  if (variable == potential) {
    if (single) {
      into.singles.add_recorded_potential(frame, into.begin, into.count, chunk.trial_begin, rows);
    }
    into.feed.add(frame, rows, into.count, into.spikes, last,
                  [&](const double* corrected) { use(corrected); });
  } else {
    use(rows);
  }
  if (last && into.pass == 1) finish_variable(into, variable);
}

template <class T>
void Classification::add_windows(const Frame& frame, WindowSums& sums, const T* rows,
                                 std::size_t count, Variable variable, bool odd) const {
  const auto add_rows = [&](std::int64_t begin, std::int64_t end, std::vector<double>& into) {
    for (std::int64_t t = begin; t < end; ++t) {
      const T* row = rows + static_cast<std::size_t>(t) * count;
      for (std::size_t n = 0; n < count; ++n) into[n] += static_cast<double>(row[n]);
    }
  };
  if (variable == total) {
    // Deviations from the first sample keep the squares small.
    const T* row = rows + static_cast<std::size_t>(frame.baseline_begin) * count;
    if (!sums.input_begun) std::copy(row, row + count, sums.input_first.begin());
    sums.input_begun = true;
    for (std::int64_t t = frame.baseline_begin; t < frame.baseline_end; ++t) {
      row = rows + static_cast<std::size_t>(t) * count;
      for (std::size_t n = 0; n < count; ++n) {
        const double shifted = static_cast<double>(row[n]) - sums.input_first[n];
        sums.input_shift[n] += shifted;
        sums.input_squares[n] += shifted * shifted;
      }
    }
  }
  add_rows(frame.baseline_begin, frame.baseline_end, sums.baseline[variable]);
  add_rows(frame.response_begin, frame.response_end, sums.response[variable]);
  if (!odd || variable != criterion_variable()) return;
  add_rows(frame.baseline_begin, frame.baseline_end, sums.odd_baseline);
  add_rows(frame.response_begin, frame.response_end, sums.odd_response);
}

template <class T>
void Classification::add_traces(Partial& into, const T* rows, Variable variable) const {
  const std::size_t count = into.count;
  const auto per_bin = static_cast<std::size_t>(frame_.bin_steps);
  const double scale = 1.0 / static_cast<double>(per_bin);
  std::vector<double> bin(count);
  for (std::size_t b = 0; b < frame_.bins(); ++b) {
    std::fill(bin.begin(), bin.end(), 0.0);
    for (std::size_t s = 0; s < per_bin; ++s) {
      const T* row = rows + (b * per_bin + s) * count;
      for (std::size_t n = 0; n < count; ++n) bin[n] += scale * static_cast<double>(row[n]);
    }
    double* mean = into.means[variable].data() + b * count;
    for (std::size_t n = 0; n < count; ++n) mean[n] += bin[n];
    if (frame_.reference && classify_neurons) add_pooled(into, bin, b, variable);
  }
}

// Single trials, for the pooled band. After-spike and background currents are what the total leaves
// of a trial: its variables come in the order of the enumeration, the total last.
void Classification::add_pooled(Partial& into, const std::vector<double>& values, std::size_t bin,
                                Variable variable) const {
  const bool with_rest = has(after_spike_background) && variable != potential;
  auto& moments = into.traces.over_trials;
  for (std::size_t n = 0; n < into.count; ++n) {
    const std::size_t i = into.begin + n;
    const auto c = static_cast<std::size_t>(table_.classes[i]);
    moments[variable][c][bin].add(values[n] - table_.baseline[variable][i]);
    if (!with_rest) continue;
    double& rest = into.rest[bin * into.count + n];
    if (variable == recurrent) rest = 0.0;
    rest += variable == total ? values[n] : -values[n];
    if (variable != total) continue;
    moments[after_spike_background][c][bin].add(rest - table_.baseline[after_spike_background][i]);
  }
}

// After the last trial of a variable; the total current comes last and gives the remainder.
void Classification::finish_variable(Partial& into, Variable variable) const {
  reduce_means(into, into.means[variable], variable);
  if (variable == total && has(after_spike_background)) {
    std::vector<double> rest = into.means[total];
    for (std::size_t i = 0; i < rest.size(); ++i) {
      rest[i] -= into.means[recurrent][i] + into.means[bottom_up][i];
    }
    reduce_means(into, rest, after_spike_background);
  }
  const bool needed_later = variable != potential && has(after_spike_background);
  if (!needed_later) into.means[variable] = {};
  if (variable == total) {
    into.means = {};
    into.rest = {};
  }
}

void Classification::reduce_means(Partial& into, const std::vector<double>& means,
                                  Variable variable) const {
  const double scale = 1.0 / static_cast<double>(frame_.trials());
  const std::size_t bins = frame_.bins();
  for (std::size_t n = 0; n < into.count; ++n) {
    const std::size_t i = into.begin + n;
    if (std::isnan(table_.heatmap_rank[i])) continue;
    std::vector<float>& trace = into.samples[i][variable];
    trace.resize(bins);
    for (std::size_t b = 0; b < bins; ++b) {
      trace[b] =
          static_cast<float>(means[b * into.count + n] * scale - table_.baseline[variable][i]);
    }
  }
  if (!classify_neurons) return;
  for (std::size_t b = 0; b < bins; ++b) {
    for (std::size_t n = 0; n < into.count; ++n) {
      const std::size_t i = into.begin + n;
      const double value = means[b * into.count + n] * scale - table_.baseline[variable][i];
      into.traces.over_neurons[variable][static_cast<std::size_t>(table_.classes[i])][b].add(value);
    }
  }
}

void Classification::merge(Partial& into, const Partial& from) const {
  if (!from.begun) return;
  if (into.pass == single_pass()) {
    into.singles.merge(from.singles);
    return;
  }
  if (from.of_others) {
    into.others.merge(from.others);
    return;
  }
  if (!into.begun) {
    into.begun = true;
    into.count = neurons_.size();
    if (into.pass == 0) into.sums.resize(into.count, rate_block_count(frame_.trial_ms()));
    if (into.pass == 0 && static_) {
      into.static_sums.resize(into.count, rate_block_count(static_frame_.trial_ms()));
    }
    if (into.pass == 1) into.traces.resize(frame_.bins());
  }
  if (into.pass == 0) {
    (from.of_static ? into.static_sums : into.sums).place(from.sums, from.begin);
    return;
  }
  into.traces.add(from.traces);
  for (const auto& [neuron, traces] : from.samples) into.samples[neuron] = traces;
}

void Classification::end_pass(std::uint32_t pass, Partial& merged) {
  if (pass == 0) {
    others_.take_sums(merged.others);
    evaluate(merged.sums, static_ ? merged.static_sums : merged.sums);
  } else if (pass == single_pass()) {
    singles_ = std::move(merged.singles);
  } else {
    traces_ = std::move(merged.traces);
    samples_ = std::move(merged.samples);
  }
}

}  // namespace v1::analyses
