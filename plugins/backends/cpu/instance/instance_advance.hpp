#pragma once
#include <algorithm>
#include <cmath>
#include <deque>

#include "plugins/backends/cpu/instance/instance_of.hpp"
#include "plugins/backends/shared/call_checks.hpp"

namespace v1::cpu {

// Steps between two looks for a non-finite state.
inline constexpr std::int64_t finite_check_steps = 32;

template <class Real, class Sum>
v1e_ticket InstanceOf<Real, Sum>::advance(std::int64_t steps) {
  backend::check_advance(env_, steps, lanes_, broken_);
  const v1e_ticket ticket = last_ticket_ + 1;
  for (LaneType& lane : lanes_) {
    LaneOutput& output = lane.output[ticket & 1];
    prepare_output(lane, output, steps);
    prepare_samples(lane);
    if (lane.in_trial) take_injected(lane, output, steps);
  }
  last_ticket_ = ticket;
  broken_ = true;
  std::deque<Barrier> barriers;
  for (std::uint32_t group = 0; group < split_.groups; ++group)
    barriers.emplace_back(split_.threads);
  Failure failure;
  team_.run([&](std::uint32_t member) {
    run_member(member, steps, barriers[member / split_.threads], failure);
  });
  failure.rethrow();
  report_non_finite();
  broken_ = false;

  for (LaneType& lane : lanes_) {
    if (!lane.in_trial) continue;
    append(lane.merged, lane.output[ticket & 1].spikes);
    lane.move(steps, env_.steps_per_trial);
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
    samples.data.resize(static_cast<std::size_t>(samples.count) * probe.neuron_count *
                        probe.bytes_per_value());
  }
}

// Moves the events handed over for this window into the lane's output.
template <class Real, class Sum>
void InstanceOf<Real, Sum>::take_injected(LaneType& lane, LaneOutput& output, std::int64_t steps) {
  for (std::uint32_t b = 0; b < network_.block_count; ++b) {
    if (!inputs_[b] || !inputs_[b]->injected()) continue;
    output.blocks[b] = lane.injected[b].release(*network_.blocks[b], lane.step, steps);
  }
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::run_member(std::uint32_t member, std::int64_t steps, Barrier& barrier,
                                       Failure& failure) {
  workers_[member].bad_position = no_position;
  for (std::size_t l = member / split_.threads; l < lanes_.size(); l += split_.groups) {
    if (!lanes_[l].in_trial) continue;
    if (!run_lane(member % split_.threads, lanes_[l], steps, barrier, failure)) return;
  }
}

// False when a member failed.
template <class Real, class Sum>
bool InstanceOf<Real, Sum>::run_lane(std::uint32_t thread, LaneType& lane, std::int64_t steps,
                                     Barrier& barrier, Failure& failure) {
  failure.run([&] { draw_inputs(thread, lane, steps); });
  if (barrier.arrive_and_wait(failure)) return false;
  failure.run([&] { join_inputs(thread, lane); });
  if (barrier.arrive_and_wait(failure)) return false;
  failure.run([&] { queue_inputs(thread, lane, 0); });
  std::uint32_t parity = 0;
  for (std::int64_t k = 0; k < steps; parity ^= 1u) {
    const std::vector<SpikeList>& lists = lane.exchange[parity];
    const std::int64_t count = std::min(steps_per_barrier_, steps - k);
    failure.run([&] {
      run_steps(thread, lane, k, count, k + count == steps, lane.exchange[parity][thread]);
    });
    k += count;
    const std::uint32_t ticket = barrier.arrive(failure);
    // While the others come: all that needs nothing of theirs.
    failure.run([&] {
      if (failure.any()) return;  // the lists may be incomplete
      queue_spikes(thread, lane, count, lists[thread]);
      if (k < steps) queue_inputs(thread, lane, k);
    });
    if (barrier.wait(ticket)) return false;
    failure.run([&] {
      for (std::uint32_t other = 0; other < split_.threads; ++other) {
        if (other != thread) queue_spikes(thread, lane, count, lists[other]);
      }
    });
  }
  failure.run([&] { merge_spikes(thread, lane, steps); });
  return true;
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::draw_inputs(std::uint32_t thread, LaneType& lane, std::int64_t steps) {
  const Window window{lane.trial, lane.condition, lane.step, steps};
  for (std::uint32_t b = 0; b < network_.block_count; ++b) {
    if (!inputs_[b] || inputs_[b]->injected()) continue;
    const std::uint64_t sources = inputs_[b]->draw_count();
    const auto first = static_cast<std::uint32_t>(sources * thread / split_.threads);
    const auto last = static_cast<std::uint32_t>(sources * (thread + 1) / split_.threads);
    inputs_[b]->draw(window, first, last, lane.drawn[b][thread]);
  }
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::join_inputs(std::uint32_t thread, LaneType& lane) {
  std::uint32_t turn = 0;
  for (std::uint32_t b = 0; b < network_.block_count; ++b) {
    if (!inputs_[b] || inputs_[b]->injected()) continue;
    if (turn++ % split_.threads != thread) continue;
    join(lane.drawn[b], lane.output[last_ticket_ & 1].blocks[b]);
  }
}

// Steps k .. k + count - 1 of the own neurons; the inputs of the first are in the queue.
template <class Real, class Sum>
void InstanceOf<Real, Sum>::run_steps(std::uint32_t thread, LaneType& lane, std::int64_t k,
                                      std::int64_t count, bool last, SpikeList& spikes) {
  spikes.clear();
  for (std::int64_t j = 0; j < count; ++j) {
    if (j > 0) queue_inputs(thread, lane, k + j);
    add_due(thread, lane);
    update(thread, lane, k + j, last && j + 1 == count, spikes);
  }
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::queue_inputs(std::uint32_t thread, LaneType& lane, std::int64_t k) {
  FragmentQueue& queue = lane.input[thread].queue;
  for (std::uint32_t b = 0; b < network_.block_count; ++b) {
    if (!inputs_[b]) continue;
    const StepEvents& events = lane.output[last_ticket_ & 1].blocks[b];
    const std::uint64_t begin = events.offset[static_cast<std::size_t>(k)];
    const std::uint64_t end = events.offset[static_cast<std::size_t>(k) + 1];
    const ChunkRows& rows = *rows_[b][thread];
    const std::uint32_t sums = sum_class(network_.blocks[b]->current_class);
    std::uint64_t served = 0;
    rows.prefetch_first(events.source.data() + begin, end - begin);
    for (std::uint64_t e = begin; e < end; ++e) {
      rows.prefetch(events.source.data() + e, end - e);
      const std::int32_t multiplicity = events.count.empty() ? 1 : events.count[e];
      served += rows.schedule(events.source[e], multiplicity, 0, sums, queue);
    }
    worker_of(thread, lane).synaptic_events += served;
  }
}

// Adds the synapses whose step has come; their queues then stand at the next step.
template <class Real, class Sum>
void InstanceOf<Real, Sum>::add_due(std::uint32_t thread, LaneType& lane) {
  ThreadInput<Sum>& input = lane.input[thread];
  const DeliverFunction<Sum> deliver = deliver_function(kernels_, Sum{});
  for (std::uint32_t c = 0; c < shape_.class_count; ++c) {
    const std::vector<Fragment>& due = input.queue.at(c, 0);
    if (due.empty()) continue;
    deliver(input.sums.data() + std::size_t{c} * layout_.chunks[thread].input_count, due.data(),
            due.size());
  }
  input.queue.advance();
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::update(std::uint32_t thread, LaneType& lane, std::int64_t k, bool last,
                                   SpikeList& spikes) {
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
  publish(thread, update_and_sample(thread, lane, step), lane, spikes);
  if (write_current && !shape_.billeh_tf) {
    pulses.write(step, thread, layout_.chunks[thread], current);
  }
  if (last || step % finite_check_steps == 0) check_finite(thread, lane, step);
}

// Returns the number of spikes, the places of which are in the worker's list. Where something is
// sampled, slice by slice, so that sampling finds in the cache what the update left there.
template <class Real, class Sum>
std::size_t InstanceOf<Real, Sum>::update_and_sample(std::uint32_t thread, LaneType& lane,
                                                     std::int64_t step) {
  const auto is_due = [&](const ProbeGroup& group) {
    return probes_[group.probes.front()].samples_after(step);
  };
  UpdateArgs<Real, Sum> args = update_args(thread, lane);
  if (std::none_of(groups_.begin(), groups_.end(), is_due)) return update_function_(args);
  std::size_t found = 0;
  std::uint32_t* const places = args.spikes;
  const std::vector<std::uint32_t>& first_run = layout_.chunks[thread].first_run_of_slice;
  for (std::size_t slice = 0; slice + 1 < first_run.size(); ++slice) {
    args.runs = runs_[thread].data() + first_run[slice];
    args.run_count = first_run[slice + 1] - first_run[slice];
    args.spikes = places + found;
    found += update_function_(args);
    for (const ProbeGroup& group : groups_) {
      if (is_due(group)) sample_slice(thread, lane, group, slice);
    }
  }
  for (const ProbeGroup& group : groups_) {
    if (is_due(group)) place_samples(thread, lane, group, step);
  }
  return found;
}

template <class Real, class Sum>
UpdateArgs<Real, Sum> InstanceOf<Real, Sum>::update_args(std::uint32_t thread, LaneType& lane) {
  State& state = lane.state;
  UpdateArgs<Real, Sum> args;
  args.runs = runs_[thread].data();
  args.run_count = runs_[thread].size();
  args.stride = shape_.places;
  args.u = state.u.data();
  args.asc0 = state.asc0.data();
  args.asc1 = state.asc1.data();
  args.y1 = state.y1.data();
  args.y2 = state.y2.data();
  args.theta_spike = state.theta_spike.data();
  args.theta_voltage = state.theta_voltage.data();
  args.refractory = state.refractory.data();
  args.refractory_ms = state.refractory_ms.data();
  args.spiked = state.spiked.data();
  args.external_pa = lane.uses_current ? state.current.data() : nullptr;
  args.class_count = shape_.class_count;
  for (std::uint32_t c = 0; c < shape_.class_count; ++c) {
    args.input[c] =
        lane.input[thread].sums.data() + std::size_t{c} * layout_.chunks[thread].input_count;
    if (!shape_.recorded[c]) continue;
    args.class_y1[c] = state.class_y1[c].data();
    args.class_y2[c] = state.class_y2[c].data();
  }
  args.spikes = worker_of(thread, lane).places.data();
  return args;
}

// The positions that spiked, in the order of their places, for all threads and for the record.
template <class Real, class Sum>
void InstanceOf<Real, Sum>::publish(std::uint32_t thread, std::size_t found, LaneType& lane,
                                    SpikeList& spikes) {
  Worker& worker = worker_of(thread, lane);
  const std::size_t before = spikes.position.size();
  for (std::size_t s = 0; s < found; ++s) {
    const std::uint32_t position = layout_.position_of_place[worker.places[s]];
    if (position != no_position) spikes.position.push_back(position);
  }
  spikes.offset.push_back(static_cast<std::uint32_t>(spikes.position.size()));
  worker.spikes += spikes.position.size() - before;
  StepEvents& record = lane.thread_spikes[thread];
  record.source.insert(record.source.end(),
                       spikes.position.begin() + static_cast<std::ptrdiff_t>(before),
                       spikes.position.end());
  record.end_step();
}

// Queues the synapses of one thread's spikes in the `count` steps before the barrier.
template <class Real, class Sum>
void InstanceOf<Real, Sum>::queue_spikes(std::uint32_t thread, LaneType& lane, std::int64_t count,
                                         const SpikeList& list) {
  FragmentQueue& queue = lane.input[thread].queue;
  for (std::uint32_t b = 0; b < network_.block_count; ++b) {
    if (inputs_[b]) continue;
    const ChunkRows& rows = *rows_[b][thread];
    const std::uint32_t sums = sum_class(network_.blocks[b]->current_class);
    std::uint64_t served = 0;
    for (std::int64_t j = 0; j < count; ++j) {
      const std::uint32_t begin = list.offset[static_cast<std::size_t>(j)];
      const std::uint32_t end = list.offset[static_cast<std::size_t>(j) + 1];
      const auto lead = static_cast<std::uint32_t>(count - j);
      rows.prefetch_first(list.position.data() + begin, end - begin);
      for (std::uint32_t s = begin; s < end; ++s) {
        rows.prefetch(list.position.data() + s, end - s);
        served += rows.schedule(list.position[s], 1, lead, sums, queue);
      }
    }
    worker_of(thread, lane).synaptic_events += served;
  }
}

// Merges the spikes of all threads in this thread's share of the window's steps.
template <class Real, class Sum>
void InstanceOf<Real, Sum>::merge_spikes(std::uint32_t thread, LaneType& lane,
                                         std::int64_t steps) const {
  StepEvents& out = lane.merged[thread];
  out.clear();
  const std::int64_t first = steps * thread / split_.threads;
  const std::int64_t last = steps * (thread + 1) / split_.threads;
  for (std::int64_t k = first; k < last; ++k) {
    const auto step = static_cast<std::size_t>(k);
    for (const StepEvents& part : lane.thread_spikes) {
      out.source.insert(out.source.end(),
                        part.source.begin() + static_cast<std::ptrdiff_t>(part.offset[step]),
                        part.source.begin() + static_cast<std::ptrdiff_t>(part.offset[step + 1]));
    }
    std::sort(out.source.begin() + static_cast<std::ptrdiff_t>(out.offset.back()),
              out.source.end());
    out.end_step();
  }
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::check_finite(std::uint32_t thread, const LaneType& lane,
                                         std::int64_t step) {
  Worker& worker = worker_of(thread, lane);
  if (worker.bad_position != no_position) return;
  const Chunk& chunk = layout_.chunks[thread];
  const State& state = lane.state;
  const FiniteFunction<Real> finite = observe_set(kernels_, Real{}).finite;
  const std::size_t places = chunk.place_end - chunk.place_begin;
  if (finite(state.u.data() + chunk.place_begin, places) &&
      finite(state.asc0.data() + chunk.place_begin, places) &&
      finite(state.asc1.data() + chunk.place_begin, places)) {
    return;
  }
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
  throw backend::not_finite(network_.neuron_id[worst->bad_position], worst->bad_step,
                            worst->bad_trial);
}

template <class Real, class Sum>
const Pulses& InstanceOf<Real, Sum>::pulses_of(std::uint32_t condition) const {
  static const Pulses none;
  return condition < pulses_.size() ? pulses_[condition] : none;
}

}  // namespace v1::cpu
