#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "plugins/analyses/classification/classification.hpp"
#include "plugins/analyses/shared/signals/smoothing.hpp"
#include "plugins/analyses/shared/statistics/random_picks.hpp"
#include "plugins/analyses/shared/statistics/undefined.hpp"

namespace v1::analyses {
namespace {

std::vector<double> scaled(const std::vector<double>& values, double factor) {
  std::vector<double> out;
  for (const double value : values) out.push_back(value * factor);
  return out;
}

}  // namespace

// `before` holds the baseline: of the same run, or of the one with the static grating.
void Classification::evaluate(const WindowSums& sums, const WindowSums& before) {
  const auto trial_count = static_cast<double>(frame_.trials());
  const Frame& base = static_ ? static_frame_ : frame_;
  const auto base_samples = static_cast<double>(base.trials()) *
                            static_cast<double>(base.baseline_end - base.baseline_begin);
  const auto response_samples =
      trial_count * static_cast<double>(frame_.response_end - frame_.response_begin);
  const std::size_t n = neurons_.size();
  for (std::size_t k = 0; k < recorded_count; ++k) {
    if (!has_[k]) continue;
    table_.baseline[k] = scaled(before.baseline[k], 1.0 / base_samples);
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
      const double shift = before.input_shift[i] / base_samples;
      const double variance = before.input_squares[i] / base_samples - shift * shift;
      table_.baseline_input_sd.push_back(std::sqrt(std::max(variance, 0.0)));
    }
  }
  if (has_spikes_) evaluate_rates(sums, before);
  table_.classes.assign(n, ResponseClass::unclassified);
  table_.threshold.assign(n, undefined);
  table_.heatmap_rank.assign(n, undefined);
  if (classify_neurons) {
    assign_classes();
    compare_halves(sums, before);
  }
  draw_sample();
  choose_singles();
}

// Rates are in Hz; the reference counts spikes in windows of different length.
void Classification::evaluate_rates(const WindowSums& sums, const WindowSums& before) {
  const Frame& base_frame = static_ ? static_frame_ : frame_;
  const auto trial_count = static_cast<double>(frame_.trials());
  const auto base_trials = static_cast<double>(base_frame.trials());
  const double base_s = base_frame.baseline_ms() / 1000.0;
  const double response_s = frame_.response_ms() / 1000.0;
  const std::size_t blocks = rate_block_count(base_frame.trial_ms());
  const auto block_at = [](double ms) { return static_cast<std::size_t>(ms / rate_block_ms); };
  const bool whole = frame_.reference || static_;
  const std::size_t from = whole ? 0 : block_at(baseline.values()[0]);
  const std::size_t to = whole ? blocks : std::max(block_at(baseline.values()[1]), from + 1);
  rates_ = scaled(sums.rates, 1.0 / trial_count);
  for (std::size_t i = 0; i < neurons_.size(); ++i) {
    const double base = before.baseline_spikes[i] / base_trials;
    const double driven = sums.response_spikes[i] / trial_count;
    table_.baseline_z.push_back(base / base_frame.baseline_ms());
    table_.baseline_rate.push_back(frame_.reference ? base : base / base_s);
    table_.response_rate.push_back(frame_.reference ? driven : driven / response_s);
    const auto first = before.rates.begin() + static_cast<std::ptrdiff_t>(i * blocks);
    table_.baseline_smoothed_rate.push_back(
        std::accumulate(first + static_cast<std::ptrdiff_t>(from),
                        first + static_cast<std::ptrdiff_t>(to), 0.0) /
        (base_trials * static_cast<double>(to - from)));
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

// As in the published scripts; the stratified sample takes the same number out of each class, or
// all of a smaller one.
std::vector<std::size_t> Classification::picked_sample() const {
  const auto count = static_cast<std::size_t>(sample);
  if (sampling.is("random") || !classify_neurons) {
    return heatmap_sample(core_.size(), neurons_.size(), count);
  }
  RandomPicks picks;
  picks.with_replacement(core_.size(), 2);
  picks.with_replacement(neurons_.size(), 10);
  std::vector<std::size_t> out;
  for (const ResponseClass c : all_classes) {
    std::vector<std::size_t> members;
    for (std::size_t i = 0; i < neurons_.size(); ++i) {
      if (table_.classes[i] == c) members.push_back(i);
    }
    for (const std::size_t k : picks.without_replacement(members.size(), count / class_count)) {
      out.push_back(members[k]);
    }
  }
  return out;
}

// Sorted by ascending response, so that the most negative one is on top; ties keep the order of
// the neurons.
void Classification::draw_sample() {
  const std::vector<double>* order = &criterion_values();
  if (order->empty()) {
    order = nullptr;
    for (const Variable k : {total, potential, recurrent, bottom_up}) {
      if (!order && has(k)) order = &table_.response[k];
    }
  }
  sample_ = picked_sample();
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

// Which neurons are drawn one by one: the first random picks of the published scripts, the most
// excited neuron and rows of the heat maps.
void Classification::choose_singles() {
  if (single_neurons.is("none")) return;
  const bool all = single_neurons.is("all");
  std::map<std::uint32_t, SingleNeuron> chosen;
  const auto add = [&](std::uint32_t position, int index, const std::string& reason) {
    SingleNeuron& one = chosen[position];
    one.position = position;
    if (index >= 0) one.index = index;
    one.reason += (one.reason.empty() ? "" : "; ") + reason;
    return &one;
  };
  const auto member = [&](std::size_t i, const std::string& reason) {
    add(neurons_[i], static_cast<int>(i), reason);
  };
  RandomPicks picks;
  const std::vector<double> stored = v1e::numbers(dataset_.neuron_column("spikes_stored"));
  for (const std::size_t k : picks.with_replacement(core_.size(), 2)) {
    const std::uint32_t position = core_[k];
    if (has_spikes_ && !stored.empty() && stored[position] == 0.0) continue;
    const auto at = std::lower_bound(neurons_.begin(), neurons_.end(), position);
    const bool inside = at != neurons_.end() && *at == position;
    add(position, inside ? static_cast<int>(at - neurons_.begin()) : -1,
        "random neuron of the core")
        ->spikes_shown = true;
  }
  for (const std::size_t i : picks.with_replacement(neurons_.size(), 10)) {
    if (all) member(i, "random neuron of the population");
  }
  std::size_t best = neurons_.size();
  for (std::size_t i = 0; i < table_.ratio.size(); ++i) {
    if (std::isnan(table_.ratio[i])) continue;
    if (best == neurons_.size() || table_.ratio[i] > table_.ratio[best]) best = i;
  }
  if (best < neurons_.size()) member(best, "highest firing-rate ratio");
  for (std::size_t row = 0; row < sample_.size(); ++row) {
    if (all || row == 0 || row + 1 == sample_.size()) {
      member(sample_[row], "row " + std::to_string(row) + " of the heat maps");
    }
  }
  for (const auto& [position, one] : chosen) {
    single_.push_back(one);
    single_positions_.push_back(position);
  }
}

}  // namespace v1::analyses
