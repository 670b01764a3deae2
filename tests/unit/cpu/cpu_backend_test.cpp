#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>

#include "kernels/half.hpp"
#include "plugins/backends/cpu/api.hpp"
#include "tests/unit/cpu/random_network.hpp"

/// The rules of v1e/backend.h besides arithmetic.
namespace v1::test {
namespace {

using testing::HasSubstr;

/// One cell that is handed events, and an autapse-free recurrent block.
std::unique_ptr<FakeNetwork> one_cell() {
  auto network = std::make_unique<FakeNetwork>(1.0, 4);
  network->add_type(cell_p(), true);
  network->add_neuron(0);
  network->add_block("events", V1E_SOURCE_EVENTS, V1E_CURRENT_BOTTOM_UP, 2,
                     {{0, 0, 0, 100.0, 0}, {1, 0, 2, -250.0, 3}});
  return network;
}

TEST(CpuBackend, DescribesItself) {
  const v1e_plugin& plugin = cpu::plugin();
  EXPECT_STREQ(plugin.name, "cpu");
  EXPECT_EQ(plugin.kind, static_cast<std::uint32_t>(V1E_KIND_BACKEND));
  std::uint32_t count = 0;
  v1e_device device{};
  EXPECT_EQ(cpu::api().devices(&count, nullptr), V1E_OK);
  ASSERT_EQ(count, 1u);
  EXPECT_EQ(cpu::api().device(0, &device, nullptr), V1E_OK);
  EXPECT_STREQ(device.kind, "cpu");
  EXPECT_GT(device.memory_total, device.memory_free);
  EXPECT_TRUE(device.caps & V1E_CAP_EXACT);
  EXPECT_NE(cpu::api().device(1, &device, nullptr), V1E_OK);
}

TEST(CpuBackend, ProbesSampleAfterEveryNthStep) {
  auto network = random_network(true);
  RunnerOptions o;
  o.threads = 2;
  o.probes = {{"v", V1E_F32, 1, {0, 100, 239}},
              {"v", V1E_F32, 5, {0, 100, 239}},
              {"v", V1E_F16, 5, {0, 100, 239}}};
  CpuRunner runner(network->view(), o);
  run_random(runner, 103, 17);
  ASSERT_EQ(runner.samples[0][0].size(), 103u * 3);
  ASSERT_EQ(runner.samples[0][1].size(), 20u * 3);
  for (std::size_t k = 0; k < 20; ++k) {
    EXPECT_EQ(runner.sample_steps[1][k], static_cast<std::int64_t>(5 * k + 4));
    for (std::size_t n = 0; n < 3; ++n) {
      const float value = runner.samples[0][0][(5 * k + 4) * 3 + n];
      EXPECT_EQ(runner.samples[0][1][k * 3 + n], value);
      EXPECT_EQ(runner.samples[0][2][k * 3 + n], kernels::from_half(kernels::to_half(value)));
    }
  }
}

TEST(CpuBackend, RecordedCurrentsAddUp) {
  auto network = random_network(true);
  RunnerOptions o;
  for (const char* variable : {"input_current", "recurrent_current", "bottom_up_current",
                               "background_current", "asc_current"}) {
    o.probes.push_back({variable, V1E_F32, 1, {0, 60, 120, 180}});
  }
  CpuRunner runner(network->view(), o);
  run_random(runner, 300, 100);
  double largest = 0;
  for (std::size_t i = 0; i < 300 * 4; ++i) {
    double sum = 0;
    for (std::size_t p = 1; p < 5; ++p) sum += runner.samples[0][p][i];
    ASSERT_NEAR(runner.samples[0][0][i], sum, 1e-2);
    largest = std::max(largest, std::fabs(sum));
  }
  EXPECT_GT(largest, 50.0);
}

TEST(CpuBackend, AscIsRecordedAsZeroWhileItIsFrozen) {
  auto network = one_cell();
  RunnerOptions o;
  o.probes = {{"asc_current", V1E_F32, 1, {0}}};
  CpuRunner runner(network->view(), o);
  runner.begin();
  runner.inject(0, 0, 30, {{5, 0, 60}});
  runner.run(30);
  ASSERT_FALSE(runner.spikes[0].empty());
  const auto spike = static_cast<std::size_t>(runner.spikes[0][0].step);
  // Held for two steps: the current of the second held step acts in the one after it.
  EXPECT_EQ(runner.samples[0][0][spike], 0.0f);
  EXPECT_EQ(runner.samples[0][0][spike + 1], 0.0f);
  EXPECT_NEAR(runner.samples[0][0][spike + 2], -4.08182729 - 291.97668209, 1e-3);
}

TEST(CpuBackend, CountsHalfSamplesThatSaturate) {
  auto network = one_cell();
  RunnerOptions o;
  o.probes = {{"input_current", V1E_F16, 1, {0}}};
  CpuRunner runner(network->view(), o);
  runner.begin();
  for (int s = 0; s < 40; ++s) {
    runner.inject(0, s, 1, {{s, 0, 64}});
    runner.run(1);
  }
  const auto clipped =
      std::count(runner.samples[0][0].begin(), runner.samples[0][0].end(), kernels::half_max);
  EXPECT_GT(clipped, 0);
  EXPECT_EQ(runner.counter("saturated_samples"), static_cast<std::uint64_t>(clipped));
  EXPECT_GT(runner.counter("spikes"), 3u);
  EXPECT_EQ(runner.counter("synaptic_events"), 40u);
  EXPECT_EQ(failure_of([&] { runner.counter("nonsense"); }).first, V1E_E_UNSUPPORTED);
}

TEST(CpuBackend, SourcesOfRateOneSpikeInEveryStep) {
  auto network = random_network(true);
  CpuRunner runner(network->view(), {});
  run_random(runner, 200, 33);
  std::vector<int> of_source(60, 0);
  for (const Spike& spike : runner.block_spikes[0][1]) ++of_source[spike.neuron];
  EXPECT_EQ(of_source[7], 200);
  EXPECT_EQ(of_source[0] > 0 && of_source[0] < 60, true);
}

TEST(CpuBackend, DrawsOncePerPeriodForSlowCounts) {
  FakeNetwork network(0.25, 4);
  network.add_type(cell_p(), true);
  network.add_neuron(0);
  v1e_edge_block& block =
      network.add_block("bkg", V1E_SOURCE_COUNTS, V1E_CURRENT_BACKGROUND, 1, {{0, 0, 0, 1.0, 0}});
  const std::vector<std::uint32_t> thresholds = kernels::poisson_count_thresholds(3.0);
  block.count_thresholds = thresholds.data();
  block.count_threshold_count = static_cast<std::uint32_t>(thresholds.size());
  block.random_stream = kernels::stream::background;
  block.draw_every_steps = 4;
  RunnerOptions o;
  CpuRunner runner(network.view(), o);
  runner.begin(0, 9);
  runner.run(400, 7);
  std::vector<Spike> expected;
  for (std::int64_t step = 0; step < 400; step += 4) {
    const std::uint32_t count =
        kernels::count_events(kernels::draw_word(o.key, kernels::stream::background, 0, 9, step, 4),
                              thresholds.data(), static_cast<std::uint32_t>(thresholds.size()));
    if (count > 0) expected.push_back({step, 0, count});
  }
  EXPECT_EQ(runner.block_spikes[0][0], expected);
}

TEST(CpuBackend, NamesTheNeuronWhoseStateDiverges) {
  auto network = std::make_unique<FakeNetwork>(1.0, 4);
  network->add_type(cell_p(), true);
  network->add_type(cell_p(), true).edit().membrane_decay_m1 = 1e30;
  for (int n = 0; n < 30; ++n) network->add_neuron(n == 17 ? 1 : 0);
  network->add_block("events", V1E_SOURCE_EVENTS, V1E_CURRENT_BOTTOM_UP, 1, {{0, 17, 0, -10.0, 0}});
  RunnerOptions o;
  o.threads = 2;
  CpuRunner runner(network->view(), o);
  runner.begin();
  runner.inject(0, 0, 1, {{0, 0, 1}});
  const auto [code, message] = failure_of([&] { runner.run(50); });
  EXPECT_EQ(code, V1E_E_NUMERIC);
  EXPECT_THAT(message, HasSubstr("neuron 1034"));  // id 1000 + 2 x 17
  EXPECT_THAT(message, HasSubstr("step"));
  EXPECT_EQ(failure_of([&] { runner.run(1); }).first, V1E_E_STATE);
}

TEST(CpuBackend, RefusesCallsInTheWrongState) {
  auto network = random_network(true);
  RunnerOptions o;
  o.steps_per_trial = 100;
  CpuRunner runner(network->view(), o);
  EXPECT_EQ(failure_of([&] { runner.run(1); }).first, V1E_E_STATE);
  const auto unbound = failure_of([&] { runner.begin(); });
  EXPECT_EQ(unbound.first, V1E_E_STATE);
  EXPECT_THAT(unbound.second, HasSubstr("'lgn'"));
  EXPECT_EQ(failure_of([&] { runner.bind_rates(1, 0, random_rates(), 10, 4); }).first,
            V1E_E_INVALID);  // 40 steps of rates for 100 steps
  runner.bind_rates(1, 0, random_rates(), 10, 40);
  runner.begin();
  EXPECT_EQ(failure_of([&] { runner.run(101); }).first, V1E_E_INVALID);
  EXPECT_EQ(failure_of([&] { runner.inject(2, 0, 1, {{0, 0, 1}}); }).first, V1E_E_INVALID);
  EXPECT_EQ(failure_of([&] { runner.inject(3, 0, 1, {{0, 20, 1}}); }).first, V1E_E_INVALID);
  EXPECT_EQ(failure_of([&] { runner.inject(3, 0, 1, {{0, 1, 65}}); }).first, V1E_E_INVALID);
  EXPECT_EQ(failure_of([&] { runner.begin(1); }).first, V1E_E_INVALID);
  EXPECT_EQ(failure_of([&] { runner.read("recurrent_current"); }).first, V1E_E_UNSUPPORTED);
  EXPECT_EQ(failure_of([&] { runner.read("g_syn"); }).first, V1E_E_UNSUPPORTED);
  runner.run(100);
  EXPECT_EQ(failure_of([&] { runner.run(1); }).first, V1E_E_STATE);  // the trial is over
}

TEST(CpuBackend, LendsAWindowUntilTheSecondAdvanceAfterIt) {
  auto network = random_network(true);
  CpuRunner runner(network->view(), {});
  runner.bind_rates(1, 0, random_rates(), 10, 40);
  runner.begin();
  runner.run(50);
  const v1e_ticket first = runner.last_ticket;
  v1e_spikes lent{};
  lent.struct_size = sizeof lent;
  lent.block = 1;
  ASSERT_EQ(runner.api.drain_spikes(runner.self, first, &lent, nullptr), V1E_OK);
  const std::vector<std::uint32_t> before(lent.neuron, lent.neuron + lent.offset[50]);
  runner.run(50);
  EXPECT_EQ(std::vector<std::uint32_t>(lent.neuron, lent.neuron + lent.offset[50]), before);
  EXPECT_EQ(runner.api.drain_spikes(runner.self, first, &lent, nullptr), V1E_OK);
  runner.run(50);
  EXPECT_EQ(runner.api.drain_spikes(runner.self, first, &lent, nullptr), V1E_E_STATE);
}

TEST(CpuBackend, RefusesAStateOfAnotherShape) {
  auto network = random_network(true);
  CpuRunner narrow(network->view(), {});
  RunnerOptions o;
  o.precision_bits = 64;
  CpuRunner wide(network->view(), o);
  EXPECT_EQ(failure_of([&] { wide.load(narrow.save()); }).first, V1E_E_UNSUPPORTED);
  o = {};
  o.probes = {{"recurrent_current", V1E_F32, 1, {0}}};
  CpuRunner recording(network->view(), o);
  EXPECT_EQ(failure_of([&] { recording.load(narrow.save()); }).first, V1E_E_UNSUPPORTED);
  narrow.load(recording.save());  // sums over classes are enough
}

TEST(CpuBackend, SavesTheNamedArraysInNetworkOrder) {
  auto network = random_network(false);
  RunnerOptions o;
  o.threads = 3;
  o.scheme = V1E_SCHEME_BILLEH_TF;
  o.probes = {{"bottom_up_current", V1E_F32, 1, {0}}};
  CpuRunner runner(network->view(), o);
  run_random(runner, 60, 60);
  const SavedState state = runner.save();
  const std::int64_t n = random_network_neurons;
  EXPECT_EQ(state.at("v").shape, std::vector<std::int64_t>{n});
  EXPECT_EQ(state.at("refractory").dtype, static_cast<v1e_dtype>(V1E_F32));
  EXPECT_EQ(state.at("spiked").dtype, static_cast<v1e_dtype>(V1E_U8));
  EXPECT_EQ(state.at("asc").shape, (std::vector<std::int64_t>{2, n}));
  EXPECT_EQ(state.at("psc_y1").shape, (std::vector<std::int64_t>{4, n}));
  EXPECT_EQ(state.at("psc_bottom_up_y2").shape, (std::vector<std::int64_t>{4, n}));
  EXPECT_EQ(state.at("input_ring").shape, (std::vector<std::int64_t>{3, 9, 4, n}));
  // The spikes of the last step, by position.
  std::vector<char> spiked(random_network_neurons, 0);
  for (const Spike& spike : runner.spikes[0]) {
    if (spike.step == 59) spiked[spike.neuron] = 1;
  }
  EXPECT_EQ(state.at("spiked").bytes, spiked);
}

TEST(CpuBackend, EstimatesWhatItThenUses) {
  auto network = random_network(true);
  const v1e_network& view = network->view();
  v1e_backend_env env{};
  env.struct_size = sizeof env;
  env.lane_count = 2;
  env.threads = 1;
  env.precision_bits = 32;
  env.scheme = V1E_SCHEME_EXACT;
  env.max_advance_steps = 100;
  env.network = &view;
  env.host = &threaded_host(1);
  env.target_end = random_network_neurons;
  v1e_memory_need expected{}, used{};
  ASSERT_EQ(cpu::api().estimate(nullptr, &env, &expected, nullptr), V1E_OK);
  v1e_backend* self = nullptr;
  ASSERT_EQ(cpu::api().create(nullptr, &env, &self, nullptr), V1E_OK);
  ASSERT_EQ(cpu::api().memory(self, &used, nullptr), V1E_OK);
  cpu::api().destroy(self);
  EXPECT_NEAR(static_cast<double>(expected.host_bytes), static_cast<double>(used.host_bytes),
              0.2 * static_cast<double>(used.host_bytes));
}

TEST(CpuBackend, RefusesWhatItCannotDo) {
  auto network = random_network(true);
  RunnerOptions o;
  o.precision_bits = 16;
  EXPECT_EQ(failure_of([&] { CpuRunner(network->view(), o); }).first, V1E_E_UNSUPPORTED);
  o = {};
  o.probes = {{"v", V1E_F32, 1, {5, 5}}};
  EXPECT_EQ(failure_of([&] { CpuRunner(network->view(), o); }).first, V1E_E_INVALID);
  o.probes = {{"spam", V1E_F32, 1, {5}}};
  EXPECT_EQ(failure_of([&] { CpuRunner(network->view(), o); }).first, V1E_E_UNSUPPORTED);
}

}  // namespace
}  // namespace v1::test
