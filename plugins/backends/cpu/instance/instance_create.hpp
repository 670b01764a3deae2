#pragma once
#include <algorithm>
#include <iterator>

#include "plugins/backends/cpu/instance/instance_of.hpp"

namespace v1::cpu {
namespace detail {

inline StateShape make_shape(const v1e_backend_env& env, const Layout& layout) {
  const v1e_network& network = *env.network;
  StateShape shape{backend::recorded_classes(env)};
  shape.places = layout.place_count();
  for (std::uint32_t t = 0; t < network.type_count; ++t) {
    shape.psc_count = std::max(shape.psc_count, network.types[t]->psc_count);
    if (network.types[t]->flags & V1E_TYPE_MOVING_THRESHOLD) shape.moving_threshold = true;
  }
  shape.receptors = std::max(1u, network.receptor_count);
  shape.max_delay_steps = network.max_delay_steps;
  shape.billeh_tf = env.scheme == V1E_SCHEME_BILLEH_TF;
  return shape;
}

template <class Real, class Sum>
UpdateFunction<Real, Sum> choose_update(const v1e_backend_env& env, const KernelTable& kernels) {
  const UpdateSet<Real, Sum>& set = update_set<Real, Sum>(kernels);
  if (env.scheme == V1E_SCHEME_EXACT) return set.exact;
  return env.reset_rule == V1E_RESET_SOFT ? set.billeh_tf_soft : set.billeh_tf_hard;
}

inline ThreadSplit split_threads(const v1e_backend_env& env) {
  constexpr std::int64_t fewest_neurons_per_thread = 8;
  const std::uint32_t all = Team(env.host, env.threads).size();
  const std::uint32_t lanes = std::max(1u, env.lane_count);
  const std::int64_t most =
      std::max<std::int64_t>(1, env.network->neuron_count / fewest_neurons_per_thread);
  ThreadSplit split;
  split.threads =
      static_cast<std::uint32_t>(std::min<std::int64_t>(std::max(1u, all / lanes), most));
  split.groups = std::min(lanes, all / split.threads);
  return split;
}

}  // namespace detail

template <class Real, class Sum>
InstanceOf<Real, Sum>::InstanceOf(const v1e_backend_env& env, const KernelTable& kernels)
    : env_(env),
      network_(*env.network),
      kernels_(kernels),
      update_function_(detail::choose_update<Real, Sum>(env, kernels)),
      split_(detail::split_threads(env)),
      team_(env.host, split_.groups * split_.threads),
      census_(take_census(network_, team_)),
      layout_(make_layout(network_, split_.threads, census_, env.probe_count > 0)),
      shape_(detail::make_shape(env, layout_)),
      workers_(team_.size()) {
  drained_.assign(network_.block_count, 0);
  if (env.drain_block) drained_.assign(env.drain_block, env.drain_block + network_.block_count);
  env_.drain_block = nullptr;
  env_.probes = nullptr;
  for (std::uint32_t p = 0; p < env.probe_count; ++p) probes_.emplace_back(*env.probes[p], layout_);
  groups_ = group_probes(env, probes_, layout_);
  gather_types();
  make_runs();
  make_rows();
  draw_what_is_seen();
  make_lanes(env.lane_count);
  // Neurons must hear of each other's spikes after the shortest delay between them. Longer lists
  // of spikes would not stay in the cache.
  constexpr std::uint32_t most_steps_per_barrier = 64;
  steps_per_barrier_ = std::min(most_steps_per_barrier, census_.shortest_delay_steps);
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::gather_types() {
  for (std::uint32_t t = 0; t < network_.type_count; ++t) {
    const v1e_neuron_type& type = *network_.types[t];
    constants_.push_back(
        kernels::gather_constants<Real>(type, network_.weight_exponent, network_.dt_ms,
                                        (type.flags & V1E_TYPE_SPIKES_AT_THRESHOLD) != 0));
    moving_.emplace_back();
    if (type.flags & V1E_TYPE_MOVING_THRESHOLD) {
      moving_.back() = kernels::gather_threshold<Real>(type);
    }
  }
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::make_runs() {
  for (const Chunk& chunk : layout_.chunks) {
    auto& runs = runs_.emplace_back();
    for (const TypeRun& run : chunk.runs) runs.push_back(make_run(run));
  }
}

template <class Real, class Sum>
UpdateRun<Real> InstanceOf<Real, Sum>::make_run(const TypeRun& run) const {
  const TypeInputs& inputs = census_.inputs[run.type];
  const kernels::TypeConstants<Real>& type = constants_[run.type];
  UpdateRun<Real> made;
  made.begin = run.begin;
  made.count = run.row_length();
  made.input_begin = run.input_begin;
  made.membrane = type;
  made.constants = &type;
  made.moving = moving_[run.type] ? &*moving_[run.type] : nullptr;
  made.pscs = list_of(inputs.pscs);
  for (std::size_t c = 0; c < 3; ++c) {
    made.class_pscs[c] = list_of(inputs.class_pscs[c]);
    made.class_rows[c] = list_of(inputs.class_rows[c]);
    made.class_unread_rows[c] = list_of(inputs.class_unread_rows[c]);
  }
  made.receptor_count = inputs.receptor_count();
  made.unread_count = static_cast<std::uint32_t>(inputs.unread_rows.size());
  made.unread_rows = inputs.unread_rows.data();
  const std::size_t currents = inputs.pscs.size();
  bool fast = !shape_.billeh_tf && !made.moving && type.delta_gain == 0 && currents >= 1 &&
              currents <= std::size(made.packed) && made.receptor_count == currents;
  for (std::size_t q = 0; fast && q < currents; ++q) {
    const PscUse& use = inputs.pscs[q];
    fast = use.row == q && use.clears;
    made.psc[q] = use.psc;
    made.packed[q] = {type.psc_decay_m1[use.psc], type.psc_step[use.psc],
                      type.psc_increment[use.psc], type.gain_y1[use.psc], type.gain_y2[use.psc]};
  }
  made.fast = fast ? static_cast<std::uint32_t>(currents) : 0;
  return made;
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::make_rows() {
  rows_.resize(network_.block_count);
  inputs_.resize(network_.block_count);
  for (std::uint32_t b = 0; b < network_.block_count; ++b) {
    const v1e_edge_block& block = *network_.blocks[b];
    rows_[b].resize(split_.threads);
    if (block.source_kind != V1E_SOURCE_NEURONS) {
      inputs_[b] = std::make_unique<InputBlock>(block, b, env_.random_key, kernels_);
    }
  }
  for_each_thread([&](std::uint32_t thread) {
    for (std::uint32_t b = 0; b < network_.block_count; ++b) {
      rows_[b][thread] = std::make_unique<ChunkRows>(network_, b, layout_, census_,
                                                     static_cast<std::uint16_t>(thread));
    }
  });
}

// Sources without a synapse need no random numbers unless their spikes are asked for: a small
// network sees a small part of the visual field.
template <class Real, class Sum>
void InstanceOf<Real, Sum>::draw_what_is_seen() {
  for (std::uint32_t b = 0; b < network_.block_count; ++b) {
    if (!inputs_[b] || drained_[b]) continue;
    std::vector<std::uint32_t> seen;
    const auto sources = static_cast<std::uint32_t>(network_.blocks[b]->source_count);
    for (std::uint32_t s = 0; s < sources; ++s) {
      const bool reaches = std::any_of(rows_[b].begin(), rows_[b].end(),
                                       [&](const auto& rows) { return rows->reaches(s); });
      if (reaches) seen.push_back(s);
    }
    // Their thresholds lie scattered, which pays for few of them.
    if (seen.size() < sources / 4 * 3) inputs_[b]->draw_only(std::move(seen));
  }
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::make_lanes(std::uint32_t count) {
  const std::size_t threads = split_.threads;
  for (std::uint32_t l = 0; l < count; ++l) {
    LaneType& lane = lanes_.emplace_back(shape_);
    lane.group = l % split_.groups;
    lane.injected.resize(network_.block_count);
    lane.drawn.assign(network_.block_count, std::vector<ThreadEvents>(threads));
    lane.thread_spikes.resize(threads);
    lane.merged.resize(threads);
    lane.input.resize(threads);
    for (auto& lists : lane.exchange) lists.resize(threads);
    for (LaneOutput& output : lane.output) {
      output.blocks.resize(network_.block_count);
      output.probes.resize(probes_.size());
    }
  }
  for (LaneType& lane : lanes_) {
    for_each_thread([&](std::uint32_t thread) {
      ThreadInput<Sum>& input = lane.input[thread];
      input.sums.assign(std::size_t{shape_.class_count} * layout_.chunks[thread].input_count, 0);
      input.queue = FragmentQueue(shape_.max_delay_steps, shape_.class_count);
    });
    reset(lane.state);
  }
  for (std::size_t member = 0; member < workers_.size(); ++member) {
    const Chunk& chunk = layout_.chunks[member % threads];
    const std::size_t places = chunk.place_end - chunk.place_begin;
    workers_[member].places.resize(places);
    std::size_t packed = 0;  // bytes a place
    for (const ProbeGroup& group : groups_) {
      packed += group.element_bytes(probes_[group.probes.front()].dtype);
    }
    workers_[member].packed.resize(places * packed);
  }
}

// Each thread writes the state of its own neurons.
template <class Real, class Sum>
void InstanceOf<Real, Sum>::reset(State& state) const {
  for_each_thread([&](std::uint32_t thread) { reset_thread(state, thread); });
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::reset_thread(State& state, std::uint32_t thread) const {
  const Chunk& chunk = layout_.chunks[thread];
  State::for_each_array(state, [&](auto& array) {
    for (std::size_t row = 0; row < array.size(); row += shape_.places) {
      std::fill(array.begin() + static_cast<std::ptrdiff_t>(row + chunk.place_begin),
                array.begin() + static_cast<std::ptrdiff_t>(row + chunk.place_end), 0);
    }
  });
  for (const TypeRun& run : chunk.runs) {
    std::fill(state.u.begin() + run.begin, state.u.begin() + run.end,
              constants_[run.type].initial_mv);
  }
}

template <class Real, class Sum>
v1e_memory_need InstanceOf<Real, Sum>::memory() const {
  std::uint64_t bytes = layout_.place_count() * 4 + layout_.place_of_position.size() * 14;
  for (const auto& block : rows_) {
    for (const auto& rows : block) bytes += rows->bytes();
  }
  for (const LaneType& lane : lanes_) {
    State::for_each_array(lane.state,
                          [&](const auto& array) { bytes += array.size() * sizeof(array[0]); });
    for (const ThreadInput<Sum>& input : lane.input) bytes += input.sums.size() * sizeof(Sum);
    for (const LaneOutput& output : lane.output) {
      bytes += output.spikes.source.capacity() * sizeof(std::uint32_t);
      for (const ProbeSamples& samples : output.probes) bytes += samples.data.capacity();
    }
  }
  v1e_memory_need need{};
  need.struct_size = sizeof need;
  need.host_bytes = need.host_peak_bytes = bytes;
  return need;
}

}  // namespace v1::cpu
