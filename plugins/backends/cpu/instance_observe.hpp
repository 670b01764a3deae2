#pragma once
#include <cmath>
#include <string>
#include <v1e_sdk/error.hpp>

#include "kernels/glif_step.hpp"
#include "plugins/backends/cpu/instance_of.hpp"

namespace v1::cpu {

template <class Real, class Sum>
typename InstanceOf<Real, Sum>::LaneType& InstanceOf<Real, Sum>::lane_at(std::uint32_t lane) {
  if (lane < lanes_.size()) return lanes_[lane];
  throw v1e::Error(V1E_E_INVALID, "",
                   "lane " + std::to_string(lane) + " of " + std::to_string(lanes_.size()));
}

template <class Real, class Sum>
const v1e_edge_block& InstanceOf<Real, Sum>::block_at(std::uint32_t block) const {
  if (block < network_.block_count) return *network_.blocks[block];
  throw v1e::Error(
      V1E_E_INVALID, "",
      "edge block " + std::to_string(block) + " of " + std::to_string(network_.block_count));
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::bind_rates(std::uint32_t block, std::uint32_t condition,
                                       const v1e_rates& rates) {
  block_at(block);
  if (!inputs_[block]) {
    throw v1e::Error(V1E_E_INVALID, "", "rates are bound to a block of neurons");
  }
  inputs_[block]->bind(condition, rates, env_.steps_per_trial);
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::bind_pulses(std::uint32_t condition, std::uint32_t count,
                                        const v1e_pulse* const* pulses) {
  Pulses made(count, pulses, layout_);
  if (pulses_.size() <= condition) pulses_.resize(condition + 1);
  pulses_[condition] = std::move(made);
  for (LaneType& lane : lanes_) {
    if (lane.condition != condition) continue;
    lane.uses_current = lane.uses_current || count > 0;
    lane.current_stale = true;
  }
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::begin_trial(std::uint32_t lane_index, std::uint32_t trial,
                                        std::uint32_t condition, std::uint32_t mode) {
  if (mode != V1E_TRIAL_RESET && mode != V1E_TRIAL_KEEP_STATE) {
    throw v1e::Error(V1E_E_INVALID, "", "begin_trial: unknown mode " + std::to_string(mode));
  }
  LaneType& lane = lane_at(lane_index);
  for (const auto& input : inputs_) {
    if (input) input->require_bound(condition);
  }
  if (mode == V1E_TRIAL_RESET) {
    reset(lane.state);
    for (ThreadInput<Sum>& input : lane.input) {
      input.queue.clear();
      input.carried.clear();
    }
    lane.uses_current = false;
  }
  lane.uses_current = lane.uses_current || !pulses_of(condition).empty();
  lane.in_trial = true;
  lane.trial = trial;
  lane.condition = condition;
  lane.step = 0;
  for (auto& injected : lane.injected) injected.pending = false;
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::inject_spikes(const v1e_spikes& spikes) {
  LaneType& lane = lane_at(spikes.lane);
  const v1e_edge_block& block = block_at(spikes.block);
  if (!inputs_[spikes.block]) {
    throw v1e::Error(V1E_E_INVALID, "", "events are handed over to a block of neurons");
  }
  auto& injected = lane.injected[spikes.block];
  if (!lane.in_trial || injected.pending) {
    throw v1e::Error(V1E_E_STATE, "",
                     "edge block '" + std::string(block.name) +
                         "': events are handed over once per window, after begin_trial");
  }
  injected.events = inputs_[spikes.block]->copy_injected(spikes);
  injected.step_begin = spikes.step_begin;
  injected.pending = true;
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::wait(v1e_ticket ticket) {
  if (ticket == 0 || ticket > last_ticket_) {
    throw v1e::Error(V1E_E_STATE, "", "no window has this ticket");
  }
}

template <class Real, class Sum>
const LaneOutput& InstanceOf<Real, Sum>::output_of(v1e_ticket ticket, std::uint32_t lane) const {
  const bool kept = ticket != 0 && (ticket == last_ticket_ || ticket + 1 == last_ticket_);
  if (!kept || broken_) {
    throw v1e::Error(V1E_E_STATE, "", "the output of this window is no longer, or not yet, there");
  }
  if (lane >= lanes_.size()) throw v1e::Error(V1E_E_INVALID, "", "no such lane");
  return lanes_[lane].output[ticket & 1];
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::drain_spikes(v1e_ticket ticket, v1e_spikes& out) {
  const LaneOutput& output = output_of(ticket, out.lane);
  const StepEvents* events = &output.spikes;
  if (out.block != V1E_BLOCK_NEURONS) {
    block_at(out.block);
    if (!drained_[out.block])
      throw v1e::Error(V1E_E_STATE, "", "this block was not announced in drain_block");
    if (inputs_[out.block]) events = &output.blocks[out.block];
  }
  static constexpr std::uint64_t no_steps[1] = {0};
  out.step_begin = output.step_begin;
  out.step_count = output.active ? static_cast<std::int64_t>(events->steps()) : 0;
  out.offset = output.active ? events->offset.data() : no_steps;
  out.neuron = events->source.data();
  out.count = events->count.empty() ? nullptr : events->count.data();
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::drain_probe(v1e_ticket ticket, std::uint32_t lane, std::uint32_t probe,
                                        v1e_const_array& out, std::int64_t& first_step) {
  if (probe >= probes_.size()) throw v1e::Error(V1E_E_INVALID, "", "no such probe");
  const ProbeSamples& samples = output_of(ticket, lane).probes[probe];
  const Probe& shape = probes_[probe];
  const auto neurons = static_cast<std::int64_t>(shape.neuron_count);
  const auto width = static_cast<std::int64_t>(shape.bytes_per_value());
  out = {};
  out.data = samples.data.data();
  out.dtype = shape.dtype;
  out.ndim = 2;
  out.shape[0] = samples.count;
  out.shape[1] = neurons;
  out.stride[0] = neurons * width;
  out.stride[1] = width;
  first_step = samples.first_step;
}

// As recorded: mV or pA after the last step.
template <class Real, class Sum>
double InstanceOf<Real, Sum>::value_of(const State& state, Variable variable,
                                       std::uint32_t place) const {
  const auto& constants = constants_[network_.neuron_type[layout_.position_of_place[place]]];
  if (variable == Variable::v) return constants.e_l_mv + static_cast<double>(state.u[place]);
  const bool held = !shape_.billeh_tf && state.refractory[place] != 0;
  const Real asc = kernels::acting_asc(state.asc0[place], state.asc1[place], held);
  if (variable == Variable::asc_current) return asc;
  const int current_class = class_of(variable);
  const Real* y2 = current_class < 0
                       ? state.y2.data()
                       : state.class_y2[static_cast<std::size_t>(current_class)].data();
  Real sum = 0;
  for (std::uint32_t p = 0; p < constants.psc_count; ++p) sum += y2[p * shape_.places + place];
  return variable == Variable::input_current ? sum + asc : sum;
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::read_state(std::uint32_t lane_index, const std::string& name,
                                       std::int64_t begin, v1e_array& out) {
  const LaneType& lane = lane_at(lane_index);
  const Variable variable = variable_of(name);
  const int current_class = class_of(variable);
  if (current_class >= 0 && !shape_.recorded[static_cast<std::size_t>(current_class)]) {
    throw v1e::Error(V1E_E_UNSUPPORTED, "", "'" + name + "' is kept only while a probe records it");
  }
  if (out.dtype != V1E_F64 || out.ndim != 1 || begin < 0 || out.shape[0] < 0 ||
      begin + out.shape[0] > network_.neuron_count) {
    throw v1e::Error(V1E_E_INVALID, "", "read_state needs a one-dimensional F64 array of neurons");
  }
  for (std::int64_t i = 0; i < out.shape[0]; ++i) {
    const std::uint32_t place = layout_.place_of_position[static_cast<std::size_t>(begin + i)];
    const double value = value_of(lane.state, variable, place);
    *reinterpret_cast<double*>(static_cast<char*>(out.data) + i * out.stride[0]) = value;
  }
}

template <class Real, class Sum>
std::uint64_t InstanceOf<Real, Sum>::counter(const std::string& name) {
  std::uint64_t total = 0;
  for (const Worker& worker : workers_) {
    if (name == "synaptic_events") {
      total += worker.synaptic_events;
    } else if (name == "spikes") {
      total += worker.spikes;
    } else if (name == "saturated_samples") {
      total += worker.clipped_samples;
    } else {
      throw v1e::Error(V1E_E_UNSUPPORTED, "",
                       "backend cpu has no counter '" + name +
                           "'; it has synaptic_events, spikes, saturated_samples");
    }
  }
  return total;
}

}  // namespace v1::cpu
