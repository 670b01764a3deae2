#include "engine/stimulus/pulse_collector.hpp"

#include <algorithm>
#include <cmath>

#include "engine/base/error.hpp"
#include "engine/plugin/status.hpp"

namespace v1::stimulus {

void PulseCollector::attach_to(v1e_drive& drive) {
  drive.pulse_ctx = this;
  drive.add_pulse = [](void* ctx, const v1e_pulse* pulse, v1e_error* err) noexcept {
    return plugin::guarded(err, [&] { static_cast<PulseCollector*>(ctx)->add(*pulse); });
  };
}

void PulseCollector::add(const v1e_pulse& pulse) {
  if (pulse.step_end < pulse.step_begin) {
    throw error(ExitCode::plugin, "a current pulse ends (step {}) before it begins (step {})",
                pulse.step_end, pulse.step_begin);
  }
  CurrentPulse out;
  out.step_begin = std::max<std::int64_t>(pulse.step_begin, 0);
  out.step_end = std::min(pulse.step_end, step_count_);
  if (out.step_begin >= out.step_end || pulse.neuron_count == 0) return;
  if (!pulse.neurons || !pulse.amplitude_pa) {
    throw error(ExitCode::plugin, "a current pulse has no neurons or no amplitudes");
  }
  out.neurons.assign(pulse.neurons, pulse.neurons + pulse.neuron_count);
  out.amplitude_pa.assign(pulse.amplitude_pa, pulse.amplitude_pa + pulse.neuron_count);
  for (std::size_t i = 0; i < out.neurons.size(); ++i) {
    if (!targets_.contains(out.neurons[i])) {
      throw error(ExitCode::plugin, "a current pulse goes to neuron {}, which is not a target",
                  out.neurons[i]);
    }
    if (!std::isfinite(out.amplitude_pa[i])) {
      throw error(ExitCode::plugin, "a current pulse into neuron {} is not finite ({} pA)",
                  out.neurons[i], out.amplitude_pa[i]);
    }
  }
  pulses_.push_back(std::move(out));
}

}  // namespace v1::stimulus
