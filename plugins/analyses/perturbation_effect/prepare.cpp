#include <algorithm>
#include <limits>
#include <set>

#include "plugins/analyses/perturbation_effect/perturbation_effect.hpp"
#include "plugins/analyses/shared/report/counted.hpp"
#include "plugins/analyses/shared/trials/run_conditions.hpp"
#include "plugins/analyses/shared/trials/trial_noise.hpp"

namespace v1::analyses {
namespace {

const v1e_column* trial_column(const v1e::Dataset& dataset, const std::string& name) {
  return v1e::find_column(dataset.raw().trial_columns, dataset.raw().trial_column_count, name);
}

std::string column_names(const v1e_analysis_env& env) {
  std::set<std::string> names;
  for (std::uint32_t d = 0; d < env.dataset_count; ++d) {
    const v1e_dataset& raw = *env.datasets[d];
    for (std::uint64_t c = 0; c < raw.trial_column_count; ++c) {
      names.insert(raw.trial_columns[c]->name);
    }
  }
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return out;
}

}  // namespace

void PerturbationEffect::check() const { window.check(); }

void PerturbationEffect::prepare(const v1e_analysis_env& env) {
  choose_runs(env);
  window.fit(datasets_, BeyondTrials::whole_trial);
  choose_levels();
  find_other_differences();
  choose_neurons();
  choose_directions();
}

// Runs that have the column of the perturbation, and unperturbed ones without it that tell the
// same conditions; all where no column is named.
void PerturbationEffect::choose_runs(const v1e_analysis_env& env) {
  std::vector<std::uint32_t> considered, with_column;
  for (std::uint32_t d = 0; d < env.dataset_count; ++d) {
    const v1e::Dataset dataset(*env.datasets[d]);
    if (dataset.label().find(runs.str()) == std::string::npos) continue;
    considered.push_back(d);
    if (trial_column(dataset, perturbation.str())) with_column.push_back(d);
  }
  std::vector<std::string> told;  // conditions that all perturbed runs tell
  for (const std::string& key : conditions.values()) {
    const bool everywhere =
        std::all_of(with_column.begin(), with_column.end(), [&](std::uint32_t d) {
          return trial_column(v1e::Dataset(*env.datasets[d]), key) != nullptr;
        });
    if (everywhere) told.push_back(key);
  }
  for (const std::uint32_t d : considered) {
    const v1e::Dataset dataset(*env.datasets[d]);
    const bool has_column =
        std::find(with_column.begin(), with_column.end(), d) != with_column.end();
    const bool tells_all = std::all_of(told.begin(), told.end(), [&](const std::string& key) {
      return trial_column(dataset, key) != nullptr;
    });
    const bool plain = !swept_beside_stimulus(dataset);
    const bool usable =
        perturbation.empty() || has_column || (!with_column.empty() && plain && tells_all);
    if (!usable) continue;
    datasets_.push_back(dataset);
    index_.push_back(d);
  }
  if (datasets_.empty()) {
    throw v1e::Error(
        V1E_E_INVALID, perturbation.empty() ? "runs" : "perturbation",
        "no run has the trial column '" + perturbation.str() + "'; there are " + column_names(env));
  }
  if (datasets_.size() < 2 && perturbation.empty()) {
    throw v1e::Error(V1E_E_INVALID, "runs",
                     "a control run and a perturbed one are needed, there is only '" +
                         datasets_.front().label() +
                         "'; sweep the strength of an input, or give v1engine analyze two runs");
  }
  for (const v1e::Dataset& dataset : datasets_) {
    if (dataset.raw().seed == datasets_.front().raw().seed) continue;
    throw v1e::Error(V1E_E_INVALID, "runs",
                     "'" + datasets_.front().label() + "' and '" + dataset.label() +
                         "' have different seeds; pairs must see the same noise");
  }
}

// Level 0 is the control; the others ascend.
void PerturbationEffect::choose_levels() {
  std::vector<double> strength;
  for (const v1e::Dataset& dataset : datasets_) {
    if (perturbation.empty()) {
      strength.push_back(static_cast<double>(strength.size()));
      continue;
    }
    const v1e_column* column = trial_column(dataset, perturbation.str());
    if (!column) {
      strength.push_back(control);
      continue;
    }
    const std::vector<double> values = v1e::numbers(column);
    if (values.empty() || values.front() != values.back()) {
      throw v1e::Error(V1E_E_INVALID, "perturbation",
                       "'" + perturbation.str() + "' differs between the trials of '" +
                           dataset.label() + "'; expected one run per strength");
    }
    strength.push_back(values.front());
    strength_unit_ = column->unit;
  }
  const double reference = perturbation.empty() ? 0.0 : double{control};
  std::vector<double> distinct = strength;
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  const auto at = std::find(distinct.begin(), distinct.end(), reference);
  if (at == distinct.end() || distinct.size() < 2) {
    std::string found;
    for (const double one : distinct) found += (found.empty() ? "" : ", ") + plain_number(one);
    throw v1e::Error(V1E_E_INVALID, "control",
                     "expected runs with " + perturbation.str() + " = " + plain_number(reference) +
                         " and runs with other values, found " + found);
  }
  distinct.erase(at);
  distinct.insert(distinct.begin(), reference);
  for (const double one : distinct) {
    Level& level = levels_.emplace_back();
    const auto run = static_cast<std::size_t>(std::find(strength.begin(), strength.end(), one) -
                                              strength.begin());
    level.label = perturbation.empty() ? datasets_[run].label() : plain_number(one);
    level.strength = perturbation.empty() ? std::numeric_limits<double>::quiet_NaN() : one;
  }
  for (const double one : strength) {
    level_of_.push_back(static_cast<std::size_t>(std::find(distinct.begin(), distinct.end(), one) -
                                                 distinct.begin()));
  }
  conditions_ = find_conditions(datasets_, conditions.values(), skip_first_trial);
  if (!conditions_.note.empty()) notes_.push_back(conditions_.note);
  pair_trials();
  for (std::size_t l = 1; l < levels_.size(); ++l) {
    for (std::size_t c = 0; c < conditions_.size(); ++c) {
      if (trials_.contains({l, c})) levels_[l].shared.push_back(c);
    }
    if (levels_[l].shared.empty()) {
      throw v1e::Error(V1E_E_INVALID, "conditions",
                       "no control run shows what the runs with '" + levels_[l].label +
                           "' show; leave columns out of `conditions` or simulate the pair");
    }
    if (levels_[l].shared.size() < conditions_.size()) {
      notes_.push_back(std::to_string(levels_[l].shared.size()) + " of " +
                       std::to_string(conditions_.size()) + " conditions are paired for '" +
                       levels_[l].label + "'; the others are left out.");
    }
  }
}

// Pairs are trials of one number, which see the same noise: a trial that only one side has (a run
// that was stopped) does not count. Where the sides show a condition in different trials, all do.
void PerturbationEffect::pair_trials() {
  const std::vector<std::vector<Noise>> noise = find_noise(datasets_);
  std::map<Cell, std::multimap<Noise, TrialKey>> shown;
  for (const auto& [key, condition] : conditions_.of_trial) {
    shown[{level_of_[key.first], condition}].emplace(noise[key.first][key.second], key);
  }
  std::size_t alone = 0;
  for (std::size_t l = 1; l < levels_.size(); ++l) {
    for (std::size_t c = 0; c < conditions_.size(); ++c) {
      const auto with = shown.find({l, c}), without = shown.find({0, c});
      if (with == shown.end() || without == shown.end()) continue;
      const auto count = [&](const auto& side, const auto& other, const Cell& cell, bool all) {
        for (const auto& [heard, key] : side) {
          if (!all && !other.contains(heard)) {
            ++alone;
            continue;
          }
          cells_of_trial_[key].push_back(cell);
          ++trials_[cell];
        }
      };
      const bool none =
          std::none_of(with->second.begin(), with->second.end(),
                       [&](const auto& trial) { return without->second.contains(trial.first); });
      count(with->second, without->second, {l, c}, none);
      count(without->second, with->second, {place_of_control(l), c}, none);
    }
  }
  if (alone == 0) return;
  notes_.push_back("Pairs are trials of the same number; left out: " + counted(alone, "trial") +
                   " that only one side has.");
}

// Of runs that also differ in another swept key, such as the target of an input, it is not known
// which of both made the change.
void PerturbationEffect::find_other_differences() {
  if (perturbation.empty()) return;
  std::map<std::string, std::set<std::string>> values;  // of the keys, in all runs
  for (const v1e::Dataset& dataset : datasets_) {
    const v1e_dataset& raw = dataset.raw();
    for (std::uint64_t c = 0; c < raw.trial_column_count; ++c) {
      const std::string key = raw.trial_columns[c]->name;
      const bool known = key == perturbation.str() ||
                         std::find(conditions_.columns.begin(), conditions_.columns.end(), key) !=
                             conditions_.columns.end();
      if (!known && is_key_beside_stimulus(key)) values[key];
    }
  }
  std::string differing;
  for (auto& [key, found] : values) {
    for (const v1e::Dataset& dataset : datasets_) {
      const v1e_column* column = trial_column(dataset, key);
      if (!column) {
        found.insert("not set");
      } else if (column->values.dtype == V1E_STR) {
        for (const std::string& text : v1e::texts(column)) found.insert(text);
      } else {
        for (const double number : v1e::numbers(column)) found.insert(plain_number(number));
      }
    }
    if (found.size() < 2) continue;
    std::string list;
    for (const std::string& one : found) list += (list.empty() ? "" : ", ") + one;
    differing += (differing.empty() ? "" : ", ") + key + " (" + list + ")";
  }
  if (differing.empty()) return;
  warnings_.push_back("The runs differ in more than the perturbation: " + differing +
                      ". Choose those of one kind by a part of their names (`runs`), or name the "
                      "column in `conditions`.");
}

void PerturbationEffect::choose_neurons() {
  if (!targets.resolved()) {
    throw v1e::Error(V1E_E_STATE, "targets", "the selection was not resolved by the engine");
  }
  neurons_ = choose_spike_neurons(
      neurons, datasets_, group.is("population") ? Grouping::population : Grouping::cell_class);
  for (const std::uint32_t i : neurons_.positions) {
    is_target_.push_back(std::binary_search(targets.neurons().begin(), targets.neurons().end(), i));
  }
  for (std::size_t g = 0; g < neurons_.groups.size(); ++g) {
    for (const bool target : {false, true}) {
      Cohort cohort{neurons_.groups[g] + (target ? " (targets)" : ""), target, {}};
      for (std::size_t i = 0; i < neurons_.size(); ++i) {
        if (neurons_.group_of[i] == g && is_target_[i] == target) cohort.members.push_back(i);
      }
      if (!cohort.members.empty()) cohorts_.push_back(std::move(cohort));
    }
  }
}

// Selectivity needs pairs in directions all round, and nothing else that varies.
void PerturbationEffect::choose_directions() {
  const auto column =
      std::find(conditions_.columns.begin(), conditions_.columns.end(), direction.str());
  if (column == conditions_.columns.end()) return;
  const auto c = static_cast<std::size_t>(column - conditions_.columns.begin());
  std::vector<std::pair<double, std::size_t>> shown;
  for (std::size_t k = 0; k < conditions_.size(); ++k) {
    const bool everywhere =
        std::all_of(levels_.begin() + 1, levels_.end(), [&](const Level& level) {
          return std::find(level.shared.begin(), level.shared.end(), k) != level.shared.end();
        });
    if (everywhere) shown.emplace_back(conditions_.values[k][c], k);
  }
  std::sort(shown.begin(), shown.end());
  std::vector<double> degrees;
  for (const auto& [angle, k] : shown) degrees.push_back(angle);
  const bool unique = std::adjacent_find(degrees.begin(), degrees.end()) == degrees.end();
  if (!unique || degrees.size() < 4 || !Directions(degrees).evenly_spaced()) return;
  directions_ = Directions(degrees);
  for (const auto& [angle, k] : shown) condition_of_direction_.push_back(k);
}

}  // namespace v1::analyses
