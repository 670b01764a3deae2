#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/raw_vector.hpp"
#include "engine/config/run_config.hpp"
#include "engine/plugin/plugin_info.hpp"
#include "engine/simulate/prepared_network.hpp"
#include "engine/simulate/sink.hpp"
#include "plugin_api/include/v1e/backend.h"

namespace v1::simulate {

/// A variable to sample; see v1e_probe for names and units.
struct Probe {
  std::string variable;
  std::vector<std::uint32_t> neurons;  // ascending positions
  v1e_dtype dtype = V1E_F16;
};

/// Spike thresholds of one rates block for one condition, [frame][source].
struct Thresholds {
  std::uint32_t block = 0;
  std::uint32_t steps_per_frame = 1;
  std::shared_ptr<const RawVector<std::uint32_t>> values;
};

/// Events of one events block in one trial, sorted by (step, source); repeated pairs are one
/// source's simultaneous events.
struct EventTrain {
  std::uint32_t block = 0;
  std::vector<std::int64_t> step;
  std::vector<std::uint32_t> source;
};

/// A current step into some neurons during begin <= step < end of every trial.
struct CurrentPulse {
  std::int64_t step_begin = 0;
  std::int64_t step_end = 0;
  std::vector<std::uint32_t> neurons;
  std::vector<float> amplitude_pa;  // one per neuron
};

struct Progress {
  std::uint32_t trial = 0;  // the first of those that run side by side
  std::uint32_t trials = 0;
  double fraction = 0.0;  // of the whole run
};

struct StepLoopSetup {
  const PreparedNetwork* network = nullptr;
  const plugin::LoadedPlugin* backend = nullptr;
  const v1e_settings* backend_settings = nullptr;
  const v1e_host* host = nullptr;
  config::SimulationConfig simulation;
  unsigned threads = 1;
  std::uint64_t seed = 0;
  std::vector<Probe> probes;
  std::vector<std::uint8_t> record_block;  // per block: 1 when its spikes go to the sink

  /// Which condition a trial shows; trials of one condition share thresholds.
  std::function<std::uint32_t(std::uint32_t trial)> condition_of_trial;
  /// Thresholds of all rates blocks in a condition (empty without rates blocks).
  std::function<std::vector<Thresholds>(std::uint32_t condition)> thresholds;
  /// Events of all events blocks in a trial (empty without events blocks).
  std::function<std::vector<EventTrain>(std::uint32_t trial)> events;
  std::vector<CurrentPulse> pulses;

  std::uint32_t first_trial = 0;                  // > 0 when a run is resumed
  BackendState initial_state;                     // then: state at the end of trial first_trial - 1
  std::function<bool()> stop_requested;           // asked once per window
  std::function<void(const Progress&)> progress;  // called once per window
};

struct StepLoopResult {
  std::uint32_t trials_done = 0;  // in this call
  std::uint32_t lanes = 1;        // trials that ran side by side
  bool stopped = false;           // stop_requested ended the loop; the unfinished trial is lost
  double loop_s = 0.0;            // inside the backend
  double total_s = 0.0;           // with handing over to the sink
  double setup_s = 0.0;           // creating the backend
  double device_s = 0.0;          // the backend's device at work; 0 where there is none
  std::uint64_t synaptic_events = 0;
  std::uint64_t saturated_samples = 0;
};

/// Simulates the trials first_trial .. simulation.trials - 1 and hands everything to the sink.
/// With carry_state, trial k + 1 starts from the end of trial k; else from the initial state, and
/// trials run side by side in as many lanes as the backend suggests (the sink then gets the
/// windows of a block's trials in turn, and their ends in order).
/// Throws Error(plugin | backend | memory | internal) as the backend reports it.
StepLoopResult run_step_loop(const StepLoopSetup& setup, RecordingSink& sink);

/// Steps per window of the loop: a compromise between overhead per window and memory.
std::int64_t window_steps(const StepLoopSetup& setup, std::uint32_t lanes = 1);

/// Fills in the description of a backend instance for `setup`. The pointers refer to `storage`.
struct BackendEnvStorage {
  std::vector<v1e_probe> probes;
  std::vector<const v1e_probe*> probe_views;
};
v1e_backend_env make_backend_env(const StepLoopSetup& setup, BackendEnvStorage& storage);

}  // namespace v1::simulate
