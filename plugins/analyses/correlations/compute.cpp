#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include "plugins/analyses/correlations/correlations.hpp"
#include "plugins/analyses/shared/report/counted.hpp"
#include "plugins/analyses/shared/responses/direction_tuning.hpp"
#include "plugins/analyses/shared/statistics/random_picks.hpp"
#include "plugins/analyses/shared/statistics/undefined.hpp"

namespace v1::analyses {
namespace {

// Of two angles in degrees, 0 to 180.
double angle_between(double a, double b) {
  const double d = std::fabs(a - b);
  return std::min(std::fmod(d, 360.0), 360.0 - std::fmod(d, 360.0));
}

}  // namespace

void Correlations::check() const { window.check(); }

void Correlations::prepare(const v1e_analysis_env& env) {
  for (std::uint32_t d = 0; d < env.dataset_count; ++d) datasets_.emplace_back(*env.datasets[d]);
  window.fit(datasets_, BeyondTrials::whole_trial);
  chosen_ = choose_spike_neurons(neurons, datasets_, static_cast<Grouping>(group.index()));
  conditions_ = find_conditions(datasets_, conditions.values(), skip_first_trial, runs.str());
  if (!conditions_.note.empty()) notes_.push_back(conditions_.note);
  const v1e::Dataset& first = datasets_.front();
  const auto ei = v1e::texts(first.type_column("ei"));
  const auto x = v1e::numbers(first.neuron_column("x"));
  const auto y = v1e::numbers(first.neuron_column("y"));
  const auto z = v1e::numbers(first.neuron_column("z"));
  has_positions_ = !x.empty() && !y.empty() && !z.empty();
  for (const std::uint32_t i : chosen_.positions) {
    inhibitory_.push_back(!ei.empty() && ei.at(first.raw().network->neuron_type[i]) == "i");
    if (!has_positions_) continue;
    x_.push_back(x[i]);
    y_.push_back(y[i]);
    z_.push_back(z[i]);
  }
  if (conditions_.size() < 2) {
    notes_.push_back(
        "One stimulus only, so there are no signal correlations; name the trial columns that tell "
        "stimuli apart in `conditions`, or analyse several runs together.");
  }
  if (shown_once()) {
    notes_.push_back(
        "Every stimulus was shown once: response correlations would be the signal correlations.");
  }
  if (!enough_trials()) {
    notes_.push_back("A stimulus has " + counted(conditions_.fewest_trials(), "trial") +
                     "; noise correlations need " + std::to_string(least_trials) + ".");
  }
}

void Correlations::plan(std::uint32_t pass, v1e::Requests& requests) {
  if (pass == 0) ask_spikes(requests, datasets_, chosen_, window);
}

void Correlations::consume(Partial& into, const v1e_chunk& chunk) const {
  into.counts.add(chunk, chunk.request, chosen_,
                  step_window(window, datasets_[chunk.request].dt_ms()));
}

void Correlations::end_pass(std::uint32_t, Partial& merged) {
  if (!merged.counts.any()) {
    notes_.push_back("None of the neurons fired in the window, so there are no correlations.");
  }
  preferred_ = preferred_directions(merged.counts);
  for (std::uint32_t a = 0; a < chosen_.groups.size(); ++a) {
    for (std::uint32_t b = a; b < chosen_.groups.size(); ++b) group_pairs_.emplace_back(a, b);
  }
  pairs_ = draw_pairs();
  measure(pairs_, merged.counts);
}

// By the responses where directions were shown, else as the network was built. What else differs
// between stimuli, such as the contrast, is averaged; each of them counts alike.
std::vector<double> Correlations::preferred_directions(const TrialCounts& counts) const {
  std::vector<double> out(chosen_.size(), undefined);
  std::map<double, std::vector<std::size_t>> conditions_of;
  const auto& columns = conditions_.columns;
  const auto column = std::find(columns.begin(), columns.end(), "direction_deg");
  for (std::size_t c = 0; column != columns.end() && c < conditions_.size(); ++c) {
    const auto place = static_cast<std::size_t>(column - columns.begin());
    conditions_of[conditions_.values[c][place]].push_back(c);
  }
  std::vector<double> shown;
  for (const auto& of_direction : conditions_of) shown.push_back(of_direction.first);
  const Directions directions(shown);
  if (directions.evenly_spaced()) {
    for (std::size_t i = 0; i < chosen_.size(); ++i) {
      const auto means = stimulus_means(counts.responses(conditions_, i, 1.0));
      std::vector<double> rates;
      for (const auto& of_direction : conditions_of) {
        double sum = 0.0;
        for (const std::size_t c : of_direction.second) sum += means[c];
        rates.push_back(sum / static_cast<double>(of_direction.second.size()));
      }
      out[i] = selectivity(directions, rates).preferred_direction;
    }
    return out;
  }
  const auto angle = v1e::numbers(datasets_.front().neuron_column("tuning_angle"));
  for (std::size_t i = 0; i < chosen_.size() && !angle.empty(); ++i) {
    if (!inhibitory_[i]) out[i] = angle[chosen_.positions[i]];
  }
  return out;
}

// All pairs of two groups, or a sample drawn without replacement.
std::vector<Correlations::Pair> Correlations::draw_pairs() const {
  std::vector<std::vector<std::uint32_t>> members(chosen_.groups.size());
  for (std::uint32_t i = 0; i < chosen_.size(); ++i) members[chosen_.group_of[i]].push_back(i);
  RandomPicks picks;
  std::vector<Pair> out;
  const auto wanted = static_cast<std::size_t>(pairs);
  for (std::uint32_t g = 0; g < group_pairs_.size(); ++g) {
    const auto& a = members[group_pairs_[g].first];
    const auto& b = members[group_pairs_[g].second];
    const bool same = group_pairs_[g].first == group_pairs_[g].second;
    const std::size_t all = same ? a.size() * (a.size() - 1) / 2 : a.size() * b.size();
    std::set<std::pair<std::uint32_t, std::uint32_t>> drawn;
    if (all <= 2 * wanted) {
      std::vector<std::pair<std::uint32_t, std::uint32_t>> every;
      for (std::size_t i = 0; i < a.size(); ++i) {
        for (std::size_t j = same ? i + 1 : 0; j < b.size(); ++j) every.emplace_back(a[i], b[j]);
      }
      for (const std::size_t k : picks.without_replacement(all, wanted)) drawn.insert(every[k]);
    }
    while (all > 2 * wanted && drawn.size() < wanted) {
      const std::uint32_t i = a[picks.integer(static_cast<std::uint32_t>(a.size() - 1))];
      const std::uint32_t j = b[picks.integer(static_cast<std::uint32_t>(b.size() - 1))];
      if (i == j) continue;
      drawn.emplace(same ? std::min(i, j) : i, same ? std::max(i, j) : j);
    }
    for (const auto& [i, j] : drawn) {
      Pair pair;
      pair.a = i;
      pair.b = j;
      pair.groups = g;
      out.push_back(pair);
    }
  }
  return out;
}

void Correlations::measure(std::vector<Pair>& of, const TrialCounts& counts) const {
  const double seconds = window_seconds(window);
  std::vector<std::optional<Responses>> known(chosen_.size());
  const auto responses = [&](std::uint32_t i) -> const Responses& {
    if (!known[i]) known[i] = counts.responses(conditions_, i, seconds);
    return *known[i];
  };
  for (Pair& pair : of) {
    const Responses &a = responses(pair.a), &b = responses(pair.b);
    pair.signal = signal_correlation(a, b);
    pair.noise = enough_trials() ? noise_correlation(a, b) : undefined;
    pair.response = total_correlation(a, b);
    pair.angle_deg = angle_between(preferred_[pair.a], preferred_[pair.b]);
    pair.distance_um = has_positions_ ? std::hypot(x_[pair.a] - x_[pair.b], y_[pair.a] - y_[pair.b],
                                                   z_[pair.a] - z_[pair.b])
                                      : undefined;
  }
}

std::string Correlations::kind_of(const Pair& pair) const {
  const int count = (inhibitory_[pair.a] ? 1 : 0) + (inhibitory_[pair.b] ? 1 : 0);
  return count == 0 ? "E-E" : (count == 1 ? "E-I" : "I-I");
}

}  // namespace v1::analyses
