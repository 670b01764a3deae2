#pragma once
#include <algorithm>
#include <numeric>
#include <string>
#include <v1e_sdk/error.hpp>
#include <v1e_sdk/synapse.hpp>

#include "plugins/backends/cpu/instance_of.hpp"

namespace v1::cpu {
namespace detail {

// Synapses onto each neuron, over all blocks; checks the targets once for everyone.
inline std::vector<std::uint32_t> in_degrees(const v1e_network& network) {
  std::vector<std::uint32_t> degree(static_cast<std::size_t>(network.neuron_count), 0);
  const v1e::AddressBits bits(network);
  for (std::uint32_t b = 0; b < network.block_count; ++b) {
    const v1e_edge_block& block = *network.blocks[b];
    for (std::int64_t begin = 0; begin < block.source_count;) {
      v1e_rows rows{};
      rows.struct_size = sizeof rows;
      v1e::call_host([&](v1e_error* err) {
        return network.rows(network.ctx, b, begin, block.source_count - begin, &rows, err);
      });
      if (rows.row_count <= 0) {
        throw v1e::Error(V1E_E_INTERNAL, "", "the engine lent no rows of an edge block");
      }
      for (std::int64_t e = rows.row_ptr[0]; e < rows.row_ptr[rows.row_count]; ++e) {
        const std::uint32_t target = bits.target(rows.address[e]);
        if (target >= degree.size()) {
          throw v1e::Error(V1E_E_INVALID, "",
                           "edge block '" + std::string(block.name) + "': a synapse onto neuron " +
                               std::to_string(target) + " of " +
                               std::to_string(degree.size()));
        }
        ++degree[target];
      }
      begin += rows.row_count;
    }
  }
  return degree;
}

inline StateShape make_shape(const v1e_backend_env& env, const Layout& layout) {
  const v1e_network& network = *env.network;
  StateShape shape;
  shape.places = layout.place_count();
  for (std::uint32_t t = 0; t < network.type_count; ++t) {
    shape.psc_count = std::max(shape.psc_count, network.types[t]->psc_count);
  }
  shape.receptors = std::max(1u, network.receptor_count);
  shape.ring_slots = network.max_delay_steps + 1;
  shape.billeh_tf = env.scheme == V1E_SCHEME_BILLEH_TF;
  for (std::uint32_t p = 0; p < env.probe_count; ++p) {
    const int current_class = class_of(variable_of(env.probes[p]->variable));
    if (current_class < 0) continue;
    shape.recorded[static_cast<std::size_t>(current_class)] = true;
    shape.class_count = 3;
  }
  return shape;
}

template <class Real, class Sum>
UpdateFunction<Real, Sum> choose_update(const v1e_backend_env& env, const KernelTable& kernels) {
  const UpdateSet<Real, Sum>& set = update_set<Real, Sum>(kernels);
  if (env.scheme == V1E_SCHEME_EXACT) return set.exact;
  return env.reset_rule == V1E_RESET_SOFT ? set.billeh_tf_soft : set.billeh_tf_hard;
}

inline std::uint32_t useful_threads(const v1e_backend_env& env) {
  constexpr std::int64_t fewest_neurons_per_thread = 8;
  const std::int64_t most =
      std::max<std::int64_t>(1, env.network->neuron_count / fewest_neurons_per_thread);
  const Team all(env.host, env.threads);
  return static_cast<std::uint32_t>(std::min<std::int64_t>(all.size(), most));
}

}  // namespace detail

template <class Real, class Sum>
InstanceOf<Real, Sum>::InstanceOf(const v1e_backend_env& env, const KernelTable& kernels)
    : env_(env),
      network_(*env.network),
      kernels_(kernels),
      update_function_(detail::choose_update<Real, Sum>(env, kernels)),
      team_(env.host, detail::useful_threads(env)),
      layout_(make_layout(network_, team_.size(), detail::in_degrees(network_))),
      routes_(find_routes(network_)),
      shape_(detail::make_shape(env, layout_)),
      workers_(team_.size()) {
  drained_.assign(network_.block_count, 0);
  if (env.drain_block) drained_.assign(env.drain_block, env.drain_block + network_.block_count);
  env_.drain_block = nullptr;
  env_.probes = nullptr;
  for (std::uint32_t p = 0; p < env.probe_count; ++p) probes_.emplace_back(*env.probes[p], layout_);
  gather_types();
  make_rows();
  make_lanes(env.lane_count);
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::gather_types() {
  for (std::uint32_t t = 0; t < network_.type_count; ++t) {
    const v1e_neuron_type& type = *network_.types[t];
    if (type.psc_count > kernels::max_psc_count) {
      throw v1e::Error(V1E_E_UNSUPPORTED, "",
                       "node type " + std::to_string(t) + " has " + std::to_string(type.psc_count) +
                           " synaptic currents; backend cpu has " + "room for " +
                           std::to_string(kernels::max_psc_count));
    }
    for (std::uint32_t p = 0; p < type.psc_count; ++p) {
      if (type.psc_receptor[p] >= network_.receptor_count) {
        throw v1e::Error(V1E_E_INVALID, "", "a synaptic current is fed by a missing receptor");
      }
    }
    constants_.push_back(
        kernels::gather_constants<Real>(type, network_.weight_exponent, network_.dt_ms,
                                        (type.flags & V1E_TYPE_SPIKES_AT_THRESHOLD) != 0));
  }
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::make_rows() {
  rows_.resize(network_.block_count);
  inputs_.resize(network_.block_count);
  for (std::uint32_t b = 0; b < network_.block_count; ++b) {
    const v1e_edge_block& block = *network_.blocks[b];
    rows_[b].resize(team_.size());
    if (block.source_kind != V1E_SOURCE_NEURONS) {
      inputs_[b] = std::make_unique<InputBlock>(block, b, env_.random_key, kernels_);
    } else if (block.source_count != network_.neuron_count) {
      throw v1e::Error(V1E_E_INVALID, "", "a block of neurons must have a row for every neuron");
    }
  }
  team_.run([&](std::uint32_t thread) {
    for (std::uint32_t b = 0; b < network_.block_count; ++b) {
      rows_[b][thread] =
          std::make_unique<ChunkRows>(network_, b, layout_, layout_.chunks[thread], routes_);
    }
  });
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::make_lanes(std::uint32_t count) {
  for (std::uint32_t l = 0; l < count; ++l) {
    LaneType& lane = lanes_.emplace_back(shape_);
    lane.injected.resize(network_.block_count);
    lane.drawn.assign(network_.block_count, std::vector<StepEvents>(team_.size()));
    lane.thread_spikes.resize(team_.size());
    for (auto& lists : lane.exchange) {
      lists.resize(team_.size());
      for (std::uint32_t t = 0; t < team_.size(); ++t) {
        const Chunk& chunk = layout_.chunks[t];
        lists[t].position.resize(chunk.place_end - chunk.place_begin);
      }
    }
    for (LaneOutput& output : lane.output) {
      output.blocks.resize(network_.block_count);
      output.probes.resize(probes_.size());
    }
    reset(lane.state);
  }
  for (std::uint32_t t = 0; t < team_.size(); ++t) {
    workers_[t].places.resize(layout_.chunks[t].place_end - layout_.chunks[t].place_begin);
    workers_[t].ring_table.resize(3 * routes_.routes.size());
  }
}

template <class Real, class Sum>
void InstanceOf<Real, Sum>::reset(State& state) const {
  State::for_each_array(state, [](auto& array) { std::fill(array.begin(), array.end(), 0); });
  state.cursor = 0;
  for (const Chunk& chunk : layout_.chunks) {
    for (const TypeRun& run : chunk.runs) {
      std::fill(state.u.begin() + run.begin, state.u.begin() + run.end,
                constants_[run.type].initial_mv);
    }
  }
}

template <class Real, class Sum>
std::uint64_t InstanceOf<Real, Sum>::host_bytes() const {
  std::uint64_t bytes = layout_.place_count() * 8;
  for (const auto& block : rows_) {
    for (const auto& rows : block) bytes += rows->bytes();
  }
  for (const LaneType& lane : lanes_) {
    State::for_each_array(lane.state,
                          [&](const auto& array) { bytes += array.capacity() * sizeof(array[0]); });
    for (const LaneOutput& output : lane.output) {
      bytes += output.spikes.source.capacity() * sizeof(std::uint32_t);
      for (const ProbeSamples& samples : output.probes) bytes += samples.data.capacity();
    }
  }
  return bytes;
}

}  // namespace v1::cpu
