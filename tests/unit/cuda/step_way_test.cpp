#include <gmock/gmock.h>

#include <iterator>
#include <numeric>
#include <random>
#include <v1e_sdk/error.hpp>

#include "plugins/backends/cuda/api.hpp"
#include "plugins/backends/cuda/instance/instance.hpp"
#include "plugins/backends/cuda/plan/way_choice.hpp"
#include "tests/emulated_cuda/emulated.hpp"
#include "tests/unit/cuda/mixed_network.hpp"
#include "tests/unit/cuda/way_settings.hpp"

/// The ways of a step, and which of them is kept.
namespace v1::test {
namespace {

using cuda::Way;
using cuda::WayChoice;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Step = Way::Step;
using State = Way::State;

constexpr Way two{Step::two_launches, State::cached}, one{Step::one_launch, State::cached},
    resident{Step::resident, State::cached}, on_chip{Step::on_chip, State::cached};
/// The number of the word that asks for all ways of a step, and of its state.
constexpr std::uint32_t any_step = std::size(cuda::step_words) - 1,
                        any_state = std::size(cuda::state_words) - 1;

TEST(StepWay, WordsNameWaysTheUsualFirst) {
  EXPECT_THAT(cuda::ways_of(1, 0).ways, ElementsAre(two));
  EXPECT_THAT(cuda::ways_of(2, 2).ways, ElementsAre(Way{Step::one_launch, State::persisting}));
  EXPECT_THAT(cuda::ways_of(any_step, 0).ways, ElementsAre(two, one, resident, on_chip));
  EXPECT_FALSE(cuda::ways_of(any_step, 0).by_size);
  EXPECT_THAT(cuda::ways_of(0, 0).ways, ElementsAre(two, one, resident));
  EXPECT_TRUE(cuda::ways_of(0, 0).by_size);
  // What stays on the chip asks nothing of the cache.
  EXPECT_THAT(cuda::ways_of(3, any_state).ways, ElementsAre(resident));
  EXPECT_THAT(cuda::ways_of(4, any_state).ways, ElementsAre(on_chip));
  const std::vector<Way> all = cuda::ways_of(any_step, any_state).ways;
  EXPECT_EQ(all.size(), 8u);
  EXPECT_EQ(all.front(), two);
  EXPECT_EQ(cuda::name_of(all[5]), "one-launch, persisting");
  EXPECT_EQ(cuda::name_of(resident), "resident");
  EXPECT_EQ(cuda::name_of(on_chip), "on-chip");
  EXPECT_EQ(cuda::steps_ahead({two}), 1u);
  EXPECT_EQ(cuda::steps_ahead({two, one}), 2u);
  EXPECT_EQ(cuda::steps_ahead({resident}), 2u);
  EXPECT_THROW(cuda::ways_of(any_step + 1, 0), v1e::Error);
  EXPECT_THROW(cuda::ways_of(0, 4), v1e::Error);
}

TEST(StepWay, OthersThanFloatsInOneLaneHaveFewer) {
  auto network = mixed_network(10, Cells::glif, true);
  v1e_network view = network->view();
  v1e_backend_env env{};
  env.network = &view;
  env.precision_bits = 32;
  env.lane_count = 1;
  view.accumulator_bits = 32;
  const cuda::WantedWays all = {cuda::all_ways(), true};
  EXPECT_EQ(cuda::ways_for(env, all).ways, all.ways);
  EXPECT_TRUE(cuda::ways_for(env, all).by_size);
  env.lane_count = 2;
  EXPECT_EQ(cuda::ways_for(env, all).ways.size(), 6u);
  EXPECT_THAT(cuda::ways_for(env, {{{Step::one_launch, State::persisting}}}).ways,
              ElementsAre(one));
  env.scheme = V1E_SCHEME_BILLEH_TF;  // only the usual update knows resident state
  EXPECT_EQ(cuda::ways_for(env, all).ways.size(), 4u);
  EXPECT_THAT(cuda::ways_for(env, {{resident}}).ways, ElementsAre(one));
  EXPECT_THAT(cuda::ways_for(env, {{on_chip}}).ways, ElementsAre(one));
  env.precision_bits = 64;
  EXPECT_THAT(cuda::ways_for(env, all).ways, ElementsAre(two));
  env.precision_bits = 32;
  view.accumulator_bits = 64;
  EXPECT_THAT(cuda::ways_for(env, {{one}}).ways, ElementsAre(two));
}

// As many as the cache or the chip holds, shared out evenly over the rounds.
TEST(StepWay, LanesAreThoseThatTheirHomeHolds) {
  auto network = mixed_network(300, Cells::glif, true);
  v1e_network view = network->view();
  v1e_backend_env env{};
  env.network = &view;
  env.precision_bits = 32;
  env.lane_count = 20;
  view.accumulator_bits = 32;
  const auto lanes = [&](const cuda::WantedWays& wanted, std::uint32_t processors,
                         std::uint32_t shared_bytes, std::uint64_t cache) {
    return cuda::lanes_for(env, wanted, cache, {processors, shared_bytes});
  };
  constexpr std::uint32_t little = 12 << 10, much = 227 << 10;
  constexpr std::uint64_t cache = 50'000'000;
  EXPECT_EQ(lanes({{one}}, 132, much, cache), 20u);
  EXPECT_EQ(lanes({{one}}, 132, much, 1), 1u);
  for (const Way way : {resident, on_chip}) {
    EXPECT_EQ(lanes({{way}}, 132, much, 1), 20u) << name_of(way);
    EXPECT_EQ(lanes({{way}}, 12, much, 1), 10u) << name_of(way);  // two rounds
    EXPECT_LE(lanes({{way}}, 12, little, 1), 5u) << name_of(way);
    EXPECT_GT(lanes({{way}}, 12, little, 1), 1u) << name_of(way);
    EXPECT_EQ(lanes({{way}}, 1, 1000, 1), 1u) << name_of(way);  // what the cache holds
  }
  EXPECT_EQ(lanes(cuda::ways_of(0, 0), 12, much, 1), 10u);  // more than the cache holds
  EXPECT_EQ(lanes(cuda::ways_of(0, 0), 12, much, cache), 20u);
  env.lane_count = 1;
  EXPECT_EQ(lanes({{on_chip}}, 12, much, cache), 1u);
}

TEST(StepWay, TheSizeOfTheNetworkDecides) {
  constexpr std::uint64_t cache = 50'000'000;
  const auto step = [&](std::uint64_t moved) { return cuda::suitable_steps(moved, cache)[0]; };
  EXPECT_EQ(step(4'000'000), Step::one_launch);
  EXPECT_EQ(step(18'000'000), Step::one_launch);
  EXPECT_EQ(step(42'000'000), Step::resident);
  const std::vector<Step> large = cuda::suitable_steps(42'000'000, cache);
  EXPECT_THAT(cuda::with_step({two, one, resident}, large), ElementsAre(resident));
  EXPECT_THAT(cuda::with_step({two, one}, large), ElementsAre(one));
  EXPECT_THAT(cuda::with_step({two}, large), ElementsAre(two));
  EXPECT_THAT(cuda::with_step({one, {Step::one_launch, State::streaming}}, large),
              ElementsAre(one, Way{Step::one_launch, State::streaming}));
}

/// Gives `count` windows to a choice, two of them in flight as in a run, and answers the ways.
/// us(way, window): what a step takes.
template <class Us>
std::vector<Way> windows_of(WayChoice& choice, int count, Us&& us) {
  std::vector<Way> given;
  std::vector<WayChoice::Turn> turns;
  for (int w = 0; w < count; ++w) {
    if (w >= 2) choice.took(turns[w - 2], 250, 250e-6 * us(given[w - 2], w - 2));
    turns.push_back(choice.next(250));
    given.push_back(turns.back().way);
  }
  return given;
}

TEST(WayChoice, KeepsTheFastestAfterAllHadTheirTurns) {
  const std::vector<Way> ways = {{Step::two_launches, State::streaming},
                                 {Step::one_launch, State::streaming}};
  WayChoice choice(ways);
  const auto given =
      windows_of(choice, 12, [&](Way way, int) { return way == ways[1] ? 8.0 : 9.0; });
  // Back and forth, so that each way begins in both parities; the last of the windows that count is
  // known when the tenth has been given.
  EXPECT_THAT(given, ElementsAre(ways[0], ways[1], ways[1], ways[0], ways[0], ways[1], ways[1],
                                 ways[0], ways[0], ways[1], ways[1], ways[1]));
  EXPECT_EQ(choice.times(),
            "two-launches, streaming 9.00 us a step; one-launch, streaming 8.00 us a step");
}

TEST(WayChoice, FirstWindowsDoNotCount) {
  WayChoice choice({two, one});
  windows_of(choice, 12, [](Way way, int w) {
    return w < 4 && way == one ? 1000.0 : way == one ? 8.0 : 9.0;
  });
  EXPECT_EQ(choice.best(), one);
}

TEST(WayChoice, AGrowingLoadFavoursNone) {
  for (const Way faster : {two, one}) {
    WayChoice choice({two, one});
    windows_of(choice, 12, [&](Way way, int w) { return 10.0 + w - (way == faster ? 0.5 : 0.0); });
    EXPECT_EQ(choice.best(), faster);
  }
}

TEST(WayChoice, WithoutTimesTheFirstIsKept) {
  WayChoice choice(cuda::all_ways());
  EXPECT_EQ(windows_of(choice, 40, [](Way, int) { return 0.0; }).back(), two);
}

// A trial of 600 steps ends with a window of 100, whose graph is its own.
TEST(WayChoice, ShortWindowsDoNotCount) {
  WayChoice choice({two, one});
  for (int trial = 0; trial < 6; ++trial) {
    for (const std::int64_t steps : {250, 250, 100}) {
      const auto turn = choice.next(steps);
      const double us = turn.way == one ? 8.0 : 9.0;
      choice.took(turn, steps, 1e-6 * static_cast<double>(steps) * (steps == 100 ? 90 - us : us));
    }
  }
  EXPECT_EQ(choice.best(), one);
  EXPECT_THAT(choice.times(), HasSubstr("one-launch, cached 8.00"));
}

class StepWays : public testing::Test {
 protected:
  StepWays() : network_(mixed_network(60, Cells::mixed, true)) {
    take_logged();
    options_.steps_per_trial = 600;
  }
  ~StepWays() override { emulated::configure({}); }

  void run(CpuRunner& runner) const {
    runner.bind_rates(1, 0, std::vector<std::uint32_t>(600, kernels::rate_threshold(0.05)), 10, 60);
    runner.bind_pulse(0, 0, 300, {0, 7, 40}, 300.0f);
    runner.begin();
    runner.run(600, 15);
  }
  static void expect_same(CpuRunner& a, CpuRunner& b) {
    EXPECT_GT(a.spikes[0].size(), 100u);
    EXPECT_TRUE(a.spikes == b.spikes);
    EXPECT_TRUE(a.block_spikes == b.block_spikes);
    EXPECT_TRUE(a.save() == b.save());
  }

  std::unique_ptr<FakeNetwork> network_;
  RunnerOptions options_;
};

// Windows of all ways follow each other, and each begins where another has ended.
TEST_F(StepWays, TheFastestIsKeptAndAllGiveTheSame) {
  emulated::Settings settings;
  settings.kernel_us = 10.0f;  // so that fewer kernels take less time
  emulated::configure(settings);
  CpuRunner cpu(network_->view(), options_);
  run(cpu);
  options_.settings = {
      {V1E_INT, 1, {0}}, {V1E_CHOICE, 1, {any_step}}, {V1E_CHOICE, 1, {any_state}}};
  const std::uint64_t persisting = emulated::persisting_launches();
  BackendRunner cuda(network_->view(), options_, cuda::api());
  run(cuda);
  expect_same(cpu, cuda);
  EXPECT_GT(emulated::persisting_launches(), persisting);
  EXPECT_EQ(emulated::holdings().kept_cache_bytes, 0u);
  EXPECT_THAT(take_logged(),
              ElementsAre(testing::AllOf(HasSubstr("steps by resident from now on"),
                                         HasSubstr("two-launches, persisting 88.66 us a step"),
                                         HasSubstr("one-launch, cached 78.66 us a step"),
                                         HasSubstr("on-chip 67.99 us a step"))));
}

TEST_F(StepWays, CacheIsKeptOnlyWhenAskedFor) {
  const auto ask = [&](Way way) {
    const std::uint64_t before = emulated::persisting_launches();
    options_.settings = way_settings(way);
    BackendRunner cuda(network_->view(), options_, cuda::api());
    EXPECT_EQ(emulated::holdings().kept_cache_bytes > 0, way.state == State::persisting);
    run(cuda);
    return emulated::persisting_launches() - before;
  };
  EXPECT_EQ(ask(two), 0u);
  EXPECT_EQ(ask({Step::one_launch, State::streaming}), 0u);
  EXPECT_GT(ask({Step::two_launches, State::persisting}), 0u);
  EXPECT_GT(ask({Step::one_launch, State::persisting}), 0u);
}

// Of one neuron to thousands of synapses, in two edge blocks: more pieces than a block has warps.
TEST_F(StepWays, RowsOfAllLengths) {
  FakeNetwork network(1.0, 4);
  network.add_type(cell_exc(), true);
  constexpr std::uint32_t neurons = 200;
  for (std::uint32_t n = 0; n < neurons; ++n) network.add_neuron(0);
  std::mt19937 random(3);
  const auto edges = [&](std::uint32_t count, double most_pa) {
    std::vector<FakeNetwork::Edge> made;
    for (std::uint32_t e = 0; e < count; ++e) {
      // Every second synapse is of one of four neurons, which lie in one block of threads.
      const auto source = static_cast<std::uint32_t>(random() % (e % 2 == 0 ? 4 : neurons));
      const double weight_pa = most_pa * (0.001 * static_cast<double>(random() % 1000) - 0.45);
      made.push_back({source, static_cast<std::uint32_t>(random() % neurons), 0, weight_pa,
                      1 + static_cast<std::uint32_t>(random() % 4)});
    }
    return made;
  };
  network.add_block("long", V1E_SOURCE_NEURONS, V1E_CURRENT_RECURRENT, neurons, edges(12000, 3.0));
  network.add_block("also", V1E_SOURCE_NEURONS, V1E_CURRENT_RECURRENT, neurons, edges(3000, 9.0));
  options_.steps_per_trial = 100;
  const auto run = [](CpuRunner& runner) {
    std::vector<std::uint32_t> all(neurons);
    std::iota(all.begin(), all.end(), 0u);
    runner.bind_pulse(0, 0, 100, all, 280.0f);
    runner.begin();
    runner.run(100, 60);
  };
  CpuRunner cpu(network.view(), options_);
  run(cpu);
  for (const Way way : cuda::all_ways()) {
    options_.settings = way_settings(way);
    BackendRunner cuda(network.view(), options_, cuda::api());
    run(cuda);
    expect_same(cpu, cuda);
  }
}

// Long rows from outside, of one delay each and so served on the chip where state is resident: of
// rates, of counts with multiplicities and of events that are handed over, next to rows of several
// delays. Windows of all lengths, so that events arrive in one that came about in another.
TEST_F(StepWays, DenseRows) {
  emulated::Settings settings;
  settings.multiprocessors = 5;
  emulated::configure(settings);
  FakeNetwork network(1.0, 4);
  network.add_type(cell_exc(), true);
  network.add_type(cell_double_alpha(), true);
  constexpr std::uint32_t neurons = 700;
  for (std::uint32_t n = 0; n < neurons; ++n) network.add_neuron(n % 3 == 0 ? 1 : 0);
  std::mt19937 random(4);
  const auto edges = [&](std::uint32_t sources, std::uint32_t count, std::uint32_t delay) {
    std::vector<FakeNetwork::Edge> made;
    for (std::uint32_t e = 0; e < count; ++e) {
      const double weight_pa = 0.02 * static_cast<double>(random() % 100) - 0.6;
      const auto steps = delay > 0 ? delay : 1 + static_cast<std::uint32_t>(random() % 4);
      const auto source = static_cast<std::uint32_t>(e % 7 == 0 ? 1 : random() % sources);
      made.push_back({source, static_cast<std::uint32_t>(random() % neurons),
                      static_cast<std::uint32_t>(random() % 2), weight_pa, steps});
    }
    return made;
  };
  constexpr std::uint32_t rates = 1, given = 2, sparse = 4;  // blocks
  network.add_block("own", V1E_SOURCE_NEURONS, V1E_CURRENT_RECURRENT, neurons,
                    edges(neurons, 9000, 0));
  network.add_block("rates", V1E_SOURCE_RATES, V1E_CURRENT_BOTTOM_UP, 60, edges(60, 30000, 2));
  network.add_block("given", V1E_SOURCE_EVENTS, V1E_CURRENT_BOTTOM_UP, 20, edges(20, 9000, 3));
  v1e_edge_block& pool = network.add_block("counts", V1E_SOURCE_COUNTS, V1E_CURRENT_BACKGROUND, 10,
                                           edges(10, 4000, 1));
  const std::vector<std::uint32_t> poisson = kernels::poisson_count_thresholds(0.8);
  pool.random_stream = kernels::stream::background;
  pool.count_thresholds = poisson.data();
  pool.count_threshold_count = static_cast<std::uint32_t>(poisson.size());
  network.add_block("sparse", V1E_SOURCE_RATES, V1E_CURRENT_BOTTOM_UP, 60, edges(60, 900, 0));
  options_.steps_per_trial = 200;
  const auto run = [&](CpuRunner& runner) {
    for (const std::uint32_t block : {rates, sparse}) {
      runner.bind_rates(block, 0, std::vector<std::uint32_t>(600, kernels::rate_threshold(0.05)),
                        10, 20);
    }
    std::vector<std::uint32_t> all(neurons);
    std::iota(all.begin(), all.end(), 0u);
    runner.bind_pulse(0, 0, 200, all, 250.0f);
    runner.begin();
    std::int64_t begin = 0;
    for (const std::int64_t steps : {1, 2, 40, 3, 54, 100}) {
      std::vector<Spike> events;
      for (std::int64_t s = begin; s < begin + steps; ++s) {
        events.push_back({s, static_cast<std::uint32_t>(s % 20), 1u + (s % 3 == 0)});
      }
      runner.inject(given, begin, steps, events);
      runner.run(steps);
      begin += steps;
    }
  };
  CpuRunner cpu(network.view(), options_);
  run(cpu);
  for (const Way way : {resident, on_chip}) {
    options_.settings = way_settings(way);
    BackendRunner cuda(network.view(), options_, cuda::api());
    run(cuda);
    expect_same(cpu, cuda);
  }
}

// One that keeps no part of its cache, and one that keeps less than the ring takes.
TEST_F(StepWays, DevicesThatKeepLittleOfTheirCache) {
  CpuRunner cpu(network_->view(), options_);
  run(cpu);
  options_.settings = way_settings({Step::two_launches, State::persisting});
  for (const int kept : {0, 1000}) {
    emulated::Settings settings;
    settings.persisting_cache_bytes = kept;
    emulated::configure(settings);
    BackendRunner cuda(network_->view(), options_, cuda::api());
    EXPECT_EQ(emulated::holdings().kept_cache_bytes, static_cast<std::uint64_t>(kept));
    run(cuda);
    expect_same(cpu, cuda);
  }
}

// Without room, or for what their update does not do, steps go another way, and the log says so.
TEST_F(StepWays, WhatDoesNotFitTheChipGoesAnotherWay) {
  auto large = mixed_network(6000, Cells::mixed, true);
  for (const Way way : {resident, on_chip}) {
    options_.settings = way_settings(way);
    BackendRunner(large->view(), options_, cuda::api());
    const std::string step = "steps by one-launch, cached, as step = \"" + name_of(way) + "\"";
    EXPECT_THAT(take_logged(), ElementsAre(HasSubstr(step + " does not fit")));
    CpuRunner cpu(network_->view(), options_);
    run(cpu);
    BackendRunner cuda(network_->view(), options_, cuda::api());
    EXPECT_THAT(take_logged(), testing::IsEmpty());
    run(cuda);
    expect_same(cpu, cuda);
    options_.probes = {{"v", V1E_F32, 1, {0}}};
    BackendRunner recording(network_->view(), options_, cuda::api());
    EXPECT_THAT(take_logged(), ElementsAre(HasSubstr(step + " serves only")));
    options_.probes.clear();
  }
}

TEST_F(StepWays, UnknownWordsAreRefused) {
  options_.settings = {{V1E_INT, 1, {0}}, {V1E_CHOICE, 1, {8}}, {V1E_CHOICE, 1, {0}}};
  EXPECT_EQ(failure_of([&] { BackendRunner(network_->view(), options_, cuda::api()); }).first,
            V1E_E_INVALID);
}

}  // namespace
}  // namespace v1::test
