#include <algorithm>
#include <cmath>
#include <string_view>
#include <unordered_map>
#include <v1e_sdk/arrays.hpp>
#include <v1e_sdk/stimulus.hpp>

#include "step_of_spike.hpp"

namespace {

struct Spike {
  double time_ms;
  std::uint32_t channel;
};

struct Spikes {
  static constexpr auto name = "spikes";
  static constexpr auto version = "1.0.0";
  static constexpr auto summary = "Replays spike trains of LGN units from a SONATA or CSV file";
  static constexpr std::uint32_t outputs = V1E_OUT_SPIKES;
  static constexpr std::uint64_t flags = V1E_STIM_PURE;

  v1e::Path file{"file", nullptr, "SONATA spikes (.h5), or .csv: timestamps population node_ids"};
  v1e::Text population{"population", "lgn", "Population in the file"};
  v1e::Float start{"start", "ms", 0.0, v1e::closed(0.0, 1e9),
                   "Time in the file at which the first trial begins"};
  v1e::Float period{"period", "ms", 0.0, v1e::closed(0.0, 1e9),
                    "Time in the file from one trial to the next; 0: all trials see the same"};

  void prepare(const v1e_stimulus_env& env) {
    dt_ms = env.dt_ms;
    trial_ms = env.duration_ms;
    const double ticks = dt_ms * 1000.0;
    if (!(ticks > 0.5) || std::abs(ticks - std::round(ticks)) > 1e-6) {
      throw v1e::Error(V1E_E_INVALID, "file",
                       "spike files need a simulation.dt that is a multiple of 0.001 ms");
    }
    read(env);
    std::stable_sort(spikes.begin(), spikes.end(),
                     [](const Spike& a, const Spike& b) { return a.time_ms < b.time_ms; });
  }

  void fill(const v1e_window& window, v1e_drive& drive) const {
    const double begin = start + window.trial * period;
    const auto before = [](const Spike& spike, double time) { return spike.time_ms < time; };
    const auto first = std::lower_bound(spikes.begin(), spikes.end(), begin, before);
    const double end = begin + trial_ms + 1.0;  // a step more than needed; steps decide
    drive.event_count = 0;
    for (auto spike = first; spike != spikes.end() && spike->time_ms <= end; ++spike) {
      const std::int64_t step =
          replayed_spikes::step_of_spike(spike->time_ms - begin, dt_ms) - window.step_begin;
      if (spike->time_ms <= begin || step < 0 || step >= window.step_count) continue;
      const std::uint64_t index = drive.event_count++;
      if (index >= drive.event_capacity) continue;  // only counts: the engine asks again
      drive.event_step[index] = static_cast<std::uint32_t>(step);
      drive.event_channel[index] = spike->channel;
    }
  }

  std::vector<Spike> spikes;  // by time
  double dt_ms = 1.0;
  double trial_ms = 0.0;

 private:
  static std::unordered_map<std::int64_t, std::uint32_t> channel_of_id(
      const v1e_stimulus_env& env) {
    std::unordered_map<std::int64_t, std::uint32_t> out;
    for (std::uint64_t c = 0; c < env.column_count; ++c) {
      const v1e_column& column = *env.columns[c];
      if (std::string_view(column.name) != "id" || column.values.dtype != V1E_U32) continue;
      const auto* ids = static_cast<const std::uint32_t*>(column.values.data);
      for (std::uint32_t i = 0; i < env.channel_count; ++i) out.emplace(ids[i], i);
      return out;
    }
    throw v1e::Error(V1E_E_INVALID, "", "the engine gave no column 'id' of units");
  }

  void read(const v1e_stimulus_env& env) {
    constexpr std::int64_t spikes_per_read = 1 << 18;
    const auto channels = channel_of_id(env);
    // "file.h5:/spikes/lgn" names the population itself.
    const bool named = file.str().find(":/") != std::string::npos;
    const v1e::ArrayFile trains(env.host, "file",
                                named ? file.str() : file.str() + ":/spikes/" + population.str());
    if (trains.shape().size() != 2 || trains.shape()[1] != 2) {
      throw trains.problem("holds no spikes, but an array of " + trains.shape_text());
    }
    const std::int64_t count = trains.shape()[0];
    std::vector<double> rows;
    for (std::int64_t first = 0; first < count; first += spikes_per_read) {
      const std::int64_t some = std::min(spikes_per_read, count - first);
      rows.resize(static_cast<std::size_t>(some) * 2);
      trains.read(first, some, rows.data());
      for (std::int64_t i = 0; i < some; ++i) {
        const double time = rows[static_cast<std::size_t>(2 * i)];
        const auto id = static_cast<std::int64_t>(rows[static_cast<std::size_t>(2 * i + 1)]);
        const std::string which =
            "spike " + std::to_string(first + i) + " (node " + std::to_string(id) + ")";
        if (!(std::isfinite(time) && time > 0.0)) {
          throw trains.problem(which + " is at " + std::to_string(time) +
                               " ms; spike times must be finite and after 0");
        }
        const auto found = channels.find(id);
        if (found == channels.end()) {
          throw trains.problem(which + " is of no LGN unit; there are " +
                               std::to_string(env.channel_count) +
                               " units, is the file of this network?");
        }
        spikes.push_back({time, found->second});
      }
    }
  }
};

}  // namespace

V1E_MODULE("org.v1engine.spikes", "1.0.0", "BSD-3-Clause", v1e::stimulus_plugin<Spikes>())
