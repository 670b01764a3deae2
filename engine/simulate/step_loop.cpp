#include "engine/simulate/step_loop.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>

#include "engine/base/error.hpp"
#include "engine/simulate/backend_handle.hpp"

namespace v1::simulate {
namespace {

using Clock = std::chrono::steady_clock;
using config::ResetRule;
using config::Scheme;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

constexpr std::uint32_t lane = 0;
constexpr std::uint32_t condition_slot = 0;  // the backend holds one condition at a time

// Hands the events of a trial over window by window.
class EventFeed {
 public:
  void start_trial(std::vector<EventTrain> trains) {
    trains_ = std::move(trains);
    next_.assign(trains_.size(), 0);
  }

  void inject(BackendHandle& backend, std::int64_t step_begin, std::int64_t steps) {
    for (std::size_t i = 0; i < trains_.size(); ++i) {
      inject_train(backend, trains_[i], next_[i], step_begin, steps);
    }
  }

 private:
  void inject_train(BackendHandle& backend, const EventTrain& train, std::size_t& next,
                    std::int64_t step_begin, std::int64_t steps) {
    offset_.assign(1, 0);
    source_.clear();
    count_.clear();
    for (std::int64_t step = step_begin; step < step_begin + steps; ++step) {
      const std::size_t begin_of_step = source_.size();
      for (; next < train.step.size() && train.step[next] == step; ++next) {
        const bool repeated =
            source_.size() > begin_of_step && source_.back() == train.source[next];
        if (repeated) {
          ++count_.back();
        } else {
          source_.push_back(train.source[next]);
          count_.push_back(1);
        }
      }
      offset_.push_back(source_.size());
    }
    v1e_spikes spikes{};
    spikes.struct_size = sizeof spikes;
    spikes.lane = lane;
    spikes.block = train.block;
    spikes.step_begin = step_begin;
    spikes.step_count = steps;
    spikes.offset = offset_.data();
    spikes.neuron = source_.data();
    spikes.count = count_.data();
    backend.inject_spikes(spikes);
  }

  std::vector<EventTrain> trains_;
  std::vector<std::size_t> next_;
  std::vector<std::uint64_t> offset_;
  std::vector<std::uint32_t> source_;
  std::vector<std::uint16_t> count_;
};

struct Window {
  v1e_ticket ticket = 0;
  std::int64_t step_begin = 0;
  std::int64_t steps = 0;
};

class Loop {
 public:
  Loop(const StepLoopSetup& setup, RecordingSink& sink, BackendHandle& backend)
      : setup_(setup), sink_(sink), backend_(backend) {}

  StepLoopResult run() {
    const auto start = Clock::now();
    bind_pulses();
    const std::uint32_t trials = setup_.simulation.trials;
    for (std::uint32_t trial = setup_.first_trial; trial < trials; ++trial) {
      if (!run_trial(trial)) {
        result_.stopped = true;
        break;
      }
      ++result_.trials_done;
    }
    result_.total_s = seconds_since(start) - thresholds_s_;
    result_.synaptic_events = backend_.counter("synaptic_events");
    result_.saturated_samples = backend_.counter("saturated_samples");
    return result_;
  }

 private:
  // False when the run was stopped.
  bool run_trial(std::uint32_t trial) {
    start_trial(trial);
    sink_.begin_trial(trial);
    const std::int64_t total = setup_.simulation.steps_per_trial();
    const std::int64_t window = window_steps(setup_);
    std::optional<Window> pending;
    for (std::int64_t begin = 0; begin < total; begin += window) {
      if (setup_.stop_requested && setup_.stop_requested()) return false;
      const Window now = advance(begin, std::min(window, total - begin));
      if (pending) drain(trial, *pending);  // while a backend may work on `now`
      pending = now;
      report_progress(trial, begin + now.steps, total);
    }
    if (pending) drain(trial, *pending);
    sink_.end_trial(trial, setup_.simulation.carry_state ? save() : BackendState{});
    return true;
  }

  void start_trial(std::uint32_t trial) {
    const std::uint32_t condition =
        setup_.condition_of_trial ? setup_.condition_of_trial(trial) : 0;
    const bool other = condition_ != condition;
    if (other) make_thresholds(condition);
    const auto start = Clock::now();
    if (other) bind_condition(condition);
    if (setup_.events) events_.start_trial(setup_.events(trial));
    const bool resumed = trial == setup_.first_trial && trial > 0;
    const bool keep = setup_.simulation.carry_state && trial > 0;
    if (keep && resumed) backend_.load(lane, setup_.initial_state);
    backend_.begin_trial(lane, trial, condition_slot,
                         keep ? V1E_TRIAL_KEEP_STATE : V1E_TRIAL_RESET);
    result_.loop_s += seconds_since(start);
  }

  // Work on the stimulus, not on the network: counts in none of the times.
  void make_thresholds(std::uint32_t condition) {
    if (!setup_.thresholds) return;
    const auto start = Clock::now();
    thresholds_ = setup_.thresholds(condition);
    thresholds_s_ += seconds_since(start);
  }

  Window advance(std::int64_t begin, std::int64_t steps) {
    const auto start = Clock::now();
    events_.inject(backend_, begin, steps);
    const Window window{backend_.advance(steps), begin, steps};
    result_.loop_s += seconds_since(start);
    return window;
  }

  void drain(std::uint32_t trial, const Window& window) {
    drain_spikes(trial, window, V1E_BLOCK_NEURONS);
    for (std::uint32_t block = 0; block < setup_.record_block.size(); ++block) {
      if (setup_.record_block[block]) drain_spikes(trial, window, block);
    }
    for (std::uint32_t probe = 0; probe < setup_.probes.size(); ++probe) {
      drain_probe(trial, window, probe);
    }
  }

  void drain_spikes(std::uint32_t trial, const Window& window, std::uint32_t block) {
    const auto start = Clock::now();
    const v1e_spikes spikes = backend_.drain_spikes(window.ticket, lane, block);
    result_.loop_s += seconds_since(start);
    SpikeWindow out;
    out.trial = trial;
    out.block = block;
    out.step_begin = window.step_begin;
    out.offset = {spikes.offset, static_cast<std::size_t>(window.steps) + 1};
    const auto total = static_cast<std::size_t>(spikes.offset[window.steps]);
    out.source = {spikes.neuron, total};
    if (spikes.count) out.count = {spikes.count, total};
    sink_.spikes(out);
  }

  void drain_probe(std::uint32_t trial, const Window& window, std::uint32_t probe) {
    const auto start = Clock::now();
    ProbeWindow out;
    const v1e_const_array samples =
        backend_.drain_probe(window.ticket, lane, probe, out.first_step);
    result_.loop_s += seconds_since(start);
    out.trial = trial;
    out.probe = probe;
    out.sample_count = samples.shape[0];
    out.neuron_count = samples.shape[1];
    out.dtype = samples.dtype;
    out.data = samples.data;
    sink_.probe(out);
  }

  BackendState save() {
    const auto start = Clock::now();
    BackendState state = backend_.save(lane);
    result_.loop_s += seconds_since(start);
    return state;
  }

  void bind_condition(std::uint32_t condition) {
    for (const Thresholds& bound : thresholds_) {
      v1e_rates rates{};
      rates.struct_size = sizeof rates;
      rates.steps_per_frame = bound.steps_per_frame;
      rates.source_count = setup_.network->view().blocks[bound.block]->source_count;
      rates.frame_count = static_cast<std::int64_t>(bound.values->size()) / rates.source_count;
      rates.threshold = bound.values->data();
      backend_.bind_rates(bound.block, condition_slot, rates);
    }
    condition_ = condition;
  }

  void bind_pulses() {
    std::vector<v1e_pulse> pulses;
    for (const CurrentPulse& pulse : setup_.pulses) {
      v1e_pulse view{};
      view.struct_size = sizeof view;
      view.step_begin = pulse.step_begin;
      view.step_end = pulse.step_end;
      view.neuron_count = pulse.neurons.size();
      view.neurons = pulse.neurons.data();
      view.amplitude_pa = pulse.amplitude_pa.data();
      pulses.push_back(view);
    }
    std::vector<const v1e_pulse*> views;
    for (const v1e_pulse& pulse : pulses) views.push_back(&pulse);
    if (!views.empty()) backend_.bind_pulses(condition_slot, views);
  }

  void report_progress(std::uint32_t trial, std::int64_t done, std::int64_t total) const {
    if (!setup_.progress) return;
    Progress progress;
    progress.trial = trial;
    progress.trials = setup_.simulation.trials;
    const double trials_left = setup_.simulation.trials - setup_.first_trial;
    progress.fraction =
        (trial - setup_.first_trial + static_cast<double>(done) / total) / trials_left;
    setup_.progress(progress);
  }

  const StepLoopSetup& setup_;
  RecordingSink& sink_;
  BackendHandle& backend_;
  EventFeed events_;
  std::vector<Thresholds> thresholds_;  // lent to the backend
  double thresholds_s_ = 0.0;
  std::optional<std::uint32_t> condition_;
  StepLoopResult result_;
};

}  // namespace

std::int64_t window_steps(const StepLoopSetup& setup) {
  constexpr std::int64_t memory_limit = std::int64_t{256} << 20;
  std::int64_t bytes_per_step = 1;
  for (const Probe& probe : setup.probes) {
    bytes_per_step += static_cast<std::int64_t>(probe.neurons.size() * dtype_size(probe.dtype));
  }
  const std::int64_t usual = setup.simulation.dt_ms >= 0.1 ? 250 : 2500;
  const std::int64_t fitting = std::max<std::int64_t>(1, memory_limit / bytes_per_step);
  return std::min({usual, fitting, std::max<std::int64_t>(1, setup.simulation.steps_per_trial())});
}

v1e_backend_env make_backend_env(const StepLoopSetup& setup, BackendEnvStorage& storage) {
  for (const Probe& probe : setup.probes) {
    v1e_probe view{};
    view.struct_size = sizeof view;
    view.every_steps = 1;
    view.variable = probe.variable.c_str();
    view.dtype = probe.dtype;
    view.neuron_count = probe.neurons.size();
    view.neurons = probe.neurons.data();
    storage.probes.push_back(view);
  }
  for (const v1e_probe& probe : storage.probes) storage.probe_views.push_back(&probe);
  const config::SimulationConfig& simulation = setup.simulation;
  v1e_backend_env env{};
  env.struct_size = sizeof env;
  env.device = simulation.device;
  env.lane_count = 1;
  env.threads = setup.threads;
  env.precision_bits = static_cast<std::uint32_t>(simulation.precision_bits());
  env.scheme = simulation.scheme == Scheme::exact ? V1E_SCHEME_EXACT : V1E_SCHEME_BILLEH_TF;
  env.reset_rule = simulation.reset == ResetRule::hard ? V1E_RESET_HARD : V1E_RESET_SOFT;
  env.probe_count = static_cast<std::uint32_t>(storage.probe_views.size());
  env.random_key = setup.seed;
  env.max_advance_steps = window_steps(setup);
  env.steps_per_trial = simulation.steps_per_trial();
  env.network = &setup.network->view();
  env.probes = storage.probe_views.data();
  env.drain_block = setup.record_block.data();
  env.host = setup.host;
  env.target_end = static_cast<std::uint32_t>(setup.network->view().neuron_count);
  return env;
}

StepLoopResult run_step_loop(const StepLoopSetup& setup, RecordingSink& sink) {
  const auto start = Clock::now();
  BackendEnvStorage storage;
  const v1e_backend_env env = make_backend_env(setup, storage);
  BackendHandle backend(*setup.backend, *setup.backend_settings, env);
  const double setup_s = seconds_since(start);
  StepLoopResult result = Loop(setup, sink, backend).run();
  result.setup_s = setup_s;
  return result;
}

}  // namespace v1::simulate
