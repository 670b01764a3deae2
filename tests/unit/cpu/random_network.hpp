#pragma once
#include <algorithm>
#include <cmath>
#include <memory>
#include <random>

#include "kernels/count_table.hpp"
#include "kernels/streams.hpp"
#include "tests/unit/cpu/cpu_runner.hpp"
#include "tests/unit/cpu/fake_network.hpp"

namespace v1::test {

inline constexpr unsigned random_network_seed = 77;
inline constexpr std::uint32_t random_network_neurons = 240;

/// Turns a type into a GLIF5 neuron: its threshold jumps at spikes and follows the potential.
inline void move_threshold(v1e_neuron_type& type) {
  type.flags |= V1E_TYPE_MOVING_THRESHOLD;
  type.theta_spike_decay_m1 = std::expm1(-0.02);
  type.theta_spike_carry = std::exp(-0.02 * type.refractory_ms);
  type.theta_spike_jump_mv = 3.0;
  type.reset_fraction = 0.3;
  type.reset_add_mv = 2.0;
  type.theta_voltage_decay_m1 = std::expm1(-0.05);
  type.theta_voltage_gain_u = 0.0075;
  type.theta_voltage_gain_current = 0.0002;
}

/// A firing network of two cell types with recurrent synapses of many delays, rate-driven
/// sources, independent background sources that draw, and sources that are handed events.
/// Blocks: 0 recurrent, 1 lgn, 2 bkg, 3 file.
/// moving: the threshold of the first type, of most neurons, moves.
inline std::unique_ptr<FakeNetwork> random_network(bool exact, bool with_draws = true,
                                                   bool moving = false) {
  auto network = std::make_unique<FakeNetwork>(1.0, 4);
  NeuronType& first = network->add_type(cell_exc(), exact);
  if (moving) move_threshold(first.edit());
  network->add_type(cell_p(), exact);
  std::mt19937 random(random_network_seed);
  const std::uint32_t neurons = random_network_neurons;
  for (std::uint32_t n = 0; n < neurons; ++n) network->add_neuron(random() % 4 == 0 ? 1 : 0);
  const auto draw = [&](std::uint32_t below) {
    return static_cast<std::uint32_t>(random() % below);
  };
  std::vector<FakeNetwork::Edge> recurrent, lgn, background, file;
  for (std::uint32_t e = 0; e < 40 * neurons; ++e) {
    const double weight_pa = 0.001 * draw(40000) - 20.0;
    recurrent.push_back({draw(neurons), draw(neurons), draw(4), weight_pa, 1 + draw(9)});
  }
  for (std::uint32_t e = 0; e < 10 * neurons; ++e) {
    lgn.push_back({draw(60), draw(neurons), 0, 0.001 * draw(30000), draw(3)});
  }
  for (std::uint32_t e = 0; e < 4 * neurons; ++e) {
    background.push_back({draw(30), draw(neurons), draw(4), 0.001 * draw(25000), draw(2)});
    file.push_back({draw(20), draw(neurons), 2, 0.001 * draw(90000), 0});
  }
  network->add_block("recurrent", V1E_SOURCE_NEURONS, V1E_CURRENT_RECURRENT, neurons, recurrent);
  v1e_edge_block& rates = network->add_block("lgn", V1E_SOURCE_RATES, V1E_CURRENT_BOTTOM_UP, 60,
                                             with_draws ? lgn : std::vector<FakeNetwork::Edge>{});
  rates.random_stream = kernels::stream::lgn;
  v1e_edge_block& counts =
      network->add_block("bkg", V1E_SOURCE_COUNTS, V1E_CURRENT_BACKGROUND, 30,
                         with_draws ? background : std::vector<FakeNetwork::Edge>{});
  static const std::vector<std::uint32_t> thresholds = kernels::poisson_count_thresholds(0.25);
  counts.random_stream = kernels::stream::background;
  counts.count_thresholds = thresholds.data();
  counts.count_threshold_count = static_cast<std::uint32_t>(thresholds.size());
  network->add_block("file", V1E_SOURCE_EVENTS, V1E_CURRENT_BOTTOM_UP, 20, file);
  return network;
}

/// Thresholds of the 60 rate-driven sources: 10 frames of 40 steps.
inline std::vector<std::uint32_t> random_rates() {
  std::vector<std::uint32_t> thresholds;
  for (int frame = 0; frame < 10; ++frame) {
    for (int s = 0; s < 60; ++s) {
      thresholds.push_back(kernels::rate_threshold(s == 7 ? 1.0 : 0.004 * ((frame + s) % 20)));
    }
  }
  return thresholds;
}

/// Events of the sources that are handed events: source (7 step) % 20 at every third step.
inline std::vector<Spike> file_events(std::int64_t steps) {
  std::vector<Spike> events;
  for (std::int64_t s = 0; s < steps; s += 3) {
    events.push_back(
        {s, static_cast<std::uint32_t>(7 * s % 20), static_cast<std::uint32_t>(1 + s % 2)});
  }
  return events;
}

/// Binds the rates and runs one trial of lane 0 in windows.
inline void run_random(CpuRunner& runner, std::int64_t steps, std::int64_t window) {
  runner.bind_rates(1, 0, random_rates(), 10, 40);
  runner.begin(0, 5);
  const std::vector<Spike> events = file_events(steps);
  for (std::int64_t begin = 0; begin < steps; begin += window) {
    const std::int64_t now = std::min(window, steps - begin);
    runner.inject(3, begin, now, events);
    runner.run(now);
  }
}

}  // namespace v1::test
