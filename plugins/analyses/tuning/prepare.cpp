#include <cmath>
#include <limits>
#include <set>

#include "plugins/analyses/shared/trials/trial_conditions.hpp"
#include "plugins/analyses/shared/trials/trial_noise.hpp"
#include "plugins/analyses/tuning/tuning.hpp"

namespace v1::analyses {
void Tuning::check() const {
  evoked.check();
  spontaneous.check();
}

void Tuning::prepare(const v1e_analysis_env& env) {
  for (std::uint32_t d = 0; d < env.dataset_count; ++d) datasets_.emplace_back(*env.datasets[d]);
  if (!reference.empty()) reference_ = ReferenceTable::read(reference.str());
  if (!units.empty()) units_ = UnitTable::read(units.str());
  evoked.fit(datasets_, BeyondTrials::whole_trial);
  spontaneous.fit(datasets_);
  choose_neurons();
  choose_conditions();
}

void Tuning::choose_neurons() {
  neurons_ = choose_spike_neurons(neurons, datasets_);
  const auto angle = v1e::numbers(datasets_.front().neuron_column("tuning_angle"));
  for (const std::uint32_t i : neurons_.positions) {
    tuning_angle_.push_back(angle.empty() ? std::numeric_limits<double>::quiet_NaN() : angle[i]);
  }
  const auto x = v1e::numbers(datasets_.front().neuron_column("x"));
  const auto z = v1e::numbers(datasets_.front().neuron_column("z"));
  for (const std::uint32_t i : neurons_.positions) {
    if (x.empty() || z.empty()) break;
    x_.push_back(x[i]);
    z_.push_back(z[i]);
  }
}

// The direction of every trial; one direction "0" for all trials where none is known.
void Tuning::choose_conditions() {
  std::map<TrialKey, double> shown;
  bool any_column = false;
  std::set<double> distinct;
  require_runs(datasets_, runs.str());
  for (std::uint32_t d = 0; d < datasets_.size(); ++d) {
    if (!run_named(datasets_[d], runs.str())) continue;
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
  const bool known = !distinct.empty();
  if (!known) {
    notes_.push_back((any_column ? "No trial has a direction"
                                 : "The runs have no trial column `" + direction.str() + "`") +
                     std::string(", so only rates are reported."));
    distinct.insert(0.0);
    for (auto& [key, angle] : shown) angle = 0.0;
  }
  directions_ = Directions({distinct.begin(), distinct.end()});
  std::vector<std::vector<TrialKey>> trials(directions_.size());
  for (const auto& [key, angle] : shown) {
    TrialCondition& condition = conditions_[key];
    if (!std::isfinite(angle)) continue;
    condition.used = true;
    condition.direction =
        static_cast<std::size_t>(std::distance(distinct.begin(), distinct.find(angle)));
    trials[condition.direction].push_back(key);
  }
  line_up_noise(find_noise(datasets_), trials);
  for (const std::vector<TrialKey>& of_direction : trials) {
    repetitions_.push_back(of_direction.size());
    for (std::size_t r = 0; r < of_direction.size(); ++r) {
      conditions_[of_direction[r]].repetition = r;
    }
  }
  std::map<TrialKey, std::size_t> averaged;
  for (const auto& [key, condition] : conditions_) {
    if (condition.used && known) averaged[key] = condition.direction;
  }
  if (const std::string mixed = differing_columns(datasets_, averaged); !mixed.empty()) {
    warnings_.push_back("Trials of the same direction differ in " + mixed +
                        " and are averaged; `runs` takes only runs whose name contains its text.");
  }
  if (selective() && !directions_.evenly_spaced()) {
    warnings_.push_back(
        std::to_string(directions_.size()) +
        " directions that do not cover 360 degrees evenly: OSI and DSI are biased.");
  }
}

}  // namespace v1::analyses
