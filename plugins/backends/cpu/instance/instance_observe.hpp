#pragma once
#include <string>

#include "kernels/glif_step.hpp"
#include "plugins/backends/cpu/instance/instance_of.hpp"
#include "plugins/backends/shared/call_checks.hpp"
#include "plugins/backends/shared/lent_output.hpp"

namespace v1::cpu {

template <class Real, class Sum>
typename InstanceOf<Real, Sum>::LaneType& InstanceOf<Real, Sum>::lane_at(std::uint32_t lane) {
  backend::check_lane(lane, lanes_.size());
  return lanes_[lane];
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::bind_rates(std::uint32_t block, std::uint32_t condition,
                                       const v1e_rates& rates) {
  backend::check_rates(backend::block_at(network_, block), rates, env_.steps_per_trial);
  inputs_[block]->bind(condition, rates);
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::bind_pulses(std::uint32_t condition, std::uint32_t count,
                                        const v1e_pulse* const* pulses) {
  Pulses made(count, pulses, layout_);
  if (pulses_.size() <= condition) pulses_.resize(condition + 1);
  pulses_[condition] = std::move(made);
  for (LaneType& lane : lanes_) lane.pulses_changed(condition, count > 0);
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::begin_trial(std::uint32_t lane_index, std::uint32_t trial,
                                        std::uint32_t condition, std::uint32_t mode) {
  backend::check_trial_mode(mode);
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
  }
  lane.begin(trial, condition, mode, !pulses_of(condition).empty());
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::inject_spikes(const v1e_spikes& spikes) {
  LaneType& lane = lane_at(spikes.lane);
  const v1e_edge_block& block = backend::block_at(network_, spikes.block);
  lane.injected[spikes.block].take(block, spikes, lane.in_trial);
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::wait(v1e_ticket ticket) {
  backend::check_ticket(ticket, last_ticket_);
}

template <class Real, class Sum>
const LaneOutput& InstanceOf<Real, Sum>::output_of(v1e_ticket ticket, std::uint32_t lane) const {
  backend::check_kept(ticket, last_ticket_, broken_);
  backend::check_lane(lane, lanes_.size());
  return lanes_[lane].output[ticket & 1];
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::drain_spikes(v1e_ticket ticket, v1e_spikes& out) {
  const LaneOutput& output = output_of(ticket, out.lane);
  const StepEvents* events = &output.spikes;
  if (out.block != V1E_BLOCK_NEURONS) {
    backend::check_drained(network_, drained_, out.block);
    if (inputs_[out.block]) events = &output.blocks[out.block];
  }
  backend::lend_events(output.active ? events : nullptr, output.step_begin, out);
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::drain_probe(v1e_ticket ticket, std::uint32_t lane, std::uint32_t probe,
                                        v1e_const_array& out, std::int64_t& first_step) {
  if (probe >= probes_.size()) throw backend::invalid_call("no such probe");
  const ProbeSamples& samples = output_of(ticket, lane).probes[probe];
  const Probe& shape = probes_[probe];
  out = backend::samples_view(samples.data.data(), shape.dtype, samples.count,
                              static_cast<std::int64_t>(shape.neuron_count));
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
  const Variable variable =
      backend::variable_to_read(name, shape_, begin, out, network_.neuron_count);
  backend::fill_neurons(begin, out, [&](std::size_t position) {
    return value_of(lane.state, variable, layout_.place_of_position[position]);
  });
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
      throw backend::no_counter(name);
    }
  }
  return total;
}

}  // namespace v1::cpu
