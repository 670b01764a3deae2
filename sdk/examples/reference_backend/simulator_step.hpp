#pragma once
#include "simulator.hpp"

/// Making a simulator, trials, and the step itself.
namespace reference {

template <class Real>
Simulator<Real>::Simulator(const v1e_backend_env& env)
    : network_(*env.network),
      scheme_(env.scheme),
      reset_rule_(env.reset_rule),
      steps_per_trial_(env.steps_per_trial),
      max_advance_steps_(env.max_advance_steps),
      neurons_(static_cast<std::size_t>(env.network->neuron_count)),
      receptors_(std::max(1u, env.network->receptor_count)),
      slots_(env.network->max_delay_steps + 1) {
  for (std::uint32_t t = 0; t < network_.type_count; ++t) {
    const v1e_neuron_type& type = *network_.types[t];
    if (type.psc_count > v1::kernels::max_psc_count) {
      throw v1e::Error(V1E_E_UNSUPPORTED, "", "a node type has too many synaptic currents");
    }
    psc_count_ = std::max(psc_count_, type.psc_count);
    types_.push_back(
        v1::kernels::gather_constants<Real>(type, network_.weight_exponent, network_.dt_ms,
                                            (type.flags & V1E_TYPE_SPIKES_AT_THRESHOLD) != 0));
    thresholds_.push_back(v1::kernels::gather_threshold<Real>(type));
    if (type.flags & V1E_TYPE_MOVING_THRESHOLD) moving_threshold_ = true;
  }
  if (moving_threshold_ && !exact()) {
    throw v1e::Error(V1E_E_UNSUPPORTED, "", "a moving threshold needs the scheme exact");
  }
  for (std::uint32_t p = 0; p < env.probe_count; ++p) {
    const v1e_probe& probe = *env.probes[p];
    const int recorded = class_of(probe.variable);
    if (recorded >= 0) by_class_ = recorded_[recorded] = true;
    if (probe.every_steps < 1 || (probe.dtype != V1E_F16 && probe.dtype != V1E_F32)) {
      throw v1e::Error(V1E_E_INVALID, "", "a probe samples every step or more rarely, F16 or F32");
    }
    probes_.push_back({probe.variable,
                       probe.every_steps,
                       probe.dtype,
                       {probe.neurons, probe.neurons + probe.neuron_count}});
  }
  drained_.assign(network_.block_count, 0);
  if (env.drain_block) drained_.assign(env.drain_block, env.drain_block + network_.block_count);
  inputs_.prepare(env);
  lanes_.resize(env.lane_count);
  for (LaneType& lane : lanes_) {
    lane.handed.resize(network_.block_count);
    reset(lane);
  }
}

template <class Real>
void Simulator<Real>::reset(LaneType& lane) const {
  lane.u.resize(neurons_);
  for (std::size_t i = 0; i < neurons_; ++i) {
    lane.u[i] = types_[network_.neuron_type[i]].initial_mv;
  }
  lane.asc.assign(2 * neurons_, 0);
  lane.theta.assign(moving_threshold_ ? 2 * neurons_ : 0, 0);
  lane.y1.assign(psc_count_ * neurons_, 0);
  lane.y2.assign(psc_count_ * neurons_, 0);
  for (std::size_t c = 0; c < 3; ++c) {
    lane.class_y1[c].assign(recorded_[c] ? psc_count_ * neurons_ : 0, 0);
    lane.class_y2[c].assign(recorded_[c] ? psc_count_ * neurons_ : 0, 0);
  }
  lane.refractory.assign(neurons_, 0);
  lane.refractory_ms.assign(neurons_, 0);
  lane.spiked.assign(neurons_, 0);
  lane.current.assign(neurons_, 0);
  lane.ring.assign((by_class_ ? 3u : 1u) * std::size_t{slots_} * receptors_ * neurons_, 0);
  lane.cursor = 0;
}

template <class Real>
void Simulator<Real>::begin_trial(std::uint32_t index, std::uint32_t trial, std::uint32_t condition,
                                  std::uint32_t mode) {
  LaneType& lane = lane_at(index);
  inputs_.require_bound(condition);
  if (mode == V1E_TRIAL_RESET) {
    reset(lane);
  } else if (mode != V1E_TRIAL_KEEP_STATE) {
    throw v1e::Error(V1E_E_INVALID, "", "begin_trial: unknown mode");
  }
  lane.in_trial = true;
  lane.trial = trial;
  lane.condition = condition;
  lane.step = 0;
  for (Events& events : lane.handed) events = {};
}

template <class Real>
v1e_ticket Simulator<Real>::advance(std::int64_t steps) {
  if (broken_) throw v1e::Error(V1E_E_STATE, "", "an earlier window failed");
  if (steps < 1 || (max_advance_steps_ > 0 && steps > max_advance_steps_)) {
    throw v1e::Error(V1E_E_INVALID, "", "a window of more steps than announced, or of none");
  }
  bool any = false;
  for (const LaneType& lane : lanes_) {
    any = any || lane.in_trial;
    if (lane.in_trial && steps_per_trial_ > 0 && lane.step + steps > steps_per_trial_) {
      throw v1e::Error(V1E_E_INVALID, "", "advance beyond the end of a trial");
    }
  }
  if (!any) throw v1e::Error(V1E_E_STATE, "", "no lane is in a trial; call begin_trial");
  ++last_ticket_;
  broken_ = true;
  for (LaneType& lane : lanes_) {
    Output& output = lane.output[last_ticket_ & 1];
    output = {};
    output.step_begin = lane.step;
    output.blocks.resize(network_.block_count);
    output.half.resize(probes_.size());
    output.single.resize(probes_.size());
    if (!lane.in_trial) continue;
    output.active = true;
    for (std::uint32_t b = 0; b < network_.block_count; ++b) {
      if (drawn(b) || !is_input(b)) continue;
      output.blocks[b] = std::move(lane.handed[b]);
      lane.handed[b] = {};
      auto& offset = output.blocks[b].offset;
      if (offset.size() > static_cast<std::size_t>(steps) + 1) {
        throw v1e::Error(V1E_E_INVALID, "", "events were handed over for steps after the window");
      }
      offset.resize(static_cast<std::size_t>(steps) + 1, offset.back());
    }
    for (std::int64_t k = 0; k < steps; ++k) step(lane, output, k);
    if (steps_per_trial_ > 0 && lane.step >= steps_per_trial_) lane.in_trial = false;
  }
  broken_ = false;
  return last_ticket_;
}

// Step lane.step, the k-th of the window: inputs, neurons, recurrent spikes, samples.
template <class Real>
void Simulator<Real>::step(LaneType& lane, Output& output, std::int64_t k) {
  for (std::uint32_t b = 0; b < network_.block_count; ++b) {
    if (!is_input(b)) continue;
    Events& events = output.blocks[b];
    if (drawn(b)) inputs_.draw(b, lane.trial, lane.condition, lane.step, events);
    for (std::uint64_t e = events.offset[k]; e < events.offset[k + 1]; ++e) {
      deliver(lane, b, events.source[e], events.count.empty() ? 1 : events.count[e]);
    }
  }
  // billeh-tf: the current of a step acts in it; exact: read at its end, it acts in the next.
  if (!exact()) write_pulses(lane);
  const std::size_t first = output.spikes.source.size();
  for (std::size_t i = 0; i < neurons_; ++i) {
    if (step_neuron(lane, i)) output.spikes.source.push_back(static_cast<std::uint32_t>(i));
    check_finite(lane, i);
  }
  output.spikes.end_step();
  spikes_ += output.spikes.source.size() - first;
  if (exact()) write_pulses(lane);
  for (std::uint32_t b = 0; b < network_.block_count; ++b) {
    if (is_input(b)) continue;
    for (std::size_t s = first; s < output.spikes.source.size(); ++s) {
      deliver(lane, b, output.spikes.source[s], 1);
    }
  }
  sample(lane, output);
  lane.cursor = (lane.cursor + 1) % slots_;
  ++lane.step;
}

template <class Real>
void Simulator<Real>::deliver(LaneType& lane, std::uint32_t block, std::uint32_t source,
                              std::uint32_t count) {
  const v1e::AddressBits bits(network_);
  const std::uint32_t current_class = by_class_ ? network_.blocks[block]->current_class : 0;
  v1e_rows rows{};
  rows.struct_size = sizeof rows;
  v1e::call_host(
      [&](v1e_error* err) { return network_.rows(network_.ctx, block, source, 1, &rows, err); });
  const std::int64_t row = source - rows.row_begin;
  for (std::int64_t e = rows.row_ptr[row]; e < rows.row_ptr[row + 1]; ++e) {
    const v1e_synapse_kind& kind = network_.synapse_kinds[bits.kind(rows.address[e])];
    const std::uint32_t slot = (lane.cursor + kind.delay_steps) % slots_;
    lane.ring[at_ring(current_class, slot, kind.receptor, bits.target(rows.address[e]))] +=
        std::int64_t{rows.weight[e]} * count;
    ++synaptic_events_;
  }
}

// Advances the currents of a neuron and clears its input of this step; leaves their drive of the
// membrane: mV over the step (exact) or pA at its start (billeh-tf).
template <class Real>
void Simulator<Real>::step_currents(LaneType& lane, std::size_t neuron, Real& drive) {
  const auto& type = types_[network_.neuron_type[neuron]];
  std::vector<std::int64_t> total(receptors_, 0);
  const std::uint32_t classes = by_class_ ? 3 : 1;
  for (std::uint32_t c = 0; c < classes; ++c) {
    for (std::uint32_t r = 0; r < receptors_; ++r) {
      total[r] += lane.ring[at_ring(c, lane.cursor, r, neuron)];
    }
    for (std::uint32_t p = 0; recorded_[c] && p < type.psc_count; ++p) {
      const std::size_t at = p * neurons_ + neuron;
      const auto input = lane.ring[at_ring(c, lane.cursor, type.psc_receptor[p], neuron)];
      v1::kernels::psc_step<Real>(type.psc_decay_m1[p], type.psc_step[p], type.psc_increment[p],
                                  static_cast<Real>(input), lane.class_y1[c][at],
                                  lane.class_y2[c][at]);
    }
    for (std::uint32_t r = 0; r < receptors_; ++r) {
      lane.ring[at_ring(c, lane.cursor, r, neuron)] = 0;
    }
  }
  for (std::uint32_t p = 0; p < type.psc_count; ++p) {
    const std::size_t at = p * neurons_ + neuron;
    Real &y1 = lane.y1[at], &y2 = lane.y2[at];
    drive = exact()
                ? v1::kernels::exact_drive<Real>(drive, type.gain_y1[p], type.gain_y2[p], y1, y2)
                : drive + y2;
    v1::kernels::psc_step<Real>(type.psc_decay_m1[p], type.psc_step[p], type.psc_increment[p],
                                static_cast<Real>(total[type.psc_receptor[p]]), y1, y2);
  }
  if (type.delta_gain != 0) drive = type.delta_gain * static_cast<Real>(total[0]);
}

// True when the neuron spikes.
template <class Real>
bool Simulator<Real>::step_neuron(LaneType& lane, std::size_t i) {
  const auto& type = types_[network_.neuron_type[i]];
  Real drive = 0;
  step_currents(lane, i, drive);
  Real &u = lane.u[i], &asc0 = lane.asc[i], &asc1 = lane.asc[neurons_ + i];
  if (threshold_moves(i)) {
    return v1::kernels::exact_step_moving_threshold<Real>(
               type, thresholds_[network_.neuron_type[i]], drive, lane.current[i], u, asc0, asc1,
               lane.theta[i], lane.theta[neurons_ + i], lane.refractory[i]) != 0;
  }
  if (exact()) {
    return v1::kernels::exact_step<Real>(type, drive, lane.current[i], u, asc0, asc1,
                                         lane.refractory[i]) != 0;
  }
  const bool soft = reset_rule_ == V1E_RESET_SOFT;
  const auto update =
      soft ? v1::kernels::billeh_tf_step<Real, true> : v1::kernels::billeh_tf_step<Real, false>;
  lane.spiked[i] = update(type, drive, lane.current[i], u, asc0, asc1, lane.refractory_ms[i],
                          lane.spiked[i]) != 0;
  return lane.spiked[i] != 0;
}

template <class Real>
void Simulator<Real>::check_finite(const LaneType& lane, std::size_t i) const {
  if (std::isfinite(lane.u[i]) && std::isfinite(lane.asc[i]) &&
      std::isfinite(lane.asc[neurons_ + i])) {
    return;
  }
  throw v1e::Error(V1E_E_NUMERIC, "",
                   "the state of neuron " + std::to_string(network_.neuron_id[i]) +
                       " left the finite range in step " + std::to_string(lane.step) +
                       " of trial " + std::to_string(lane.trial));
}

template <class Real>
void Simulator<Real>::bind_pulses(std::uint32_t condition,
                                  std::span<const v1e_pulse* const> pulses) {
  if (pulses_.size() <= condition) pulses_.resize(condition + 1);
  pulses_[condition].clear();
  for (const v1e_pulse* p : pulses) {
    pulses_[condition].push_back({p->step_begin,
                                  p->step_end,
                                  {p->neurons, p->neurons + p->neuron_count},
                                  {p->amplitude_pa, p->amplitude_pa + p->neuron_count}});
  }
}

template <class Real>
void Simulator<Real>::write_pulses(LaneType& lane) const {
  std::fill(lane.current.begin(), lane.current.end(), Real(0));
  if (lane.condition >= pulses_.size()) return;
  for (const Pulse& pulse : pulses_[lane.condition]) {
    if (lane.step < pulse.step_begin || lane.step >= pulse.step_end) continue;
    for (std::size_t i = 0; i < pulse.neurons.size(); ++i) {
      lane.current[pulse.neurons[i]] += static_cast<Real>(pulse.amplitude_pa[i]);
    }
  }
}

}  // namespace reference
