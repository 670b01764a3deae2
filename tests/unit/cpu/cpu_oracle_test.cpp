#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "tests/unit/cpu/cpu_runner.hpp"
#include "tests/unit/cpu/fake_network.hpp"
#include "tests/unit/kernels/oracle.hpp"

/// The worked vectors through the backend's own functions: events, delays, counts and pulses.
namespace v1::test {
namespace {

struct Mode {
  std::uint32_t precision_bits;
  bool wide_sums;
};

class CpuOracle : public testing::TestWithParam<Mode> {
 protected:
  double v_tolerance_mv() const { return GetParam().precision_bits == 32 ? 1e-3 : 1e-9; }
  RunnerOptions options(std::uint32_t scheme, std::uint32_t reset = V1E_RESET_HARD) const {
    RunnerOptions o;
    o.precision_bits = GetParam().precision_bits;
    o.scheme = scheme;
    o.reset_rule = reset;
    return o;
  }

  /// Runs one cell step by step and compares potential, currents and spikes with the trace.
  void compare(const std::string& name, const Cell& cell, double h, std::vector<Event> events,
               int steps, const RunnerOptions& o, float current_pa = 0.0f) {
    const bool exact = o.scheme == V1E_SCHEME_EXACT;
    FakeNetwork network(h, 4);
    network.add_type(cell, exact);
    network.add_neuron(0);
    if (GetParam().wide_sums) network.use_wide_sums();
    std::vector<FakeNetwork::Edge> edges;
    std::vector<Spike> spikes;
    for (const Event& event : events) {
      const auto source = static_cast<std::uint32_t>(edges.size());
      edges.push_back({source, 0, event.receptor, event.weight_pa, 0});
      spikes.push_back({event.step, source, 1});
    }
    network.add_block("events", V1E_SOURCE_EVENTS, V1E_CURRENT_BOTTOM_UP,
                      static_cast<std::uint32_t>(edges.size()), edges);
    CpuRunner runner(network.view(), o);
    if (current_pa != 0) runner.bind_pulse(0, 0, steps, {0}, current_pa);
    runner.begin();

    const Table oracle = read_oracle(name);
    std::size_t row = 0;
    for (int s = 0; s < steps; ++s) {
      runner.inject(0, s, 1, spikes);
      runner.run(1);
      if (row == oracle.rows || oracle["step"][row] != s) continue;
      ASSERT_NEAR(runner.read("v")[0], oracle["v_mv"][row], v_tolerance_mv())
          << name << " step " << s;
      const double current = runner.read("input_current")[0] - runner.read("asc_current")[0];
      ASSERT_NEAR(current, oracle["synaptic_pa"][row], v_tolerance_mv() * 10) << name << " " << s;
      ++row;
    }
    EXPECT_EQ(row, oracle.rows);
    std::vector<int> steps_of_spikes;
    for (const Spike& spike : runner.spikes[0]) {
      steps_of_spikes.push_back(static_cast<int>(spike.step));
    }
    EXPECT_EQ(steps_of_spikes, spike_steps(oracle)) << name;
  }
};

TEST_P(CpuOracle, SingleCellsFollowTheExactScheme) {
  const RunnerOptions o = options(V1E_SCHEME_EXACT);
  compare("a_subthreshold_exact", cell_p(), 1.0, events_a(), 220, o);
  compare("b_spiking_exact", cell_p(), 1.0, events_b(), 220, o);
  compare("b_spiking_exact_quarter_ms", cell_p(), 0.25, in_quarter_steps(events_b()), 880, o);
  compare("f_constant_current_exact", cell_p(), 1.0, {}, 200, o, 300.0f);
  Cell cell = cell_p();
  cell.tau_syn_ms = {2.0, 2.0, 2.0, 2.0};
  cell.tau_slow_ms = {6.0, 6.0, 6.0, 6.0};
  cell.amp_slow = 0.3;
  compare("e_double_alpha_exact", cell, 1.0, {{10, 0, 100}}, 80, o);
}

TEST_P(CpuOracle, SingleCellsFollowTheTensorFlowModel) {
  const RunnerOptions hard = options(V1E_SCHEME_BILLEH_TF);
  const RunnerOptions soft = options(V1E_SCHEME_BILLEH_TF, V1E_RESET_SOFT);
  compare("a_subthreshold_tf", cell_p(), 1.0, events_a(), 220, hard);
  compare("b_spiking_tf_hard", cell_p(), 1.0, events_b(), 220, hard);
  compare("b_spiking_tf_soft", cell_p(), 1.0, events_b(), 220, soft);
}

TEST_P(CpuOracle, CountedEventsDriveTheTensorFlowBackground) {
  FakeNetwork network(1.0, 4);
  network.add_type(cell_p(), false);
  network.add_neuron(0);
  network.add_block("bkg", V1E_SOURCE_EVENTS, V1E_CURRENT_BACKGROUND, 1, {{0, 0, 0, 45.0, 0}});
  RunnerOptions o = options(V1E_SCHEME_BILLEH_TF);
  o.probes = {{"v", V1E_F32, 1, {0}}, {"background_current", V1E_F32, 1, {0}}};
  CpuRunner runner(network.view(), o);
  runner.begin();
  const std::vector<double> counts = read_oracle("g_counts")["count"];
  std::vector<Spike> events;
  for (std::size_t s = 0; s < counts.size(); ++s) {
    if (counts[s] > 0) {
      events.push_back({static_cast<std::int64_t>(s), 0, static_cast<std::uint32_t>(counts[s])});
    }
  }
  runner.inject(0, 0, 300, events);
  runner.run(300);
  const Table oracle = read_oracle("g_background_tf");
  for (std::size_t row = 0; row < oracle.rows; ++row) {
    const auto s = static_cast<std::size_t>(oracle["step"][row]);
    ASSERT_NEAR(runner.samples[0][0][s], oracle["v_mv"][row], 1e-3) << s;
    ASSERT_NEAR(runner.samples[0][1][s], oracle["synaptic_pa"][row], 1e-2) << s;
  }
  EXPECT_EQ(runner.spikes[0].size(), 37u);
}

TEST_P(CpuOracle, DelaysActAfterTheirSteps) {
  const Table oracle = read_oracle("d_delays");
  for (std::size_t row = 0; row < oracle.rows; ++row) {
    for (const bool exact : {true, false}) {
      const double delay = oracle[exact ? "exact_delay_steps" : "tf_delay_steps"][row];
      FakeNetwork network(1.0, 4);
      network.add_type(cell_p(), exact);
      network.add_neuron(0);
      network.add_neuron(0);
      network.add_block("recurrent", V1E_SOURCE_NEURONS, V1E_CURRENT_RECURRENT, 2,
                        {{0, 1, 0, 50.0, static_cast<std::uint32_t>(delay)}});
      network.add_block("events", V1E_SOURCE_EVENTS, V1E_CURRENT_BOTTOM_UP, 1,
                        {{0, 0, 0, 20000.0, 0}});
      RunnerOptions o = options(exact ? V1E_SCHEME_EXACT : V1E_SCHEME_BILLEH_TF);
      o.probes = {{"v", V1E_F32, 1, {1}}};
      CpuRunner runner(network.view(), o);
      runner.begin();
      runner.inject(1, 0, 20, {{6, 0, 1}});
      runner.run(20);
      const std::int64_t source_spike = runner.spikes[0].at(0).step;
      std::int64_t first_change = 0;
      while (runner.samples[0][0].at(static_cast<std::size_t>(first_change)) ==
             runner.samples[0][0][0]) {
        ++first_change;
      }
      EXPECT_EQ(first_change - source_spike,
                static_cast<std::int64_t>(oracle[exact ? "exact_latency" : "tf_latency"][row]))
          << oracle["delay_ms"][row];
    }
  }
}

TEST_P(CpuOracle, CurrentPulsesActAtOnceInTheTensorFlowModel) {
  FakeNetwork network(1.0, 4);
  network.add_type(cell_p(), false);
  network.add_neuron(0);
  CpuRunner runner(network.view(), options(V1E_SCHEME_BILLEH_TF));
  runner.bind_pulse(0, 2, 3, {0}, 300.0f);
  runner.begin();
  const double gain = (1.0 - std::exp(-cell_p().g_ns / cell_p().c_m_pf)) / cell_p().g_ns;
  runner.run(2);
  EXPECT_EQ(runner.read("v")[0], cell_p().e_l_mv);
  runner.run(1);
  EXPECT_NEAR(runner.read("v")[0], cell_p().e_l_mv + 300.0 * gain, v_tolerance_mv());
  runner.run(1);
  EXPECT_NEAR(runner.read("v")[0],
              cell_p().e_l_mv + 300.0 * gain * std::exp(-cell_p().g_ns / cell_p().c_m_pf),
              v_tolerance_mv());
}

/// The network of 20 cells.
class SmallNetwork {
 public:
  explicit SmallNetwork(bool exact, bool wide) : network(1.0, 4) {
    network.add_type(cell_exc(), exact);
    network.add_type(cell_p(), exact);
    for (int n = 0; n < 20; ++n) network.add_neuron(n < 14 ? 0 : 1);
    if (wide) network.use_wide_sums();
    const Table edges = read_oracle("h_edges");
    std::vector<FakeNetwork::Edge> recurrent, lgn, background;
    for (std::size_t e = 0; e < edges.rows; ++e) {
      const double delay = edges["delay_ms"][e];
      const double clipped = std::min(std::max(delay, 1.0), 5.0);
      recurrent.push_back(
          {as_index(edges["source"][e]), as_index(edges["target"][e]),
           as_index(edges["receptor"][e]), edges["weight_pa"][e],
           as_index(exact ? std::floor(std::max(delay, 1.0) + 0.5) : std::nearbyint(clipped))});
    }
    network.add_block("recurrent", V1E_SOURCE_NEURONS, V1E_CURRENT_RECURRENT, 20, recurrent);
    const Table lgn_edges = read_oracle("h_lgn_edges");
    for (std::size_t e = 0; e < lgn_edges.rows; ++e) {
      lgn.push_back({as_index(lgn_edges["source"][e]), as_index(lgn_edges["target"][e]),
                     as_index(lgn_edges["receptor"][e]), lgn_edges["weight_pa"][e], 0});
    }
    network.add_block("lgn", V1E_SOURCE_EVENTS, V1E_CURRENT_BOTTOM_UP, 64, lgn);
    const Table bkg = read_oracle("h_background_edges");
    for (std::size_t e = 0; e < bkg.rows; ++e) {
      background.push_back(
          {0, as_index(bkg["target"][e]), as_index(bkg["receptor"][e]), bkg["weight_pa"][e], 0});
    }
    network.add_block("bkg", V1E_SOURCE_EVENTS, V1E_CURRENT_BACKGROUND, 1, background);
  }
  static std::uint32_t as_index(double value) { return static_cast<std::uint32_t>(value); }

  /// Hands over the inputs and runs 500 steps in windows that end after steps 0, 20, 40, ...;
  /// returns the potentials [mV] at the ends of the windows.
  static std::vector<std::vector<double>> run(CpuRunner& runner) {
    const Table lgn = read_oracle("h_lgn_spikes");
    std::vector<Spike> spikes, counts;
    for (std::size_t i = 0; i < lgn.rows; ++i) {
      spikes.push_back({static_cast<std::int64_t>(lgn["step"][i]), as_index(lgn["source"][i]), 1});
    }
    std::sort(spikes.begin(), spikes.end());
    const std::vector<double> background = read_oracle("h_background_counts")["count"];
    for (std::size_t s = 0; s < background.size(); ++s) {
      if (background[s] > 0) {
        counts.push_back({static_cast<std::int64_t>(s), 0, as_index(background[s])});
      }
    }
    runner.begin();
    std::vector<std::vector<double>> v;
    for (std::int64_t begin = 0; begin < 500;) {
      const std::int64_t steps = begin == 0 ? 1 : std::min<std::int64_t>(20, 500 - begin);
      runner.inject(1, begin, steps, spikes);
      runner.inject(2, begin, steps, counts);
      runner.run(steps);
      v.push_back(runner.read("v"));
      begin += steps;
    }
    return v;
  }

  FakeNetwork network;
};

std::vector<std::uint32_t> all_cells() {
  std::vector<std::uint32_t> cells(20);
  for (std::uint32_t n = 0; n < 20; ++n) cells[n] = n;
  return cells;
}

TEST_P(CpuOracle, SmallNetworkSpikesAsInNestAndTensorFlow) {
  for (const bool exact : {true, false}) {
    SmallNetwork small(exact, GetParam().wide_sums);
    RunnerOptions o = options(exact ? V1E_SCHEME_EXACT : V1E_SCHEME_BILLEH_TF);
    o.threads = 2;
    o.probes = {{"v", V1E_F32, 1, all_cells()},
                {"input_current", V1E_F32, 1, all_cells()},
                {"recurrent_current", V1E_F32, 1, all_cells()},
                {"bottom_up_current", V1E_F32, 1, all_cells()}};
    CpuRunner runner(small.network.view(), o);
    const auto v_at_20_steps = SmallNetwork::run(runner);
    const Table spikes = read_oracle(exact ? "h_spikes_exact" : "h_spikes_tf");
    ASSERT_EQ(runner.spikes[0].size(), spikes.rows);
    for (std::size_t i = 0; i < spikes.rows; ++i) {
      ASSERT_EQ(runner.spikes[0][i].step, static_cast<std::int64_t>(spikes["step"][i])) << i;
      ASSERT_EQ(runner.spikes[0][i].neuron, SmallNetwork::as_index(spikes["cell"][i])) << i;
    }
    const Table v = read_oracle(exact ? "h_v_exact" : "h_v_tf");
    const Table currents = read_oracle("h_currents_tf");
    for (std::size_t row = 0; row < v.rows; ++row) {
      const std::size_t at = static_cast<std::size_t>(v["step"][row]) * 20;
      for (std::size_t n = 0; n < 20; ++n) {
        const std::string cell = std::to_string(n);
        ASSERT_NEAR(v_at_20_steps[row][n], v["v" + cell][row], v_tolerance_mv()) << row;
        ASSERT_NEAR(runner.samples[0][0][at + n], v["v" + cell][row], 1e-3) << row << " " << n;
        if (exact) continue;
        ASSERT_NEAR(runner.samples[0][1][at + n], currents["input" + cell][row], 2e-2);
        ASSERT_NEAR(runner.samples[0][2][at + n], currents["recurrent" + cell][row], 2e-2);
        ASSERT_NEAR(runner.samples[0][3][at + n], currents["bottom_up" + cell][row], 2e-2);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Precision, CpuOracle,
                         testing::Values(Mode{32, false}, Mode{64, false}, Mode{32, true},
                                         Mode{64, true}),
                         [](const auto& mode) {
                           return "float" + std::to_string(mode.param.precision_bits) +
                                  (mode.param.wide_sums ? "Wide" : "");
                         });

}  // namespace
}  // namespace v1::test
