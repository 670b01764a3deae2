#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <v1e_sdk/arrays.hpp>
#include <v1e_sdk/stimulus.hpp>
#include <vector>

#include "channels.hpp"
#include "kernels/spike_step.hpp"

namespace {

struct Spike {
  double time_ms;
  std::uint32_t channel;
};

struct Spikes {
  using Channels = replayed_spikes::Channels;
  using UnknownIds = replayed_spikes::UnknownIds;
  static constexpr auto name = "spikes";
  static constexpr auto version = "1.1.0";
  static constexpr auto summary =
      "Replays spike trains from a SONATA or CSV file, of LGN units or onto any neurons";
  static constexpr std::uint32_t outputs = V1E_OUT_SPIKES;
  static constexpr std::uint64_t flags = V1E_STIM_PURE;

  v1e::Path file{"file", nullptr, "SONATA spikes (.h5), or .csv: timestamps population node_ids"};
  v1e::Text population{"population", "",
                       "Population in the file; without it lgn, or in an [[input]] the only one"};
  v1e::Float start{"start", "ms", 0.0, v1e::closed(0.0, 1e9),
                   "Time in the file at which the first trial begins"};
  v1e::Float period{"period", "ms", 0.0, v1e::closed(0.0, 1e9),
                    "Time in the file from one trial to the next; 0: all trials see the same"};

  void prepare(const v1e_stimulus_env& env) {
    dt_ms = env.dt_ms;
    trial_ms = env.duration_ms;
    ticks_per_step = v1::kernels::ticks_per_step(dt_ms);
    if (ticks_per_step == 0) {
      throw v1e::Error(V1E_E_INVALID, "file",
                       "spike files need a simulation.dt that is a multiple of 0.001 ms");
    }
    const Channels channels(env);
    read(env, channels);
    std::stable_sort(spikes.begin(), spikes.end(),
                     [](const Spike& a, const Spike& b) { return a.time_ms < b.time_ms; });
    // What a stimulus shows is often a part of a long recording; an input that stays silent is not.
    tell_unplayed(env, channels.of_input() ? V1E_LOG_WARN : V1E_LOG_INFO);
  }

  void fill(const v1e_window& window, v1e_drive& drive) const {
    const double begin = start + window.trial * period;
    const auto before = [](const Spike& spike, double time) { return spike.time_ms < time; };
    const auto first = std::lower_bound(spikes.begin(), spikes.end(), begin, before);
    const double end = begin + trial_ms + 1.0;  // a step more than needed; steps decide
    drive.event_count = 0;
    for (auto spike = first; spike != spikes.end() && spike->time_ms <= end; ++spike) {
      const std::int64_t step = step_from(begin, *spike) - window.step_begin;
      if (step < 0 || step >= window.step_count) continue;
      const std::uint64_t index = drive.event_count++;
      if (index >= drive.event_capacity) continue;  // only counts: the engine asks again
      drive.event_step[index] = static_cast<std::uint32_t>(step);
      drive.event_channel[index] = spike->channel;
    }
  }

  std::vector<Spike> spikes;  // by time
  double dt_ms = 1.0;
  double trial_ms = 0.0;
  std::int64_t ticks_per_step = 1000;

 private:
  // Step of a trial that begins at `begin`; below 0 before. The difference of two times is a little
  // off, which must not make a spike on the grid late.
  std::int64_t step_from(double begin, const Spike& spike) const {
    const double rounding = 4.0 * std::numeric_limits<double>::epsilon() * spike.time_ms;
    const double time_ms = spike.time_ms - begin - (begin > 0.0 ? rounding : 0.0);
    return v1::kernels::step_of_spike(time_ms, ticks_per_step);
  }

  // "file.h5:/spikes/lgn" names the population itself.
  std::string address(bool of_input) const {
    if (file.str().find(":/") != std::string::npos) return file.str();
    if (!population.str().empty()) return file.str() + ":/spikes/" + population.str();
    return file.str() + (of_input ? ":/spikes" : ":/spikes/lgn");
  }

  void read(const v1e_stimulus_env& env, const Channels& channels) {
    constexpr std::int64_t spikes_per_read = 1 << 18;
    const v1e::ArrayFile trains(env.host, "file", address(channels.of_input()));
    if (trains.shape().size() != 2 || trains.shape()[1] != 2) {
      throw trains.problem("holds no spikes, but an array of " + trains.shape_text());
    }
    const std::int64_t count = trains.shape()[0];
    UnknownIds unknown;
    std::vector<double> rows;
    for (std::int64_t first = 0; first < count; first += spikes_per_read) {
      const std::int64_t some = std::min(spikes_per_read, count - first);
      rows.resize(static_cast<std::size_t>(some) * 2);
      trains.read(first, some, rows.data());
      for (std::int64_t i = 0; i < some; ++i) {
        const double time = rows[static_cast<std::size_t>(2 * i)];
        const auto id = static_cast<std::int64_t>(rows[static_cast<std::size_t>(2 * i + 1)]);
        if (!(std::isfinite(time) && time > 0.0)) {
          throw trains.problem("spike " + std::to_string(first + i) + " (node " +
                               std::to_string(id) + ") is at " + std::to_string(time) +
                               " ms; spike times must be finite and after 0");
        }
        if (const auto channel = channels.find(id)) {
          spikes.push_back({time, *channel});
        } else {
          unknown.add(id);
        }
      }
    }
    if (unknown.any()) throw trains.problem(unknown.text(count) + channels.cure());
  }

  // Spikes must be sorted.
  std::size_t played(std::uint32_t trials) const {
    const auto steps = static_cast<std::int64_t>(std::llround(trial_ms / dt_ms));
    std::size_t count = 0;
    auto seen = spikes.begin();
    for (std::uint32_t trial = 0; trial < trials && seen != spikes.end(); ++trial) {
      const double begin = start + trial * period;
      const auto before = [&](std::int64_t step) {
        return [this, begin, step](const Spike& spike) { return step_from(begin, spike) < step; };
      };
      const auto first = std::partition_point(seen, spikes.end(), before(0));
      seen = std::partition_point(first, spikes.end(), before(steps));
      count += static_cast<std::size_t>(seen - first);
    }
    return count;
  }

  void tell_unplayed(const v1e_stimulus_env& env, std::int32_t level) const {
    const std::size_t left_out = spikes.size() - played(env.trial_count);
    if (left_out == 0 || !env.host || !env.host->log) return;
    const std::string text = file.str() + ": " + std::to_string(left_out) + " of " +
                             std::to_string(spikes.size()) +
                             " spikes lie outside the trials and are not played; see 'start', "
                             "'period' and simulation.duration";
    env.host->log(env.host->ctx, level, text.c_str());
  }
};

}  // namespace

V1E_MODULE("org.v1engine.spikes", "1.0.0", "BSD-3-Clause", v1e::stimulus_plugin<Spikes>())
