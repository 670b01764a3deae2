#include <gmock/gmock.h>

#include "plugins/backends/cuda/api.hpp"
#include "plugins/backends/cuda/kernels/cuda_machine.hpp"
#include "plugins/backends/cuda/plan/shape.hpp"
#include "plugins/backends/cuda/plan/wiring.hpp"
#include "tests/emulated_cuda/emulated.hpp"
#include "tests/unit/cuda/mixed_network.hpp"
#include "tests/unit/cuda/way_settings.hpp"

/// What the backend cuda promises besides identical results.
namespace v1::test {
namespace {

using ::testing::HasSubstr;

BackendRunner usual_runner(const v1e_network& network, const RunnerOptions& o) {
  return BackendRunner(network, o, cuda::api());
}

RunnerOptions usual() {
  RunnerOptions o;
  o.steps_per_trial = 100;
  return o;
}

v1e_backend_env usual_env(const v1e_network& network, std::uint32_t lanes) {
  v1e_backend_env env{};
  env.struct_size = sizeof env;
  env.lane_count = lanes;
  env.precision_bits = 32;
  env.scheme = V1E_SCHEME_EXACT;
  env.max_advance_steps = env.steps_per_trial = 100;
  env.network = &network;
  env.target_end = network.neuron_count;
  return env;
}

void begin(CpuRunner& runner) {
  runner.bind_rates(1, 0, std::vector<std::uint32_t>(600, 0), 10, 40);
  runner.begin();
}

TEST(EmulatedBackend, OutputIsKeptUntilTheSecondAdvanceAfterIt) {
  auto network = mixed_network(300, Cells::glif, true);
  const RunnerOptions o = usual();
  BackendRunner whole(network->view(), o, cuda::api());
  begin(whole);
  whole.run(60);
  BackendRunner late(network->view(), o, cuda::api());
  begin(late);
  v1e_ticket tickets[3];
  v1e_error err{};
  err.struct_size = sizeof err;
  for (v1e_ticket& ticket : tickets) {
    ASSERT_EQ(late.api.advance(late.self, 20, &ticket, &err), V1E_OK) << err.message;
  }
  v1e_spikes out{};
  out.struct_size = sizeof out;
  out.block = V1E_BLOCK_NEURONS;
  EXPECT_EQ(late.api.drain_spikes(late.self, tickets[0], &out, &err), V1E_E_STATE);
  std::vector<Spike> found;
  for (int w = 1; w < 3; ++w) {
    ASSERT_EQ(late.api.drain_spikes(late.self, tickets[w], &out, &err), V1E_OK) << err.message;
    EXPECT_EQ(out.step_begin, 20 * w);
    ASSERT_EQ(out.step_count, 20);
    for (std::int64_t k = 0; k < 20; ++k) {
      for (std::uint64_t i = out.offset[k]; i < out.offset[k + 1]; ++i) {
        found.push_back({out.step_begin + k, out.neuron[i], 1});
      }
    }
  }
  std::vector<Spike> expected;
  for (const Spike& spike : whole.spikes[0]) {
    if (spike.step >= 20) expected.push_back(spike);
  }
  EXPECT_FALSE(expected.empty());
  EXPECT_EQ(found, expected);
}

TEST(EmulatedBackend, MemoryIsGivenBackAndIsWhatTheEstimateSays) {
  auto network = mixed_network(300, Cells::glif, true);
  {
    RunnerOptions o = usual();
    o.lanes = 2;
    o.settings = way_settings(cuda::Way{});
    BackendRunner runner(network->view(), o, cuda::api());
    begin(runner);
    runner.run(100);
    v1e_memory_need used{};
    used.struct_size = sizeof used;
    ASSERT_EQ(runner.api.memory(runner.self, &used, nullptr), V1E_OK);
    v1e_backend_env env = usual_env(network->view(), 2);
    const std::vector<std::uint8_t> drained(network->view().block_count, 1);
    env.drain_block = drained.data();
    v1e_memory_need need{};
    need.struct_size = sizeof need;
    const v1e_settings settings{sizeof settings, static_cast<std::uint32_t>(o.settings.size()),
                                o.settings.data()};
    ASSERT_EQ(runner.api.estimate(&settings, &env, &need, nullptr), V1E_OK);
    // The estimate takes every receptor for used; alignment and controls are left out.
    EXPECT_LT(used.device_bytes, 1.3 * static_cast<double>(need.device_bytes));
    EXPECT_GT(used.device_bytes, need.device_bytes / 4);
  }
  EXPECT_EQ(emulated::holdings().device_bytes + emulated::holdings().pinned_bytes, 0u);
}

// Of a small network no state stays on the chip, so no events of many steps are drawn at once.
TEST(EmulatedBackend, TheEstimateOfStepsBySizeHasNoRoomForEventsThatAreNotDrawnAhead) {
  auto network = mixed_network(300, Cells::glif, true);
  v1e_backend_env env = usual_env(network->view(), 2);
  env.max_advance_steps = 100'000;
  const auto bytes = [&](std::vector<v1e_value> values) {
    const v1e_settings settings{sizeof settings, static_cast<std::uint32_t>(values.size()),
                                values.data()};
    v1e_memory_need need{};
    need.struct_size = sizeof need;
    EXPECT_EQ(cuda::api().estimate(&settings, &env, &need, nullptr), V1E_OK);
    return need.device_bytes;
  };
  using Step = cuda::Way::Step;
  const std::uint64_t resident = bytes(way_settings({Step::resident, {}}));
  const std::uint64_t one_launch = bytes(way_settings({Step::one_launch, {}}));
  EXPECT_GT(resident, one_launch + (std::uint64_t{100} << 20));
  const v1e_value automatic{V1E_CHOICE, 1, {0}};
  EXPECT_EQ(bytes({{V1E_INT, 1, {0}}, automatic, {V1E_CHOICE, 1, {0}}}), one_launch);
}

TEST(EmulatedBackend, SynapsesTakeEightBytes) {
  static_assert(sizeof(cuda::Synapse) == 8);
  auto network = mixed_network(300, Cells::glif, true);
  const auto layout = cuda::make_layout(network->view());
  const auto fed = cuda::find_fed_receptors(network->view(), &threaded_host(4));
  EXPECT_EQ(fed.most_inputs, 2u);  // of four receptors
  const auto machine = cuda::make_cuda_machine(0);
  cuda::StagedCopies copies(*machine, &threaded_host(4));
  const auto rows = cuda::upload_rows(network->view(), 0, layout, fed, nullptr, copies);
  const v1e_edge_block& block = *network->view().blocks[0];
  EXPECT_EQ(rows.synapses.size(), 8u * static_cast<std::uint64_t>(block.edge_count));
  std::vector<cuda::Synapse> synapses(static_cast<std::size_t>(block.edge_count));
  std::vector<cuda::Row> row(300);
  machine->download(synapses.data(), rows.synapses.data(), rows.synapses.size());
  machine->download(row.data(), rows.row.data(), row.size() * sizeof row[0]);
  for (const cuda::Row& of_neuron : row) {
    for (std::uint64_t e = of_neuron.begin + 1; e < of_neuron.end; ++e) {
      ASSERT_LE(synapses[e - 1].sum, synapses[e].sum);
    }
  }
}

/// Neurons that are fed through all of so many receptors, by long rows (of block 1) and by many
/// short ones and a longer one (block 2).
std::unique_ptr<FakeNetwork> well_fed_network(std::uint32_t receptors, bool double_alpha) {
  auto network = std::make_unique<FakeNetwork>(1.0, receptors);
  Cell cell = cell_exc();
  cell.tau_syn_ms.resize(receptors, 4.0);
  if (double_alpha) {
    cell.tau_slow_ms.assign(receptors, 30.0);
    cell.amp_slow = 0.2;
  }
  network->add_type(cell, true);
  constexpr std::uint32_t neurons = 40;
  for (std::uint32_t n = 0; n < neurons; ++n) network->add_neuron(0);
  std::mt19937 random(5);
  const auto edges = [&](std::uint32_t count, double most_pa, const auto& source_of) {
    std::vector<FakeNetwork::Edge> made;
    for (std::uint32_t e = 0; e < count; ++e) {
      const auto target = static_cast<std::uint32_t>(random() % neurons);
      const auto receptor = static_cast<std::uint32_t>(random() % receptors);
      const double weight_pa = most_pa * 0.001 * static_cast<double>(random() % 1000);
      made.push_back({source_of(e), target, receptor, weight_pa, 1 + e % 5});
    }
    return made;
  };
  network->add_block("recurrent", V1E_SOURCE_NEURONS, V1E_CURRENT_RECURRENT, neurons,
                     edges(400, 20.0, [](std::uint32_t e) { return e % neurons; }));
  network->add_block("long", V1E_SOURCE_EVENTS, V1E_CURRENT_BOTTOM_UP, 2,
                     edges(5000, 4.0, [](std::uint32_t e) { return e < 3000 ? 0u : 1u; }));
  network->add_block("short", V1E_SOURCE_EVENTS, V1E_CURRENT_BOTTOM_UP, 200,
                     edges(280, 90.0, [](std::uint32_t e) { return e < 180 ? e : 199u; }));
  return network;
}

TEST(EmulatedBackend, ManyReceptorsAndRowsOfAllLengths) {
  for (const std::uint32_t receptors : {2u, 3u, 6u, 8u}) {
    for (const bool double_alpha : {false, true}) {
      const auto network = well_fed_network(receptors, double_alpha);
      RunnerOptions o = usual();
      o.probes = {{"v", V1E_F32, 1, {0, 7, 39}}};
      CpuRunner cpu(network->view(), o);
      BackendRunner cuda(network->view(), o, cuda::api());
      for (CpuRunner* runner : {&cpu, static_cast<CpuRunner*>(&cuda)}) {
        runner->begin();
        runner->inject(1, 0, 100, {{2, 0, 1}, {20, 1, 3}, {21, 0, 1}});
        runner->inject(2, 0, 100, {{1, 5, 1}, {2, 199, 2}, {30, 150, 1}, {30, 199, 1}});
        runner->run(100);
      }
      EXPECT_GT(cpu.spikes[0].size(), 40u);
      EXPECT_TRUE(cuda.spikes == cpu.spikes) << receptors << " receptors";
      EXPECT_TRUE(cuda.samples == cpu.samples) << receptors << " receptors";
    }
  }
}

/// Two types whose neurons all listen to one source; `differs`: one neuron with another weight.
std::unique_ptr<FakeNetwork> shared_network(bool differs) {
  auto network = std::make_unique<FakeNetwork>(1.0, 4);
  network->add_type(cell_exc(), true);
  network->add_type(cell_p(), true);
  std::vector<FakeNetwork::Edge> shared;
  for (std::uint32_t n = 0; n < 50; ++n) {
    const std::uint16_t type = n % 3 == 0 ? 1 : 0;
    network->add_neuron(type);
    const double weight_pa = differs && n == 33 ? 70.0 : 60.0 + 40.0 * type;
    shared.push_back({0, n, type == 1 ? 3u : 1u, weight_pa, 1u + 2u * type});
  }
  static const std::vector<std::uint32_t> counts = kernels::poisson_count_thresholds(1.5);
  v1e_edge_block& block =
      network->add_block("shared", V1E_SOURCE_COUNTS, V1E_CURRENT_BACKGROUND, 1, shared);
  block.random_stream = kernels::stream::background;
  block.count_thresholds = counts.data();
  block.count_threshold_count = static_cast<std::uint32_t>(counts.size());
  return network;
}

TEST(EmulatedBackend, ACommonSourceIsKnownByTypeWhereItCanBe) {
  for (const bool differs : {false, true}) {
    const auto network = shared_network(differs);
    const auto layout = cuda::make_layout(network->view());
    const auto fed = cuda::find_fed_receptors(network->view(), &threaded_host(4));
    const auto of_place = cuda::common_synapses(network->view(), 0, layout, fed);
    EXPECT_EQ(of_place.size(), 50u);
    EXPECT_EQ(cuda::common_by_type(of_place, layout, 2).size(), differs ? 0u : 2u);
    CpuRunner cpu(network->view(), usual());
    BackendRunner cuda(network->view(), usual(), cuda::api());
    for (CpuRunner* runner : {&cpu, static_cast<CpuRunner*>(&cuda)}) {
      runner->begin();
      runner->run(100);
    }
    EXPECT_GT(cpu.spikes[0].size(), 40u);
    EXPECT_TRUE(cuda.spikes == cpu.spikes);
    EXPECT_TRUE(cuda.save() == cpu.save());
  }
  EXPECT_TRUE(cuda::common_by_type({}, {}, 2).empty());
}

TEST(EmulatedBackend, DelaysOfTooManyStepsAreRefused) {
  FakeNetwork network(1.0, 4);
  network.add_type(cell_p(), true);
  for (int n = 0; n < 3; ++n) network.add_neuron(0);
  network.add_block("file", V1E_SOURCE_EVENTS, V1E_CURRENT_BOTTOM_UP, 1, {{0, 1, 0, 1.0, 1}});
  v1e_network slow = network.view();
  slow.max_delay_steps = 2'000'000'000;
  emulated::Settings large;
  large.memory_bytes = std::uint64_t{1} << 38;
  emulated::configure(large);
  const auto [code, message] = failure_of([&] { usual_runner(slow, usual()); });
  emulated::configure({});
  EXPECT_EQ(code, V1E_E_UNSUPPORTED);
  EXPECT_THAT(message, HasSubstr("this network needs 6000000006: 2000000000 steps of delay"));
}

TEST(EmulatedBackend, TooLittleMemoryIsSaidBeforeTheRun) {
  auto network = mixed_network(300, Cells::glif, true);
  emulated::Settings small;
  small.memory_bytes = 1 << 16;
  emulated::configure(small);
  const auto [code, message] = failure_of([&] { usual_runner(network->view(), usual()); });
  emulated::configure({});
  EXPECT_EQ(code, V1E_E_DEVICE_MEMORY);
  EXPECT_THAT(message, HasSubstr("only 64.0 KiB are free"));
}

TEST(EmulatedBackend, ABadStateIsReportedWithNeuronAndStep) {
  FakeNetwork network(1.0, 4);
  network.add_type(cell_p(), true).edit().membrane_decay_m1 = 1e30;
  for (int n = 0; n < 3; ++n) network.add_neuron(0);
  RunnerOptions o;
  o.steps_per_trial = 50;
  BackendRunner runner(network.view(), o, cuda::api());
  runner.bind_pulse(0, 0, 50, {1}, -1.0f);
  runner.begin(0, 4);
  const auto [code, message] = failure_of([&] { runner.run(50); });
  EXPECT_EQ(code, V1E_E_NUMERIC);
  EXPECT_THAT(message, HasSubstr("neuron 1002"));
  EXPECT_THAT(message, HasSubstr("of trial 4"));
  EXPECT_EQ(failure_of([&] { runner.run(1); }).first, V1E_E_STATE);
}

// The device in software takes a millisecond for every window.
TEST(EmulatedBackend, TheDevicesTimeIsCounted) {
  auto network = mixed_network(300, Cells::glif, true);
  BackendRunner runner(network->view(), usual(), cuda::api());
  begin(runner);
  for (int window = 0; window < 3; ++window) runner.run(20);
  EXPECT_EQ(runner.counter("device_ns"), 3'000'000u);
}

TEST(EmulatedBackend, WrongCallsAreRefused) {
  auto network = mixed_network(300, Cells::glif, true);
  BackendRunner runner(network->view(), usual(), cuda::api());
  EXPECT_EQ(failure_of([&] { runner.run(1); }).first, V1E_E_STATE);
  EXPECT_EQ(failure_of([&] { runner.begin(); }).first, V1E_E_STATE);  // no rates yet
  begin(runner);
  EXPECT_EQ(failure_of([&] { runner.run(101); }).first, V1E_E_INVALID);
  EXPECT_EQ(failure_of([&] { runner.inject(1, 0, 1, {}); }).first, V1E_E_INVALID);
  runner.inject(mixed_file_block, 0, 10, {{5, 3, 1}});
  EXPECT_EQ(failure_of([&] { runner.run(5); }).first, V1E_E_INVALID);  // step 5 lies beyond
  EXPECT_EQ(failure_of([&] { runner.read("nonsense"); }).first, V1E_E_UNSUPPORTED);
  EXPECT_EQ(failure_of([&] { runner.counter("nonsense"); }).first, V1E_E_UNSUPPORTED);
}

TEST(EmulatedBackend, LanesFillHalfTheCache) {
  auto network = mixed_network(300, Cells::glif, true);
  const v1e_backend_env env = usual_env(network->view(), 20);
  const std::vector<cuda::Way> usual_way = {cuda::Way{}};
  EXPECT_EQ(cuda::lanes_in_cache(env, usual_way, 0), 1u);
  EXPECT_EQ(cuda::lanes_in_cache(env, usual_way, std::uint64_t{1} << 30), 20u);
  const std::uint64_t lane =
      cuda::lane_offsets(cuda::largest_shape(env, usual_way), cuda::list_sizes(*env.network)).end;
  EXPECT_EQ(cuda::lanes_in_cache(env, usual_way, 2 * 5 * lane), 5u);
}

}  // namespace
}  // namespace v1::test
