#include "plugins/analyses/shared/signals/trace_sums.hpp"

#include <algorithm>
#include <cmath>
#include <v1e_sdk/error.hpp>

namespace v1::analyses {
namespace {

void add_all(std::vector<std::vector<Moments>>& into,
             const std::vector<std::vector<Moments>>& from) {
  if (into.empty()) {
    into = from;
    return;
  }
  for (std::size_t g = 0; g < from.size(); ++g) {
    for (std::size_t b = 0; b < from[g].size(); ++b) into[g][b].add(from[g][b]);
  }
}

}  // namespace

TraceFrame trace_frame(const v1e::Dataset& dataset, const TimeWindow& baseline,
                       const TimeWindow& response, bool skip_first_trial) {
  TraceFrame frame;
  frame.set_steps(dataset.steps(), dataset.dt_ms());
  frame.trial_begin = skip_first_trial ? 1 : 0;
  frame.trial_end = dataset.trials();
  if (frame.trial_begin >= frame.trial_end) {
    throw v1e::Error(V1E_E_INVALID, "skip_first_trial",
                     "no trial of '" + dataset.label() +
                         "' is left once the first is skipped, so the baseline and response "
                         "windows are empty; simulate more trials or set skip_first_trial = "
                         "false");
  }
  frame.baseline = step_window(baseline, frame.dt_ms);
  frame.response = step_window(response, frame.dt_ms);
  return frame;
}

v1e_request trace_request(std::uint32_t dataset, const TraceFrame& frame,
                          const std::vector<std::uint32_t>& neurons, const char* variable) {
  v1e_request request{};
  request.dataset = dataset;
  request.source = V1E_SRC_STATE;
  request.layout = V1E_LAYOUT_DENSE;
  request.stripes = V1E_STRIPE_NEURONS;
  request.variable = variable;
  request.trial_begin = frame.trial_begin;
  request.trial_end = frame.trial_end;
  request.neuron_count = neurons.size();
  request.neurons = neurons.data();
  return request;
}

std::vector<std::size_t> TraceGroups::sizes() const {
  std::vector<std::size_t> out(count, 0);
  for (const std::uint32_t bits : member) {
    for (std::size_t g = 0; g < count; ++g) out[g] += bits >> g & 1u;
  }
  return out;
}

void TraceSums::begin(const TraceFrame& frame, const TraceGroups& groups, const v1e_chunk& chunk) {
  begun_ = true;
  begin_ = static_cast<std::size_t>(chunk.neuron_begin);
  count_ = static_cast<std::size_t>(chunk.neuron_count);
  baseline.assign(count_, 0.0);
  response.assign(count_, 0.0);
  later.assign(count_, 0.0);
  sum_.assign(frame.bins() * count_, 0.0);
  if (groups.pooled) squares_.assign(sum_.size(), 0.0);
}

void TraceSums::add(const TraceFrame& frame, const TraceGroups& groups, const v1e_chunk& chunk) {
  if (!begun_) begin(frame, groups, chunk);
  const auto* rows = static_cast<const float*>(chunk.dense.data);
  const auto add_window = [&](const StepWindow& window, std::vector<double>& into) {
    for (std::int64_t t = window.begin; t < window.end; ++t) {
      const float* row = rows + static_cast<std::size_t>(t) * count_;
      for (std::size_t n = 0; n < count_; ++n) into[n] += static_cast<double>(row[n]);
    }
  };
  add_window(frame.baseline, baseline);
  add_window(frame.response, response);
  add_window(frame.later, later);
  const auto per_bin = static_cast<std::size_t>(frame.bin_steps);
  const double scale = 1.0 / static_cast<double>(per_bin);
  std::vector<double> bin(count_);
  for (std::size_t b = 0; b < frame.bins(); ++b) {
    std::fill(bin.begin(), bin.end(), 0.0);
    for (std::size_t s = 0; s < per_bin; ++s) {
      const float* row = rows + (b * per_bin + s) * count_;
      for (std::size_t n = 0; n < count_; ++n) bin[n] += scale * static_cast<double>(row[n]);
    }
    double* sum = sum_.data() + b * count_;
    for (std::size_t n = 0; n < count_; ++n) sum[n] += bin[n];
    if (!groups.pooled) continue;
    double* squares = squares_.data() + b * count_;
    for (std::size_t n = 0; n < count_; ++n) squares[n] += bin[n] * bin[n];
  }
  if (chunk.trial_begin + 1 == frame.trial_end) reduce(frame, groups);
}

// The block is complete: means over trials, then over the neurons of each group.
void TraceSums::reduce(const TraceFrame& frame, const TraceGroups& groups) {
  const auto trials = static_cast<double>(frame.trials());
  const auto length = [&](const StepWindow& w) {
    return trials * static_cast<double>(w.end - w.begin);
  };
  for (std::size_t n = 0; n < count_; ++n) {
    baseline[n] /= length(frame.baseline);
    response[n] = response[n] / length(frame.response) - baseline[n];
    later[n] = later[n] / length(frame.later) - baseline[n];  // NaN without such a window
  }
  const std::size_t bins = frame.bins();
  over_neurons.assign(groups.count, std::vector<Moments>(bins));
  if (groups.pooled) over_trials = over_neurons;
  for (std::size_t n = 0; n < count_; ++n) {
    const std::uint32_t member = groups.member[begin_ + n];
    const bool keep = !groups.keep.empty() && groups.keep[begin_ + n];
    const double zero = groups.absolute ? 0.0 : baseline[n];
    std::vector<float>* trace = keep ? &kept[begin_ + n] : nullptr;
    if (trace) trace->resize(bins);
    for (std::size_t b = 0; b < bins; ++b) {
      const double sum = sum_[b * count_ + n];
      const double mean = sum / trials - zero;
      if (trace) (*trace)[b] = static_cast<float>(mean);
      for (std::size_t g = 0; g < groups.count; ++g) {
        if ((member >> g & 1u) == 0) continue;
        over_neurons[g][b].add(mean);
        if (!groups.pooled) continue;
        Moments single;
        single.sum = sum - trials * zero;
        single.squares = squares_[b * count_ + n] - 2.0 * zero * sum + trials * zero * zero;
        over_trials[g][b].add(single);
      }
    }
  }
  sum_ = {};
  squares_ = {};
}

void TraceSums::merge(const TraceSums& from) {
  const std::size_t end = from.begin_ + from.baseline.size();
  if (baseline.size() < end) {
    baseline.resize(end);
    response.resize(end);
    later.resize(end);
  }
  const auto at = static_cast<std::ptrdiff_t>(from.begin_);
  std::copy(from.baseline.begin(), from.baseline.end(), baseline.begin() + at);
  std::copy(from.response.begin(), from.response.end(), response.begin() + at);
  std::copy(from.later.begin(), from.later.end(), later.begin() + at);
  add_all(over_neurons, from.over_neurons);
  add_all(over_trials, from.over_trials);
  kept.insert(from.kept.begin(), from.kept.end());
}

}  // namespace v1::analyses
