#pragma once
#include <v1e_sdk/error.hpp>

#include "plugins/backends/cuda/instance/instance_of.hpp"
#include "plugins/backends/cuda/instance/probe.hpp"
#include "plugins/backends/shared/call_checks.hpp"

namespace v1::cuda {

template <class Real, class Sum>
v1e_ticket InstanceOf<Real, Sum>::advance(std::int64_t steps) {
  backend::check_advance(env_, steps, lanes_, broken_);
  const v1e_ticket ticket = last_ticket_ + 1;
  const int parity = static_cast<int>(ticket & 1);
  Window& window = windows_[static_cast<std::size_t>(parity)];
  // The window before last ends here; its output may not be asked for any more.
  if (ticket > 2) finish(window, parity);
  machine_->begin_window(parity);
  if (window.memory->reserve(steps)) runner_->forget(parity);
  stage_injected(window, steps);
  broken_ = true;
  last_ticket_ = ticket;
  fill_control(window, steps);
  window.view = view_;
  window.view.window = window.memory->view();
  window.turn = choice_.next(steps);
  runner_->prepare(window.view, window.turn.way, steps, parity);
  machine_->start_window(parity);
  window.memory->send();
  runner_->run(window.view, window.turn.way, steps, parity);
  machine_->end_window(parity);
  fetch_output(window, parity, steps);
  machine_->end_fetches(parity);
  move_lanes(steps);
  broken_ = false;
  return ticket;
}

// Moves the events handed over for this window to where they are drained from.
template <class Real, class Sum>
void InstanceOf<Real, Sum>::stage_injected(Window& window, std::int64_t steps) {
  std::uint64_t bytes = 0;
  for (std::uint32_t l = 0; l < lanes_.size(); ++l) {
    for (std::uint32_t b = 0; b < network_.block_count; ++b) {
      if (network_.blocks[b]->source_kind != V1E_SOURCE_EVENTS) continue;
      StepEvents& events = window.lanes[l].blocks[b];
      events = lanes_[l].injected[b].release(*network_.blocks[b], lanes_[l].step, steps);
      bytes += events.offset.size() * 8 + events.source.size() * 6 + 3 * 256;
    }
  }
  window.memory->reserve_staged(bytes);
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::fill_control(Window& window, std::int64_t steps) {
  window.steps = steps;
  window.checked = false;
  for (std::uint32_t l = 0; l < lanes_.size(); ++l) {
    const Lane& lane = lanes_[l];
    const Pulses& pulses = pulses_of(lane.condition);
    LaneControl& control = window.memory->lane(l);
    control = {};
    control.step = lane.step;
    control.in_trial = lane.in_trial ? 1 : 0;
    control.trial = lane.trial;
    control.cursor = lane.cursor;
    control.common_cursor = lane.common_cursor;
    control.uses_current = lane.uses_current ? 1 : 0;
    control.pulse_first = pulses.first();
    control.pulses = pulses.entries();
    std::uint8_t* const changes = window.memory->new_current(l);
    for (std::int64_t k = 0; k < steps; ++k) {
      changes[k] = (k == 0 && lane.current_stale) || pulses.changes_at(lane.step + k) ? 1 : 0;
    }
    LaneWindow& output = window.lanes[l];
    output.active = lane.in_trial;
    output.step_begin = lane.step;
    output.spikes_read = false;
    window.trials[l] = lane.trial;
    for (std::uint32_t b = 0; b < network_.block_count; ++b) {
      InputControl& input = window.memory->input(l, b);
      input = {};
      output.block_read[b] = 0;
      const std::uint32_t kind = network_.blocks[b]->source_kind;
      if (kind == V1E_SOURCE_EVENTS) {
        if (!output.blocks[b].source.empty()) input = window.memory->stage(output.blocks[b]);
      } else if (kind == V1E_SOURCE_RATES && lane.in_trial) {
        const BoundRates& bound = rates_[b][lane.condition];
        input.threshold = reinterpret_cast<const std::uint32_t*>(bound.threshold.data());
        input.steps_per_frame = bound.steps_per_frame;
      }
    }
  }
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::fetch_output(Window& window, int parity, std::int64_t steps) {
  for (std::uint32_t l = 0; l < lanes_.size(); ++l) {
    if (!lanes_[l].in_trial) continue;
    std::vector<std::int64_t> samples;
    for (std::uint32_t p = 0; p < view_.probe_count; ++p) {
      const std::uint32_t every = view_.probes[p].every_steps;
      samples.push_back(samples_before(every, lanes_[l].step + steps) -
                        samples_before(every, lanes_[l].step));
    }
    window.memory->fetch(parity, l, steps, samples);
  }
  window.memory->fetch_bad(parity);
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::move_lanes(std::int64_t steps) {
  for (Lane& lane : lanes_) {
    if (!lane.in_trial) continue;
    lane.cursor = static_cast<std::uint32_t>((lane.cursor + steps) % view_.ring_slots);
    lane.common_cursor =
        static_cast<std::uint32_t>((lane.common_cursor + steps) % view_.common_slots);
    lane.move(steps, env_.steps_per_trial);
  }
}

template <class Real, class Sum>
typename InstanceOf<Real, Sum>::Window& InstanceOf<Real, Sum>::window_of(v1e_ticket ticket) {
  backend::check_kept(ticket, last_ticket_, broken_);
  Window& window = windows_[ticket & 1];
  finish(window, static_cast<int>(ticket & 1));
  return window;
}

// Waits for a window, counts its spikes and reports a state that is no longer finite.
template <class Real, class Sum>
void InstanceOf<Real, Sum>::finish(Window& window, int parity) {
  if (window.checked || window.steps == 0) return;
  try {
    machine_->wait(parity);
  } catch (const v1e::Error&) {
    broken_ = true;
    throw;
  }
  window.checked = true;
  const double seconds = machine_->worked_seconds(parity);
  device_s_ += seconds;
  if (choice_.took(window.turn, window.steps, seconds)) {
    say_choice();
    runner_->expect(view_, {choice_.best()});
  }
  constexpr std::uint64_t none = ~std::uint64_t{0};
  std::uint64_t worst = none;
  std::uint32_t worst_lane = 0;
  for (std::uint32_t l = 0; l < lanes_.size(); ++l) {
    if (!window.lanes[l].active) continue;
    const std::uint32_t* const count = window.memory->spike_count(l);
    for (std::int64_t k = 0; k < window.steps; ++k) spikes_ += count[k];
    if (window.memory->bad(l) < worst) {
      worst = window.memory->bad(l);
      worst_lane = l;
    }
  }
  if (worst == none) return;
  broken_ = true;
  throw backend::not_finite(network_.neuron_id[worst & 0xFFFFFFFFu],
                            static_cast<std::int64_t>(worst >> 32), window.trials[worst_lane]);
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::say_choice() {
  if (!env_.host || !env_.host->log) return;
  const std::string text = "backend cuda: steps by " + name_of(choice_.best()) +
                           " from now on; of those tried: " + choice_.times();
  env_.host->log(env_.host->ctx, V1E_LOG_INFO, text.c_str());
}

// Until nothing is in flight: the state on the machine is that of the last window's end.
template <class Real, class Sum>
void InstanceOf<Real, Sum>::settle_all() {
  if (broken_) throw backend::wrong_state("an earlier window failed; create a new instance");
  for (const v1e_ticket ticket : {last_ticket_ > 0 ? last_ticket_ - 1 : 0, last_ticket_}) {
    if (ticket > 0) finish(windows_[ticket & 1], static_cast<int>(ticket & 1));
  }
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::wait(v1e_ticket ticket) {
  backend::check_ticket(ticket, last_ticket_);
  if (ticket + 1 >= last_ticket_) window_of(ticket);
}

}  // namespace v1::cuda
