#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "plugins/analyses/classification/classification.hpp"
#include "plugins/analyses/math/random_picks.hpp"
#include "plugins/analyses/math/smoothing.hpp"

namespace v1::analyses {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();

std::vector<double> scaled(const std::vector<double>& values, double factor) {
  std::vector<double> out;
  for (const double value : values) out.push_back(value * factor);
  return out;
}

}  // namespace

void Classification::evaluate(const WindowSums& sums) {
  const auto trial_count = static_cast<double>(frame_.trials());
  const auto base_samples =
      trial_count * static_cast<double>(frame_.baseline_end - frame_.baseline_begin);
  const auto response_samples =
      trial_count * static_cast<double>(frame_.response_end - frame_.response_begin);
  const std::size_t n = neurons_.size();
  for (std::size_t k = 0; k < recorded_count; ++k) {
    if (!has_[k]) continue;
    table_.baseline[k] = scaled(sums.baseline[k], 1.0 / base_samples);
    table_.response[k] = scaled(sums.response[k], 1.0 / response_samples);
    for (std::size_t i = 0; i < n; ++i) table_.response[k][i] -= table_.baseline[k][i];
  }
  if (has(after_spike_background)) {
    for (auto* part : {&table_.baseline, &table_.response}) {
      auto& rest = (*part)[after_spike_background] = (*part)[total];
      for (std::size_t i = 0; i < n; ++i) {
        rest[i] -= (*part)[recurrent][i] + (*part)[bottom_up][i];
      }
    }
  }
  if (has(total)) {
    for (std::size_t i = 0; i < n; ++i) {
      const double shift = sums.input_shift[i] / base_samples;
      const double variance = sums.input_squares[i] / base_samples - shift * shift;
      table_.baseline_input_sd.push_back(std::sqrt(std::max(variance, 0.0)));
    }
  }
  if (has_spikes_) evaluate_rates(sums);
  table_.classes.assign(n, ResponseClass::unclassified);
  table_.threshold.assign(n, undefined);
  table_.heatmap_rank.assign(n, undefined);
  if (classify_neurons) assign_classes();
  draw_sample();
}

// Rates are in Hz; the reference counts spikes in windows of different length.
void Classification::evaluate_rates(const WindowSums& sums) {
  const auto trial_count = static_cast<double>(frame_.trials());
  const double base_s = frame_.baseline_ms() / 1000.0, response_s = frame_.response_ms() / 1000.0;
  const std::size_t blocks = rate_block_count(frame_.trial_ms());
  const auto block_at = [](double ms) { return static_cast<std::size_t>(ms / rate_block_ms); };
  const std::size_t from = frame_.reference ? 0 : block_at(baseline.values()[0]);
  const std::size_t to =
      frame_.reference ? blocks : std::max(block_at(baseline.values()[1]), from + 1);
  rates_ = scaled(sums.rates, 1.0 / trial_count);
  for (std::size_t i = 0; i < neurons_.size(); ++i) {
    const double base = sums.baseline_spikes[i] / trial_count;
    const double driven = sums.response_spikes[i] / trial_count;
    table_.baseline_z.push_back(base / frame_.baseline_ms());
    table_.baseline_rate.push_back(frame_.reference ? base : base / base_s);
    table_.response_rate.push_back(frame_.reference ? driven : driven / response_s);
    const auto first = rates_.begin() + static_cast<std::ptrdiff_t>(i * blocks);
    table_.baseline_smoothed_rate.push_back(
        std::accumulate(first + static_cast<std::ptrdiff_t>(from),
                        first + static_cast<std::ptrdiff_t>(to), 0.0) /
        static_cast<double>(to - from));
    table_.ratio.push_back(rate_ratio(table_.baseline_rate.back(), table_.response_rate.back()));
    table_.modulation.push_back(
        v1::analyses::modulation_index(table_.baseline_rate.back(), table_.response_rate.back()));
  }
}

const std::vector<double>& Classification::criterion_values() const {
  switch (rule()) {
    case Criterion::v:
      return table_.response[potential];
    case Criterion::firing_rate:
      return table_.ratio;
    case Criterion::modulation_index:
      return table_.modulation;
    default:
      return table_.response[total];
  }
}

void Classification::assign_classes() {
  const std::vector<double>& values = criterion_values();
  for (std::size_t i = 0; i < neurons_.size(); ++i) {
    switch (rule()) {
      case Criterion::v:
        table_.threshold[i] = v_threshold_mv;
        break;
      case Criterion::firing_rate:
        table_.threshold[i] = ratio_threshold;
        break;
      case Criterion::modulation_index:
        table_.threshold[i] = modulation_threshold;
        break;
      default:
        table_.threshold[i] = rheobase_fraction * rheobase_[i];
    }
    table_.classes[i] = classify(rule(), values[i], table_.threshold[i]);
  }
}

// The sample is drawn as in the published scripts and sorted by ascending response, so that the
// most negative one is on top; ties keep the order of the neurons.
void Classification::draw_sample() {
  const std::vector<double>* order = &criterion_values();
  if (order->empty()) {
    order = nullptr;
    for (const Variable k : {total, potential, recurrent, bottom_up}) {
      if (!order && has(k)) order = &table_.response[k];
    }
  }
  sample_ = heatmap_sample(core_count_, neurons_.size(), static_cast<std::size_t>(sample));
  std::sort(sample_.begin(), sample_.end());
  if (order) {
    const auto value = [&](std::size_t i) {
      return std::isnan((*order)[i]) ? std::numeric_limits<double>::infinity() : (*order)[i];
    };
    std::stable_sort(sample_.begin(), sample_.end(),
                     [&](std::size_t a, std::size_t b) { return value(a) < value(b); });
  }
  for (std::size_t rank = 0; rank < sample_.size(); ++rank) {
    table_.heatmap_rank[sample_[rank]] = static_cast<double>(rank);
  }
}

}  // namespace v1::analyses
