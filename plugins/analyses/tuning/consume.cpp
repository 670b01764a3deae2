#include <algorithm>
#include <cmath>
#include <limits>

#include "plugins/analyses/tuning/tuning.hpp"

namespace v1::analyses {
namespace {

struct Steps {
  std::int64_t begin, end;
  bool contain(std::int64_t step) const { return step >= begin && step < end; }
};

// Spikes with begin < time <= end, where the spike of a step has the time at the step's end.
Steps steps_of(const v1e::FloatList& window, double dt_ms) {
  const auto first = [&](double time_ms) {
    return static_cast<std::int64_t>(std::ceil(time_ms / dt_ms - 1e-9));
  };
  return {first(window.values()[0]), first(window.values()[1])};
}

double seconds(const v1e::FloatList& window) {
  return (window.values()[1] - window.values()[0]) / 1000.0;
}

}  // namespace

void Tuning::plan(std::uint32_t pass, v1e::Requests& requests) {
  if (pass > 0) return;
  dataset_of_request_.clear();
  for (std::uint32_t d = 0; d < datasets_.size(); ++d) {
    v1e_request request{};
    request.dataset = d;
    request.source = V1E_SRC_SPIKES;
    request.layout = V1E_LAYOUT_EVENTS;
    request.stripes = V1E_STRIPE_TRIALS;
    request.neuron_count = neurons_.size();
    request.neurons = neurons_.data();
    request.trial_begin = skip_first_trial ? 1 : 0;
    if (request.trial_begin >= datasets_[d].trials()) continue;
    requests.add(request);
    dataset_of_request_.push_back(d);
  }
}

void Tuning::consume(Partial& into, const v1e_chunk& chunk) const {
  const std::uint32_t d = dataset_of_request_.at(chunk.request);
  const double dt_ms = datasets_[d].dt_ms();
  const Steps in_evoked = steps_of(evoked, dt_ms), in_spontaneous = steps_of(spontaneous, dt_ms);
  Counts& counts = into.trials[{d, chunk.trial_begin}];
  counts.evoked.resize(neurons_.size(), 0);
  counts.spontaneous.resize(neurons_.size(), 0);
  const auto add_one = [](std::uint16_t& count) {
    if (count < std::numeric_limits<std::uint16_t>::max()) ++count;
  };
  for (std::uint64_t e = 0; e < chunk.event_count; ++e) {
    const auto at = std::lower_bound(neurons_.begin(), neurons_.end(), chunk.event_neuron[e]);
    const auto n = static_cast<std::size_t>(at - neurons_.begin());
    if (in_evoked.contain(chunk.event_step[e])) add_one(counts.evoked[n]);
    if (in_spontaneous.contain(chunk.event_step[e])) add_one(counts.spontaneous[n]);
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
  const double spontaneous_s = seconds(spontaneous) * static_cast<double>(merged.trials.size());
  for (double& rate : r.spontaneous) rate /= spontaneous_s;
  for (std::size_t d = 0; d < directions; ++d) {
    const double evoked_s = seconds(evoked) * static_cast<double>(repetitions_[d]);
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
