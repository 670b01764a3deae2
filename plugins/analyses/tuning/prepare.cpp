#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "plugins/analyses/tuning/tuning.hpp"

namespace v1::analyses {
namespace {

void check_window(const v1e::FloatList& window, const char* key) {
  const std::vector<double>& values = window.values();
  if (values.size() != 2 || !(values[0] < values[1])) {
    throw v1e::Error(V1E_E_INVALID, key, "expected two times in ms, the earlier one first");
  }
}

}  // namespace

void Tuning::check() const {
  check_window(evoked, "evoked");
  check_window(spontaneous, "spontaneous");
}

void Tuning::prepare(const v1e_analysis_env& env) {
  for (std::uint32_t d = 0; d < env.dataset_count; ++d) datasets_.emplace_back(*env.datasets[d]);
  if (!reference.empty()) reference_ = ReferenceTable::read(reference.str());
  check_windows();
  choose_neurons();
  choose_conditions();
}

void Tuning::check_windows() const {
  const auto check = [&](const v1e::FloatList& window, const char* key) {
    for (const v1e::Dataset& dataset : datasets_) {
      if (window.values()[1] <= dataset.duration_ms() + 1e-9) continue;
      throw v1e::Error(V1E_E_INVALID, key,
                       "the window ends at " + std::to_string(std::lround(window.values()[1])) +
                           " ms, but trials of '" + dataset.label() + "' last " +
                           std::to_string(std::lround(dataset.duration_ms())) + " ms");
    }
  };
  check(evoked, "evoked");
  check(spontaneous, "spontaneous");
}

// Neurons whose spikes were stored in every run.
void Tuning::choose_neurons() {
  if (!neurons.resolved()) {
    throw v1e::Error(V1E_E_STATE, "neurons", "the selection was not resolved by the engine");
  }
  std::vector<std::vector<double>> stored;
  for (const v1e::Dataset& dataset : datasets_) {
    stored.push_back(v1e::numbers(dataset.neuron_column("spikes_stored")));
  }
  for (const std::uint32_t i : neurons.neurons()) {
    const bool everywhere = std::all_of(stored.begin(), stored.end(), [&](const auto& column) {
      return column.empty() || column[i] != 0.0;
    });
    if (everywhere) neurons_.push_back(i);
  }
  if (neurons_.empty()) {
    throw v1e::Error(V1E_E_INVALID, "neurons",
                     "no spikes of the neurons in '" + neurons.text() +
                         "' were recorded; widen [record] spikes to cover them");
  }
  if (neurons_.size() < neurons.neurons().size()) {
    notes_.push_back("Spikes of " + std::to_string(neurons_.size()) + " of " +
                     std::to_string(neurons.neurons().size()) + " selected neurons were recorded.");
  }
  const v1e::Dataset& first = datasets_.front();
  const auto population = v1e::texts(first.neuron_column("population"));
  const auto angle = v1e::numbers(first.neuron_column("tuning_angle"));
  std::map<std::string, std::size_t> index_of;
  std::set<std::string> present;
  for (const std::uint32_t i : neurons_) present.insert(population.at(i));
  for (const std::string& one : v1e::texts(first.type_column("population"))) {
    if (present.contains(one) && index_of.emplace(one, populations_.size()).second) {
      populations_.push_back(one);
    }
  }
  for (const std::uint32_t i : neurons_) {
    population_of_.push_back(index_of.at(population[i]));
    tuning_angle_.push_back(angle.empty() ? std::numeric_limits<double>::quiet_NaN() : angle[i]);
  }
}

// The direction of every trial; one direction "0" for all trials where none is known.
void Tuning::choose_conditions() {
  std::map<TrialKey, double> shown;
  bool any_column = false;
  std::set<double> distinct;
  for (std::uint32_t d = 0; d < datasets_.size(); ++d) {
    const v1e_dataset& raw = datasets_[d].raw();
    const v1e_column* column =
        v1e::find_column(raw.trial_columns, raw.trial_column_count, direction.str());
    const std::vector<double> values = v1e::numbers(column);
    any_column = any_column || column != nullptr;
    for (std::uint32_t t = skip_first_trial ? 1 : 0; t < datasets_[d].trials(); ++t) {
      const double angle = t < values.size() ? values[t] : std::numeric_limits<double>::quiet_NaN();
      shown[{d, t}] = angle;
      if (std::isfinite(angle)) distinct.insert(angle);
    }
  }
  if (shown.empty()) {
    throw v1e::Error(V1E_E_INVALID, "skip_first_trial",
                     "no trial is left; simulate more trials or set skip_first_trial = false");
  }
  if (distinct.empty()) {
    notes_.push_back((any_column ? "No trial has a direction"
                                 : "The runs have no trial column `" + direction.str() + "`") +
                     std::string(", so only rates are reported."));
    distinct.insert(0.0);
    for (auto& [key, angle] : shown) angle = 0.0;
  }
  directions_ = Directions({distinct.begin(), distinct.end()});
  repetitions_.assign(directions_.size(), 0);
  for (const auto& [key, angle] : shown) {
    TrialCondition& condition = conditions_[key];
    if (!std::isfinite(angle)) continue;
    condition.used = true;
    condition.direction =
        static_cast<std::size_t>(std::distance(distinct.begin(), distinct.find(angle)));
    condition.repetition = repetitions_[condition.direction]++;
  }
  if (selective() && !directions_.evenly_spaced()) {
    warnings_.push_back(
        std::to_string(directions_.size()) +
        " directions that do not cover 360 degrees evenly: OSI and DSI are biased.");
  }
}

}  // namespace v1::analyses
