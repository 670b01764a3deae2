#include <sys/mman.h>
#include <unistd.h>

#include <cmath>
#include <thread>

#include "engine/base/error.hpp"
#include "engine/plugin/status.hpp"
#include "engine/plugin_check/rule_tools.hpp"
#include "engine/stimulus/stimulus_player.hpp"

/// Rules of stimuli: the same values for the same steps, whatever the order, the windows and the
/// threads, and not a byte elsewhere.
namespace v1::plugin_check {
namespace {

constexpr std::int64_t duration = 60;  // ms
constexpr std::uint32_t trials = 2, rows = 24, cols = 48;

/// A stimulus on a small screen, or with a few channels.
class Stage {
 public:
  explicit Stage(const plugin::LoadedPlugin& p, const plugin::Host& host)
      : plugin_(p),
        host_(host),
        settings_(default_settings(p)),
        channels_({0, 1, 2, 3, 4}, ids_for(output_of(p))) {
    env_.output = output_of(p);
    env_.duration_ms = static_cast<double>(duration);
    env_.trial_count = trials;
    env_.random_key = 3;
    env_.frame_rows = rows;
    env_.frame_cols = cols;
    env_.deg_per_pixel = 5.0;
    if (env_.output != V1E_OUT_FRAMES) channels_.describe_to(env_);
  }
  stimulus::StimulusPlayer make() const {
    static constexpr v1e_settings none{sizeof(v1e_settings), 0, nullptr};
    const v1e_settings* view = settings_.empty() ? &none : settings_.view();
    return stimulus::StimulusPlayer::create(plugin_.name, plugin_.stimulus_api, view, host_.view(),
                                            env_);
  }
  std::uint32_t output() const { return env_.output; }
  bool pure() const { return (plugin_.stimulus_api.flags & V1E_STIM_PURE) != 0; }
  std::size_t step_size() const {
    return env_.output == V1E_OUT_FRAMES ? std::size_t{rows} * cols : env_.channel_count;
  }
  bool dense() const { return env_.output == V1E_OUT_FRAMES || env_.output == V1E_OUT_RATES; }

  /// The first window of the first trial.
  void begin(const stimulus::StimulusPlayer& player) const {
    std::string bytes;
    if (env_.output == V1E_OUT_CURRENTS) {
      player.pulses(0, duration);
    } else {
      part(player, 0, 0, 20, bytes);
    }
  }

  /// Everything of the trials, as bytes, filled in windows of this length.
  std::string all(const stimulus::StimulusPlayer& player, std::int64_t window) const {
    std::string bytes;
    for (std::uint32_t trial = 0; trial < player.condition_count(); ++trial) {
      if (env_.output == V1E_OUT_CURRENTS) {
        for (const stimulus::CurrentPulse& pulse : player.pulses(trial, duration)) {
          append(bytes, &pulse.step_begin, 1);
          append(bytes, &pulse.step_end, 1);
          append(bytes, pulse.neurons.data(), pulse.neurons.size());
          append(bytes, pulse.amplitude_pa.data(), pulse.amplitude_pa.size());
        }
        continue;
      }
      for (std::int64_t step = 0; step < duration; step += window) {
        part(player, trial, step, std::min(window, duration - step), bytes);
      }
    }
    return bytes;
  }

 private:
  static std::uint32_t output_of(const plugin::LoadedPlugin& p) {
    for (const std::uint32_t output :
         {V1E_OUT_FRAMES, V1E_OUT_CURRENTS, V1E_OUT_RATES, V1E_OUT_SPIKES}) {
      if (p.stimulus_api.outputs & output) return output;
    }
    return V1E_OUT_FRAMES;
  }
  // Trains and rates belong to sources that have ids.
  static std::vector<std::uint32_t> ids_for(std::uint32_t output) {
    if (output == V1E_OUT_FRAMES || output == V1E_OUT_CURRENTS) return {};
    return {7, 12, 40, 41, 90};
  }
  template <class T>
  static void append(std::string& bytes, const T* values, std::size_t count) {
    bytes.append(reinterpret_cast<const char*>(values), count * sizeof(T));
  }
  void part(const stimulus::StimulusPlayer& player, std::uint32_t trial, std::int64_t step,
            std::int64_t count, std::string& bytes) const {
    if (env_.output == V1E_OUT_SPIKES) {
      for (const stimulus::SpikeEvent& e : player.spikes(trial, step, count)) append(bytes, &e, 1);
      return;
    }
    std::vector<float> values(step_size() * static_cast<std::size_t>(count));
    if (env_.output == V1E_OUT_FRAMES) {
      player.frames(trial, step, count, values.data());
    } else {
      player.rates(trial, step, count, values.data());
    }
    append(bytes, values.data(), values.size());
  }

  const plugin::LoadedPlugin& plugin_;
  const plugin::Host& host_;
  plugin::Settings settings_;
  stimulus::NeuronChannels channels_;
  stimulus::Environment env_;
};

// create and fill; what the engine checks on the way (ranges, shapes of columns) is checked here.
void values_in_range(Subject& subject) {
  const Stage stage(subject.chosen(), subject.host);
  stage.all(stage.make(), duration);
}

void repeats(Subject& subject) {
  const Stage stage(subject.chosen(), subject.host);
  const auto first = stage.make(), second = stage.make();  // at the same time
  const std::string values = stage.all(first, duration);
  if (stage.all(second, duration) != values) broken("two instances gave different values");
  if (stage.all(first, duration) != values) broken("the same instance gave different values");
}

void same_in_every_process(Subject& subject) {
  const Stage stage(subject.chosen(), subject.host);
  subject.digest = stage.all(stage.make(), duration);
}

void windows(Subject& subject) {
  const Stage stage(subject.chosen(), subject.host);
  if (stage.output() == V1E_OUT_CURRENTS) throw Skip{"pulses come in one window"};
  const std::string whole = stage.all(stage.make(), duration);
  for (const std::int64_t window : {1, 7, 59}) {
    if (stage.all(stage.make(), window) != whole) {
      broken(fmt::format("windows of {} steps gave other values than one of {}", window, duration));
    }
  }
}

void threads(Subject& subject) {
  const Stage stage(subject.chosen(), subject.host);
  if (!stage.pure()) throw Skip{"it does not claim PURE"};
  const auto player = stage.make();
  const std::string expected = stage.all(player, duration);
  std::vector<std::string> found(4);
  std::vector<std::thread> workers;
  for (std::size_t t = 0; t < found.size(); ++t) {
    workers.emplace_back([&, t] {
      try {
        for (int round = 0; round < 5; ++round) {
          const std::string values = stage.all(player, static_cast<std::int64_t>(t) + 5);
          if (found[t].empty() || values != expected) found[t] = values;
        }
      } catch (const std::exception& e) {
        found[t] = e.what();
      }
    });
  }
  for (std::thread& worker : workers) worker.join();
  for (const std::string& values : found) {
    if (values != expected) broken("four threads at once got other values than one alone");
  }
}

// Values right in front of an inaccessible page.
void stays_in_buffer(Subject& subject) {
  const Stage stage(subject.chosen(), subject.host);
  if (!stage.dense()) throw Skip{"it fills no frames or rates"};
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  const std::size_t bytes = 3 * stage.step_size() * sizeof(float);
  const std::size_t room = (bytes + page - 1) / page * page;
  void* area =
      mmap(nullptr, room + 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (area == MAP_FAILED) throw Skip{"no memory with guard pages"};
  char* base = static_cast<char*>(area);
  mprotect(base, page, PROT_NONE);
  mprotect(base + page + room, page, PROT_NONE);
  const auto player = stage.make();
  for (char* at : {base + page + room - bytes, base + page}) {
    auto* values = reinterpret_cast<float*>(at);
    if (stage.output() == V1E_OUT_FRAMES) {
      player.frames(0, 0, 3, values);
    } else {
      player.rates(0, 0, 3, values);
    }
  }
  munmap(area, room + 2 * page);
}

void no_leak(Subject& subject) {
  const Stage stage(subject.chosen(), subject.host);
  const auto once = [&] {
    const auto player = stage.make();
    stage.all(player, duration);
  };
  must_not_leak(once, "create, fill and destroy", 30);
}

// The engine stops between two windows; inside one, a stimulus that asks v1e.progress is told.
void cancel(Subject& subject) {
  const Stage stage(subject.chosen(), subject.host);
  const std::string expected = stage.all(stage.make(), duration);
  {
    StopRequest request(subject.host);
    for (const int first : {0, 1, 3}) {
      if (request.during(first, [&] { stage.all(stage.make(), 20); }) == 0) break;
    }
  }
  must_not_leak([&] { stage.begin(stage.make()); }, "create, one window and destroy", 10);
  if (stage.all(stage.make(), duration) != expected) {
    broken("after others had been stopped, an instance gave other values");
  }
}

}  // namespace

std::vector<Rule> stimulus_rules() {
  return {
      {"values-in-range", "The engine refuses values that make no sense, in the middle of a run",
       Scope::stimulus, values_in_range},
      {"repeats", "The same inputs give the same bits; instances share nothing", Scope::stimulus,
       repeats},
      {"any-process", "Results must not depend on addresses, time or the environment",
       Scope::stimulus, same_in_every_process, true},
      {"windows", "How a trial is cut into windows must not change it", Scope::stimulus, windows},
      {"threads", "A stimulus that claims PURE is filled from several threads", Scope::stimulus,
       threads},
      {"stays-in-buffer", "Memory around the buffer belongs to somebody else", Scope::stimulus,
       stays_in_buffer},
      {"no-leak", "Sweeps create thousands of instances", Scope::stimulus, no_leak},
      {"cancel", "Whoever is asked to stop ends soon and leaves nothing broken", Scope::stimulus,
       cancel},
  };
}

}  // namespace v1::plugin_check
