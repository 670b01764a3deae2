#pragma once
#include <string>
#include <v1e_sdk/error.hpp>

#include "plugins/backends/cuda/instance_of.hpp"
#include "plugins/backends/cuda/probe.hpp"

namespace v1::cuda {

template <class Real, class Sum>
typename InstanceOf<Real, Sum>::Lane& InstanceOf<Real, Sum>::lane_at(std::uint32_t lane) {
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
const Pulses& InstanceOf<Real, Sum>::pulses_of(std::uint32_t condition) const {
  static const Pulses none;
  return condition < pulses_.size() ? pulses_[condition] : none;
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::bind_rates(std::uint32_t b, std::uint32_t condition,
                                       const v1e_rates& rates) {
  const v1e_edge_block& block = block_at(b);
  const auto invalid = [&](const std::string& what) {
    return v1e::Error(V1E_E_INVALID, "", "edge block '" + std::string(block.name) + "': " + what);
  };
  if (block.source_kind != V1E_SOURCE_RATES) {
    throw invalid("rates are bound to a block that is not driven by rates");
  }
  if (rates.source_count != block.source_count) {
    throw invalid("has " + std::to_string(block.source_count) + " sources, but rates for " +
                  std::to_string(rates.source_count));
  }
  const std::int64_t covered = rates.frame_count * rates.steps_per_frame;
  if (covered <= 0 || covered < env_.steps_per_trial) {
    throw invalid("rates cover " + std::to_string(covered) + " steps of a trial of " +
                  std::to_string(env_.steps_per_trial));
  }
  settle_all();  // a window in flight may read what is replaced
  std::vector<BoundRates>& bound = rates_[b];
  if (bound.size() <= condition) bound.resize(condition + 1);
  const auto bytes = static_cast<std::uint64_t>(rates.frame_count * rates.source_count) * 4;
  if (bound[condition].threshold.size() != bytes) {
    bound[condition].threshold = Buffer();
    bound[condition].threshold = Buffer(*machine_, bytes);
  }
  bound[condition].steps_per_frame = rates.steps_per_frame;
  if (bytes > 0) machine_->upload(bound[condition].threshold.data(), rates.threshold, bytes);
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::bind_pulses(std::uint32_t condition, std::uint32_t count,
                                        const v1e_pulse* const* pulses) {
  settle_all();
  Pulses made(count, pulses, layout_, *machine_);
  if (pulses_.size() <= condition) pulses_.resize(condition + 1);
  pulses_[condition] = std::move(made);
  for (Lane& lane : lanes_) {
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
  Lane& lane = lane_at(lane_index);
  for (std::uint32_t b = 0; b < network_.block_count; ++b) {
    const bool needs = network_.blocks[b]->source_kind == V1E_SOURCE_RATES;
    const bool bound = condition < rates_[b].size() && rates_[b][condition].threshold.size() > 0;
    if (!needs || bound || network_.blocks[b]->source_count == 0) continue;
    throw v1e::Error(V1E_E_STATE, "",
                     "edge block '" + std::string(network_.blocks[b]->name) +
                         "' has no rates for condition " + std::to_string(condition) +
                         "; call bind_rates before begin_trial");
  }
  if (mode == V1E_TRIAL_RESET) {
    reset(lane_index);
    lane.uses_current = false;
  }
  lane.uses_current = lane.uses_current || !pulses_of(condition).empty();
  lane.in_trial = true;
  lane.trial = trial;
  lane.condition = condition;
  lane.step = 0;
  for (Injection& injected : lane.injected) injected.pending = false;
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::inject_spikes(const v1e_spikes& spikes) {
  Lane& lane = lane_at(spikes.lane);
  const v1e_edge_block& block = block_at(spikes.block);
  Injection& injected = lane.injected[spikes.block];
  if (!lane.in_trial || injected.pending) {
    throw v1e::Error(V1E_E_STATE, "",
                     "edge block '" + std::string(block.name) +
                         "': events are handed over once per window, after begin_trial");
  }
  injected.events = copy_injected(block, spikes);
  injected.step_begin = spikes.step_begin;
  injected.pending = true;
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::drain_spikes(v1e_ticket ticket, v1e_spikes& out) {
  Window& window = window_of(ticket);
  lane_at(out.lane);
  LaneWindow& lane = window.lanes[out.lane];
  const bool neurons = out.block == V1E_BLOCK_NEURONS;
  if (!neurons) {
    block_at(out.block);
    if (!drained_[out.block])
      throw v1e::Error(V1E_E_STATE, "", "this block was not announced in drain_block");
  }
  WindowEvents* events = &lane.spikes;
  if (neurons || !outside(out.block)) {
    if (lane.active && !lane.spikes_read) {
      const std::uint32_t* const count = window.memory->spike_count(out.lane);
      std::uint64_t total = 0;
      for (std::int64_t k = 0; k < window.steps; ++k) total += count[k];
      read_bits(window.memory->spike_bits(out.lane), window.steps, view_.words, nullptr, 0, total,
                lane.spikes);
      lane.spikes_read = true;
    }
  } else {
    const BlockView& block = view_.blocks[out.block];
    events = &lane.blocks[out.block];
    if (lane.active && draws(block) && !lane.block_read[out.block]) {
      read_bits(window.memory->event_bits(out.lane, out.block), window.steps, block.words,
                window.memory->multiplicity(out.lane, out.block), block.source_count, 0, *events);
      lane.block_read[out.block] = 1;
    }
  }
  static constexpr std::uint64_t no_steps[1] = {0};
  out.step_begin = lane.step_begin;
  out.step_count = lane.active ? window.steps : 0;
  out.offset = lane.active ? events->offset.data() : no_steps;
  out.neuron = events->source.data();
  out.count = events->count.empty() ? nullptr : events->count.data();
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::drain_probe(v1e_ticket ticket, std::uint32_t lane_index,
                                        std::uint32_t p, v1e_const_array& out,
                                        std::int64_t& first_step) {
  if (p >= view_.probe_count) throw v1e::Error(V1E_E_INVALID, "", "no such probe");
  lane_at(lane_index);
  Window& window = window_of(ticket);
  const LaneWindow& lane = window.lanes[lane_index];
  const ProbeView& probe = view_.probes[p];
  const std::int64_t before = samples_before(probe.every_steps, lane.step_begin);
  const auto width = static_cast<std::int64_t>(bytes_per_value(probe));
  out = {};
  out.data = window.memory->samples(lane_index, p);
  out.dtype = probe.half ? V1E_F16 : V1E_F32;
  out.ndim = 2;
  out.shape[0] =
      lane.active ? samples_before(probe.every_steps, lane.step_begin + window.steps) - before : 0;
  out.shape[1] = probe.neurons;
  out.stride[0] = probe.neurons * width;
  out.stride[1] = width;
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
  const Variable variable = variable_of(name);
  const int current_class = class_of(variable);
  if (current_class >= 0 && !shape_.recorded[static_cast<std::size_t>(current_class)]) {
    throw v1e::Error(V1E_E_UNSUPPORTED, "", "'" + name + "' is kept only while a probe records it");
  }
  if (out.dtype != V1E_F64 || out.ndim != 1 || begin < 0 || out.shape[0] < 0 ||
      begin + out.shape[0] > network_.neuron_count) {
    throw v1e::Error(V1E_E_INVALID, "", "read_state needs a one-dimensional F64 array of neurons");
  }
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
  v.word =
      const_cast<std::uint32_t*>(reinterpret_cast<const std::uint32_t*>(copy.data() + at_.word));
  for (std::int64_t i = 0; i < out.shape[0]; ++i) {
    const std::uint32_t place = layout_.place_of_position[static_cast<std::size_t>(begin + i)];
    *reinterpret_cast<double*>(static_cast<char*>(out.data) + i * out.stride[0]) =
        value_of(v, 0, variable, place);
  }
}

template <class Real, class Sum>
std::uint64_t InstanceOf<Real, Sum>::counter(const std::string& name) {
  const bool served = name == "synaptic_events", clipped = name == "saturated_samples";
  if (!served && !clipped && name != "spikes") {
    throw v1e::Error(V1E_E_UNSUPPORTED, "",
                     "backend cuda has no counter '" + name +
                         "'; it has synaptic_events, spikes, saturated_samples");
  }
  settle_all();
  if (name == "spikes") return spikes_;
  std::int64_t total = 0;
  for (std::uint32_t l = 0; l < lanes_.size(); ++l) {
    const auto values = served ? state<std::int64_t>(l, at_.served, shape_.delivery_blocks)
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
  need.host_bytes += initial_.size() + std::uint64_t{8} * layout_.places();
  need.device_peak_bytes = need.device_bytes;
  need.host_peak_bytes = need.host_bytes;
  return need;
}

}  // namespace v1::cuda
