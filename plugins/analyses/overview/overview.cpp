#include "plugins/analyses/overview/overview.hpp"

#include <algorithm>
#include <cmath>

#include "plugins/analyses/shared/statistics/random_picks.hpp"
#include "plugins/analyses/shared/trials/trial_conditions.hpp"
#include "plugins/analyses/shared/wiring/lgn_block.hpp"

namespace v1::analyses {

void Overview::prepare(const v1e_analysis_env& env) {
  dataset_ = v1e::Dataset(*env.datasets[0]);
  if (trial >= static_cast<std::int64_t>(dataset_.trials())) {
    throw v1e::Error(V1E_E_INVALID, "trial",
                     "trial " + std::to_string(trial) + " does not exist: the run has " +
                         std::to_string(dataset_.trials()) + ", counted from 0");
  }
  trial_ = trial < 0 ? dataset_.trials() - 1 : static_cast<std::uint32_t>(trial);
  const double steps = bin / dataset_.dt_ms();
  bin_steps_ = std::llround(steps);
  if (bin_steps_ < 1 || std::abs(steps - static_cast<double>(bin_steps_)) > 1e-6 || bins() < 1) {
    throw v1e::Error(V1E_E_INVALID, "bin",
                     "expected a multiple of the step of " + std::to_string(dataset_.dt_ms()) +
                         " ms that fits the trial");
  }
  choose_neurons();
  choose_units();
  note_different_trials();
}

// Means and errors then mix stimuli.
void Overview::note_different_trials() {
  std::map<TrialKey, std::size_t> all;
  for (std::uint32_t t = 0; t < dataset_.trials(); ++t) all[{0, t}] = 0;
  std::string names;
  for (const std::string& column : differing_column_names({dataset_}, all)) {
    names += (names.empty() ? "" : ", ") + column;
  }
  if (names.empty()) return;
  notes_.push_back("The trials show different stimuli (" + names +
                   "); means and errors are over all of them.");
}

void Overview::choose_neurons() {
  if (!neurons.resolved()) {
    throw v1e::Error(V1E_E_STATE, "neurons", "the selection was not resolved by the engine");
  }
  const std::vector<double> stored = v1e::numbers(dataset_.neuron_column("spikes_stored"));
  for (const std::uint32_t i : neurons.neurons()) {
    if (stored.empty() || stored[i] != 0.0) neurons_.push_back(i);
  }
  if (neurons_.empty()) {
    notes_.push_back(
        "No spikes of the selected neurons were recorded; `[record] spikes` decides "
        "of which they are.");
  } else if (neurons_.size() < neurons.neurons().size()) {
    notes_.push_back("Spikes of " + std::to_string(neurons_.size()) + " of " +
                     std::to_string(neurons.neurons().size()) + " selected neurons were recorded.");
  }
  labels_ = neuron_labels(dataset_, neurons_);
  divisions_[groups] = layer_groups(labels_);
  divisions_[populations] = population_groups(labels_);
  divisions_[interneurons] = interneuron_groups(labels_);
  raster_ = raster_order(labels_);
  if (!labels_.empty() && !have_layers(labels_)) {
    notes_.push_back("The network names no layers; neurons are grouped by population.");
  }
}

void Overview::choose_units() {
  const int block = lgn_input(dataset_);
  has_lgn_ = block >= 0 && dataset_.raw().input_sizes[block] > 0;
  lgn_name_ = block >= 0 ? dataset_.raw().input_names[block] : "lgn";
  const v1e_dataset& raw = dataset_.raw();
  has_rates_ = raw.rate_source_count > 0;
  if (!has_lgn_ && !has_rates_) {
    notes_.push_back("No spikes or rates of LGN units were recorded; their panels are left out.");
    return;
  }
  const std::size_t candidates = has_rates_ ? static_cast<std::size_t>(raw.rate_source_count)
                                            : static_cast<std::size_t>(raw.input_sizes[block]);
  RandomPicks picks;
  for (const std::size_t k :
       picks.without_replacement(candidates, static_cast<std::size_t>(units))) {
    units_.push_back(has_rates_ ? raw.rate_sources[k] : static_cast<std::uint32_t>(k));
  }
  std::sort(units_.begin(), units_.end());
}

void Overview::plan(std::uint32_t pass, v1e::Requests& requests) {
  if (pass > 0) return;
  kinds_.clear();
  v1e_request request{};
  request.stripes = V1E_STRIPE_TRIALS;
  request.source = V1E_SRC_SPIKES;
  request.layout = V1E_LAYOUT_EVENTS;
  const auto add = [&](Kind kind) {
    requests.add(request);
    kinds_.push_back(kind);
  };
  if (!neurons_.empty()) {
    request.neuron_count = neurons_.size();
    request.neurons = neurons_.data();
    add(Kind::spikes);
  }
  request.variable = lgn_name_.c_str();
  request.neuron_count = units_.size();
  request.neurons = units_.data();
  if (has_lgn_ && !units_.empty()) add(Kind::lgn_units);
  request.trial_begin = trial_;
  request.trial_end = trial_ + 1;
  if (has_rates_ && !units_.empty()) {
    request.source = V1E_SRC_RATES;
    request.layout = V1E_LAYOUT_DENSE;
    add(Kind::rates);
  }
  if (has_lgn_) {
    request.source = V1E_SRC_SPIKES;
    request.layout = V1E_LAYOUT_EVENTS;
    request.neuron_count = 0;
    add(Kind::lgn);
  }
}

void Overview::consume(Partial& into, const v1e_chunk& chunk) const {
  const Kind kind = kinds_.at(chunk.request);
  if (kind == Kind::rates) {
    take_rates(into, chunk);
    return;
  }
  if (kind == Kind::spikes) take_spikes(into, chunk);
  if (kind == Kind::spikes && chunk.trial_begin != trial_) return;
  Events& events = kind == Kind::spikes ? into.v1 : kind == Kind::lgn ? into.lgn : into.lgn_units;
  for (std::uint64_t e = 0; e < chunk.event_count; ++e) {
    events.time_ms.push_back(dataset_.dt_ms() * static_cast<double>(chunk.event_step[e]));
    events.neuron.push_back(chunk.event_neuron[e]);
    events.trial.push_back(chunk.event_trial[e]);
  }
}

void Overview::take_spikes(Partial& into, const v1e_chunk& chunk) const {
  TrialSums& sums = into.trials[chunk.trial_begin];
  const std::size_t n = bins();
  for (std::size_t d = 0; d < divisions_.size(); ++d) {
    sums.binned[d].resize(divisions_[d].names.size() * n, 0.0);
  }
  sums.populations.resize(divisions_[populations].names.size(), 0.0);
  for (std::uint64_t e = 0; e < chunk.event_count; ++e) {
    const auto at = std::lower_bound(neurons_.begin(), neurons_.end(), chunk.event_neuron[e]);
    const auto i = static_cast<std::size_t>(at - neurons_.begin());
    sums.populations[static_cast<std::size_t>(divisions_[populations].group_of[i])] += 1.0;
    const std::size_t b = chunk.event_step[e] / static_cast<std::size_t>(bin_steps_);
    if (b >= n) continue;  // the incomplete last bin
    for (std::size_t d = 0; d < divisions_.size(); ++d) {
      if (divisions_[d].group_of.empty() || divisions_[d].group_of[i] < 0) continue;
      sums.binned[d][static_cast<std::size_t>(divisions_[d].group_of[i]) * n + b] += 1.0;
    }
  }
}

void Overview::take_rates(Partial& into, const v1e_chunk& chunk) const {
  const auto* rows = static_cast<const float*>(chunk.dense.data);
  const auto count = static_cast<std::size_t>(chunk.neuron_count);
  into.rates.resize(count);
  for (std::int64_t f = 0; f < chunk.step_count; ++f) {
    for (std::size_t k = 0; k < count; ++k) {
      into.rates[k].push_back(rows[static_cast<std::size_t>(f) * count + k]);
    }
  }
}

void Overview::merge(Partial& into, const Partial& from) const {
  for (const auto& [index, sums] : from.trials) into.trials[index] = sums;
  const auto append = [](Events& to, const Events& more) {
    to.time_ms.insert(to.time_ms.end(), more.time_ms.begin(), more.time_ms.end());
    to.neuron.insert(to.neuron.end(), more.neuron.begin(), more.neuron.end());
    to.trial.insert(to.trial.end(), more.trial.begin(), more.trial.end());
  };
  append(into.v1, from.v1);
  append(into.lgn, from.lgn);
  append(into.lgn_units, from.lgn_units);
  if (!from.rates.empty()) into.rates = from.rates;
}

void Overview::end_pass(std::uint32_t, Partial& merged) { result_ = std::move(merged); }

}  // namespace v1::analyses
