#include <algorithm>

#include "plugins/analyses/currents/currents.hpp"

namespace v1::analyses {

void Currents::ask_recorded(v1e::Requests& requests) {
  variable_of_request_.clear();
  for (std::size_t k = 0; k < recorded_current_count; ++k) {
    if (!has_[k]) continue;
    v1e_request request{};
    request.source = V1E_SRC_STATE;
    request.layout = V1E_LAYOUT_DENSE;
    request.stripes = V1E_STRIPE_NEURONS;
    request.group = 1;
    request.variable = recorded_current_names[k];
    request.trial_begin = first_trial_;
    request.neuron_count = neurons_.size();
    request.neurons = neurons_.data();
    requests.add(request);
    variable_of_request_.push_back(k);
  }
}

void Currents::take_recorded(Recorded& into, const v1e_chunk& chunk) const {
  const std::size_t variable = variable_of_request_.at(chunk.request);
  if (!into.begun) {
    into.begun = true;
    into.begin = static_cast<std::size_t>(chunk.neuron_begin);
    into.count = static_cast<std::size_t>(chunk.neuron_count);
    for (std::size_t k = 0; k < recorded_current_count; ++k) {
      if (!has_[k]) continue;
      for (auto& sums : into.sums[k]) sums.assign(into.count, 0.0);
      into.means[k].assign(bins() * into.count, 0.0);
    }
  }
  const auto* rows = static_cast<const float*>(chunk.dense.data);
  add_windows(into, rows, variable);
  add_bins(into, rows, variable);
  const bool synaptic = variable == rec_recurrent || variable == rec_bottom_up;
  if (synaptic && chunk.trial_begin > 0) {
    into.seen_start = true;
    into.starts_moving |= std::any_of(rows, rows + into.count, [](float pa) { return pa != 0.0f; });
  }
  const bool last_trial = chunk.trial_begin + 1 == dataset_.trials();
  if (last_trial && chunk.request + 1 == variable_of_request_.size()) reduce_traces(into);
}

void Currents::add_windows(Recorded& into, const float* rows, std::size_t variable) const {
  for (std::size_t w = 0; w < window_count; ++w) {
    std::vector<double>& sums = into.sums[variable][w];
    for (std::int64_t t = windows_[w].begin; t < windows_[w].end; ++t) {
      const float* row = rows + static_cast<std::size_t>(t) * into.count;
      for (std::size_t n = 0; n < into.count; ++n) sums[n] += static_cast<double>(row[n]);
    }
  }
}

void Currents::add_bins(Recorded& into, const float* rows, std::size_t variable) const {
  for (std::size_t b = 0; b < bins(); ++b) {
    double* mean = into.means[variable].data() + b * into.count;
    for (std::int64_t s = 0; s < bin_steps_; ++s) {
      const std::size_t t = b * static_cast<std::size_t>(bin_steps_) + static_cast<std::size_t>(s);
      const float* row = rows + t * into.count;
      for (std::size_t n = 0; n < into.count; ++n) mean[n] += static_cast<double>(row[n]);
    }
  }
}

// Trial mean of a neuron of the stripe in a bin, minus its baseline.
double Currents::change_of(const Recorded& of, std::size_t c, std::size_t n, std::size_t b) const {
  const double trials = dataset_.trials() - first_trial_;
  const double samples = trials * static_cast<double>(bin_steps_);
  const double base = trials * static_cast<double>(windows_[0].end - windows_[0].begin);
  double value = 0.0;
  for (const auto& [variable, sign] : components_[c].terms) {
    value +=
        sign * (of.means[variable][b * of.count + n] / samples - of.sums[variable][0][n] / base);
  }
  return value;
}

// Changes of every neuron into the moments of its group; those of the sample are kept.
void Currents::reduce_traces(Recorded& into) const {
  into.traces.assign(components_.size(), {});
  for (std::size_t c = 0; c < components_.size(); ++c) {
    into.traces[c].assign(groups_.size(), std::vector<Moments>(bins()));
    for (std::size_t b = 0; b < bins(); ++b) {
      for (std::size_t n = 0; n < into.count; ++n) {
        into.traces[c][group_of_[into.begin + n]][b].add(change_of(into, c, n, b));
      }
    }
  }
  for (std::size_t row = 0; row < sample_.size(); ++row) {
    if (sample_[row] < into.begin || sample_[row] >= into.begin + into.count) continue;
    Traces& traces = into.sampled[row];
    traces.assign(components_.size(), std::vector<double>(bins()));
    for (std::size_t c = 0; c < components_.size(); ++c) {
      for (std::size_t b = 0; b < bins(); ++b) {
        traces[c][b] = change_of(into, c, sample_[row] - into.begin, b);
      }
    }
  }
  into.means = {};
}

void Currents::merge_recorded(Recorded& into, const Recorded& from) const {
  if (!into.begun) {
    into.begun = true;
    into.count = neurons_.size();
    for (std::size_t k = 0; k < recorded_current_count; ++k) {
      if (!has_[k]) continue;
      for (auto& sums : into.sums[k]) sums.assign(into.count, 0.0);
    }
    into.traces.assign(components_.size(), {});
    for (auto& component : into.traces) {
      component.assign(groups_.size(), std::vector<Moments>(bins()));
    }
  }
  into.starts_moving |= from.starts_moving;
  into.seen_start |= from.seen_start;
  into.sampled.insert(from.sampled.begin(), from.sampled.end());
  for (std::size_t k = 0; k < recorded_current_count; ++k) {
    if (!has_[k]) continue;
    for (std::size_t w = 0; w < window_count; ++w) {
      std::copy(from.sums[k][w].begin(), from.sums[k][w].end(),
                into.sums[k][w].begin() + static_cast<std::ptrdiff_t>(from.begin));
    }
  }
  for (std::size_t c = 0; c < from.traces.size(); ++c) {
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      for (std::size_t b = 0; b < bins(); ++b) into.traces[c][g][b].add(from.traces[c][g][b]);
    }
  }
}

double Currents::recorded(std::size_t component, std::size_t neuron, std::size_t window) const {
  const double steps = static_cast<double>(windows_[window].end - windows_[window].begin) *
                       static_cast<double>(dataset_.trials() - first_trial_);
  double value = 0.0;
  for (const auto& [variable, sign] : components_[component].terms) {
    value += sign * recorded_.sums[variable][window][neuron] / steps;
  }
  return value;
}

}  // namespace v1::analyses
