#include "plugins/backends/cuda/plan/shape.hpp"

#include <algorithm>

#include "plugins/backends/cuda/step/view.hpp"

namespace v1::cuda {
namespace {

bool draws_events(const v1e_edge_block& block) {
  return block.source_kind == V1E_SOURCE_RATES || block.source_kind == V1E_SOURCE_COUNTS;
}

/// Where the input events of many steps are drawn at once, all lanes have so much room for them.
constexpr std::uint64_t event_bytes = std::uint64_t{128} << 20;

std::uint64_t words_of(std::uint64_t sources) { return (sources + 31) / 32; }

}  // namespace

Shape largest_shape(const v1e_backend_env& env, const std::vector<Way>& ways) {
  const v1e_network& network = *env.network;
  Shape shape{backend::recorded_classes(env)};
  shape.places = static_cast<std::uint64_t>(network.neuron_count);
  shape.inputs = std::max(1u, network.receptor_count);
  for (std::uint32_t t = 0; t < network.type_count; ++t) {
    shape.currents = std::max<std::uint64_t>(shape.currents, network.types[t]->psc_count);
    if (network.types[t]->flags & V1E_TYPE_MOVING_THRESHOLD) shape.moving_threshold = true;
  }
  shape.delay_steps = network.max_delay_steps;
  for (std::uint32_t b = 0; b < network.block_count; ++b) {
    if (network.blocks[b]->source_kind == V1E_SOURCE_NEURONS) continue;
    shape.outside_sources += static_cast<std::uint64_t>(network.blocks[b]->source_count);
  }
  shape.serve(env, ways);
  shape.billeh_tf = env.scheme == V1E_SCHEME_BILLEH_TF;
  shape.real_bytes = env.precision_bits / 8;
  shape.sum_bytes = network.accumulator_bits / 8;
  return shape;
}

void Shape::serve(const v1e_backend_env& env, const std::vector<Way>& ways) {
  steps_ahead = cuda::steps_ahead(ways);
  resident_steps = 0;
  if (std::none_of(ways.begin(), ways.end(), [](Way way) { return way.is_one_kernel(); })) return;
  const std::uint64_t step = env.lane_count * (outside_sources + 1) * sizeof(InputEvent);
  resident_steps = std::clamp<std::uint64_t>(
      static_cast<std::uint64_t>(std::max<std::int64_t>(1, env.max_advance_steps)), 1,
      std::max<std::uint64_t>(1, event_bytes / step));
}

LaneOffsets lane_offsets(const Shape& shape, const ListSizes& lists) {
  LaneOffsets at{};
  std::uint64_t end = 0;
  const auto take = [&](std::uint64_t bytes) {
    const std::uint64_t begin = end;
    end += aligned(bytes);
    return begin;
  };
  const std::uint64_t reals = shape.places * shape.real_bytes;
  at.u = take(reals);
  at.asc0 = take(reals);
  at.asc1 = take(reals);
  at.y1 = take(shape.currents * reals);
  at.y2 = take(shape.currents * reals);
  for (std::size_t c = 0; c < 3; ++c) {
    at.class_y1[c] = take(shape.recorded[c] ? shape.currents * reals : 0);
    at.class_y2[c] = take(shape.recorded[c] ? shape.currents * reals : 0);
  }
  at.current = take(reals);
  at.refractory_ms = take(shape.billeh_tf ? shape.places * sizeof(float) : 0);
  at.theta_spike = take(shape.moving_threshold ? reals : 0);
  at.theta_voltage = take(shape.moving_threshold ? reals : 0);
  at.hold = take(shape.places * sizeof(std::uint16_t));
  at.ring =
      take(shape.class_count * shape.ring_slots() * shape.inputs * shape.places * shape.sum_bytes);
  at.common_events = take(shape.common_slots() * sizeof(std::uint32_t));
  at.clipped = take(sizeof(std::int64_t));
  at.served = take(served_counters * sizeof(std::int64_t));
  at.spike_list = take(lists.spikes * sizeof(Piece));
  at.input_list = take(shape.input_lists() * lists.inputs * sizeof(Piece));
  at.input_events = take(shape.resident_steps * shape.outside_sources * sizeof(InputEvent));
  at.end = end;
  return at;
}

ListSizes list_sizes(const v1e_network& network) {
  ListSizes sizes;
  for (std::uint32_t b = 0; b < network.block_count; ++b) {
    const v1e_edge_block& block = *network.blocks[b];
    const std::uint64_t pieces = static_cast<std::uint64_t>(block.source_count) +
                                 static_cast<std::uint64_t>(block.edge_count) / piece_synapses;
    (block.source_kind == V1E_SOURCE_NEURONS ? sizes.spikes : sizes.inputs) += pieces;
  }
  return sizes;
}

std::uint64_t window_bytes(const v1e_backend_env& env, std::int64_t steps) {
  const v1e_network& network = *env.network;
  const auto count = static_cast<std::uint64_t>(steps);
  std::uint64_t per_step = 4 * words_of(static_cast<std::uint64_t>(network.neuron_count)) + 21;
  for (std::uint32_t b = 0; b < network.block_count; ++b) {
    const v1e_edge_block& block = *network.blocks[b];
    const auto sources = static_cast<std::uint64_t>(block.source_count);
    if (!env.drain_block || !env.drain_block[b] || !draws_events(block)) continue;
    per_step += 4 * words_of(sources) + (block.source_kind == V1E_SOURCE_COUNTS ? 2 * sources : 0);
  }
  std::uint64_t bytes = count * per_step;
  for (std::uint32_t p = 0; p < env.probe_count; ++p) {
    const v1e_probe& probe = *env.probes[p];
    const std::uint64_t samples = count / std::max(1u, probe.every_steps) + 1;
    bytes += samples * probe.neuron_count * (probe.dtype == V1E_F16 ? 2 : 4);
  }
  return bytes;
}

namespace {

// Where each block's part of each row begins, for as many blocks as devices have processors.
std::uint64_t segment_bytes(const v1e_network& network) {
  constexpr std::uint64_t usual_processors = 148;
  std::uint64_t bytes = 0;
  for (std::uint32_t b = 0; b < network.block_count; ++b) {
    const v1e_edge_block& block = *network.blocks[b];
    bytes += static_cast<std::uint64_t>(block.source_count) * (usual_processors + 1) *
             (block.source_kind == V1E_SOURCE_NEURONS ? 2 : 4);
  }
  return bytes;
}

}  // namespace

v1e_memory_need estimate_memory(const v1e_backend_env& env, const std::vector<Way>& ways) {
  const v1e_network& network = *env.network;
  const std::uint64_t lane = lane_offsets(largest_shape(env, ways), list_sizes(network)).end;
  const std::uint64_t window = window_bytes(
      env, std::max<std::int64_t>(
               1, std::min(env.max_advance_steps, std::max<std::int64_t>(1, env.steps_per_trial))));
  std::uint64_t synapses = 0, rates = 0;
  for (std::uint32_t b = 0; b < network.block_count; ++b) {
    const v1e_edge_block& block = *network.blocks[b];
    const auto sources = static_cast<std::uint64_t>(block.source_count);
    synapses +=
        static_cast<std::uint64_t>(block.edge_count) * sizeof(Synapse) + sources * sizeof(Row);
    if (draws_events(block)) synapses += sources * 4;
    if (block.source_kind != V1E_SOURCE_RATES) continue;
    // Thresholds for every ms of a trial, for a condition per lane.
    const double ms = static_cast<double>(env.steps_per_trial) * network.dt_ms;
    rates += static_cast<std::uint64_t>(ms + 1.0) * sources * 4 * env.lane_count;
  }
  // Type, position and synapse of a common source; columns of the probes.
  const auto neurons = static_cast<std::uint64_t>(network.neuron_count);
  std::uint64_t by_place = neurons * (6 + sizeof(CommonSynapse));
  for (std::uint32_t p = 0; p < env.probe_count; ++p) {
    by_place += 4 * (neurons + env.probes[p]->neuron_count);
  }
  v1e_memory_need need{};
  need.struct_size = sizeof need;
  const bool on_chip =
      std::any_of(ways.begin(), ways.end(), [](Way way) { return way.step == Way::Step::on_chip; });
  // In an order of their own, which others cannot use.
  if (on_chip) synapses += segment_bytes(network) + (ways.size() > 1 ? synapses : 0);
  need.device_bytes = synapses + rates + env.lane_count * (lane + 2 * window) + by_place;
  need.device_peak_bytes = need.device_bytes;
  need.host_bytes =
      2 * env.lane_count * window + static_cast<std::uint64_t>(network.neuron_count) * 8;
  need.host_peak_bytes = need.host_bytes + (std::uint64_t{64} << 20);
  return need;
}

std::uint32_t lanes_in_cache(const v1e_backend_env& env, const std::vector<Way>& ways,
                             std::uint64_t cache_bytes) {
  // Of the lists only the beginnings are in use.
  Shape shape = largest_shape(env, ways);
  shape.resident_steps = 0;
  const std::uint64_t lane = lane_offsets(shape, {}).end;
  const std::uint64_t fitting = cache_bytes / 2 / std::max<std::uint64_t>(1, lane);
  constexpr std::uint64_t most = 64;
  return static_cast<std::uint32_t>(
      std::clamp<std::uint64_t>(fitting, 1, std::min<std::uint64_t>(most, env.lane_count)));
}

}  // namespace v1::cuda
