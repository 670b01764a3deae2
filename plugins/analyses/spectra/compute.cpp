#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "plugins/analyses/shared/statistics/statistics.hpp"
#include "plugins/analyses/shared/statistics/undefined.hpp"
#include "plugins/analyses/spectra/spectra.hpp"

namespace v1::analyses {
namespace {

constexpr double bin_ms = 1.0;
constexpr double fit_low_hz = 2.0, fit_high_hz = 100.0;
constexpr std::size_t least_samples = 100;

// The part of a trial's counts [group][ms] that a group has in a window.
std::vector<double> part_of(const std::vector<std::uint32_t>& counts, std::size_t group,
                            std::size_t bins, const TimeWindow& window) {
  const auto first = static_cast<std::size_t>(std::lround(window.values()[0] / bin_ms));
  const auto last = static_cast<std::size_t>(std::lround(window.values()[1] / bin_ms));
  const auto begin = counts.begin() + static_cast<std::ptrdiff_t>(group * bins);
  return {begin + static_cast<std::ptrdiff_t>(first), begin + static_cast<std::ptrdiff_t>(last)};
}

void check_long_enough(const TimeWindow& window) {
  if (window.values().empty()) return;
  for (const double time : window.values()) {
    if (time != std::round(time)) {
      throw v1e::Error(V1E_E_INVALID, window.key(),
                       "expected whole ms, because spikes are counted per ms");
    }
  }
  if (window_seconds(window) * 1000.0 < least_samples) {
    throw v1e::Error(V1E_E_INVALID, window.key(),
                     "the window must last at least 100 ms for a spectrum");
  }
}

}  // namespace

void Spectra::check() const {
  evoked.check();
  spontaneous.check(true);
  check_long_enough(evoked);
  check_long_enough(spontaneous);
}

void Spectra::prepare(const v1e_analysis_env& env) {
  for (std::uint32_t d = 0; d < env.dataset_count; ++d) datasets_.emplace_back(*env.datasets[d]);
  evoked.fit(datasets_, BeyondTrials::whole_trial);
  spontaneous.fit(datasets_);
  check();  // a default window may be shorter by now
  chosen_ = choose_spike_neurons(neurons, datasets_, static_cast<Grouping>(group.index()));
  for (const v1e::Dataset& dataset : datasets_) {
    trial_count_ += dataset.trials() - first_trial(skip_first_trial, dataset);
  }
}

std::size_t Spectra::bins() const {
  double longest = 0.0;
  for (const v1e::Dataset& dataset : datasets_) longest = std::max(longest, dataset.duration_ms());
  return static_cast<std::size_t>(std::ceil(longest / bin_ms));
}

void Spectra::plan(std::uint32_t pass, v1e::Requests& requests) {
  if (pass > 0) return;
  dataset_of_request_.clear();
  for (std::uint32_t d = 0; d < datasets_.size(); ++d) {
    requests.add(spikes_request(d, chosen_, first_trial(skip_first_trial, datasets_[d])));
    dataset_of_request_.push_back(d);
  }
}

void Spectra::consume(Partial& into, const v1e_chunk& chunk) const {
  const std::uint32_t d = dataset_of_request_.at(chunk.request);
  const double dt_ms = datasets_[d].dt_ms();
  std::vector<std::uint32_t>& counts = into.trials[{d, chunk.trial_begin}];
  counts.resize(chosen_.groups.size() * bins(), 0);
  const std::size_t n = bins();
  for (std::uint64_t e = 0; e < chunk.event_count; ++e) {
    const std::size_t g = chosen_.group_of[chosen_.index_of(chunk.event_neuron[e])];
    const auto bin = static_cast<std::size_t>(chunk.event_step[e] * dt_ms / bin_ms + 1e-9);
    ++counts[g * n + bin];
  }
}

void Spectra::merge(Partial& into, const Partial& from) const {
  for (const auto& [trial, counts] : from.trials) into.trials[trial] = counts;
}

GroupSpectrum Spectra::analyse(const Trains& trains, std::size_t g) const {
  GroupSpectrum out;
  const std::size_t samples = trains.front().size();
  out.band.resize(std::size(bands));
  std::vector<double> sum, squares;
  Spectrum overall;  // mean over the trials
  std::size_t used = 0;
  for (const std::vector<double>& train : trains) {
    Spectrum spectrum = welch(train, bin_ms, segment_length(samples), segment_overlap(samples));
    double scale = 1.0;
    if (normalize.is("neurons")) {
      scale = static_cast<double>(chosen_.group_size[g]);
    } else if (normalize.is("spikes")) {
      scale = std::accumulate(train.begin(), train.end(), 0.0);
    }
    for (double& p : spectrum.power) {
      p = scale > 0.0 ? p / (scale * scale) : std::numeric_limits<double>::quiet_NaN();
    }
    for (std::size_t b = 0; b < out.band.size(); ++b) {
      out.band[b].push_back(band_power(spectrum, bands[b]));
    }
    sum.resize(spectrum.power.size(), 0.0);
    squares.resize(spectrum.power.size(), 0.0);
    overall.frequency_hz = spectrum.frequency_hz;
    overall.power.resize(sum.size());
    if (scale <= 0.0) continue;  // power over the spikes of a silent trial is not defined
    ++used;
    for (std::size_t k = 0; k < sum.size(); ++k) {
      sum[k] += spectrum.power[k];
      squares[k] += spectrum.power[k] * spectrum.power[k];
    }
  }
  const auto n = static_cast<double>(used);
  for (std::size_t k = 0; k < sum.size(); ++k) {
    const double average = used > 0 ? sum[k] / n : std::numeric_limits<double>::quiet_NaN();
    const double variance = std::max(squares[k] - n * average * average, 0.0) / (n - 1.0);
    overall.power[k] = average;
    out.sem.push_back(used > 1 ? std::sqrt(variance / n)
                               : std::numeric_limits<double>::quiet_NaN());
  }
  out.line = fit_aperiodic(overall, fit_low_hz, fit_high_hz);
  out.peak = highest_peak(overall, out.line, fit_low_hz, fit_high_hz);
  out.one_over_f = one_over_f_intercept(overall, 1.0, fit_high_hz);
  out.frequency_hz = overall.frequency_hz;
  out.power = overall.power;
  for (std::size_t k = 0; k < out.power.size() && times_frequency; ++k) {
    out.power[k] *= out.frequency_hz[k];
    out.sem[k] *= out.frequency_hz[k];
  }
  return out;
}

void Spectra::end_pass(std::uint32_t, Partial& merged) {
  const bool fired = std::any_of(merged.trials.begin(), merged.trials.end(), [](const auto& trial) {
    return std::any_of(trial.second.begin(), trial.second.end(), [](auto n) { return n > 0; });
  });
  const std::string silence = "None of the neurons fired, so the power is 0.";
  if (!fired) chosen_.notes.push_back(silence);
  for (std::size_t g = 0; g < chosen_.groups.size(); ++g) {
    Trains during, before;
    for (const auto& [trial, counts] : merged.trials) {
      during.push_back(part_of(counts, g, bins(), evoked));
      if (!spontaneous.values().empty()) {
        before.push_back(part_of(counts, g, bins(), spontaneous));
      }
    }
    evoked_.push_back(analyse(during, g));
    if (!before.empty()) spontaneous_.push_back(analyse(before, g));
  }
  compare_windows();
}

void Spectra::compare_windows() {
  if (!compared()) return;
  std::vector<double> p_values;
  for (std::size_t g = 0; g < chosen_.groups.size(); ++g) {
    for (std::size_t b = 0; b < std::size(bands); ++b) {
      const std::vector<double>& during = evoked_[g].band[b];
      const std::vector<double>& before = spontaneous_[g].band[b];
      const auto change = [&](std::span<const std::size_t> trials) {
        double e = 0.0, s = 0.0;
        for (const std::size_t t : trials) {
          if (std::isnan(during[t]) || std::isnan(before[t])) continue;
          e += during[t];
          s += before[t];
        }
        return s > 0.0 ? (e - s) / s : undefined;
      };
      std::vector<std::size_t> every(during.size());
      std::iota(every.begin(), every.end(), std::size_t{0});
      std::vector<double> difference;
      for (std::size_t t = 0; t < during.size(); ++t) difference.push_back(during[t] - before[t]);
      // Without a difference in any trial, as in silent groups, there is no test to correct for.
      BandChange one{chosen_.groups[g], bands[b].name, change(every), undefined, undefined, {}};
      one.interval = bootstrap_interval(during.size(), change);
      one.p = signed_rank(without_nan(difference)).p;
      p_values.push_back(one.p);
      changes_.push_back(one);
    }
  }
  const std::vector<double> q_values = benjamini_hochberg(p_values);
  for (std::size_t i = 0; i < changes_.size(); ++i) changes_[i].q = q_values[i];
}

}  // namespace v1::analyses
