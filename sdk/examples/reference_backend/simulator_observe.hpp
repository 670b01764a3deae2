#pragma once
#include "simulator.hpp"

/// What a simulator hands out: spikes, samples, state, checkpoints.
namespace reference {

template <class Real>
const Lane<Real>& Simulator<Real>::lane_at(std::uint32_t lane) const {
  if (lane < lanes_.size()) return lanes_[lane];
  throw v1e::Error(V1E_E_INVALID, "", "there is no lane " + std::to_string(lane));
}

template <class Real>
const Output& Simulator<Real>::output_of(v1e_ticket ticket, std::uint32_t lane) const {
  const bool kept = ticket != 0 && (ticket == last_ticket_ || ticket + 1 == last_ticket_);
  if (!kept || broken_) throw v1e::Error(V1E_E_STATE, "", "this window is not at hand");
  return lane_at(lane).output[ticket & 1];
}

template <class Real>
void Simulator<Real>::inject_spikes(const v1e_spikes& spikes) {
  LaneType& lane = lane_at(spikes.lane);
  if (spikes.block >= network_.block_count || drawn(spikes.block) || !is_input(spikes.block)) {
    throw v1e::Error(V1E_E_INVALID, "", "events are handed over to blocks of events only");
  }
  Events& handed = lane.handed[spikes.block];
  if (!lane.in_trial || handed.offset.size() > 1) {
    throw v1e::Error(V1E_E_STATE, "", "events are handed over once per window, inside a trial");
  }
  handed = inputs_.copy_handed(spikes, lane.step);
}

template <class Real>
void Simulator<Real>::drain_spikes(v1e_ticket ticket, v1e_spikes& out) const {
  const Output& output = output_of(ticket, out.lane);
  const Events* events = &output.spikes;
  if (out.block != V1E_BLOCK_NEURONS) {
    if (out.block >= network_.block_count || !drained_[out.block]) {
      throw v1e::Error(V1E_E_STATE, "", "this block was not announced in drain_block");
    }
    if (is_input(out.block)) events = &output.blocks[out.block];
  }
  out.step_begin = output.step_begin;
  out.step_count = output.active ? static_cast<std::int64_t>(events->offset.size()) - 1 : 0;
  out.offset = events->offset.data();
  out.neuron = events->source.data();
  out.count = events->count.empty() ? nullptr : events->count.data();
}

// As recorded: mV or pA after the last step.
template <class Real>
double Simulator<Real>::value_of(const LaneType& lane, const std::string& variable,
                                 std::size_t i) const {
  const auto& type = types_[network_.neuron_type[i]];
  if (variable == "v") return type.e_l_mv + static_cast<double>(lane.u[i]);
  const bool held = exact() && lane.refractory[i] != 0;
  const Real asc = v1::kernels::acting_asc(lane.asc[i], lane.asc[neurons_ + i], held);
  if (variable == "asc_current") return asc;
  const int current_class = class_of(variable);
  if (current_class >= 0 && !recorded_[current_class]) {
    throw v1e::Error(V1E_E_UNSUPPORTED, "", variable + " is kept only while a probe records it");
  }
  const std::vector<Real>& y2 = current_class < 0 ? lane.y2 : lane.class_y2[current_class];
  Real sum = 0;
  for (std::uint32_t p = 0; p < type.psc_count; ++p) sum += y2[p * neurons_ + i];
  return variable == "input_current" ? sum + asc : sum;
}

template <class Real>
double Simulator<Real>::read_state(std::uint32_t lane, const std::string& variable,
                                   std::int64_t neuron) const {
  class_of(variable);  // refuses unknown names
  if (neuron >= network_.neuron_count) throw v1e::Error(V1E_E_INVALID, "", "no such neuron");
  return value_of(lane_at(lane), variable, static_cast<std::size_t>(neuron));
}

template <class Real>
void Simulator<Real>::sample(const LaneType& lane, Output& output) {
  for (std::size_t p = 0; p < probes_.size(); ++p) {
    const Probe& probe = probes_[p];
    if ((lane.step + 1) % probe.every_steps != 0) continue;
    for (const std::uint32_t neuron : probe.neurons) {
      const auto value = static_cast<float>(value_of(lane, probe.variable, neuron));
      if (probe.dtype == V1E_F32) {
        output.single[p].push_back(value);
      } else {
        output.half[p].push_back(v1::kernels::to_half(value));
        saturated_ += v1::kernels::half_saturates(value) ? 1 : 0;
      }
    }
  }
}

template <class Real>
v1e_const_array Simulator<Real>::drain_probe(v1e_ticket ticket, std::uint32_t lane,
                                             std::uint32_t index, std::int64_t& first_step) const {
  if (index >= probes_.size()) throw v1e::Error(V1E_E_INVALID, "", "there is no such probe");
  const Output& output = output_of(ticket, lane);
  const Probe& probe = probes_[index];
  const bool half = probe.dtype == V1E_F16;
  const std::size_t values = half ? output.half[index].size() : output.single[index].size();
  const auto width = static_cast<std::int64_t>(half ? sizeof(std::uint16_t) : sizeof(float));
  v1e_const_array out{};
  out.data = half ? static_cast<const void*>(output.half[index].data())
                  : static_cast<const void*>(output.single[index].data());
  out.dtype = probe.dtype;
  out.ndim = 2;
  out.shape[1] = static_cast<std::int64_t>(probe.neurons.size());
  out.shape[0] = probe.neurons.empty() ? 0 : static_cast<std::int64_t>(values) / out.shape[1];
  out.stride[1] = width;
  out.stride[0] = out.shape[1] * width;
  first_step = (output.step_begin / probe.every_steps + 1) * probe.every_steps - 1;
  return out;
}

template <class Real>
std::uint64_t Simulator<Real>::counter(const std::string& name) const {
  if (name == "synaptic_events") return synaptic_events_;
  if (name == "spikes") return spikes_;
  if (name == "saturated_samples") return saturated_;
  throw v1e::Error(V1E_E_UNSUPPORTED, "", "there is no counter '" + name + "'");
}

namespace detail {
inline constexpr const char* class_names[3] = {"recurrent", "bottom_up", "background"};
}

template <class Real>
void Simulator<Real>::save(std::uint32_t index, const v1e::StateWriter& writer) const {
  const LaneType& lane = lane_at(index);
  const std::int64_t n = network_.neuron_count, pscs = psc_count_;
  writer.put("v", lane.u, {n});
  writer.put("asc", lane.asc, {2, n});
  if (moving_threshold_) writer.put("theta", lane.theta, {2, n});
  writer.put("current", lane.current, {n});
  if (exact()) {
    writer.put("refractory", lane.refractory, {n});
  } else {
    writer.put("refractory", lane.refractory_ms, {n});
    writer.put("spiked", lane.spiked, {n});
  }
  writer.put("psc_y1", lane.y1, {pscs, n});
  writer.put("psc_y2", lane.y2, {pscs, n});
  for (std::size_t c = 0; c < 3; ++c) {
    if (!recorded_[c]) continue;
    writer.put(std::string("psc_") + detail::class_names[c] + "_y1", lane.class_y1[c], {pscs, n});
    writer.put(std::string("psc_") + detail::class_names[c] + "_y2", lane.class_y2[c], {pscs, n});
  }
  const std::uint32_t classes = by_class_ ? 3 : 1;
  std::vector<std::int64_t> ring;  // the slots in the order in which coming steps read them
  for (std::uint32_t c = 0; c < classes; ++c) {
    for (std::uint32_t s = 0; s + 1 < slots_; ++s) {
      const std::size_t at = at_ring(c, (lane.cursor + s) % slots_, 0, 0);
      const auto begin = lane.ring.begin() + static_cast<std::ptrdiff_t>(at);
      ring.insert(ring.end(), begin, begin + static_cast<std::ptrdiff_t>(receptors_ * neurons_));
    }
  }
  writer.put("input_ring", ring, {classes, slots_ - 1, receptors_, n});
}

template <class Real>
void Simulator<Real>::load(std::uint32_t index, const v1e::StateReader& reader) {
  LaneType& lane = lane_at(index);
  const std::int64_t n = network_.neuron_count, pscs = psc_count_;
  reset(lane);
  reader.get("v", lane.u, {n});
  reader.get("asc", lane.asc, {2, n});
  if (moving_threshold_) reader.get("theta", lane.theta, {2, n});
  reader.get("current", lane.current, {n});
  if (exact()) {
    reader.get("refractory", lane.refractory, {n});
  } else {
    reader.get("refractory", lane.refractory_ms, {n});
    reader.get("spiked", lane.spiked, {n});
  }
  reader.get("psc_y1", lane.y1, {pscs, n});
  reader.get("psc_y2", lane.y2, {pscs, n});
  for (std::size_t c = 0; c < 3; ++c) {
    if (!recorded_[c]) continue;
    reader.get(std::string("psc_") + detail::class_names[c] + "_y1", lane.class_y1[c], {pscs, n});
    reader.get(std::string("psc_") + detail::class_names[c] + "_y2", lane.class_y2[c], {pscs, n});
  }
  const std::int64_t saved = reader.shape("input_ring")[0];
  if (saved != (by_class_ ? 3 : 1) && !(saved == 3 && !by_class_)) {
    throw v1e::Error(V1E_E_UNSUPPORTED, "",
                     "the checkpoint does not tell current classes apart, but a probe records one");
  }
  const std::size_t row = receptors_ * neurons_;
  std::vector<std::int64_t> ring(static_cast<std::size_t>(saved) * (slots_ - 1) * row);
  reader.get("input_ring", ring, {saved, slots_ - 1, receptors_, n});
  for (std::size_t i = 0; i < ring.size(); ++i) {  // without classes of our own, their sum counts
    const auto c = static_cast<std::uint32_t>(i / row / (slots_ - 1));
    const auto slot = static_cast<std::uint32_t>(i / row % (slots_ - 1));
    lane.ring[at_ring(by_class_ ? c : 0, slot, 0, i % row)] += ring[i];
  }
}

}  // namespace reference
