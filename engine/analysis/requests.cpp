#include "engine/analysis/requests.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

#include "engine/base/error.hpp"
#include "engine/base/text.hpp"
#include "engine/plugin/schema.hpp"
#include "engine/plugin/status.hpp"

namespace v1::analysis {
namespace {

using Positions = std::vector<std::uint32_t>;

std::shared_ptr<const Positions> all_positions(std::size_t count) {
  auto all = std::make_shared<Positions>(count);
  std::iota(all->begin(), all->end(), 0u);
  return all;
}

// Steps with begin <= step dt < end, as the contract defines windows.
std::int64_t first_step_at(double time_ms, double step_ms) {
  return static_cast<std::int64_t>(std::ceil(time_ms / step_ms - 1e-9));
}

void resolve_window(const v1e_request& raw, double step_ms, std::int64_t steps, Request& out) {
  out.step_begin = std::clamp<std::int64_t>(first_step_at(raw.begin_ms, step_ms), 0, steps);
  out.step_end = raw.end_ms > raw.begin_ms
                     ? std::clamp<std::int64_t>(first_step_at(raw.end_ms, step_ms), 0, steps)
                     : steps;
  if (out.step_end <= out.step_begin) {
    throw error(ExitCode::plugin,
                "the window {} to {} ms has no step; expected a window inside the trial of {} ms",
                raw.begin_ms, raw.end_ms, static_cast<double>(steps) * step_ms);
  }
}

std::shared_ptr<const Positions> requested_neurons(const v1e_request& raw,
                                                   const std::shared_ptr<const Positions>& known,
                                                   std::size_t space, const std::string& missing) {
  if (raw.neuron_count == 0) return known;
  if (!raw.neurons)
    throw error(ExitCode::plugin, "a list of {} neurons has no address", raw.neuron_count);
  auto list = std::make_shared<Positions>(raw.neurons, raw.neurons + raw.neuron_count);
  for (std::size_t i = 0; i < list->size(); ++i) {
    if ((*list)[i] >= space) {
      throw error(ExitCode::plugin, "neuron {} is not one of {}", (*list)[i], space);
    }
    if (i > 0 && (*list)[i] <= (*list)[i - 1]) {
      throw error(ExitCode::plugin, "the list of neurons must ascend; {} follows {}", (*list)[i],
                  (*list)[i - 1]);
    }
  }
  if (!std::includes(known->begin(), known->end(), list->begin(), list->end())) {
    throw error(ExitCode::plugin, "{}", missing);
  }
  return list;
}

std::string variable_names(const RunFacts& facts) {
  std::vector<std::string> names;
  for (const recording::StateVariable& variable : facts.variables) names.push_back(variable.name);
  return names.empty() ? "none" : join(names, ", ");
}

std::uint32_t block_named(const RunFacts& facts, const std::string& name) {
  const auto index = facts.network->find_block(name);
  if (!index) {
    std::vector<std::string> names;
    for (const network::EdgeBlock& block : facts.network->blocks) names.push_back(block.name);
    throw error(ExitCode::plugin, "there is no input '{}' in '{}'{}", name, facts.label,
                did_you_mean(name, names));
  }
  return static_cast<std::uint32_t>(*index);
}

}  // namespace

RequestList::RequestList(const std::vector<std::unique_ptr<DatasetView>>& datasets)
    : datasets_(datasets) {
  sink_.struct_size = sizeof sink_;
  sink_.ctx = this;
  sink_.add = [](void* ctx, const v1e_request* request, std::uint32_t* index,
                 v1e_error* err) noexcept -> v1e_status {
    return plugin::guarded(err, [&] {
      if (!request || !index) throw error(ExitCode::plugin, "add was called without a request");
      *index = static_cast<RequestList*>(ctx)->add(*request);
    });
  };
}

std::uint32_t RequestList::add(const v1e_request& wish) {
  if (!V1E_HAS(&wish, v1e_request, chunk_bytes)) {
    throw error(ExitCode::plugin, "a request of {} bytes, expected {}", wish.struct_size,
                sizeof(v1e_request));
  }
  const v1e_request raw = plugin::copy_sized(&wish);
  if (raw.dataset >= datasets_.size()) {
    throw error(ExitCode::plugin, "dataset {} was requested, there are {}", raw.dataset,
                datasets_.size());
  }
  const RunFacts& facts = datasets_[raw.dataset]->data().facts();
  Request out;
  out.index = static_cast<std::uint32_t>(requests_.size());
  out.dataset = raw.dataset;
  out.source = raw.source;
  out.layout = raw.layout;
  out.stripes = raw.stripes == 0 ? static_cast<std::uint32_t>(V1E_STRIPE_TRIALS) : raw.stripes;
  out.group = raw.group;
  out.variable = raw.variable ? raw.variable : "";
  out.halo = raw.halo_steps;
  out.chunk_bytes = raw.chunk_bytes;
  out.trial_begin = raw.trial_begin;
  out.trial_end = raw.trial_end == 0 ? facts.trials : raw.trial_end;
  if (out.stripes != V1E_STRIPE_TRIALS && out.stripes != V1E_STRIPE_NEURONS) {
    throw error(ExitCode::plugin, "stripes = {} is unknown", out.stripes);
  }
  const bool over_trials =
      raw.source == V1E_SRC_SPIKES || raw.source == V1E_SRC_STATE || raw.source == V1E_SRC_RATES;
  if (over_trials && (out.trial_end > facts.trials || out.trial_begin >= out.trial_end)) {
    throw error(ExitCode::plugin, "trials {} to {} were requested, '{}' has {} finished trials",
                out.trial_begin, out.trial_end, facts.label, facts.trials);
  }
  switch (raw.source) {
    case V1E_SRC_SPIKES:
      resolve_spikes(raw, out);
      break;
    case V1E_SRC_STATE:
      resolve_state(raw, out);
      break;
    case V1E_SRC_RATES:
      resolve_rates(raw, out);
      break;
    case V1E_SRC_SYNAPSES:
      resolve_synapses(raw, out);
      break;
    case V1E_SRC_TABLE:
      if (out.variable.find('/') == std::string::npos) {
        throw error(ExitCode::plugin, "expected a table as \"ANALYSIS/TABLE\", found \"{}\"",
                    out.variable);
      }
      break;
    default:
      throw error(ExitCode::plugin, "source {} is unknown", raw.source);
  }
  requests_.push_back(std::move(out));
  return requests_.back().index;
}

void RequestList::resolve_spikes(const v1e_request& raw, Request& out) const {
  const RunFacts& facts = datasets_[raw.dataset]->data().facts();
  if (out.layout != V1E_LAYOUT_EVENTS && out.layout != V1E_LAYOUT_COUNTS) {
    throw error(ExitCode::plugin, "spikes come as events or counts, not as layout {}", out.layout);
  }
  if (out.variable.empty()) {
    const std::size_t size = facts.network->neurons.size();
    const auto stored = facts.spike_positions
                            ? std::make_shared<const Positions>(*facts.spike_positions)
                            : all_positions(size);
    out.neurons = requested_neurons(
        raw, stored, size,
        "spikes of some of the neurons were not recorded; widen [record] spikes to cover them");
    if (out.neurons->empty()) {
      throw error(ExitCode::plugin, "no spikes were recorded; set [record] spikes = \"all\"");
    }
    if (raw.neuron_count == 0 && out.layout == V1E_LAYOUT_COUNTS && facts.spike_positions) {
      throw error(ExitCode::plugin,
                  "counts of all neurons were requested, but only some were recorded; set "
                  "[record] spikes = \"all\"");
    }
  } else {
    out.block = block_named(facts, out.variable);
    const auto& stored = facts.spike_blocks;
    if (std::find(stored.begin(), stored.end(), out.block) == stored.end()) {
      throw error(ExitCode::plugin, "the spikes of input '{}' were not recorded", out.variable);
    }
    const std::size_t size = facts.network->blocks[out.block].source_count();
    out.neurons = requested_neurons(raw, all_positions(size), size, "");
  }
  resolve_window(raw, facts.dt_ms, facts.steps_per_trial, out);
  if (out.layout == V1E_LAYOUT_EVENTS) return;
  const double steps = raw.bin_ms / facts.dt_ms;
  out.bin_steps = std::llround(steps);
  if (out.bin_steps < 1 || std::abs(steps - static_cast<double>(out.bin_steps)) > 1e-6) {
    throw error(ExitCode::plugin, "a bin of {} ms is no multiple of the step of {} ms", raw.bin_ms,
                facts.dt_ms);
  }
  if (out.bins() < 1) {
    throw error(ExitCode::plugin, "the window holds no whole bin of {} ms", raw.bin_ms);
  }
  out.step_end = out.step_begin + out.bins() * out.bin_steps;
}

void RequestList::resolve_state(const v1e_request& raw, Request& out) const {
  const RunFacts& facts = datasets_[raw.dataset]->data().facts();
  if (out.layout != V1E_LAYOUT_DENSE) {
    throw error(ExitCode::plugin, "'{}' comes dense, not as layout {}", out.variable, out.layout);
  }
  const auto found = std::find_if(
      facts.variables.begin(), facts.variables.end(),
      [&](const recording::StateVariable& variable) { return variable.name == out.variable; });
  if (found == facts.variables.end()) {
    throw error(ExitCode::plugin,
                "'{}' was not recorded in '{}' (recorded: {}); add it to [record] variables",
                out.variable, facts.label, variable_names(facts));
  }
  if (found->every_steps != 1) {
    throw error(ExitCode::plugin, "'{}' was sampled every {} steps, expected every step",
                out.variable, found->every_steps);
  }
  out.column = static_cast<std::size_t>(found - facts.variables.begin());
  out.neurons = requested_neurons(
      raw, std::make_shared<const Positions>(facts.state_neurons), facts.network->neurons.size(),
      "'" + out.variable +
          "' of some of the neurons was not recorded; widen [record] variables_of to cover them");
  if (out.neurons->empty()) {
    throw error(ExitCode::plugin, "'{}' was recorded of no neuron; set [record] variables_of",
                out.variable);
  }
  resolve_window(raw, facts.dt_ms, facts.steps_per_trial, out);
}

void RequestList::resolve_rates(const v1e_request& raw, Request& out) const {
  const RunFacts& facts = datasets_[raw.dataset]->data().facts();
  const auto& all = facts.stimulus.rates;
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& r) { return r.block == out.variable; });
  if (found == all.end() || found->sources.empty() || found->hz.empty()) {
    throw error(ExitCode::plugin, "no rates of '{}' were stored in '{}'", out.variable,
                facts.label);
  }
  if (out.layout != V1E_LAYOUT_DENSE || out.stripes != V1E_STRIPE_TRIALS) {
    throw error(ExitCode::plugin, "rates come dense, in stripes of trials");
  }
  out.column = static_cast<std::size_t>(found - all.begin());
  out.neurons =
      requested_neurons(raw, std::make_shared<const Positions>(found->sources),
                        facts.network->blocks[block_named(facts, out.variable)].source_count(),
                        "rates of some of the sources were not stored");
  std::int64_t frames = static_cast<std::int64_t>(found->frame_count(0));
  for (std::size_t c = 1; c < found->hz.size(); ++c) {
    frames = std::min(frames, static_cast<std::int64_t>(found->frame_count(c)));
  }
  resolve_window(raw, found->frame_ms, frames, out);
}

void RequestList::resolve_synapses(const v1e_request& raw, Request& out) const {
  const RunFacts& facts = datasets_[raw.dataset]->data().facts();
  out.block = block_named(facts, out.variable.empty() ? "recurrent" : out.variable);
  datasets_[raw.dataset]->require_synapses();
}

}  // namespace v1::analysis
