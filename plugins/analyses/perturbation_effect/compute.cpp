#include <algorithm>

#include "plugins/analyses/perturbation_effect/perturbation_effect.hpp"

namespace v1::analyses {

void PerturbationEffect::plan(std::uint32_t pass, v1e::Requests& requests) {
  if (pass > 0) return;
  run_of_request_.clear();
  const std::uint32_t from = skip_first_trial ? 1 : 0;
  for (std::uint32_t d = 0; d < datasets_.size(); ++d) {
    if (from >= datasets_[d].trials()) continue;
    requests.add(spikes_request(index_[d], neurons_, from));
    run_of_request_.push_back(d);
  }
}

void PerturbationEffect::consume(Partial& into, const v1e_chunk& chunk) const {
  const std::uint32_t d = run_of_request_.at(chunk.request);
  const auto cells = cells_of_trial_.find({d, chunk.trial_begin});
  if (cells == cells_of_trial_.end()) return;
  const StepWindow counted = step_window(window, datasets_[d].dt_ms());
  for (const Cell& cell : cells->second) {
    auto& counts = into.counts[cell];
    counts.resize(neurons_.size(), 0);
    for (std::uint64_t e = 0; e < chunk.event_count; ++e) {
      if (counted.contains(chunk.event_step[e])) ++counts[neurons_.index_of(chunk.event_neuron[e])];
    }
  }
}

void PerturbationEffect::merge(Partial& into, const Partial& from) const {
  for (const auto& [cell, counts] : from.counts) {
    auto& sums = into.counts[cell];
    sums.resize(neurons_.size(), 0);
    for (std::size_t i = 0; i < counts.size(); ++i) sums[i] += counts[i];
  }
}

void PerturbationEffect::end_pass(std::uint32_t, Partial& merged) {
  for (std::size_t l = 1; l < levels_.size(); ++l) {
    Level& level = levels_[l];
    level.rate = mean_rate(merged, l, level.shared);
    level.control = mean_rate(merged, place_of_control(l), level.shared);
    if (condition_of_direction_.empty()) continue;
    level.selectivity = selectivity_of(merged, l);
    level.control_selectivity = selectivity_of(merged, place_of_control(l));
  }
}

std::vector<double> PerturbationEffect::mean_rate(const Partial& merged, std::size_t place,
                                                  const std::vector<std::size_t>& shared) const {
  std::vector<double> out(neurons_.size(), 0.0);
  for (const std::size_t c : shared) {
    const auto& counts = merged.counts.at({place, c});
    const double scale = 1.0 / (window_seconds(window) * static_cast<double>(shared.size()) *
                                static_cast<double>(trials_.at({place, c})));
    for (std::size_t i = 0; i < out.size(); ++i) out[i] += scale * counts[i];
  }
  return out;
}

std::vector<Selectivity> PerturbationEffect::selectivity_of(const Partial& merged,
                                                            std::size_t place) const {
  std::vector<std::vector<double>> by_direction;
  for (const std::size_t c : condition_of_direction_) {
    by_direction.push_back(mean_rate(merged, place, {c}));
  }
  const std::vector<double> silent(by_direction.size(), 0.0);
  std::vector<double> curve(by_direction.size());
  std::vector<Selectivity> out;
  for (std::size_t i = 0; i < neurons_.size(); ++i) {
    for (std::size_t k = 0; k < curve.size(); ++k) curve[k] = by_direction[k][i];
    const bool enough = *std::max_element(curve.begin(), curve.end()) >= least_rate;
    out.push_back(selectivity(directions_, enough ? curve : silent));
  }
  return out;
}

}  // namespace v1::analyses
