#include "engine/simulate/step_loop.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

#include "engine/base/error.hpp"
#include "engine/simulate/backend_handle.hpp"
#include "engine/simulate/event_feed.hpp"
#include "engine/simulate/lanes.hpp"

namespace v1::simulate {
namespace {

using Clock = std::chrono::steady_clock;
using config::ResetRule;
using config::Scheme;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

struct Window {
  v1e_ticket ticket = 0;
  std::int64_t step_begin = 0;
  std::int64_t steps = 0;
  std::uint64_t number = 0;  // of all windows
};

// Runs trials in blocks of as many as the backend has lanes; lane i of a block holds its i-th
// trial. All lanes of a block go through the same windows.
class Loop {
 public:
  Loop(const StepLoopSetup& setup, RecordingSink& sink, BackendHandle& backend,
       const v1e_backend_env& env)
      : setup_(setup),
        sink_(sink),
        backend_(backend),
        lanes_(env.lane_count),
        window_steps_(env.max_advance_steps),
        works_on_((setup.backend->backend().caps & V1E_CAP_ASYNC) != 0),
        thresholds_(lanes_),
        bound_(lanes_) {
    for (std::uint32_t lane = 0; lane < lanes_; ++lane) events_.emplace_back(lane);
  }

  // The sink may still read what the backend lent.
  ~Loop() {
    try {
      sink_.wait_until_read(sink_.handed_over());
    } catch (...) {  // the sink reports the failure to the next caller
    }
  }
  Loop(const Loop&) = delete;

  StepLoopResult run() {
    const auto start = Clock::now();
    bind_pulses();
    const std::uint32_t trials = setup_.simulation.trials;
    for (std::uint32_t first = setup_.first_trial; first < trials; first += lanes_) {
      const std::uint32_t count = std::min(lanes_, trials - first);
      if (!run_block(first, count)) {
        result_.stopped = true;
        break;
      }
      result_.trials_done += count;
    }
    sink_.wait_until_read(sink_.handed_over());
    result_.total_s = seconds_since(start) - thresholds_s_;
    result_.synaptic_events = backend_.counter("synaptic_events");
    result_.device_s = 1e-9 * static_cast<double>(backend_.counter("device_ns"));
    result_.saturated_samples = backend_.counter("saturated_samples");
    return result_;
  }

 private:
  // The trials first .. first + count - 1 side by side. False when the run was stopped.
  bool run_block(std::uint32_t first, std::uint32_t count) {
    start_block(first, count);
    for (std::uint32_t lane = 0; lane < count; ++lane) sink_.begin_trial(first + lane);
    const std::int64_t total = setup_.simulation.steps_per_trial();
    std::optional<Window> pending;
    for (std::int64_t begin = 0; begin < total; begin += window_steps_) {
      if (setup_.stop_requested && setup_.stop_requested()) return false;
      // The backend lends what a window produced until the second advance after it.
      sink_.wait_until_read(read_by_[advances_ % 2]);
      const Window now = advance(begin, std::min(window_steps_, total - begin), count);
      // A backend that works on goes through `now` while the window before is handed over; with
      // another, what is handed over is stored while it computes the next.
      if (pending) drain(first, count, *pending);
      pending = now;
      if (!works_on_) {
        drain(first, count, now);
        pending.reset();
      }
      report_progress(first, count, begin + now.steps, total);
    }
    if (pending) drain(first, count, *pending);
    const bool keeps = (setup_.backend->backend().caps & V1E_CAP_CHECKPOINT) != 0;
    for (std::uint32_t lane = 0; lane < count; ++lane) {
      sink_.end_trial(first + lane,
                      keeps && setup_.simulation.carry_state ? save(lane) : BackendState{});
    }
    return true;
  }

  std::uint32_t condition_of(std::uint32_t trial) const {
    return setup_.condition_of_trial ? setup_.condition_of_trial(trial) : 0;
  }

  void start_block(std::uint32_t first, std::uint32_t count) {
    std::vector<std::uint32_t> wanted;
    for (std::uint32_t lane = 0; lane < count; ++lane) wanted.push_back(condition_of(first + lane));
    std::vector<std::uint32_t> slots;
    for (const std::uint32_t condition : wanted) slots.push_back(slot_with(condition, wanted));
    for (std::uint32_t lane = 0; lane < count; ++lane) {
      start_trial(lane, first + lane, slots[lane]);
    }
  }

  // The backend holds as many conditions as lanes. Which of them holds `condition`, bound there
  // now if none did; those that the block wants are not replaced.
  std::uint32_t slot_with(std::uint32_t condition, const std::vector<std::uint32_t>& wanted) {
    const auto known = std::find(bound_.begin(), bound_.end(), condition);
    if (known != bound_.end()) return static_cast<std::uint32_t>(known - bound_.begin());
    std::uint32_t slot = 0;
    while (bound_[slot] && std::find(wanted.begin(), wanted.end(), *bound_[slot]) != wanted.end()) {
      ++slot;
    }
    bind_condition(slot, condition);
    return slot;
  }

  void start_trial(std::uint32_t lane, std::uint32_t trial, std::uint32_t slot) {
    const auto start = Clock::now();
    if (setup_.events) events_[lane].start_trial(setup_.events(trial));
    const bool resumed = trial == setup_.first_trial && trial > 0;
    const bool keep = setup_.simulation.carry_state && trial > 0;
    if (keep && resumed) backend_.load(lane, setup_.initial_state);
    backend_.begin_trial(lane, trial, slot, keep ? V1E_TRIAL_KEEP_STATE : V1E_TRIAL_RESET);
    result_.loop_s += seconds_since(start);
  }

  Window advance(std::int64_t begin, std::int64_t steps, std::uint32_t count) {
    const auto start = Clock::now();
    for (std::uint32_t lane = 0; lane < count; ++lane) events_[lane].inject(backend_, begin, steps);
    const Window window{backend_.advance(steps), begin, steps, advances_++};
    result_.loop_s += seconds_since(start);
    return window;
  }

  void drain(std::uint32_t first, std::uint32_t count, const Window& window) {
    for (std::uint32_t lane = 0; lane < count; ++lane) {
      drain_spikes(lane, first + lane, window, V1E_BLOCK_NEURONS);
      for (std::uint32_t block = 0; block < setup_.record_block.size(); ++block) {
        if (setup_.record_block[block]) drain_spikes(lane, first + lane, window, block);
      }
      for (std::uint32_t probe = 0; probe < setup_.probes.size(); ++probe) {
        drain_probe(lane, first + lane, window, probe);
      }
    }
    read_by_[window.number % 2] = sink_.handed_over();
  }

  void drain_spikes(std::uint32_t lane, std::uint32_t trial, const Window& window,
                    std::uint32_t block) {
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

  void drain_probe(std::uint32_t lane, std::uint32_t trial, const Window& window,
                   std::uint32_t probe) {
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

  BackendState save(std::uint32_t lane) {
    const auto start = Clock::now();
    BackendState state = backend_.save(lane);
    result_.loop_s += seconds_since(start);
    return state;
  }

  void bind_condition(std::uint32_t slot, std::uint32_t condition) {
    if (setup_.thresholds) {
      // Work on the stimulus, not on the network: counts in none of the times. What is bound is
      // lent to the backend, so the old thresholds go only after the new ones are in.
      const auto start = Clock::now();
      std::vector<Thresholds> made = setup_.thresholds(condition);
      thresholds_s_ += seconds_since(start);
      bind_rates(slot, made);
      thresholds_[slot] = std::move(made);
    }
    bound_[slot] = condition;
  }

  void bind_rates(std::uint32_t slot, const std::vector<Thresholds>& thresholds) {
    const auto start = Clock::now();
    for (const Thresholds& made : thresholds) {
      v1e_rates rates{};
      rates.struct_size = sizeof rates;
      rates.steps_per_frame = made.steps_per_frame;
      rates.source_count = setup_.network->view().blocks[made.block]->source_count;
      rates.frame_count = static_cast<std::int64_t>(made.values->size()) / rates.source_count;
      rates.threshold = made.values->data();
      backend_.bind_rates(made.block, slot, rates);
    }
    result_.loop_s += seconds_since(start);
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
    if (views.empty()) return;
    for (std::uint32_t slot = 0; slot < lanes_; ++slot) backend_.bind_pulses(slot, views);
  }

  void report_progress(std::uint32_t first, std::uint32_t count, std::int64_t done,
                       std::int64_t total) const {
    if (!setup_.progress) return;
    Progress progress;
    progress.trial = first;
    progress.trials = setup_.simulation.trials;
    const double trials_left = setup_.simulation.trials - setup_.first_trial;
    const double part = static_cast<double>(done) / static_cast<double>(total);
    progress.fraction = (first - setup_.first_trial + count * part) / trials_left;
    setup_.progress(progress);
  }

  const StepLoopSetup& setup_;
  RecordingSink& sink_;
  BackendHandle& backend_;
  const std::uint32_t lanes_;
  const std::int64_t window_steps_;
  const bool works_on_;
  std::uint64_t advances_ = 0;
  std::uint64_t read_by_[2] = {};  // what the sink was given of the last two windows
  std::vector<EventFeed> events_;  // by lane
  std::vector<std::vector<Thresholds>> thresholds_;  // by slot; lent to the backend
  double thresholds_s_ = 0.0;
  std::vector<std::optional<std::uint32_t>> bound_;  // condition in each slot
  StepLoopResult result_;
};

}  // namespace

std::int64_t window_steps(const StepLoopSetup& setup, std::uint32_t lanes) {
  // Samples of a window wait twice: for the backend that may still work on the next, or, of one
  // that does not work on by itself, best in the cache for the writer.
  const bool works_on = (setup.backend->backend().caps & V1E_CAP_ASYNC) != 0;
  const std::int64_t memory_limit = std::int64_t{works_on ? 256 : 12} << 20;
  std::int64_t bytes_per_step = 1;
  for (const Probe& probe : setup.probes) {
    bytes_per_step +=
        static_cast<std::int64_t>(lanes * probe.neurons.size() * dtype_size(probe.dtype));
  }
  const std::int64_t usual = setup.simulation.dt_ms >= 0.1 ? 250 : 2500;
  // Of input that is drawn, four steps share a block of random words.
  const std::int64_t fitting = std::max<std::int64_t>(8, memory_limit / bytes_per_step / 4 * 4);
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
  env.threads = setup.threads;
  env.precision_bits = static_cast<std::uint32_t>(simulation.precision_bits());
  env.scheme = simulation.scheme == Scheme::exact ? V1E_SCHEME_EXACT : V1E_SCHEME_BILLEH_TF;
  env.reset_rule = simulation.reset == ResetRule::hard ? V1E_RESET_HARD : V1E_RESET_SOFT;
  env.probe_count = static_cast<std::uint32_t>(storage.probe_views.size());
  env.random_key = setup.seed;
  env.steps_per_trial = simulation.steps_per_trial();
  env.network = &setup.network->view();
  env.probes = storage.probe_views.data();
  env.drain_block = setup.record_block.data();
  env.host = setup.host;
  env.target_end = static_cast<std::uint32_t>(setup.network->view().neuron_count);
  env.max_advance_steps = window_steps(setup, 1);
  const std::uint32_t side_by_side =
      simulation.carry_state ? 1
                             : simulation.trials - std::min(simulation.trials, setup.first_trial);
  env.lane_count = suggested_lanes(*setup.backend, *setup.backend_settings, env, side_by_side);
  env.max_advance_steps = window_steps(setup, env.lane_count);
  return env;
}

StepLoopResult run_step_loop(const StepLoopSetup& setup, RecordingSink& sink) {
  const auto start = Clock::now();
  BackendEnvStorage storage;
  const v1e_backend_env env = make_backend_env(setup, storage);
  BackendHandle backend(*setup.backend, *setup.backend_settings, env);
  const double setup_s = seconds_since(start);
  StepLoopResult result = Loop(setup, sink, backend, env).run();
  result.setup_s = setup_s;
  result.lanes = env.lane_count;
  return result;
}

}  // namespace v1::simulate
