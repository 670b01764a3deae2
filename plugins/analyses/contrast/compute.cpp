#include <algorithm>
#include <cmath>
#include <set>

#include "plugins/analyses/contrast/contrast.hpp"
#include "plugins/analyses/shared/statistics/random_picks.hpp"
#include "plugins/analyses/shared/statistics/statistics.hpp"
#include "plugins/analyses/shared/statistics/undefined.hpp"

namespace v1::analyses {
namespace {

std::vector<double> trial_column(const v1e::Dataset& dataset, const std::string& name) {
  const v1e_dataset& raw = dataset.raw();
  const v1e_column* column = v1e::find_column(raw.trial_columns, raw.trial_column_count, name);
  if (column == nullptr || column->values.dtype == V1E_STR) return {};
  return v1e::numbers(column);
}

}  // namespace

void Contrast::check() const {
  evoked.check();
  spontaneous.check();
}

void Contrast::prepare(const v1e_analysis_env& env) {
  for (std::uint32_t d = 0; d < env.dataset_count; ++d) datasets_.emplace_back(*env.datasets[d]);
  evoked.fit(datasets_, BeyondTrials::whole_trial);
  chosen_ = choose_spike_neurons(neurons, datasets_, static_cast<Grouping>(group.index()));
  for (const v1e::Dataset& dataset : datasets_) {
    if (!trial_column(dataset, contrast.str()).empty()) continue;
    throw v1e::Error(V1E_E_INVALID, "contrast",
                     "'" + dataset.label() + "' has no trial column '" + contrast.str() +
                         "' with numbers; show gratings, or name the column");
  }
  find_blanks();
  conditions_ = find_conditions(datasets_, {contrast.str(), direction.str()}, skip_first_trial);
  if (!conditions_.note.empty()) notes_.push_back(conditions_.note);
  sort_conditions();
  if (blanks_.empty()) spontaneous.fit(datasets_);
}

// Trials without a grating: no contrast, or one of 0.
void Contrast::find_blanks() {
  for (std::uint32_t d = 0; d < datasets_.size(); ++d) {
    const std::vector<double> values = trial_column(datasets_[d], contrast.str());
    for (std::uint32_t t = skip_first_trial ? 1 : 0; t < datasets_[d].trials(); ++t) {
      if (std::isnan(values.at(t)) || values[t] == 0.0) blanks_.push_back({d, t});
    }
  }
  if (blanks_.size() < 2) {
    blanks_.clear();
    notes_.push_back(
        "No blank trials were shown (contrast 0 or none), so spontaneous rates are those of the "
        "window `spontaneous` of all trials.");
  }
}

void Contrast::sort_conditions() {
  const bool by_direction = conditions_.columns.size() == 2;
  std::set<double> contrasts, shown;
  for (const auto& values : conditions_.values) {
    if (values[0] == 0.0) continue;
    contrasts.insert(values[0]);
    if (by_direction) shown.insert(values[1]);
  }
  if (contrasts.size() < 2) {
    throw v1e::Error(V1E_E_INVALID, "contrast",
                     "expected gratings of two contrasts or more, found " +
                         std::to_string(contrasts.size()) +
                         "; vary the contrast in a stimulus block or a sweep");
  }
  contrasts_.assign(contrasts.begin(), contrasts.end());
  condition_of_.resize(contrasts_.size());
  for (std::size_t c = 0; c < conditions_.size(); ++c) {
    const auto at =
        std::lower_bound(contrasts_.begin(), contrasts_.end(), conditions_.values[c][0]);
    if (conditions_.values[c][0] == 0.0) continue;
    condition_of_[static_cast<std::size_t>(at - contrasts_.begin())].push_back(c);
  }
  const bool complete = std::all_of(condition_of_.begin(), condition_of_.end(),
                                    [&](const auto& one) { return one.size() == shown.size(); });
  if (by_direction && complete) directions_ = Directions({shown.begin(), shown.end()});
  if (!has_directions()) {
    notes_.push_back(
        "Not all contrasts were shown in directions that cover 360 degrees evenly, so "
        "there is no selectivity.");
  }
}

void Contrast::plan(std::uint32_t pass, v1e::Requests& requests) {
  if (pass > 0) return;
  for (std::uint32_t d = 0; d < datasets_.size(); ++d) requests.add(spikes_request(d, chosen_, 0));
}

void Contrast::consume(Partial& into, const v1e_chunk& chunk) const {
  const double dt_ms = datasets_[chunk.request].dt_ms();
  into.evoked.add(chunk, chunk.request, chosen_, step_window(evoked, dt_ms));
  if (blanks_.empty()) {
    into.spontaneous.add(chunk, chunk.request, chosen_, step_window(spontaneous, dt_ms));
  }
}

void Contrast::merge(Partial& into, const Partial& from) const {
  into.evoked.merge(from.evoked);
  into.spontaneous.merge(from.spontaneous);
}

void Contrast::end_pass(std::uint32_t, Partial& merged) {
  if (!merged.evoked.any()) notes_.push_back("None of the neurons fired in the window `evoked`.");
  values_.assign(chosen_.size() * contrasts_.size(), {});
  spontaneous_rate_.assign(chosen_.size(), 0.0);
  for (std::size_t i = 0; i < chosen_.size(); ++i) measure(i, merged);
  summarise();
  shown_ = heatmap_neurons();
  for (const std::size_t i : shown_) {
    responses_.push_back(
        stimulus_means(merged.evoked.responses(conditions_, i, window_seconds(evoked))));
  }
}

void Contrast::measure(std::size_t neuron, const Partial& counts) {
  const double evoked_s = window_seconds(evoked);
  const double still_s = blanks_.empty() ? window_seconds(spontaneous) : evoked_s;
  std::vector<double> still;
  for (const TrialKey& trial : blanks_) still.push_back(counts.evoked.count(trial, neuron));
  if (blanks_.empty()) {
    for (const auto& [trial, condition] : conditions_.of_trial) {
      still.push_back(counts.spontaneous.count(trial, neuron));
    }
  }
  spontaneous_rate_[neuron] = mean(still) / still_s;
  const Responses all = counts.evoked.responses(conditions_, neuron, evoked_s);
  for (std::size_t c = 0; c < contrasts_.size(); ++c) {
    Responses shown;
    std::vector<double> driven;
    for (const std::size_t condition : condition_of_[c]) {
      shown.push_back(all[condition]);
      for (const double rate : all[condition]) driven.push_back(rate * evoked_s);
    }
    Value& v = values_[neuron * contrasts_.size() + c];
    const std::vector<double> curve = stimulus_means(shown);
    v.rate = mean(curve);
    v.p = response_p(driven, evoked_s, still, still_s);
    v.reliability = split_half_reliability(shown);
    v.sparsity = sparsity(curve);
    v.osi = v.dsi = undefined;
    if (!has_directions()) continue;
    const Selectivity s = selectivity(directions_, curve);
    v.osi = s.osi;
    v.dsi = s.dsi;
  }
}

void Contrast::summarise() {
  for (std::size_t g = 0; g < chosen_.groups.size(); ++g) {
    std::vector<double> curve;
    for (std::size_t c = 0; c < contrasts_.size(); ++c) {
      std::vector<double> rate, osi, reliability, sparse;
      std::size_t tested = 0, positive = 0, negative = 0;
      for (std::size_t i = 0; i < chosen_.size(); ++i) {
        if (chosen_.group_of[i] != g) continue;
        const Value& v = value(i, c);
        rate.push_back(v.rate);
        osi.push_back(v.osi);
        reliability.push_back(v.reliability);
        sparse.push_back(v.sparsity);
        // A silent neuron was tested too: it does not respond.
        ++tested;
        positive += v.p < level ? 1 : 0;
        negative += 1.0 - v.p < level ? 1 : 0;
      }
      Row row;
      row.group = g;
      row.contrast = c;
      row.tested = tested;
      row.rate = mean(rate);
      row.rate_sem = sem(rate);
      osi = without_nan(osi);
      row.osi = mean(osi);
      row.osi_sem = sem(osi);
      reliability = without_nan(reliability);
      row.reliability = mean(reliability);
      row.reliability_sem = sem(reliability);
      row.sparsity = mean(without_nan(sparse));
      const auto n = static_cast<double>(tested);
      row.positive = static_cast<double>(positive) / n;
      row.negative = static_cast<double>(negative) / n;
      row.positive_error = std::sqrt(row.positive * (1.0 - row.positive) / n);
      row.negative_error = std::sqrt(row.negative * (1.0 - row.negative) / n);
      rows_.push_back(row);
      curve.push_back(row.rate);
    }
    fits_.push_back(fit_contrast_curve(contrasts_, curve));
  }
}

// Excitatory neurons, sorted by the direction the network prepared them for, where it is known.
std::vector<std::size_t> Contrast::heatmap_neurons() const {
  const v1e::Dataset& first = datasets_.front();
  const auto ei = v1e::texts(first.type_column("ei"));
  const auto angle = v1e::numbers(first.neuron_column("tuning_angle"));
  std::vector<std::size_t> excitatory;
  for (std::size_t i = 0; i < chosen_.size(); ++i) {
    const std::uint16_t type = first.raw().network->neuron_type[chosen_.positions[i]];
    if (ei.empty() || ei.at(type) == "e") excitatory.push_back(i);
  }
  RandomPicks picks;
  std::vector<std::size_t> out;
  if (excitatory.empty()) return out;
  for (const std::size_t k :
       picks.without_replacement(excitatory.size(), static_cast<std::size_t>(rows))) {
    out.push_back(excitatory[k]);
  }
  std::sort(out.begin(), out.end(), [&](std::size_t a, std::size_t b) {
    if (angle.empty()) return a < b;
    return std::pair(angle[chosen_.positions[a]], a) < std::pair(angle[chosen_.positions[b]], b);
  });
  return out;
}

}  // namespace v1::analyses
