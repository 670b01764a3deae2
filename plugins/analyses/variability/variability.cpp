#include "plugins/analyses/variability/variability.hpp"

#include <cmath>

#include "plugins/analyses/shared/statistics/statistics.hpp"
#include "plugins/analyses/shared/statistics/undefined.hpp"

namespace v1::analyses {
namespace {

enum Pass : std::uint32_t { populations, single_neurons, pass_count };

}  // namespace

void Variability::check() const {
  window.check();
  if (count_window > window_seconds(window) * 1000.0) {
    throw v1e::Error(V1E_E_INVALID, "count_window", "must not be longer than the window");
  }
  if (2.0 * synchrony_bin > window_seconds(window) * 1000.0) {
    throw v1e::Error(V1E_E_INVALID, "synchrony_bin", "must be at most half of the window");
  }
}

void Variability::prepare(const v1e_analysis_env& env) {
  for (std::uint32_t d = 0; d < env.dataset_count; ++d) datasets_.emplace_back(*env.datasets[d]);
  window.fit(datasets_, BeyondTrials::whole_trial);
  check();  // a default window may be shorter by now
  chosen_ = choose_spike_neurons(neurons, datasets_, static_cast<Grouping>(group.index()));
  conditions_ = find_conditions(datasets_, conditions.values(), skip_first_trial);
  std::vector<TrialKey> trials;
  for (const auto& [trial, condition] : conditions_.of_trial) trials.push_back(trial);
  draws_.draw(static_cast<std::size_t>(draws), draw_mean, draw_sd, excitatory(), trials);
}

std::vector<std::size_t> Variability::excitatory() const {
  const auto ei = v1e::texts(datasets_.front().type_column("ei"));
  const std::uint16_t* type = datasets_.front().raw().network->neuron_type;
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < chosen_.size(); ++i) {
    if (ei.empty() || ei.at(type[chosen_.positions[i]]) == "e") found.push_back(i);
  }
  return found;
}

std::int64_t Variability::bins() const {
  return static_cast<std::int64_t>(window_seconds(window) * 1000.0 / synchrony_bin + 1e-9);
}

std::size_t Variability::windows() const {
  return static_cast<std::size_t>(window_seconds(window) * 1000.0 / count_window + 1e-9);
}

std::size_t Variability::milliseconds() const {
  return static_cast<std::size_t>(window_seconds(window) * 1000.0 + 1e-9);
}

void Variability::plan(std::uint32_t pass, v1e::Requests& requests) {
  if (pass >= pass_count) return;
  for (std::uint32_t d = 0; d < datasets_.size(); ++d) {
    v1e_request request = spikes_request(d, chosen_, 0);
    request.stripes = pass == populations ? V1E_STRIPE_TRIALS : V1E_STRIPE_NEURONS;
    request.begin_ms = window.values()[0];
    request.end_ms = window.values()[1];
    requests.add(request);
  }
}

void Variability::consume(Partial& into, const v1e_chunk& chunk) const {
  // The requests of a pass are those of the datasets, in order.
  if (chunk.pass == populations) {
    add_populations(into, chunk, chunk.request);
  } else {
    add_neurons(into, chunk, chunk.request);
  }
}

void Variability::add_populations(Partial& into, const v1e_chunk& chunk, std::uint32_t d) const {
  const double dt_ms = datasets_[d].dt_ms();
  const auto groups = chosen_.groups.size();
  const auto n = static_cast<std::size_t>(bins());
  for (std::uint64_t e = 0; e < chunk.event_count; ++e) {
    const TrialKey trial{d, chunk.event_trial[e]};
    if (!conditions_.of_trial.contains(trial)) continue;
    const double since_ms = chunk.event_step[e] * dt_ms - window.values()[0];
    const std::size_t neuron = chosen_.index_of(chunk.event_neuron[e]);
    std::vector<std::uint32_t>& counts = into.group_counts[trial];
    counts.resize(groups * n, 0);
    const auto bin = static_cast<std::size_t>(since_ms / synchrony_bin + 1e-9);
    if (bin < n) ++counts[chosen_.group_of[neuron] * n + bin];
    const auto* with = draws_.draws_with(trial, neuron);
    const auto ms = static_cast<std::size_t>(since_ms + 1e-9);
    if (with == nullptr || ms >= milliseconds()) continue;
    for (const std::uint32_t draw : *with) {
      std::vector<std::uint32_t>& train = into.draw_counts[draw];
      train.resize(milliseconds(), 0);
      ++train[ms];
    }
  }
}

void Variability::move_to_trial(Partial& into, std::size_t neuron, const TrialKey& trial) const {
  const auto [at, first] = into.trial_of_neuron.try_emplace(neuron, trial);
  if (!first && at->second == trial) return;
  NeuronStatistics& statistics = into.of_neuron[neuron];
  if (first) {
    statistics.resize(conditions_.size(), windows());
  } else {
    statistics.end_trial(bins());
  }
  at->second = trial;
  statistics.begin_trial(conditions_.of_trial.at(trial));
}

void Variability::add_neurons(Partial& into, const v1e_chunk& chunk, std::uint32_t d) const {
  const double dt_ms = datasets_[d].dt_ms();
  for (std::uint64_t e = 0; e < chunk.event_count; ++e) {
    const TrialKey trial{d, chunk.event_trial[e]};
    if (!conditions_.of_trial.contains(trial)) continue;
    const std::size_t neuron = chosen_.index_of(chunk.event_neuron[e]);
    move_to_trial(into, neuron, trial);
    const double since_ms = chunk.event_step[e] * dt_ms - window.values()[0];
    into.of_neuron[neuron].spike(since_ms + dt_ms,
                                 static_cast<std::size_t>(since_ms / count_window + 1e-9),
                                 static_cast<std::int64_t>(since_ms / synchrony_bin + 1e-9));
  }
}

void Variability::merge(Partial& into, const Partial& from) const {
  for (const auto& [draw, train] : from.draw_counts) into.draw_counts[draw] = train;
  for (const auto& [trial, counts] : from.group_counts) into.group_counts[trial] = counts;
  for (const auto& [neuron, statistics] : from.of_neuron) into.of_neuron[neuron] = statistics;
  for (const auto& [neuron, trial] : from.trial_of_neuron) into.trial_of_neuron[neuron] = trial;
}

void Variability::end_pass(std::uint32_t pass, Partial& merged) {
  if (pass == populations) {
    finish_populations(merged);
  } else {
    finish_neurons(merged);
  }
}

void Variability::finish_populations(const Partial& merged) {
  for (const std::size_t bin : fano_bins_ms(window_seconds(window) * 1000.0)) {
    std::vector<double> values;
    for (const auto& [draw, train] : merged.draw_counts) values.push_back(fano_factor(train, bin));
    values = without_nan(values);
    curve_.push_back(
        {static_cast<double>(bin), mean(values), sem(values), static_cast<double>(values.size())});
  }
  const auto n = static_cast<std::size_t>(bins());
  variance_of_mean_.assign(chosen_.groups.size(), 0.0);
  for (const auto& [trial, counts] : merged.group_counts) {
    for (std::size_t g = 0; g < chosen_.groups.size(); ++g) {
      std::vector<double> signal;
      for (std::size_t b = 0; b < n; ++b) {
        signal.push_back(counts[g * n + b] / static_cast<double>(chosen_.group_size[g]));
      }
      variance_of_mean_[g] += std::pow(deviation(signal, 0), 2);
    }
  }
  for (double& variance : variance_of_mean_) variance /= static_cast<double>(trial_count());
}

void Variability::finish_neurons(Partial& merged) {
  if (merged.of_neuron.empty()) {
    const std::string silence = "None of the neurons fired in the window, so nothing is defined.";
    chosen_.notes.push_back(silence);
  }
  std::vector<std::size_t> trials_of_condition;
  for (const auto& trials : conditions_.trials) trials_of_condition.push_back(trials.size());
  rows_.assign(chosen_.size(), {0.0, undefined, undefined, undefined, undefined, undefined, 0.0});
  for (auto& [neuron, statistics] : merged.of_neuron) {
    statistics.end_trial(bins());
    NeuronRow& row = rows_[neuron];
    const IntervalSums& intervals = statistics.intervals();
    row.intervals = static_cast<double>(intervals.count());
    row.mean_interval = intervals.mean_ms();
    row.fano = statistics.trial_fano(trials_of_condition, least_count);
    row.variance = statistics.mean_variance(trial_count());
    if (intervals.count() < static_cast<std::size_t>(least_intervals)) continue;
    row.cv = intervals.cv();
    row.cv2 = intervals.cv2();
    row.lv = intervals.lv();
  }
}

}  // namespace v1::analyses
