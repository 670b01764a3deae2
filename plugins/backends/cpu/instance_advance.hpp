#pragma once
#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <v1e_sdk/error.hpp>

#include "plugins/backends/cpu/instance_of.hpp"

namespace v1::cpu {

// Steps between two looks for a non-finite state.
inline constexpr std::int64_t finite_check_steps = 32;

template <class Real, class Sum>
v1e_ticket InstanceOf<Real, Sum>::advance(std::int64_t steps) {
  if (broken_) throw v1e::Error(V1E_E_STATE, "", "an earlier window failed; create a new instance");
  if (steps < 1 || (env_.max_advance_steps > 0 && steps > env_.max_advance_steps)) {
    throw v1e::Error(V1E_E_INVALID, "",
                     "advance by " + std::to_string(steps) + " steps; 1 .. " +
                         std::to_string(env_.max_advance_steps) + " were announced");
  }
  bool any = false;
  for (const LaneType& lane : lanes_) {
    any = any || lane.in_trial;
    if (lane.in_trial && env_.steps_per_trial > 0 && lane.step + steps > env_.steps_per_trial) {
      throw v1e::Error(V1E_E_INVALID, "", "advance beyond the end of a trial");
    }
  }
  if (!any) throw v1e::Error(V1E_E_STATE, "", "no lane is in a trial; call begin_trial");

  const v1e_ticket ticket = last_ticket_ + 1;
  for (LaneType& lane : lanes_) {
    LaneOutput& output = lane.output[ticket & 1];
    prepare_output(lane, output, steps);
    if (lane.in_trial) take_injected(lane, output, steps);
  }
  last_ticket_ = ticket;
  broken_ = true;
  Barrier barrier(team_.size());
  Failure failure;
  team_.run([&](std::uint32_t thread) { run_member(thread, steps, barrier, failure); });
  failure.rethrow();
  report_non_finite();
  broken_ = false;

  for (LaneType& lane : lanes_) {
    if (!lane.in_trial) continue;
    join(lane.thread_spikes, lane.output[ticket & 1].spikes);
    lane.state.cursor = ring_slot(lane, steps);
    lane.step += steps;
    lane.current_stale = false;
    if (env_.steps_per_trial > 0 && lane.step >= env_.steps_per_trial) lane.in_trial = false;
  }
  return ticket;
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::prepare_output(LaneType& lane, LaneOutput& output,
                                           std::int64_t steps) const {
  output.active = lane.in_trial;
  output.step_begin = lane.step;
  output.spikes.clear();
  for (StepEvents& events : output.blocks) events.clear();
  for (StepEvents& events : lane.thread_spikes) events.clear();
  for (std::size_t p = 0; p < probes_.size(); ++p) {
    const Probe& probe = probes_[p];
    ProbeSamples& samples = output.probes[p];
    const std::int64_t before = probe.samples_before(lane.step);
    samples.count = lane.in_trial ? probe.samples_before(lane.step + steps) - before : 0;
    samples.first_step = (before + 1) * probe.every_steps - 1;
    samples.data.resize(static_cast<std::size_t>(samples.count) * probe.place.size() *
                        probe.bytes_per_value());
  }
}

// Moves the events handed over for this window into the lane's output.
template <class Real, class Sum>
void InstanceOf<Real, Sum>::take_injected(LaneType& lane, LaneOutput& output, std::int64_t steps) {
  for (std::uint32_t b = 0; b < network_.block_count; ++b) {
    if (!inputs_[b] || !inputs_[b]->injected()) continue;
    auto& injected = lane.injected[b];
    StepEvents& events = output.blocks[b];
    if (!injected.pending) {
      events.offset.assign(static_cast<std::size_t>(steps) + 1, 0);
      continue;
    }
    const std::int64_t lead = injected.step_begin - lane.step;
    const auto given = static_cast<std::int64_t>(injected.events.steps());
    if (lead < 0 || lead + given > steps) {
      throw v1e::Error(
          V1E_E_INVALID, "",
          "edge block '" + std::string(network_.blocks[b]->name) +
              "': events were handed over for steps " + std::to_string(injected.step_begin) +
              " .. " + std::to_string(injected.step_begin + given - 1) +
              ", outside of the window that begins at step " + std::to_string(lane.step));
    }
    std::vector<std::uint64_t> offset(static_cast<std::size_t>(lead), 0);
    offset.insert(offset.end(), injected.events.offset.begin(), injected.events.offset.end());
    offset.resize(static_cast<std::size_t>(steps) + 1, injected.events.source.size());
    events = std::move(injected.events);
    events.offset = std::move(offset);
    injected.pending = false;
  }
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::run_member(std::uint32_t thread, std::int64_t steps, Barrier& barrier,
                                       Failure& failure) {
  workers_[thread].bad_position = no_position;
  failure.run([&] { draw_inputs(thread, steps); });
  if (barrier.wait(failure)) return;
  failure.run([&] { join_inputs(thread); });
  if (barrier.wait(failure)) return;
  for (std::int64_t k = 0; k < steps; ++k) {
    failure.run([&] {
      for (LaneType& lane : lanes_) {
        if (!lane.in_trial) continue;
        deliver_inputs(thread, lane, k);
        update(thread, lane, k, k + 1 == steps);
      }
    });
    if (barrier.wait(failure)) return;
    failure.run([&] {
      for (LaneType& lane : lanes_) {
        if (lane.in_trial) deliver_recurrent(thread, lane, k);
      }
    });
  }
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::draw_inputs(std::uint32_t thread, std::int64_t steps) {
  for (LaneType& lane : lanes_) {
    if (!lane.in_trial) continue;
    const Window window{lane.trial, lane.condition, lane.step, steps};
    for (std::uint32_t b = 0; b < network_.block_count; ++b) {
      if (!inputs_[b] || inputs_[b]->injected()) continue;
      const auto sources = static_cast<std::uint64_t>(network_.blocks[b]->source_count);
      const auto first = static_cast<std::uint32_t>(sources * thread / team_.size());
      const auto last = static_cast<std::uint32_t>(sources * (thread + 1) / team_.size());
      inputs_[b]->draw(window, first, last, lane.drawn[b][thread]);
    }
  }
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::join_inputs(std::uint32_t thread) {
  std::uint32_t turn = 0;
  for (LaneType& lane : lanes_) {
    if (!lane.in_trial) continue;
    for (std::uint32_t b = 0; b < network_.block_count; ++b) {
      if (!inputs_[b] || inputs_[b]->injected()) continue;
      if (turn++ % team_.size() != thread) continue;
      join(lane.drawn[b], lane.output[last_ticket_ & 1].blocks[b]);
    }
  }
}

template <class Real, class Sum>
Sum* const* InstanceOf<Real, Sum>::ring_table(std::uint32_t thread, LaneType& lane, std::int64_t k,
                                              std::uint32_t current_class) {
  const std::size_t sums_of = shape_.class_count == 3 ? current_class : 0;
  Sum** const table = workers_[thread].ring_table.data() + sums_of * routes_.routes.size();
  for (std::size_t r = 0; r < routes_.routes.size(); ++r) {
    const Route& route = routes_.routes[r];
    const std::size_t slot = ring_slot(lane, k + route.delay_steps);
    const std::size_t row = (sums_of * shape_.ring_slots + slot) * shape_.receptors;
    table[r] = lane.state.ring.data() + (row + route.receptor) * shape_.places +
               layout_.chunks[thread].place_begin;
  }
  return table;
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::deliver_inputs(std::uint32_t thread, LaneType& lane, std::int64_t k) {
  for (std::uint32_t b = 0; b < network_.block_count; ++b) {
    if (!inputs_[b]) continue;
    const StepEvents& events = lane.output[last_ticket_ & 1].blocks[b];
    const std::uint64_t begin = events.offset[static_cast<std::size_t>(k)];
    const std::uint64_t end = events.offset[static_cast<std::size_t>(k) + 1];
    if (begin == end) continue;
    const ChunkRows& rows = *rows_[b][thread];
    Sum* const* table = ring_table(thread, lane, k, network_.blocks[b]->current_class);
    std::uint64_t served = 0;
    for (std::uint64_t e = begin; e < end; ++e) {
      if (e + 1 < end) rows.prefetch(events.source[e + 1]);
      const std::int32_t multiplicity = events.count.empty() ? 1 : events.count[e];
      served += rows.deliver(events.source[e], multiplicity, table);
    }
    workers_[thread].synaptic_events += served;
  }
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::update(std::uint32_t thread, LaneType& lane, std::int64_t k,
                                   bool last) {
  const std::int64_t step = lane.step + k;
  const Pulses& pulses = pulses_of(lane.condition);
  const bool write_current =
      lane.uses_current && ((k == 0 && lane.current_stale) || pulses.changes_at(step));
  Real* const current = lane.state.current.data();
  // billeh-tf: the current of a step acts in its own update; exact: read at the end of a step,
  // it acts in the next.
  if (write_current && shape_.billeh_tf) {
    pulses.write(step, thread, layout_.chunks[thread], current);
  }
  run_kernels(thread, lane, k);
  if (write_current && !shape_.billeh_tf) {
    pulses.write(step, thread, layout_.chunks[thread], current);
  }
  sample(thread, lane, k);
  if (last || step % finite_check_steps == 0) check_finite(thread, lane, step);
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::run_kernels(std::uint32_t thread, LaneType& lane, std::int64_t k) {
  State& state = lane.state;
  UpdateArgs<Real, Sum> args;
  args.stride = shape_.places;
  args.receptor_count = shape_.receptors;
  args.u = state.u.data();
  args.asc0 = state.asc0.data();
  args.asc1 = state.asc1.data();
  args.y1 = state.y1.data();
  args.y2 = state.y2.data();
  args.refractory = state.refractory.data();
  args.refractory_ms = state.refractory_ms.data();
  args.spiked = state.spiked.data();
  args.external_pa = lane.uses_current ? state.current.data() : nullptr;
  args.class_count = shape_.class_count;
  for (std::uint32_t c = 0; c < shape_.class_count; ++c) {
    const std::size_t row =
        (std::size_t{c} * shape_.ring_slots + ring_slot(lane, k)) * shape_.receptors;
    args.input[c] = state.ring.data() + row * shape_.places;
    if (!shape_.recorded[c]) continue;
    args.class_y1[c] = state.class_y1[c].data();
    args.class_y2[c] = state.class_y2[c].data();
  }
  Worker& worker = workers_[thread];
  SpikeList& list = lane.exchange[k & 1][thread];
  std::size_t spikes = 0;
  for (const TypeRun& run : layout_.chunks[thread].runs) {
    args.constants = &constants_[run.type];
    args.begin = run.begin;
    args.end = run.end;
    args.spikes = worker.places.data() + spikes;
    spikes += update_function_(args);
  }
  for (std::size_t s = 0; s < spikes; ++s) {
    list.position[s] = layout_.position_of_place[worker.places[s]];
  }
  list.count = spikes;
  const auto end = list.position.begin() + static_cast<std::ptrdiff_t>(spikes);
  std::sort(list.position.begin(), end);
  worker.spikes += spikes;
  StepEvents& record = lane.thread_spikes[thread];
  record.source.insert(record.source.end(), list.position.begin(), end);
  record.end_step();
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::deliver_recurrent(std::uint32_t thread, LaneType& lane,
                                              std::int64_t k) {
  for (std::uint32_t b = 0; b < network_.block_count; ++b) {
    if (inputs_[b]) continue;
    const ChunkRows& rows = *rows_[b][thread];
    Sum* const* table = nullptr;
    std::uint64_t served = 0;
    for (const SpikeList& list : lane.exchange[k & 1]) {
      if (list.count == 0) continue;
      if (!table) table = ring_table(thread, lane, k, network_.blocks[b]->current_class);
      for (std::size_t s = 0; s < list.count; ++s) {
        if (s + 1 < list.count) rows.prefetch(list.position[s + 1]);
        served += rows.deliver(list.position[s], 1, table);
      }
    }
    workers_[thread].synaptic_events += served;
  }
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::sample(std::uint32_t thread, LaneType& lane, std::int64_t k) {
  const std::int64_t step = lane.step + k;
  for (std::size_t p = 0; p < probes_.size(); ++p) {
    const Probe& probe = probes_[p];
    if (!probe.samples_after(step)) continue;
    ProbeSamples& samples = lane.output[last_ticket_ & 1].probes[p];
    const std::int64_t row = (step - samples.first_step) / probe.every_steps;
    const std::size_t width = probe.bytes_per_value();
    std::byte* const out =
        samples.data.data() + static_cast<std::size_t>(row) * probe.place.size() * width;
    std::uint64_t clipped = 0;
    for (std::size_t i = probe.first[thread]; i < probe.first[thread + 1]; ++i) {
      const double value = value_of(lane.state, probe.variable, probe.place[i]);
      clipped += store_sample(probe.dtype, static_cast<float>(value), out + i * width);
    }
    workers_[thread].clipped_samples += clipped;
  }
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::check_finite(std::uint32_t thread, const LaneType& lane,
                                         std::int64_t step) {
  Worker& worker = workers_[thread];
  if (worker.bad_position != no_position) return;
  const Chunk& chunk = layout_.chunks[thread];
  const State& state = lane.state;
  // x - x is 0 for finite x only; one sum over the chunk tells whether to look closer.
  Real sum = 0;
  for (std::uint32_t p = chunk.place_begin; p < chunk.place_end; ++p) {
    sum += (state.u[p] - state.u[p]) + (state.asc0[p] - state.asc0[p]) +
           (state.asc1[p] - state.asc1[p]);
  }
  if (sum == 0) return;
  for (std::uint32_t p = chunk.place_begin; p < chunk.place_end; ++p) {
    if (std::isfinite(state.u[p]) && std::isfinite(state.asc0[p]) && std::isfinite(state.asc1[p])) {
      continue;
    }
    if (layout_.position_of_place[p] >= worker.bad_position) continue;
    worker.bad_position = layout_.position_of_place[p];
    worker.bad_step = step;
    worker.bad_trial = lane.trial;
  }
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::report_non_finite() const {
  const Worker* worst = nullptr;
  for (const Worker& worker : workers_) {
    if (worker.bad_position == no_position) continue;
    const bool earlier = !worst || worker.bad_step < worst->bad_step;
    if (earlier) worst = &worker;
  }
  if (!worst) return;
  throw v1e::Error(V1E_E_NUMERIC, "",
                   "the state of neuron " +
                       std::to_string(network_.neuron_id[worst->bad_position]) +
                       " left the finite range by step " + std::to_string(worst->bad_step) +
                       " of trial " + std::to_string(worst->bad_trial) +
                       "; check the weights and currents that reach it, or use a smaller step");
}

template <class Real, class Sum>
const Pulses& InstanceOf<Real, Sum>::pulses_of(std::uint32_t condition) const {
  static const Pulses none;
  return condition < pulses_.size() ? pulses_[condition] : none;
}

}  // namespace v1::cpu
