#pragma once
#include <string>

#include "plugins/backends/cuda/instance/instance_of.hpp"
#include "plugins/backends/cuda/instance/probe.hpp"
#include "plugins/backends/cuda/step/observe.hpp"
#include "plugins/backends/shared/call_checks.hpp"
#include "plugins/backends/shared/lent_output.hpp"

namespace v1::cuda {

template <class Real, class Sum>
typename InstanceOf<Real, Sum>::Lane& InstanceOf<Real, Sum>::lane_at(std::uint32_t lane) {
  backend::check_lane(lane, lanes_.size());
  return lanes_[lane];
}

template <class Real, class Sum>
const Pulses& InstanceOf<Real, Sum>::pulses_of(std::uint32_t condition) const {
  static const Pulses none;
  return condition < pulses_.size() ? pulses_[condition] : none;
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::bind_rates(std::uint32_t b, std::uint32_t condition,
                                       const v1e_rates& rates) {
  backend::check_rates(backend::block_at(network_, b), rates, env_.steps_per_trial);
  settle_all();  // a window in flight may read what is replaced
  std::vector<BoundRates>& bound = rates_[b];
  if (bound.size() <= condition) bound.resize(condition + 1);
  const auto bytes = static_cast<std::uint64_t>(rates.frame_count * rates.source_count) * 4;
  BoundRates& made = bound[condition];
  made.steps_per_frame = 0;
  if (made.threshold.size() != bytes) {
    made.threshold = Buffer();  // the old one goes first: there may be no room for both
    made.threshold = Buffer(*machine_, bytes);
  }
  copies_.upload(made.threshold.data(), rates.threshold, bytes);
  made.steps_per_frame = rates.steps_per_frame;
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::bind_pulses(std::uint32_t condition, std::uint32_t count,
                                        const v1e_pulse* const* pulses) {
  settle_all();
  Pulses made(count, pulses, layout_, *machine_);
  if (pulses_.size() <= condition) pulses_.resize(condition + 1);
  pulses_[condition] = std::move(made);
  for (Lane& lane : lanes_) lane.pulses_changed(condition, count > 0);
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::begin_trial(std::uint32_t lane_index, std::uint32_t trial,
                                        std::uint32_t condition, std::uint32_t mode) {
  backend::check_trial_mode(mode);
  Lane& lane = lane_at(lane_index);
  for (std::uint32_t b = 0; b < network_.block_count; ++b) {
    if (network_.blocks[b]->source_kind != V1E_SOURCE_RATES) continue;
    const bool bound = condition < rates_[b].size() && rates_[b][condition].steps_per_frame != 0;
    if (!bound) throw backend::rates_missing(*network_.blocks[b], condition);
  }
  if (mode == V1E_TRIAL_RESET) reset(lane_index);
  lane.begin(trial, condition, mode, !pulses_of(condition).empty());
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::inject_spikes(const v1e_spikes& spikes) {
  Lane& lane = lane_at(spikes.lane);
  const v1e_edge_block& block = backend::block_at(network_, spikes.block);
  lane.injected[spikes.block].take(block, spikes, lane.in_trial);
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::drain_spikes(v1e_ticket ticket, v1e_spikes& out) {
  Window& window = window_of(ticket);
  lane_at(out.lane);
  LaneWindow& lane = window.lanes[out.lane];
  const bool neurons = out.block == V1E_BLOCK_NEURONS;
  if (!neurons) backend::check_drained(network_, drained_, out.block);
  StepEvents* events = &lane.spikes;
  if (neurons || !outside(out.block)) {
    if (lane.active && !lane.spikes_read) {
      BitMap map{window.memory->spike_bits(out.lane), window.steps, view_.words};
      map.count = window.memory->spike_count(out.lane);
      read_bits(env_.host, map, lane.spikes);
      lane.spikes_read = true;
    }
  } else {
    const BlockView& block = view_.blocks[out.block];
    events = &lane.blocks[out.block];
    if (lane.active && draws(block) && !lane.block_read[out.block]) {
      BitMap map{window.memory->event_bits(out.lane, out.block), window.steps, block.words};
      map.multiplicity = window.memory->multiplicity(out.lane, out.block);
      map.sources = block.source_count;
      read_bits(env_.host, map, *events);
      lane.block_read[out.block] = 1;
    }
  }
  backend::lend_events(lane.active ? events : nullptr, lane.step_begin, out);
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::drain_probe(v1e_ticket ticket, std::uint32_t lane_index,
                                        std::uint32_t p, v1e_const_array& out,
                                        std::int64_t& first_step) {
  if (p >= view_.probe_count) throw backend::invalid_call("no such probe");
  lane_at(lane_index);
  Window& window = window_of(ticket);
  const LaneWindow& lane = window.lanes[lane_index];
  const ProbeView& probe = view_.probes[p];
  const std::int64_t before = samples_before(probe.every_steps, lane.step_begin);
  const std::int64_t after = samples_before(probe.every_steps, lane.step_begin + window.steps);
  out = backend::samples_view(window.memory->samples(lane_index, p), probe.half ? V1E_F16 : V1E_F32,
                              lane.active ? after - before : 0, probe.neurons);
  first_step = (before + 1) * probe.every_steps - 1;
}

// `count` values of a lane's array.
template <class Real, class Sum>
template <class T>
std::vector<T> InstanceOf<Real, Sum>::state(std::uint32_t lane, std::uint64_t offset,
                                            std::uint64_t count) {
  std::vector<T> values(count);
  if (count > 0) {
    machine_->download(values.data(), state_.data() + lane * at_.end + offset, count * sizeof(T));
  }
  return values;
}

// The same function that the probes use, on a copy of the lane in the memory of the host.
template <class Real, class Sum>
void InstanceOf<Real, Sum>::read_state(std::uint32_t lane, const std::string& name,
                                       std::int64_t begin, v1e_array& out) {
  lane_at(lane);
  const Variable variable =
      backend::variable_to_read(name, shape_, begin, out, network_.neuron_count);
  settle_all();
  const std::vector<unsigned char> copy = state<unsigned char>(lane, 0, at_.ring);
  const auto reals = [&](std::uint64_t offset) {
    return const_cast<Real*>(reinterpret_cast<const Real*>(copy.data() + offset));
  };
  View<Real, Sum> v = view_;
  v.lane_stride = 0;
  v.types = constants_.data();
  v.u = reals(at_.u);
  v.asc0 = reals(at_.asc0);
  v.asc1 = reals(at_.asc1);
  v.y2 = reals(at_.y2);
  for (std::size_t c = 0; c < 3; ++c) v.class_y2[c] = reals(at_.class_y2[c]);
  v.type_of_place = layout_.type_of_place.data();
  v.hold =
      const_cast<std::uint16_t*>(reinterpret_cast<const std::uint16_t*>(copy.data() + at_.hold));
  backend::fill_neurons(begin, out, [&](std::size_t position) {
    return value_of(v, 0, variable, layout_.place_of_position[position]);
  });
}

template <class Real, class Sum>
std::uint64_t InstanceOf<Real, Sum>::counter(const std::string& name) {
  const bool served = name == "synaptic_events", clipped = name == "saturated_samples";
  const bool known = served || clipped || name == "spikes" || name == "device_ns";
  if (!known) throw backend::no_counter(name);
  settle_all();
  if (name == "device_ns") return static_cast<std::uint64_t>(1e9 * device_s_);
  if (name == "spikes") return spikes_;
  std::int64_t total = 0;
  for (std::uint32_t l = 0; l < lanes_.size(); ++l) {
    const auto values = served ? state<std::int64_t>(l, at_.served, served_counters)
                               : state<std::int64_t>(l, at_.clipped, 1);
    for (const std::int64_t value : values) total += value;
  }
  return static_cast<std::uint64_t>(total);
}

template <class Real, class Sum>
v1e_memory_need InstanceOf<Real, Sum>::memory() const {
  v1e_memory_need need{};
  need.struct_size = sizeof need;
  need.device_bytes = state_.size();
  for (const DeviceRows& rows : rows_) need.device_bytes += rows.row.size() + rows.synapses.size();
  for (const Buffer& buffer : kept_) need.device_bytes += buffer.size();
  for (const auto& bound : rates_) {
    for (const BoundRates& rates : bound) need.device_bytes += rates.threshold.size();
  }
  for (const Window& window : windows_) {
    need.device_bytes += window.memory->device_bytes();
    need.host_bytes += window.memory->device_bytes();
  }
  need.host_bytes += initial_.size() + copies_.pinned_bytes() + std::uint64_t{8} * layout_.places();
  need.device_peak_bytes = need.device_bytes;
  need.host_peak_bytes = need.host_bytes;
  return need;
}

}  // namespace v1::cuda
