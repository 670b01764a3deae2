#include "engine/recording/recorder.hpp"

#include <gmock/gmock.h>

#include <random>

#include "engine/base/hdf5.hpp"
#include "kernels/half.hpp"
#include "tests/unit/recording/test_run.hpp"

namespace v1::recording::test {
namespace {

std::uint64_t fresh_seed() {
  const std::uint64_t seed = std::random_device{}() % 1000000;
  ::testing::Test::RecordProperty("seed", std::to_string(seed));
  std::cout << "seed " << seed << "\n";
  return seed;
}

// Without the halves, which are compared apart.
Activity without_current(Activity activity) {
  activity.current.clear();
  return activity;
}

class RecorderTest : public ::testing::Test {
 protected:
  TempDir dir_;
  network::Network network_ = small_network();
  const std::uint64_t seed_ = fresh_seed();

  std::filesystem::path record(const RecordingPlan& plan, std::int64_t window = 7,
                               double rate = 0.05) {
    RunFolder folder = RunFolder::create(dir_ / "run", "run");
    Recorder recorder(folder, plan);
    for (std::uint32_t trial = 0; trial < plan.trials; ++trial) {
      play_trial(recorder, plan, random_activity(plan, seed_, trial, rate), trial, window);
    }
    recorder.finish();
    return folder.path();
  }
};

TEST_F(RecorderTest, WhatWasRecordedIsReadBack) {
  const RecordingPlan plan = plan_for(network_, 40, 3);
  const RunReader reader(record(plan));
  EXPECT_THAT(reader.finished_trials(), ::testing::ElementsAre(0, 1, 2));
  EXPECT_EQ(reader.dt_ms(), 0.5);
  EXPECT_EQ(reader.steps_per_trial(), 40);
  EXPECT_EQ(reader.seed(), plan.seed);
  for (std::uint32_t trial = 0; trial < 3; ++trial) {
    EXPECT_EQ(read_activity(reader, trial), without_current(random_activity(plan, seed_, trial)));
  }
}

TEST_F(RecorderTest, WindowsOfAnyLengthMakeTheSameFiles) {
  const RecordingPlan plan = plan_for(network_, 600, 1);
  const Activity expected = without_current(random_activity(plan, seed_, 0));
  for (const std::int64_t window : {1, 249, 250, 251, 600}) {
    const std::filesystem::path path = record(plan, window);
    EXPECT_EQ(read_activity(RunReader(path), 0), expected) << "window " << window;
    std::filesystem::remove_all(path);
  }
}

TEST_F(RecorderTest, HalvesAreStoredBitForBit) {
  const RecordingPlan plan = plan_for(network_, 700, 1);
  const std::filesystem::path path = record(plan);
  const Activity expected = random_activity(plan, seed_, 0);
  const h5::File file = h5::File::read(trial_path(path, 0));
  const auto stored = file.values<h5::Half>("/Data/input_current");
  ASSERT_EQ(stored.size(), expected.current.size());
  for (std::size_t i = 0; i < stored.size(); ++i) ASSERT_EQ(stored[i].bits, expected.current[i]);
}

TEST_F(RecorderTest, SlabsOfStateAreConvertedToFloat) {
  const RecordingPlan plan = plan_for(network_, 700, 1);
  const RunReader reader(record(plan));
  const Activity expected = random_activity(plan, seed_, 0);
  const std::size_t variable = reader.find_variable("input_current").value();
  EXPECT_EQ(reader.variables()[variable].sample_count, 350);
  EXPECT_EQ(reader.variables()[variable].unit, "pA");
  const std::size_t width = reader.state_neurons().size();
  std::vector<float> slab(11 * 4);
  reader.state(variable, 0, 245, 11, 3, 4, slab.data());
  for (std::size_t row = 0; row < 11; ++row) {
    for (std::size_t column = 0; column < 4; ++column) {
      const std::uint16_t half = expected.current[(245 + row) * width + 3 + column];
      EXPECT_EQ(slab[row * 4 + column], kernels::from_half(half));
    }
  }
  EXPECT_FALSE(reader.find_variable("no_such").has_value());
  EXPECT_EQ(caught([&] { reader.state(variable, 0, 345, 11, 0, 1, slab.data()); }).code,
            ExitCode::internal);
}

TEST_F(RecorderTest, ManyNeuronsSpanSeveralChunks) {
  network_ = small_network(4500);  // 2250 recorded: two chunks and a part of one
  const RecordingPlan plan = plan_for(network_, 260, 1);
  const RunReader reader(record(plan, 100, 0.002));
  EXPECT_EQ(read_activity(reader, 0), without_current(random_activity(plan, seed_, 0, 0.002)));
}

TEST_F(RecorderTest, UncompressedFilesHoldTheSame) {
  RecordingPlan plan = plan_for(network_, 300, 1);
  plan.compression = "none";
  const RunReader reader(record(plan));
  EXPECT_EQ(read_activity(reader, 0), without_current(random_activity(plan, seed_, 0)));
}

TEST_F(RecorderTest, MoreSpikesThanAChunkAreKeptInOrder) {
  for (const char* compression : {"gzip", "none"}) {
    RecordingPlan plan = plan_for(network_, 3000, 1);
    plan.compression = compression;
    const std::filesystem::path path = record(plan, 500, 0.95);  // about 140000 spikes
    const RunReader reader(path);
    EXPECT_GT(reader.spikes(0).step.size(), 2u * 65536u);
    EXPECT_EQ(read_activity(reader, 0).neurons, random_activity(plan, seed_, 0, 0.95).neurons);
    std::filesystem::remove_all(path);
  }
}

TEST_F(RecorderTest, TimesCountOverTheWholeRun) {
  const RecordingPlan plan = plan_for(network_, 40, 3);
  const std::filesystem::path path = record(plan);
  const h5::File file = h5::File::read(trial_path(path, 2));
  const auto time = file.values<double>("/spikes/v1/timestamps");
  const auto step = file.values<std::uint32_t>("/spikes/v1/step");
  ASSERT_FALSE(time.empty());
  for (std::size_t i = 0; i < time.size(); ++i) {
    EXPECT_EQ(time[i], (2 * 40 + step[i] + 1) * 0.5);
  }
  EXPECT_EQ(file.text_attribute("/spikes/v1/timestamps", "units"), "ms");
  EXPECT_EQ(file.text_attribute("/spikes/v1", "sorting"), "by_time");
}

TEST_F(RecorderTest, TrialsOfSeveralLanesMayAlternate) {
  const RecordingPlan plan = plan_for(network_, 60, 4);
  RunFolder folder = RunFolder::create(dir_ / "run", "run");
  Recorder recorder(folder, plan);
  std::vector<Activity> lanes;
  for (std::uint32_t trial = 0; trial < 4; ++trial) {
    lanes.push_back(random_activity(plan, seed_, trial));
    recorder.begin_trial(trial);
  }
  for (std::int64_t begin = 0; begin < 60; begin += 20) {
    for (std::uint32_t trial = 0; trial < 4; ++trial) {
      play_window(recorder, plan, lanes[trial], trial, begin, begin + 20);
    }
  }
  for (const std::uint32_t trial : {2u, 0u, 3u, 1u}) recorder.end_trial(trial, {});
  recorder.finish();
  const RunReader reader(folder.path());
  for (std::uint32_t trial = 0; trial < 4; ++trial) {
    EXPECT_EQ(read_activity(reader, trial), without_current(lanes[trial]));
  }
}

TEST_F(RecorderTest, OnlySpikesOfChosenNeuronsAreStoredButAllAreCounted) {
  RecordingPlan plan = plan_for(network_, 50, 2);
  plan.spike_positions = {2, 5, 40};
  plan.spike_blocks = {};
  const RunReader reader(record(plan));
  std::uint64_t all = 0;
  for (std::uint32_t trial = 0; trial < 2; ++trial) {
    const Activity activity = random_activity(plan, seed_, trial);
    SpikeEvents expected;
    for (std::uint32_t step = 0; step < 50; ++step) {
      for (const std::uint32_t position : activity.neurons[step]) {
        ++all;
        if (position != 2 && position != 5 && position != 40) continue;
        expected.step.push_back(step);
        expected.position.push_back(position);
      }
    }
    EXPECT_EQ(reader.spikes(trial).step, expected.step);
    EXPECT_EQ(reader.spikes(trial).position, expected.position);
  }
  EXPECT_EQ(reader.totals().neuron_spikes(), all);
  EXPECT_EQ(reader.spike_positions(), plan.spike_positions);
  const Caught missing = caught([&] { reader.spikes(0, 1); });
  EXPECT_EQ(missing.code, ExitCode::data);
  EXPECT_THAT(missing.what, ::testing::HasSubstr("'lgn'"));
}

TEST_F(RecorderTest, TotalsCountByPopulationTypeAndBlock) {
  const RecordingPlan plan = plan_for(network_, 40, 2);
  const RunReader reader(record(plan));
  Totals expected = empty_totals(network_);
  expected.trials = 2;
  for (std::uint32_t trial = 0; trial < 2; ++trial) {
    const Activity activity = random_activity(plan, seed_, trial);
    for (std::size_t step = 0; step < 40; ++step) {
      for (const std::uint32_t position : activity.neurons[step]) {
        ++expected.populations[position < network_.neurons.populations[1].begin ? 0 : 1];
        ++expected.types[position % 3];
      }
      expected.blocks[1] += activity.lgn[step].size();
      for (const auto& [unit, count] : activity.pool[step]) expected.blocks[2] += count;
      for (const auto& [unit, count] : activity.crowd[step]) expected.blocks[3] += count;
    }
  }
  const Totals totals = reader.totals();
  EXPECT_EQ(totals.trials, expected.trials);
  EXPECT_EQ(totals.populations, expected.populations);
  EXPECT_EQ(totals.types, expected.types);
  EXPECT_EQ(totals.blocks, expected.blocks);
}

TEST(MeanRates, AreSpikesPerNeuronAndSecond) {
  const network::Network network = small_network(9);  // 6 in v1; types 0, 1, 2 three times each
  Totals totals = empty_totals(network);
  EXPECT_EQ(mean_rates_hz(totals, network, 500.0).at("v1"), 0.0);
  totals.trials = 4;
  totals.populations = {24, 6};
  totals.types = {12, 10, 8};
  const auto rates = mean_rates_hz(totals, network, 500.0);
  EXPECT_DOUBLE_EQ(rates.at("e23Cux2"), 12.0 / 3.0 / 2.0);
  EXPECT_DOUBLE_EQ(rates.at("i4Pvalb"), 18.0 / 6.0 / 2.0);
  EXPECT_DOUBLE_EQ(rates.at("v1"), 24.0 / 6.0 / 2.0);
  EXPECT_DOUBLE_EQ(rates.at("l4"), 6.0 / 3.0 / 2.0);
}

TEST_F(RecorderTest, RepeatedSpikesOfASourceInOneStepAreRepeated) {
  const RecordingPlan plan = plan_for(network_, 4, 1);
  RunFolder folder = RunFolder::create(dir_ / "run", "run");
  Recorder recorder(folder, plan);
  const Activity quiet = random_activity(plan, seed_, 0, 0.0);
  recorder.begin_trial(0);
  const std::vector<std::uint64_t> offset = {0, 0, 2, 2, 2};
  const std::vector<std::uint32_t> source = {3, 8};
  const std::vector<std::uint16_t> count = {2, 1};
  recorder.spikes({0, 1, 0, offset, source, count});
  recorder.probe({0, 0, 0, 4, 25, V1E_F32, quiet.v.data()});
  recorder.probe({0, 1, 1, 2, 25, V1E_F16, quiet.current.data()});
  recorder.end_trial(0, {});
  recorder.finish();
  const RunReader reader(folder.path());
  EXPECT_THAT(reader.spikes(0, 1).position, ::testing::ElementsAre(3, 3, 8));
  EXPECT_THAT(reader.spikes(0, 2).step, ::testing::IsEmpty());
  EXPECT_THAT(reader.spikes(0).step, ::testing::IsEmpty());
}

TEST_F(RecorderTest, ATinyQueueHoldsTheCallerBackButLosesNothing) {
  RecordingPlan plan = plan_for(network_, 400, 2);
  plan.queue_bytes = 1;
  const RunReader reader(record(plan));
  EXPECT_EQ(read_activity(reader, 1), without_current(random_activity(plan, seed_, 1)));
}

TEST_F(RecorderTest, MissingSamplesAreAnInternalError) {
  const RecordingPlan plan = plan_for(network_, 40, 1);
  RunFolder folder = RunFolder::create(dir_ / "run", "run");
  Recorder recorder(folder, plan);
  recorder.begin_trial(0);
  play_window(recorder, plan, random_activity(plan, seed_, 0), 0, 0, 20);
  recorder.end_trial(0, {});
  EXPECT_EQ(caught([&] { recorder.finish(); }).code, ExitCode::internal);
  EXPECT_THAT(recorder.finished(), ::testing::IsEmpty());
}

TEST_F(RecorderTest, PlansThatContradictThemselvesAreRefused) {
  RunFolder folder = RunFolder::create(dir_ / "run", "run");
  const RecordingPlan good = plan_for(network_, 40, 1);
  const std::vector<std::function<void(RecordingPlan&)>> mistakes = {
      [](RecordingPlan& plan) { plan.steps_per_trial = 0; },
      [](RecordingPlan& plan) { plan.probes[1].variable = "v"; },
      [](RecordingPlan& plan) { plan.probes[1].positions.pop_back(); },
      [](RecordingPlan& plan) { plan.probes[0].positions = {}; },
      [](RecordingPlan& plan) { plan.probes[0].dtype = V1E_F64; },
      [](RecordingPlan& plan) {
        plan.spike_positions = {3, 2};
      },
      [](RecordingPlan& plan) { plan.spike_blocks = {0}; },
      [](RecordingPlan& plan) { plan.compression = "lzf"; }};
  for (std::size_t i = 0; i < mistakes.size(); ++i) {
    RecordingPlan plan = good;
    mistakes[i](plan);
    EXPECT_EQ(caught([&] { Recorder(folder, plan); }).code, ExitCode::internal) << i;
  }
}

TEST_F(RecorderTest, EstimateCoversWhatIsWrittenUncompressed) {
  const RecordingPlan plan = plan_for(network_, 1000, 2);
  // 25 neurons: 1000 floats and 500 halves each; 50 at 5 Hz for 0.5 s; counts of 1506 sources.
  const std::uint64_t state = 25 * (1000 * 4 + 500 * 2);
  const std::uint64_t spikes = 50 * 5 / 2 * 20 + 20 * 10 / 2 * 20;
  const std::uint64_t counts = 1506 * 1000 * 2;
  EXPECT_EQ(estimated_bytes(plan), 2 * (state + spikes + counts));
  EXPECT_EQ(sample_bytes(plan), 2 * state);
}

}  // namespace
}  // namespace v1::recording::test
