#pragma once
#include <memory>
#include <random>

#include "kernels/count_table.hpp"
#include "kernels/streams.hpp"
#include "tests/unit/cpu/cpu_runner.hpp"
#include "tests/unit/cpu/fake_network.hpp"
#include "tests/unit/cpu/random_network.hpp"

namespace v1::test {

/// Another backend, with what it puts out collected like that of the cpu.
class BackendRunner : public CpuRunner {
 public:
  BackendRunner(const v1e_network& network, const RunnerOptions& options,
                const v1e_backend_api& backend)
      : CpuRunner(network, with(options, backend)) {}

 private:
  static RunnerOptions with(RunnerOptions options, const v1e_backend_api& backend) {
    options.api = &backend;
    return options;
  }
};

/// What the cells of mixed_network are.
enum class Cells { glif, moving_glif, iaf_alpha, iaf_delta, double_alpha, mixed };

inline Cell cell_iaf() {
  Cell cell = cell_exc();
  cell.asc_pa[0] = cell.asc_pa[1] = 0.0;
  return cell;
}

inline Cell cell_double_alpha() {
  Cell cell = cell_p();
  cell.tau_slow_ms = {30.0, 40.0, 20.0, 35.0};
  cell.amp_slow = 0.2;
  return cell;
}

inline Cell cell_delta() {
  Cell cell = cell_iaf();
  cell.tau_syn_ms.clear();
  return cell;
}

/// A firing network of any size with all kinds of input: blocks 0 recurrent, 1 lgn (60 sources
/// with rates), 2 a shared background that reaches every neuron, drawn every second step, 3 a
/// background unit per neuron, 4 sources that are handed events. Types use some receptors only.
inline std::unique_ptr<FakeNetwork> mixed_network(std::uint32_t neurons, Cells cells, bool exact,
                                                  bool wide = false) {
  auto network = std::make_unique<FakeNetwork>(1.0, 4);
  if (wide) network->use_wide_sums();
  std::mt19937 random(11);
  const auto draw = [&](std::uint32_t below) {
    return static_cast<std::uint32_t>(random() % below);
  };
  const auto add = [&](Cells kind) {
    if (kind == Cells::glif) network->add_type(cell_exc(), exact);
    if (kind == Cells::moving_glif) move_threshold(network->add_type(cell_exc(), exact).edit());
    if (kind == Cells::double_alpha) network->add_type(cell_double_alpha(), exact);
    if (kind == Cells::iaf_alpha) {
      network->add_type(cell_iaf(), exact).edit().flags = V1E_TYPE_SPIKES_AT_THRESHOLD;
    }
    if (kind == Cells::iaf_delta) {
      v1e_neuron_type& type = network->add_type(cell_delta(), exact).edit();
      type.flags = V1E_TYPE_SPIKES_AT_THRESHOLD;
      type.delta_gain = 0.0002;
    }
  };
  std::vector<Cells> kinds = {cells};
  if (cells == Cells::mixed) {
    kinds = {Cells::glif, Cells::iaf_delta, Cells::iaf_alpha, Cells::double_alpha};
  }
  for (const Cells kind : kinds) add(kind);
  const bool pair = cells == Cells::glif || cells == Cells::moving_glif;
  if (pair) network->add_type(cell_p(), exact);
  const std::uint32_t types = pair ? 2 : static_cast<std::uint32_t>(kinds.size());
  std::vector<std::uint32_t> type(neurons);
  for (std::uint32_t n = 0; n < neurons; ++n) {
    type[n] = draw(types);
    network->add_neuron(static_cast<std::uint16_t>(type[n]));
  }
  // Even types are fed through receptors 1 and 2, odd ones through 0 and 3.
  const auto receptor = [&](std::uint32_t target) {
    const bool second = draw(2) == 1;
    return type[target] % 2 == 0 ? (second ? 2u : 1u) : (second ? 3u : 0u);
  };
  const auto edge = [&](std::uint32_t sources, double weight_pa, std::uint32_t delay) {
    const std::uint32_t target = draw(neurons);
    const std::uint32_t r = cells == Cells::iaf_delta ? 0 : receptor(target);
    return FakeNetwork::Edge{draw(sources), target, r, weight_pa, delay};
  };
  std::vector<FakeNetwork::Edge> recurrent, lgn, shared, own, file;
  const std::uint32_t fan_in = neurons == 1 ? 2 : 30;
  for (std::uint32_t e = 0; e < fan_in * neurons; ++e) {
    recurrent.push_back(edge(neurons, 0.001 * draw(40000) - 20.0, 1 + draw(9)));
  }
  for (std::uint32_t e = 0; e < 10 * neurons; ++e) {
    lgn.push_back(edge(60, 0.001 * draw(30000), draw(3)));
  }
  for (std::uint32_t n = 0; n < neurons; ++n) {
    const std::uint32_t r = cells == Cells::iaf_delta ? 0 : receptor(n);
    shared.push_back({0, n, r, 0.001 * draw(12000), draw(10)});
    own.push_back({n, n, r, 0.001 * draw(12000), 1});
  }
  for (std::uint32_t e = 0; e < 4 * neurons; ++e) {
    file.push_back(edge(20, 0.001 * draw(90000), 0));
  }
  network->add_block("recurrent", V1E_SOURCE_NEURONS, V1E_CURRENT_RECURRENT, neurons, recurrent);
  network->add_block("lgn", V1E_SOURCE_RATES, V1E_CURRENT_BOTTOM_UP, 60, lgn).random_stream =
      kernels::stream::lgn;
  static const std::vector<std::uint32_t> poisson = kernels::poisson_count_thresholds(1.5);
  static const std::vector<std::uint32_t> binomial = kernels::binomial_count_thresholds(20, 0.1);
  const auto counts = [&](const char* name, std::uint32_t sources, const auto& edges,
                          const std::vector<std::uint32_t>& thresholds) -> v1e_edge_block& {
    v1e_edge_block& block =
        network->add_block(name, V1E_SOURCE_COUNTS, V1E_CURRENT_BACKGROUND, sources, edges);
    block.random_stream = kernels::stream::background;
    block.count_thresholds = thresholds.data();
    block.count_threshold_count = static_cast<std::uint32_t>(thresholds.size());
    return block;
  };
  counts("shared", 1, shared, binomial).draw_every_steps = 2;
  counts("own", neurons, own, poisson);
  network->add_block("file", V1E_SOURCE_EVENTS, V1E_CURRENT_BOTTOM_UP, 20, file);
  return network;
}

inline constexpr std::uint32_t mixed_file_block = 4;

}  // namespace v1::test
