#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "plugins/analyses/classification/classification.hpp"
#include "plugins/analyses/shared/trials/run_conditions.hpp"
#include "plugins/analyses/shared/trials/window_changes.hpp"

namespace v1::analyses {
void Classification::check() const {
  baseline.check();
  response.check();
}

Criterion Classification::rule() const {
  static constexpr Criterion by_index[] = {Criterion::input_current, Criterion::v,
                                           Criterion::firing_rate, Criterion::modulation_index};
  return by_index[criterion.index()];
}

void Classification::begin(const v1e::Dataset& dataset, std::uint32_t index,
                           const std::optional<StaticRun>& still) {
  dataset_ = dataset;
  dataset_index_ = index;
  static_ = still;
  if (static_) {
    notes_.push_back("Classified: **" + dataset_.label() +
                     "**; the baseline is that of the whole trials of **" +
                     static_->dataset.label() + "** with the static grating.");
  }
  frame_.reference = mode.is("reference");
  for (std::size_t k = 0; k < recorded_count; ++k) {
    has_[k] = dataset_.has_state(variables[k].name) &&
              (!static_ || static_->dataset.has_state(variables[k].name));
  }
  has_[after_spike_background] = has_[recurrent] && has_[bottom_up] && has_[total];
  choose_trials();
  choose_windows();
  // With a static grating the baseline is that of the other run.
  if (!static_) warn_across_changes(baseline, dataset_, warnings_);
  warn_across_changes(response, dataset_, warnings_);
  choose_neurons();
  check_criterion();
  frame_.correct_voltage = static_frame_.correct_voltage = correct_voltage && has_spikes_;
  if (has(potential) && correct_voltage && !has_spikes_) {
    warnings_.push_back("Spikes were not recorded, so they could not be removed from v.");
  }
  std::string missing;
  for (std::size_t k = 0; k < recorded_count; ++k) {
    if (!has_[k]) missing += (missing.empty() ? "`" : ", `") + std::string(variables[k].name) + "`";
  }
  if (!missing.empty()) {
    notes_.push_back("Not recorded, so their columns and figures are left out: " + missing +
                     "`. Add them to `[record] variables`.");
    notes_.back().erase(notes_.back().find("``."), 1);
  }
}

void StaticClassification::prepare(const v1e_analysis_env& env) {
  std::vector<v1e::Dataset> datasets;
  for (std::uint32_t d = 0; d < env.dataset_count; ++d) datasets.emplace_back(*env.datasets[d]);
  const RunConditions conditions(datasets, runs.str());
  const auto find = [&](double hz, bool reversed) {
    const RunCondition* run = conditions.grating(direction, hz, reversed);
    if (run) return run->dataset;
    throw v1e::Error(V1E_E_INVALID, "direction",
                     "no run shows a " + std::string(reversed ? "reversed " : "") + "grating of " +
                         plain_number(direction) + " deg and " + plain_number(hz) +
                         " Hz; there are " + conditions.list() +
                         ". Simulate it in a [[sweep]], or give v1engine analyze both runs");
  };
  const std::uint32_t moving = find(frequency, reverse), still = find(0.0, false);
  begin(datasets[moving], moving, StaticRun{datasets[still], still});
}

void Classification::choose_trials() {
  const auto used = [&](const v1e::Dataset& dataset) {
    const std::uint32_t all = dataset.trials();
    return trials == 0 ? all : std::min(all, static_cast<std::uint32_t>(trials));
  };
  frame_.trial_begin = skip_first_trial ? 1 : 0;
  frame_.trial_end = used(dataset_);
  static_frame_.trial_begin = frame_.trial_begin;
  static_frame_.trial_end = static_ ? used(static_->dataset) : frame_.trial_end;
  if (frame_.trial_begin < frame_.trial_end &&
      static_frame_.trial_begin < static_frame_.trial_end) {
    return;
  }
  throw v1e::Error(V1E_E_INVALID, "skip_first_trial",
                   "no trial is left once the first of " + std::to_string(frame_.trial_end) +
                       " is skipped, so the baseline and response windows are empty; simulate "
                       "more trials or set skip_first_trial = false");
}

void Classification::choose_windows() {
  frame_.set_steps(dataset_.steps(), dataset_.dt_ms());
  baseline.fit({dataset_});
  response.fit({dataset_});
  const StepWindow before = step_window(baseline, frame_.dt_ms);
  const StepWindow during = step_window(response, frame_.dt_ms);
  frame_.baseline_begin = before.begin;
  frame_.baseline_end = before.end;
  frame_.response_begin = during.begin;
  frame_.response_end = during.end;
  if (!static_) return;
  const Frame chosen = static_frame_;
  static_frame_ = frame_;
  static_frame_.trial_begin = chosen.trial_begin;
  static_frame_.trial_end = chosen.trial_end;
  static_frame_.steps = static_->dataset.steps();
  static_frame_.baseline_begin = 0;
  static_frame_.baseline_end = static_frame_.steps;
  static_frame_.response_begin = static_frame_.response_end = 0;
}

// The members of the population whose state was recorded: the core in a run of the full column.
void Classification::choose_neurons() {
  if (!population.resolved()) {
    throw v1e::Error(V1E_E_STATE, "population", "the selection was not resolved by the engine");
  }
  const bool any_state = std::any_of(has_.begin(), has_.end(), [](bool b) { return b; });
  neurons_ = population.neurons();
  if (neurons_.empty()) {
    const std::vector<std::string> all = v1e::texts(dataset_.type_column("population"));
    std::string known;
    for (const std::string& one : std::set<std::string>(all.begin(), all.end())) {
      known += (known.empty() ? "" : ", ") + one;
    }
    throw v1e::Error(V1E_E_INVALID, "population",
                     "no neuron belongs to '" + population.text() + "'; known are " + known);
  }
  const std::size_t wanted = neurons_.size();
  std::vector<std::uint32_t> within;
  const std::vector<double> radius = v1e::numbers(dataset_.neuron_column("radius"));
  if (any_state) {
    within = dataset_.state_neurons();
  } else {
    for (std::uint32_t i = 0; i < dataset_.neurons(); ++i) {
      if (radius.empty() || radius[i] < 400.0) within.push_back(i);
    }
  }
  core_ = within;
  std::vector<std::uint32_t> kept;
  std::set_intersection(neurons_.begin(), neurons_.end(), within.begin(), within.end(),
                        std::back_inserter(kept));
  neurons_ = std::move(kept);
  if (neurons_.empty()) {
    throw v1e::Error(V1E_E_INVALID, "population",
                     "nothing was recorded of the neurons in '" + population.text() +
                         "'; widen [record] variables_of to cover them");
  }
  if (neurons_.size() < wanted) {
    notes_.push_back(std::to_string(neurons_.size()) + " of " + std::to_string(wanted) +
                     " neurons of " + population.text() +
                     " are analysed: those in the core, or whose state was recorded.");
  }
  const std::vector<double> stored = v1e::numbers(dataset_.neuron_column("spikes_stored"));
  has_spikes_ = stored.empty() || std::all_of(neurons_.begin(), neurons_.end(),
                                              [&](std::uint32_t i) { return stored[i] != 0.0; });
  std::vector<std::uint32_t> with_spikes;
  for (const std::uint32_t i : core_) {
    if (stored.empty() || stored[i] != 0.0) with_spikes.push_back(i);
  }
  others_.choose(dataset_, other_populations.values(), with_spikes);
  const std::vector<double> angle = v1e::numbers(dataset_.neuron_column("tuning_angle"));
  const std::vector<double> rheobase = dataset_.by_neuron("rheobase");
  for (const std::uint32_t i : neurons_) {
    angle_.push_back(angle.empty() ? std::numeric_limits<double>::quiet_NaN() : angle[i]);
    rheobase_.push_back(rheobase.empty() ? std::numeric_limits<double>::quiet_NaN() : rheobase[i]);
  }
}

void Classification::check_criterion() const {
  const auto require = [&](bool there, const std::string& what, const std::string& cure) {
    if (there || !classify_neurons) return;
    throw v1e::Error(V1E_E_INVALID, "criterion",
                     "the criterion '" + criterion.text() + "' needs " + what +
                         ", which was not recorded (recorded: " + dataset_.state_names() + "); " +
                         cure);
  };
  switch (rule()) {
    case Criterion::input_current:
      require(has(total), "input_current", "add \"input_current\" to [record] variables");
      break;
    case Criterion::v:
      require(has(potential), "v", "add \"v\" to [record] variables");
      break;
    default:
      require(has_spikes_, "spikes", "widen [record] spikes to cover the population");
  }
}

void Classification::plan(std::uint32_t pass, v1e::Requests& requests) {
  const bool any_state = has(potential) || has(recurrent) || has(bottom_up) || has(total);
  request_kind_.clear();
  if (pass == 0) {
    plan_population(dataset_index_, frame_, pass, requests);
    if (static_) plan_population(static_->index, static_frame_, pass, requests);
    plan_others(requests);
  }
  if (pass == 1 && any_state) plan_population(dataset_index_, frame_, pass, requests);
  if (pass == single_pass()) plan_singles(requests);
}

void Classification::plan_population(std::uint32_t dataset, const Frame& frame, std::uint32_t pass,
                                     v1e::Requests& requests) {
  const bool of_static = &frame == &static_frame_;
  v1e_request request{};
  request.dataset = dataset;
  request.stripes = V1E_STRIPE_NEURONS;
  request.group = of_static ? 2 : 1;
  request.trial_begin = frame.trial_begin;
  request.trial_end = frame.trial_end;
  request.neuron_count = neurons_.size();
  request.neurons = neurons_.data();
  // Spikes first: the potentials need them.
  if (has_spikes_ && (pass == 0 || (has(potential) && frame_.correct_voltage))) {
    add_spikes(request, {-1, of_static, false}, requests);
  }
  add_variables(request, of_static, requests);
}

void Classification::add_spikes(v1e_request request, const RequestKind& kind,
                                v1e::Requests& requests) {
  request.source = V1E_SRC_SPIKES;
  request.layout = V1E_LAYOUT_EVENTS;
  requests.add(request);
  request_kind_.push_back(kind);
}

void Classification::add_variables(v1e_request request, bool of_static, v1e::Requests& requests) {
  request.source = V1E_SRC_STATE;
  request.layout = V1E_LAYOUT_DENSE;
  for (std::size_t k = 0; k < recorded_count; ++k) {
    if (!has_[k]) continue;
    request.variable = variables[k].name.data();
    requests.add(request);
    request_kind_.push_back({static_cast<int>(k), of_static, false});
  }
}

void Classification::plan_others(v1e::Requests& requests) {
  if (others_.neurons().empty()) return;
  v1e_request request{};
  request.dataset = dataset_index_;
  request.stripes = V1E_STRIPE_NEURONS;
  request.trial_begin = frame_.trial_begin;
  request.trial_end = frame_.trial_end;
  request.neuron_count = others_.neurons().size();
  request.neurons = others_.neurons().data();
  add_spikes(request, {-1, false, true}, requests);
}

// The neurons with a figure of their own, all variables again.
void Classification::plan_singles(v1e::Requests& requests) {
  if (single_.empty()) return;
  v1e_request request{};
  request.dataset = dataset_index_;
  request.stripes = V1E_STRIPE_NEURONS;
  request.group = 3;
  request.trial_begin = frame_.trial_begin;
  request.trial_end = frame_.trial_end;
  request.neuron_count = single_positions_.size();
  request.neurons = single_positions_.data();
  if (has_spikes_) add_spikes(request, {}, requests);
  add_variables(request, false, requests);
}

}  // namespace v1::analyses
