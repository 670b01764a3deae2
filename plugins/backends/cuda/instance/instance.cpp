#include "plugins/backends/cuda/instance/instance.hpp"

#include <algorithm>
#include <string>
#include <v1e_sdk/error.hpp>

#include "plugins/backends/cuda/instance/instance_of.hpp"
#include "plugins/backends/cuda/plan/shape.hpp"
#include "plugins/backends/shared/network_checks.hpp"
#include "plugins/backends/shared/variables.hpp"

namespace v1::cuda {
namespace {

v1e::Error unsupported(const std::string& what) { return backend::unsupported("cuda", what); }

void check_network(const v1e_network& network) {
  if (network.block_count > most_blocks) {
    throw unsupported("has room for " + std::to_string(most_blocks) +
                      " edge blocks; this network has " + std::to_string(network.block_count));
  }
  std::uint64_t items = static_cast<std::uint64_t>(network.neuron_count);
  for (std::uint32_t b = 0; b < network.block_count; ++b) {
    items += static_cast<std::uint64_t>(network.blocks[b]->source_count);
  }
  if (items >> 32 != 0) throw unsupported("has room for 2^32 neurons and sources together");
  for (std::uint32_t t = 0; t < network.type_count; ++t) {
    const v1e_neuron_type& type = *network.types[t];
    if (type.refractory_steps < 0 || type.refractory_steps > 65535) {
      throw unsupported("holds a neuron for at most 65535 steps after its spike; node type " +
                        std::to_string(t) + " needs " + std::to_string(type.refractory_steps) +
                        ": use a larger simulation.dt");
    }
  }
}

template <class Real, class Sum>
std::unique_ptr<Instance> make(const v1e_backend_env& env, const WantedWays& ways,
                               std::unique_ptr<Machine> machine) {
  return std::make_unique<InstanceOf<Real, Sum>>(env, ways, std::move(machine));
}

}  // namespace

void check_env(const v1e_backend_env& env) {
  backend::check_env(env, "cuda");
  if (env.lane_count > 65535) throw unsupported("has at most 65535 lanes");
  if (env.probe_count > most_probes) {
    throw unsupported("has room for " + std::to_string(most_probes) + " recorded variables");
  }
  check_network(*env.network);
  for (std::uint32_t p = 0; p < env.probe_count; ++p) {
    backend::check_probe(*env.probes[p], static_cast<std::uint64_t>(env.network->neuron_count));
  }
}

bool is_plain(const v1e_backend_env& env) {
  const Shape shape = largest_shape(env, {Way{}});
  return !shape.billeh_tf && !shape.moving_threshold && shape.class_count == 1 &&
         env.probe_count == 0;
}

WantedWays ways_for(const v1e_backend_env& env, const WantedWays& wanted) {
  if (env.precision_bits != 32 || env.network->accumulator_bits != 32) return {};
  WantedWays there = {{}, wanted.by_size};
  for (Way way : wanted.ways) {
    // Sums of several lanes do not lie together; they fit into the cache anyway.
    if (env.lane_count > 1 && way.state == Way::State::persisting) way.state = Way::State::cached;
    if (way.is_one_kernel() && !is_plain(env)) continue;
    if (std::find(there.ways.begin(), there.ways.end(), way) == there.ways.end()) {
      there.ways.push_back(way);
    }
  }
  if (there.ways.empty()) there.ways.push_back({Way::Step::one_launch, Way::State::cached});
  return there;
}

WantedWays ways_on(const v1e_backend_env& env, const WantedWays& wanted,
                   std::uint64_t cache_bytes) {
  WantedWays there = ways_for(env, wanted);
  if (!there.by_size) return there;
  std::vector<TypeSizes> at_most;  // every receptor may be fed
  for (std::uint32_t t = 0; t < env.network->type_count; ++t) {
    at_most.push_back({env.network->types[t]->psc_count, env.network->receptor_count});
  }
  const std::uint64_t moved = env.lane_count * moved_bytes(make_layout(*env.network), at_most);
  const std::vector<Way::Step> steps = suitable_steps(moved, cache_bytes);
  if (steps.front() != Way::Step::resident) there.ways = with_step(there.ways, steps);
  return there;
}

std::uint32_t lanes_for(const v1e_backend_env& env, const WantedWays& wanted,
                        std::uint64_t cache_bytes, const ResidentDevice& device) {
  const WantedWays there = ways_for(env, wanted);
  const std::uint32_t in_cache = lanes_in_cache(env, there.ways, cache_bytes);
  const bool one_kernel = std::any_of(there.ways.begin(), there.ways.end(),
                                      [](Way way) { return way.is_one_kernel(); });
  if (env.lane_count < 2 || !one_kernel) return in_cache;
  const Layout layout = make_layout(*env.network);
  const FedReceptors fed = find_fed_receptors(*env.network, env.host);
  const auto sizes = type_sizes(*env.network, fed);
  if (there.ways.front().step == Way::Step::on_chip) {
    const std::uint32_t fitting = shared_out_evenly(env.lane_count, device, [&](auto lanes) {
      return plan_on_chip(*env.network, layout, fed, lanes, device).plan.blocks > 0;
    });
    return fitting > 0 ? fitting : in_cache;
  }
  const std::uint32_t on_chip = resident_lanes(layout.type_of_place, sizes, env.lane_count, device);
  if (on_chip == 0) return in_cache;
  const bool only = there.ways.size() == 1;
  const auto steps = suitable_steps(on_chip * moved_bytes(layout, sizes), cache_bytes);
  return only || (there.by_size && steps.front() == Way::Step::resident) ? on_chip : in_cache;
}

void say_instead(const v1e_backend_env& env, Way way, Way wanted, const char* why) {
  if (!env.host || !env.host->log) return;
  const std::string text =
      "backend cuda: steps by " + name_of(way) + ", as step = \"" + name_of(wanted) + "\" " + why;
  env.host->log(env.host->ctx, V1E_LOG_INFO, text.c_str());
}

std::unique_ptr<Instance> make_instance(const v1e_backend_env& env, const WantedWays& wanted,
                                        std::unique_ptr<Machine> machine) {
  check_env(env);
  const WantedWays ways = ways_for(env, wanted);
  if (!wanted.by_size && wanted.ways.front().is_one_kernel() &&
      !ways.ways.front().is_one_kernel()) {
    say_instead(env, ways.ways.front(), wanted.ways.front(),
                "serves only float32, the scheme exact with fixed thresholds and runs that record "
                "nothing but spikes");
  }
  const v1e_memory_need need =
      estimate_memory(env, ways_on(env, wanted, machine->cache_bytes()).ways);
  const std::uint64_t free = machine->free_bytes();
  if (need.device_peak_bytes > free) {
    throw v1e::Error(V1E_E_DEVICE_MEMORY, "",
                     "the run needs up to " + readable_bytes(need.device_peak_bytes) +
                         " on the device, but only " + readable_bytes(free) +
                         " are free; use fewer neurons, lanes or recorded variables");
  }
  const bool wide = env.network->accumulator_bits == 64;
  if (env.precision_bits == 32) {
    return wide ? make<float, std::int64_t>(env, ways, std::move(machine))
                : make<float, std::int32_t>(env, ways, std::move(machine));
  }
  return wide ? make<double, std::int64_t>(env, ways, std::move(machine))
              : make<double, std::int32_t>(env, ways, std::move(machine));
}

std::string readable_bytes(std::uint64_t bytes) {
  static constexpr const char* units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1024.0 && unit < 4; ++unit) value /= 1024.0;
  std::string text = std::to_string(value);
  return text.substr(0, text.find('.') + 2) + " " + units[unit];
}

}  // namespace v1::cuda
