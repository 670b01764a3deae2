#include <gmock/gmock.h>

#include <cstdio>

#include "plugins/backends/cpu/kernels/choose_kernels.hpp"
#include "tests/unit/cpu/random_network.hpp"
#include "tests/unit/cpu/settings.hpp"

/// Results depend on none of: threads, windows, lanes, probes, instruction set.
namespace v1::test {
namespace {

constexpr std::int64_t steps = 200;

class CpuIdentity : public testing::TestWithParam<Setting> {
 protected:
  RunnerOptions options() const { return GetParam().options(steps); }
  bool exact() const { return GetParam().exact(); }

  struct Outcome {
    std::vector<Spike> spikes;
    std::vector<std::vector<Spike>> block_spikes;
    std::vector<double> v, input_current;
    std::uint64_t synaptic_events;
    bool operator==(const Outcome&) const = default;
  };
  Outcome run(const RunnerOptions& o, std::int64_t window) {
    auto network = random_network(exact(), true, GetParam().moving_threshold);
    CpuRunner runner(network->view(), o);
    run_random(runner, steps, window);
    return {runner.spikes[0], runner.block_spikes[0], runner.read("v"),
            runner.read("input_current"), runner.counter("synaptic_events")};
  }
};

TEST_P(CpuIdentity, TheNetworkFires) {
  const Outcome outcome = run(options(), steps);
  // Between 2 and 200 Hz, so that the comparisons below mean something.
  const double rate_hz =
      1000.0 * static_cast<double>(outcome.spikes.size()) / steps / random_network_neurons;
  EXPECT_GT(rate_hz, 2.0);
  EXPECT_LT(rate_hz, 200.0);
  std::printf("rate %.1f Hz (seed %u)\n", rate_hz, random_network_seed);
  EXPECT_EQ(outcome.block_spikes[0], outcome.spikes);
  EXPECT_GT(outcome.block_spikes[1].size(), 300u);
  EXPECT_GT(outcome.block_spikes[2].size(), 300u);
  EXPECT_EQ(outcome.block_spikes[3], file_events(steps));
  EXPECT_TRUE(std::is_sorted(outcome.spikes.begin(), outcome.spikes.end()));
}

TEST_P(CpuIdentity, ThreadsDoNotMatter) {
  const Outcome one = run(options(), 100);
  for (const std::uint32_t threads : {2u, 3u, 4u}) {
    RunnerOptions o = options();
    o.threads = threads;
    EXPECT_TRUE(run(o, 100) == one) << threads << " threads, seed " << random_network_seed;
  }
  RunnerOptions no_service = options();
  no_service.threads = 0;
  EXPECT_TRUE(run(no_service, 100) == one);
}

TEST_P(CpuIdentity, WindowLengthDoesNotMatter) {
  const Outcome whole = run(options(), steps);
  for (const std::int64_t window : {1, 7, 50, 199}) {
    EXPECT_TRUE(run(options(), window) == whole) << window;
  }
}

TEST_P(CpuIdentity, InstructionSetDoesNotMatter) {
  RunnerOptions o = options();
  o.instruction_set = "baseline";
  const Outcome baseline = run(o, steps);
  for (const cpu::KernelTable* table : cpu::usable_kernels()) {
    o.instruction_set = table->name;
    EXPECT_TRUE(run(o, steps) == baseline) << table->name;
  }
}

TEST_P(CpuIdentity, ProbesDoNotMatter) {
  const Outcome plain = run(options(), 100);
  RunnerOptions o = options();
  o.threads = 2;
  o.probes = {{"recurrent_current", V1E_F16, 1, {0, 5, 100}},
              {"background_current", V1E_F32, 3, {1, 239}},
              {"v", V1E_F16, 2, {3}}};
  EXPECT_TRUE(run(o, 100) == plain);
}

TEST_P(CpuIdentity, LanesGiveWhatTrialsInTurnGive) {
  auto network = random_network(exact(), true, GetParam().moving_threshold);
  RunnerOptions o = options();
  std::vector<std::vector<Spike>> in_turn;
  for (std::uint32_t trial = 0; trial < 3; ++trial) {
    CpuRunner runner(network->view(), o);
    runner.bind_rates(1, 0, random_rates(), 10, 40);
    runner.begin(0, trial);
    runner.run(steps);
    in_turn.push_back(runner.spikes[0]);
  }
  EXPECT_NE(in_turn[0], in_turn[1]);
  o.lanes = 3;
  for (const std::uint32_t threads : {2u, 3u, 7u}) {  // more lanes, as many, two threads each
    o.threads = threads;
    CpuRunner lanes(network->view(), o);
    lanes.bind_rates(1, 0, random_rates(), 10, 40);
    for (std::uint32_t lane = 0; lane < 3; ++lane) lanes.begin(lane, lane);
    lanes.run(steps, 64);
    EXPECT_EQ(lanes.spikes, in_turn) << threads << " threads";
  }
}

TEST_P(CpuIdentity, SavedStateContinuesIdentically) {
  auto network = random_network(exact(), true, GetParam().moving_threshold);
  RunnerOptions o = options();
  o.steps_per_trial = 120;
  o.probes = {{"recurrent_current", V1E_F32, 1, {0, 17, 200}}};
  const auto second_trial = [&](CpuRunner& runner) {
    runner.bind_pulse(0, 20, 90, {3, 4, 5}, 250.0f);
    runner.begin(0, 2, 0, V1E_TRIAL_KEEP_STATE);
    runner.run(120);
    return runner.save();
  };
  CpuRunner first(network->view(), o);
  first.bind_rates(1, 0, random_rates(), 10, 40);
  first.bind_pulse(0, 90, 120, {9, 10}, 300.0f);  // still on at the end: part of the state
  first.begin(0, 1);
  first.run(120);
  const SavedState middle = first.save();
  first.spikes[0].clear();
  first.samples[0][0].clear();
  const SavedState end = second_trial(first);

  o.threads = 3;
  CpuRunner second(network->view(), o);
  second.bind_rates(1, 0, random_rates(), 10, 40);
  second.load(middle);
  EXPECT_TRUE(second.save() == middle);
  EXPECT_TRUE(second_trial(second) == end);
  EXPECT_EQ(second.spikes, first.spikes);
  EXPECT_EQ(second.samples, first.samples);
  EXPECT_FALSE(first.spikes[0].empty());
}

TEST_P(CpuIdentity, KeptStateContinuesLikeOneLongTrial) {
  auto network = random_network(
      exact(), false, GetParam().moving_threshold);  // nothing is drawn: trials do not differ
  const auto run_trials = [&](std::int64_t length) {
    RunnerOptions o = options();
    o.steps_per_trial = length;
    CpuRunner runner(network->view(), o);
    runner.bind_rates(1, 0, std::vector<std::uint32_t>(60, 0), 1, 1000);
    const std::vector<Spike> events = file_events(steps);
    std::vector<Spike> all;
    for (std::int64_t begin = 0; begin < steps; begin += length) {
      runner.begin(0, 0, 0, begin == 0 ? V1E_TRIAL_RESET : V1E_TRIAL_KEEP_STATE);
      std::vector<Spike> part;
      for (const Spike& event : events) {
        if (event.step >= begin && event.step < begin + length) {
          part.push_back({event.step - begin, event.neuron, event.count * 20});
        }
      }
      runner.inject(3, 0, length, part);
      runner.spikes[0].clear();
      runner.run(length);
      for (const Spike& spike : runner.spikes[0]) {
        all.push_back({spike.step + begin, spike.neuron, 1});
      }
    }
    return all;
  };
  const std::vector<Spike> whole = run_trials(steps);
  EXPECT_GT(whole.size(), 100u);
  EXPECT_EQ(run_trials(100), whole);
}

INSTANTIATE_TEST_SUITE_P(Schemes, CpuIdentity, all_settings(), setting_name);

}  // namespace
}  // namespace v1::test
