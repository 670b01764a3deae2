#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

#include "tests/unit/analysis/probe_plugin.hpp"
#include "tests/unit/analysis/temporary_folder.hpp"

namespace v1::analysis {
namespace {

using testing::HasSubstr;

float made_up_state(std::size_t variable, std::uint32_t trial, std::int64_t step,
                    std::uint32_t position) {
  return static_cast<float>(1000000 * variable + 100000 * trial + 100 * step + position);
}

/// 10 neurons, 3 trials of 40 steps, v and input_current of the even ones, a few spikes.
class Planner : public testing::Test {
 protected:
  Planner() : registry_(options()), run_(std::make_shared<SyntheticRun>(network(), 3, 40)) {
    registry_.add_builtin(probe_module());
    Probe::script = &script_;
    run_->add_variable("v", "mV");
    run_->add_variable("input_current", "pA");
    run_->change().state_neurons = {0, 2, 4, 6, 8};
    run_->set_state(made_up_state);
    for (std::uint32_t trial = 0; trial < 3; ++trial) {
      for (std::uint32_t step = 0; step < 40; ++step) {
        run_->add_spike(trial, step, (step * 7 + trial) % 10);
      }
    }
    run_->add_block_spike(1, 5, 3);
    use_.name = "probe";
    use_.plugin = "probe";
    use_.where = "a.toml:3:1";
  }
  static plugin::RegistryOptions options() {
    plugin::RegistryOptions options;
    options.standard_directories = false;
    return options;
  }
  static network::Network network() {
    network::Network network = small_network({"e23", "i4Pvalb"}, 5);
    network::EdgeBlock recurrent, lgn;
    recurrent.name = "recurrent";
    recurrent.source_id = {0, 1, 2, 3};
    lgn.name = "lgn";
    lgn.source_kind = network::SourceKind::rates;
    lgn.source_id = {0, 1, 2, 3, 4, 5};
    network.blocks = {recurrent, lgn};
    return network;
  }
  static v1e_request request(std::uint32_t source, std::uint32_t layout, std::uint32_t stripes,
                             const char* variable = nullptr) {
    v1e_request request{};
    request.source = source;
    request.layout = layout;
    request.stripes = stripes;
    request.variable = variable;
    return request;
  }
  AnalysisResult run(unsigned threads = 1, std::uint64_t memory = 1 << 20) {
    script_.stripes.clear();
    ThreadPool pool(threads);
    AnalysisOptions options;
    options.memory_bytes = memory;
    options.stop = [this] { return stop_; };
    const auto& plugin = registry_.find(plugin::Kind::analysis, "probe");
    return run_analysis(use_, plugin, {run_}, folder_.path() / "probe", host_, pool, options);
  }
  AnalysisResult run_with(v1e_request one, unsigned threads = 1, std::uint64_t memory = 1 << 20) {
    script_.plan = [one](std::uint32_t pass, v1e::Requests& requests) {
      if (pass == 0) requests.add(one);
    };
    return run(threads, memory);
  }

  TemporaryFolder folder_;
  plugin::Registry registry_;
  plugin::Host host_;
  std::shared_ptr<SyntheticRun> run_;
  ProbeScript script_;
  config::PluginUse use_;
  bool stop_ = false;
};

TEST_F(Planner, GivesEveryStepOfATrialOnceWithItsSurroundings) {
  auto wanted = request(V1E_SRC_STATE, V1E_LAYOUT_DENSE, V1E_STRIPE_TRIALS, "input_current");
  wanted.halo_steps = 2;
  wanted.begin_ms = 1.0;
  wanted.chunk_bytes = 150;  // seven steps of five neurons
  const AnalysisResult result = run_with(wanted);
  ASSERT_TRUE(result.ok) << result.error;
  ASSERT_EQ(script_.stripes.size(), 3u);
  for (std::uint32_t trial = 0; trial < 3; ++trial) {
    std::int64_t next = 1;
    EXPECT_GT(script_.stripes[trial].size(), 4u);
    for (const SeenChunk& chunk : script_.stripes[trial]) {
      const v1e_chunk& head = chunk.head;
      ASSERT_EQ(head.trial_begin, trial);
      ASSERT_EQ(head.step_begin, next);
      EXPECT_EQ(head.halo_before, std::min<std::int64_t>(2, next));
      EXPECT_EQ(head.halo_after, std::min<std::int64_t>(2, 40 - next - head.step_count));
      ASSERT_EQ(head.neuron_count, 5);
      std::size_t at = 0;
      const std::int64_t end = next + head.step_count + head.halo_after;
      for (std::int64_t t = next - head.halo_before; t < end; ++t) {
        for (std::uint32_t k = 0; k < 5; ++k) {
          ASSERT_EQ(chunk.dense[at++], made_up_state(1, trial, t, 2 * k));
        }
      }
      EXPECT_EQ(at, chunk.dense.size());
      next += head.step_count;
    }
    EXPECT_EQ(next, 40);
  }
}

TEST_F(Planner, GivesBlocksOfNeuronsAllTrialsWithTheirGroupTogether) {
  static const std::uint32_t neurons[] = {0, 4, 6, 8};
  script_.plan = [](std::uint32_t pass, v1e::Requests& requests) {
    if (pass > 0) return;
    auto spikes = request(V1E_SRC_SPIKES, V1E_LAYOUT_EVENTS, V1E_STRIPE_NEURONS);
    auto state = request(V1E_SRC_STATE, V1E_LAYOUT_DENSE, V1E_STRIPE_NEURONS, "v");
    for (v1e_request* one : {&spikes, &state}) {
      one->group = 1;
      one->neuron_count = 4;
      one->neurons = neurons;
      one->trial_begin = 1;
      one->chunk_bytes = 3 * (64 + 160) - 1;  // two neurons
    }
    requests.add(spikes);
    requests.add(state);
  };
  ASSERT_TRUE(run().ok);
  ASSERT_EQ(script_.stripes.size(), 2u);
  for (std::size_t stripe = 0; stripe < 2; ++stripe) {
    const auto& chunks = script_.stripes[stripe];
    ASSERT_EQ(chunks.size(), 4u);  // spikes and v of trials 1 and 2
    for (std::uint32_t k = 0; k < 4; ++k) {
      const v1e_chunk& head = chunks[k].head;
      EXPECT_EQ(head.request, k % 2);
      EXPECT_EQ(head.trial_begin, 1 + k / 2);
      EXPECT_EQ(head.neuron_begin, static_cast<std::int64_t>(2 * stripe));
      EXPECT_EQ(head.step_count, 40);
    }
    for (std::size_t e = 0; e < chunks[0].step.size(); ++e) {
      const std::uint32_t neuron = chunks[0].neuron[e];
      EXPECT_TRUE(neuron == neurons[2 * stripe] || neuron == neurons[2 * stripe + 1]);
      EXPECT_EQ(neuron, (chunks[0].step[e] * 7 + 1) % 10);
    }
    EXPECT_EQ(chunks[0].step.size(), 8u);
    for (std::int64_t t = 0; t < 40; ++t) {
      for (std::size_t k = 0; k < 2; ++k) {
        EXPECT_EQ(chunks[1].dense[static_cast<std::size_t>(2 * t) + k],
                  made_up_state(0, 1, t, neurons[2 * stripe + k]));
      }
    }
  }
}

TEST_F(Planner, MergesInTheSameOrderOnAnyNumberOfThreads) {
  for (const std::uint32_t stripes : {V1E_STRIPE_TRIALS, V1E_STRIPE_NEURONS}) {
    auto wanted = request(V1E_SRC_STATE, V1E_LAYOUT_DENSE, stripes, "v");
    wanted.chunk_bytes = 170;
    std::vector<std::vector<float>> first;
    for (const unsigned threads : {1u, 2u, 5u}) {
      ASSERT_TRUE(run_with(wanted, threads).ok);
      std::vector<std::vector<float>> seen;
      for (const auto& stripe : script_.stripes) {
        seen.emplace_back();
        for (const SeenChunk& chunk : stripe) {
          seen.back().insert(seen.back().end(), chunk.dense.begin(), chunk.dense.end());
        }
      }
      if (first.empty()) first = seen;
      EXPECT_EQ(seen, first) << threads << " threads";
    }
    EXPECT_GT(first.size(), 1u);
  }
}

TEST_F(Planner, CountsSpikesInWholeBins) {
  auto wanted = request(V1E_SRC_SPIKES, V1E_LAYOUT_COUNTS, V1E_STRIPE_TRIALS);
  wanted.bin_ms = 15.0;  // the last 10 of 40 ms are no whole bin
  wanted.trial_end = 1;
  ASSERT_TRUE(run_with(wanted).ok);
  ASSERT_EQ(script_.stripes.size(), 1u);
  std::vector<float> expected(20, 0.0f);
  for (std::uint32_t step = 0; step < 30; ++step) expected[step / 15 * 10 + step * 7 % 10] += 1.0f;
  std::vector<float> seen;
  for (const SeenChunk& chunk : script_.stripes[0]) {
    seen.insert(seen.end(), chunk.dense.begin(), chunk.dense.end());
  }
  EXPECT_EQ(seen, expected);
}

TEST_F(Planner, GivesEventsOfAnInputBlock) {
  run_->change().spike_blocks = {1};
  ASSERT_TRUE(run_with(request(V1E_SRC_SPIKES, V1E_LAYOUT_EVENTS, 0, "lgn")).ok);
  ASSERT_EQ(script_.stripes.size(), 3u);
  EXPECT_EQ(script_.stripes[1][0].neuron, std::vector<std::uint32_t>{3});
  EXPECT_EQ(script_.stripes[1][0].step, std::vector<std::uint32_t>{5});
  EXPECT_TRUE(script_.stripes[2][0].neuron.empty());
}

TEST_F(Planner, GivesRatesByFrame) {
  recording::SampleRates rates;
  rates.sources = {1, 4};
  for (int k = 0; k < 80; ++k) rates.hz.resize(1), rates.hz[0].push_back(static_cast<float>(k));
  run_->change().stimulus.rates.push_back(rates);
  static const std::uint32_t source[] = {4};
  auto wanted = request(V1E_SRC_RATES, V1E_LAYOUT_DENSE, V1E_STRIPE_TRIALS, "lgn");
  wanted.neuron_count = 1;
  wanted.neurons = source;
  wanted.begin_ms = 10.0;
  wanted.end_ms = 12.0;
  const AnalysisResult result = run_with(wanted);
  ASSERT_TRUE(result.ok) << result.error;
  EXPECT_EQ(script_.stripes[0][0].dense, (std::vector<float>{21.0f, 23.0f}));
}

TEST_F(Planner, HandsTablesOfEarlierAnalysesOver) {
  std::filesystem::create_directory(folder_.path() / "flow");
  std::ofstream(folder_.path() / "flow" / "neurons.csv") << "neuron,rate [Hz]\n1,2.5\n";
  ASSERT_TRUE(run_with(request(V1E_SRC_TABLE, 0, 0, "flow/neurons")).ok);
  EXPECT_EQ(script_.stripes[0][0].columns, (std::vector<std::string>{"neuron", "rate"}));
  const AnalysisResult missing = run_with(request(V1E_SRC_TABLE, 0, 0, "absent/neurons"));
  EXPECT_THAT(missing.error, HasSubstr("absent"));
}

TEST_F(Planner, SynapsesNeedTheWholeNetwork) {
  const auto wanted = request(V1E_SRC_SYNAPSES, 0, 0, "recurrent");
  EXPECT_THAT(run_with(wanted).error, HasSubstr("synapses of 'synthetic' are not at hand"));

  v1e_edge_block block{};
  block.struct_size = sizeof block;
  block.name = "recurrent";
  block.source_count = 4;
  block.edge_count = 5;
  const v1e_edge_block* blocks[] = {&block, &block};
  v1e_network full{};
  full.struct_size = sizeof full;
  full.block_count = 2;
  full.blocks = blocks;
  full.rows = [](void*, std::uint32_t, std::int64_t begin, std::int64_t count, v1e_rows* out,
                 v1e_error*) noexcept -> v1e_status {
    static const std::int64_t row_ptr[] = {0, 2, 2, 3, 5};
    static const std::uint32_t address[] = {4, 5, 1, 0, 9};
    out->row_begin = begin;
    out->row_count = std::min<std::int64_t>(count, 2);  // fewer than asked for
    out->row_ptr = row_ptr + begin;
    out->address = address;
    return V1E_OK;
  };
  run_->set_synapses(&full);
  ASSERT_TRUE(run_with(wanted, 2).ok);
  std::vector<std::uint32_t> addresses;
  for (const auto& stripe : script_.stripes) {
    for (const SeenChunk& chunk : stripe) {
      addresses.insert(addresses.end(), chunk.addresses.begin(), chunk.addresses.end());
    }
  }
  EXPECT_EQ(addresses, (std::vector<std::uint32_t>{4, 5, 1, 0, 9}));
}

TEST_F(Planner, RunsPassesUntilNothingIsAskedFor) {
  std::vector<std::uint32_t> passes;
  script_.plan = [&](std::uint32_t pass, v1e::Requests& requests) {
    passes.push_back(pass);
    if (pass < 2) {
      requests.add(request(V1E_SRC_SPIKES, V1E_LAYOUT_EVENTS, V1E_STRIPE_TRIALS));
    }
  };
  ASSERT_TRUE(run().ok);
  EXPECT_EQ(passes, (std::vector<std::uint32_t>{0, 1, 2}));
  EXPECT_EQ(script_.stripes.size(), 6u);
  EXPECT_EQ(script_.stripes[3][0].head.pass, 1u);
}

TEST_F(Planner, SaysWhatWasNotRecorded) {
  auto wanted = request(V1E_SRC_STATE, V1E_LAYOUT_DENSE, V1E_STRIPE_TRIALS, "recurrent_current");
  AnalysisResult result = run_with(wanted);
  EXPECT_FALSE(result.ok);
  EXPECT_EQ(result.code, ExitCode::plugin);
  EXPECT_THAT(result.error, HasSubstr("a.toml:3:1: analysis 'probe'"));
  EXPECT_THAT(result.error, HasSubstr("recorded: v, input_current"));
  EXPECT_THAT(result.error, HasSubstr("[record] variables"));
  static const std::uint32_t odd[] = {3};
  wanted.variable = "v";
  wanted.neuron_count = 1;
  wanted.neurons = odd;
  EXPECT_THAT(run_with(wanted).error, HasSubstr("variables_of"));
  run_->change().spike_positions = std::vector<std::uint32_t>{1, 2};
  auto spikes = request(V1E_SRC_SPIKES, V1E_LAYOUT_EVENTS, V1E_STRIPE_TRIALS);
  spikes.neuron_count = 1;
  spikes.neurons = odd;
  EXPECT_THAT(run_with(spikes).error, HasSubstr("[record] spikes"));
  wanted.neuron_count = 0;
  wanted.begin_ms = 60.0;
  EXPECT_THAT(run_with(wanted).error, HasSubstr("no step"));
}

TEST_F(Planner, AFailingPluginLeavesNothingBehind) {
  for (const char* where : {"create", "consume", "end_pass", "finish"}) {
    script_.fail_in = where;
    const AnalysisResult result =
        run_with(request(V1E_SRC_SPIKES, V1E_LAYOUT_EVENTS, V1E_STRIPE_TRIALS), 2);
    EXPECT_FALSE(result.ok);
    EXPECT_EQ(result.code, ExitCode::plugin);
    EXPECT_THAT(result.error, HasSubstr(std::string("failed in ") + where));
    EXPECT_TRUE(std::filesystem::is_empty(folder_.path())) << where;
  }
}

TEST_F(Planner, WritesResultsAndReturnsWarnings) {
  script_.finish = [](v1e::Output& output) {
    v1e::Table table;
    table.column("x", "ms", std::vector<double>{1.0});
    output.table("t", "A table", table);
    output.warn("few trials");
  };
  const AnalysisResult result =
      run_with(request(V1E_SRC_SPIKES, V1E_LAYOUT_EVENTS, V1E_STRIPE_TRIALS));
  ASSERT_TRUE(result.ok) << result.error;
  EXPECT_EQ(result.warnings, std::vector<std::string>{"few trials"});
  EXPECT_EQ(json_of(folder_.path() / "probe" / "summary.json")["plugin"], "probe");
  EXPECT_EQ(text_of(folder_.path() / "probe" / "t.csv"), "x [ms]\n1\n");
}

TEST_F(Planner, StopsWhenToldTo) {
  stop_ = true;
  EXPECT_THROW(run_with(request(V1E_SRC_SPIKES, V1E_LAYOUT_EVENTS, V1E_STRIPE_TRIALS)), Error);
}

TEST_F(Planner, RefusesRunsWithoutTrialsOrSeveralRuns) {
  script_.plan = [](std::uint32_t, v1e::Requests&) {};
  ThreadPool pool(1);
  const auto& plugin = registry_.find(plugin::Kind::analysis, "probe");
  const auto place = folder_.path() / "probe";
  EXPECT_THAT(run_analysis(use_, plugin, {run_, run_}, place, host_, pool).error,
              HasSubstr("one run"));
  run_->change().trials = 0;
  EXPECT_THAT(run_analysis(use_, plugin, {run_}, place, host_, pool).error,
              HasSubstr("no finished trial"));
}

}  // namespace
}  // namespace v1::analysis
