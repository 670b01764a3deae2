#include <algorithm>
#include <limits>

#include "plugins/analyses/shared/trials/trial_conditions.hpp"
#include "plugins/analyses/tuning/tuning.hpp"

namespace v1::analyses {
void Tuning::plan(std::uint32_t pass, v1e::Requests& requests) {
  if (pass > 0) return;
  dataset_of_request_.clear();
  for (std::uint32_t d = 0; d < datasets_.size(); ++d) {
    const std::uint32_t from = skip_first_trial ? 1 : 0;
    if (from >= datasets_[d].trials() || !run_named(datasets_[d], runs.str())) continue;
    requests.add(spikes_request(d, neurons_, from));
    dataset_of_request_.push_back(d);
  }
}

void Tuning::consume(Partial& into, const v1e_chunk& chunk) const {
  const std::uint32_t d = dataset_of_request_.at(chunk.request);
  const double dt_ms = datasets_[d].dt_ms();
  const StepWindow in_evoked = step_window(evoked, dt_ms);
  const StepWindow in_spontaneous = step_window(spontaneous, dt_ms);
  Counts& counts = into.trials[{d, chunk.trial_begin}];
  counts.evoked.resize(neurons_.size(), 0);
  counts.spontaneous.resize(neurons_.size(), 0);
  const auto add_one = [](std::uint16_t& count) {
    if (count < std::numeric_limits<std::uint16_t>::max()) ++count;
  };
  for (std::uint64_t e = 0; e < chunk.event_count; ++e) {
    const std::size_t n = neurons_.index_of(chunk.event_neuron[e]);
    if (in_evoked.contains(chunk.event_step[e])) add_one(counts.evoked[n]);
    if (in_spontaneous.contains(chunk.event_step[e])) add_one(counts.spontaneous[n]);
  }
}

void Tuning::merge(Partial& into, const Partial& from) const {
  for (const auto& [key, counts] : from.trials) into.trials[key] = counts;
}

void Tuning::end_pass(std::uint32_t, Partial& merged) {
  const std::size_t n = neurons_.size(), directions = directions_.size();
  const std::size_t repetitions =
      *std::min_element(repetitions_.begin(), repetitions_.end());  // shown in all directions
  NeuronTuning& r = result_;
  r.rates.assign(directions * n, 0.0);
  r.spontaneous.assign(n, 0.0);
  std::vector<std::complex<double>> vectors(repetitions * n);  // [neuron][repetition]
  for (const auto& [key, counts] : merged.trials) {
    const TrialCondition& condition = conditions_.at(key);
    for (std::size_t i = 0; i < n; ++i) r.spontaneous[i] += counts.spontaneous[i];
    if (!condition.used) continue;
    for (std::size_t i = 0; i < n; ++i) {
      r.rates[condition.direction * n + i] += counts.evoked[i];
      if (condition.repetition < repetitions) {
        vectors[i * repetitions + condition.repetition] +=
            static_cast<double>(counts.evoked[i]) * directions_.unit_twice(condition.direction);
      }
    }
  }
  const double spontaneous_s =
      window_seconds(spontaneous) * static_cast<double>(merged.trials.size());
  for (double& rate : r.spontaneous) rate /= spontaneous_s;
  for (std::size_t d = 0; d < directions; ++d) {
    const double evoked_s = window_seconds(evoked) * static_cast<double>(repetitions_[d]);
    for (std::size_t i = 0; i < n; ++i) r.rates[d * n + i] /= evoked_s;
  }
  std::vector<double> curve(directions);
  for (std::size_t i = 0; i < n; ++i) {
    double sum = 0.0;
    for (std::size_t d = 0; d < directions; ++d) sum += curve[d] = r.rates[d * n + i];
    r.evoked.push_back(sum / static_cast<double>(directions));
    r.best_rate.push_back(*std::max_element(curve.begin(), curve.end()));
    if (!selective()) continue;
    const bool enough = r.best_rate.back() >= least_rate;
    const std::vector<double> silent(directions, 0.0);
    r.selectivity.push_back(selectivity(directions_, enough ? curve : silent));
    r.tuned_p.push_back(enough ? orientation_p({vectors.data() + i * repetitions, repetitions})
                               : std::numeric_limits<double>::quiet_NaN());
  }
}

}  // namespace v1::analyses
