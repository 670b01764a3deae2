#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>
#include <v1e_sdk/stimulus.hpp>
#include <vector>

#include "clamp_steps.hpp"

namespace {

// Some of the target neurons get another share of the current.
struct Scale {
  v1e::NeuronSelection neurons{"neurons", "all", "Selection: a population, ids, ..."};
  v1e::Float factor{"factor", "1", 1.0, v1e::any(), "Factor on the amplitude"};
};

struct CurrentClamp {
  static constexpr auto name = "current_clamp";
  static constexpr auto version = "1.1.0";
  static constexpr auto summary = "One current step into each target neuron";
  static constexpr std::uint32_t outputs = V1E_OUT_CURRENTS;
  static constexpr std::uint64_t flags = V1E_STIM_PURE | V1E_STIM_EVERY_TRIAL;

  v1e::Float amplitude{"amplitude", "pA", 100.0, v1e::any(), "Current; positive depolarises"};
  v1e::Float start{"start", "ms", 500.0, v1e::closed(0.0, 1e9), "Begin of the step in the trial"};
  v1e::Float duration{"duration", "ms", 1000.0, v1e::closed(0.0, 1e9), "Length of the step"};
  v1e::Records<Scale> scale{"scale",
                            "Factors for some of the neurons; where several apply they multiply"};

  void prepare(const v1e_stimulus_env& env) {
    steps = current_clamp::clamp_steps(start, duration, env.dt_ms);
    if (duration > 0.0 && steps.begin >= steps.end) refuse_interval_between_steps(env.dt_ms);
    end_ms = start + duration;
    trial_ms = env.duration_ms;
    neurons = target_neurons(env);
    warn_of_idle_factors(env.host);
    for (const std::uint32_t neuron : neurons) {
      amplitudes.push_back(static_cast<float>(amplitude * factor_of(neuron)));
    }
  }

  void fill(const v1e_window& window, v1e_drive& drive) const {
    const std::int64_t window_end = window.step_begin + window.step_count;
    if (neurons.empty() || steps.begin >= steps.end) return;
    if (steps.begin >= window_end || steps.end <= window.step_begin) return;
    v1e_pulse pulse{};
    pulse.struct_size = sizeof pulse;
    pulse.step_begin = steps.begin;
    pulse.step_end = steps.end;
    pulse.neuron_count = neurons.size();
    pulse.neurons = neurons.data();
    pulse.amplitude_pa = amplitudes.data();
    v1e::call_host([&](v1e_error* err) { return drive.add_pulse(drive.pulse_ctx, &pulse, err); });
  }

  void describe(v1e::StimulusDescription& description) const {
    if (start <= trial_ms) description.marker(start, "current on");
    if (end_ms <= trial_ms) description.marker(end_ms, "current off");
    description.strip("Injected current", "pA", {0.0, start, end_ms}, {0.0, amplitude, 0.0});
  }

  current_clamp::StepRange steps{0, 0};
  std::vector<std::uint32_t> neurons;
  std::vector<float> amplitudes;
  double end_ms = 0.0;
  double trial_ms = 0.0;

 private:
  // It would do nothing, which nobody means; a duration of 0 is no current on purpose.
  void refuse_interval_between_steps(double dt_ms) const {
    char message[256];
    std::snprintf(
        message, sizeof message,
        "from %.6g ms for %.6g ms lies between two steps of %.6g ms, so the current would "
        "have no effect; move the start or make it last a step",
        static_cast<double>(start), static_cast<double>(duration), dt_ms);
    throw v1e::Error(V1E_E_INVALID, "duration", message);
  }

  // Not refused: one `scale` may serve all targets of a sweep.
  void warn_of_idle_factors(const v1e_host* host) const {
    if (!host || !host->log) return;
    const auto& entries = scale.records();
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const std::vector<std::uint32_t>& chosen = entries[i].neurons.neurons();  // ascending
      const bool reached = std::any_of(neurons.begin(), neurons.end(), [&](std::uint32_t neuron) {
        return std::binary_search(chosen.begin(), chosen.end(), neuron);
      });
      if (reached) continue;
      const std::string text = "current_clamp: scale[" + std::to_string(i) +
                               "] (neurons = " + entries[i].neurons.text() +
                               ") holds none of the target's neurons: it has no effect";
      host->log(host->ctx, V1E_LOG_WARN, text.c_str());
    }
  }

  double factor_of(std::uint32_t neuron) const {
    double factor = 1.0;
    for (const Scale& entry : scale.records()) {
      const std::vector<std::uint32_t>& chosen = entry.neurons.neurons();  // ascending
      if (std::binary_search(chosen.begin(), chosen.end(), neuron)) factor *= entry.factor;
    }
    return factor;
  }

  static std::vector<std::uint32_t> target_neurons(const v1e_stimulus_env& env) {
    for (std::uint64_t i = 0; i < env.column_count; ++i) {
      const v1e_column& column = *env.columns[i];
      if (std::string_view(column.name) != "neuron" || column.values.dtype != V1E_U32) continue;
      const auto* first = static_cast<const std::uint32_t*>(column.values.data);
      return {first, first + env.channel_count};
    }
    throw v1e::Error(V1E_E_INVALID, "", "the engine gave no column 'neuron' of target neurons");
  }
};

}  // namespace

V1E_MODULE("org.v1engine.current_clamp", "1.0.0", "BSD-3-Clause",
           v1e::stimulus_plugin<CurrentClamp>())
