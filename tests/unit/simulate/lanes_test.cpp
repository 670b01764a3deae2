#include "engine/simulate/lanes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "plugin_api/include/v1e/ext/lanes.h"
#include "tests/unit/simulate/backend_run.hpp"

namespace v1::simulate {
namespace {

using ::testing::ElementsAre;

// A backend in whose lane neuron 0 spikes once per window, with the trial's number as its step.
struct Lane {
  std::uint32_t trial = 0, slot = 0;
  std::int64_t step = 0;
  bool in_trial = false;
};
struct LaneBackend {
  std::vector<Lane> lanes;
  std::uint32_t suggestion = 3;
  std::uint32_t asked = 0;
  std::vector<std::string> calls;
  std::vector<std::uint64_t> offset;
  std::uint32_t neuron = 0;
  v1e_ticket ticket = 0;
};
LaneBackend* current = nullptr;

v1e_status create(const v1e_settings*, const v1e_backend_env* env, v1e_backend** out,
                  v1e_error*) noexcept {
  current->lanes.resize(env->lane_count);
  *out = reinterpret_cast<v1e_backend*>(current);
  return V1E_OK;
}
v1e_status bind_rates(v1e_backend*, std::uint32_t, std::uint32_t slot, const v1e_rates* rates,
                      v1e_error*) noexcept {
  current->calls.push_back("slot " + std::to_string(slot) + " = condition " +
                           std::to_string(rates->threshold[0]));
  return V1E_OK;
}
v1e_status begin_trial(v1e_backend*, std::uint32_t lane, std::uint32_t trial, std::uint32_t slot,
                       std::uint32_t, v1e_error*) noexcept {
  current->lanes[lane] = {trial, slot, 0, true};
  current->calls.push_back("trial " + std::to_string(trial) + " in lane " + std::to_string(lane) +
                           " with slot " + std::to_string(slot));
  return V1E_OK;
}
v1e_status advance(v1e_backend*, std::int64_t steps, v1e_ticket* ticket, v1e_error*) noexcept {
  for (Lane& lane : current->lanes) lane.step += lane.in_trial ? steps : 0;
  current->offset.assign(static_cast<std::size_t>(steps) + 1, 1);
  current->offset[0] = 0;
  *ticket = ++current->ticket;
  return V1E_OK;
}
v1e_status drain_spikes(v1e_backend*, v1e_ticket, v1e_spikes* out, v1e_error*) noexcept {
  current->neuron = current->lanes[out->lane].trial;
  out->offset = current->offset.data();
  out->neuron = &current->neuron;
  return V1E_OK;
}
v1e_status suggest(const v1e_settings*, const v1e_backend_env* env, std::uint32_t* lanes,
                   v1e_error*) noexcept {
  current->asked = env->lane_count;
  *lanes = current->suggestion;
  return V1E_OK;
}
const void* get_extension(const char* id) noexcept {
  static const v1e_lanes extension = {sizeof(v1e_lanes), 0, suggest};
  return std::strcmp(id, V1E_EXTENSION_LANES) == 0 ? &extension : nullptr;
}

struct LogSink : RecordingSink {
  std::vector<std::string> log;
  void begin_trial(std::uint32_t trial) override { add("begin ", trial); }
  void spikes(const SpikeWindow& window) override {
    EXPECT_EQ(window.source[0], window.trial);
    add("spikes ", window.trial);
  }
  void probe(const ProbeWindow&) override {}
  void end_trial(std::uint32_t trial, BackendState) override { add("end ", trial); }
  void add(const char* what, std::uint32_t trial) { log.push_back(what + std::to_string(trial)); }
};

class LanesTest : public BackendRun {
 protected:
  LanesTest() : BackendRun({10}, 300.0) {}  // two windows
  void SetUp() override {
    current = &backend_;
    simulation_.carry_state = false;
    raw_.struct_size = sizeof raw_;
    raw_.get_extension = get_extension;
    module_->raw = &raw_;
    v1e_backend_api& api = plugin_.backend_api;
    api.create = create;
    api.bind_rates = bind_rates;
    api.begin_trial = begin_trial;
    api.advance = advance;
    api.drain_spikes = drain_spikes;
  }

  StepLoopResult run(std::uint32_t trials, LogSink& sink) {
    simulation_.trials = trials;
    return BackendRun::run(sink);
  }

  LaneBackend backend_;
  v1e_module raw_{};
};

TEST_F(LanesTest, TrialsRunInBlocksAndEndInOrder) {
  LogSink sink;
  const StepLoopResult result = run(5, sink);
  EXPECT_EQ(backend_.asked, 5u);
  EXPECT_EQ(result.lanes, 3u);
  EXPECT_EQ(result.trials_done, 5u);
  EXPECT_THAT(sink.log, ElementsAre("begin 0", "begin 1", "begin 2", "spikes 0", "spikes 1",
                                    "spikes 2", "spikes 0", "spikes 1", "spikes 2", "end 0",
                                    "end 1", "end 2", "begin 3", "begin 4", "spikes 3", "spikes 4",
                                    "spikes 3", "spikes 4", "end 3", "end 4"));
}

TEST_F(LanesTest, CarriedStateRunsOneTrialAtATime) {
  simulation_.carry_state = true;
  plugin_.backend_api.save = [](v1e_backend*, std::uint32_t, const v1e_state_writer*,
                                v1e_error*) noexcept -> v1e_status { return V1E_OK; };
  LogSink sink;
  EXPECT_EQ(run(4, sink).lanes, 1u);
  EXPECT_EQ(backend_.asked, 0u);
}

TEST_F(LanesTest, SuggestionsAreHeldToTheTrialsLeft) {
  backend_.suggestion = 100;
  setup_.first_trial = 2;
  LogSink sink;
  const StepLoopResult result = run(4, sink);
  EXPECT_EQ(result.lanes, 2u);
  EXPECT_EQ(result.trials_done, 2u);
}

TEST_F(LanesTest, ConditionsAreBoundOnceAndShared) {
  network::EdgeBlock& block = network_.blocks.emplace_back();
  block.name = "lgn";
  block.source_kind = network::SourceKind::rates;
  block.source_id = {0};
  block.row_ptr = {0, 0};
  const std::vector<std::uint32_t> shown = {7, 8, 7, 9, 8, 8};
  setup_.condition_of_trial = [&](std::uint32_t trial) { return shown[trial]; };
  setup_.thresholds = [](std::uint32_t condition) {
    Thresholds thresholds;
    thresholds.values = std::make_shared<const RawVector<std::uint32_t>>(300, condition);
    return std::vector<Thresholds>{thresholds};
  };
  LogSink sink;
  run(6, sink);
  EXPECT_THAT(
      backend_.calls,
      ElementsAre("slot 0 = condition 7", "slot 1 = condition 8", "trial 0 in lane 0 with slot 0",
                  "trial 1 in lane 1 with slot 1", "trial 2 in lane 2 with slot 0",
                  "slot 0 = condition 9", "trial 3 in lane 0 with slot 0",
                  "trial 4 in lane 1 with slot 1", "trial 5 in lane 2 with slot 1"));
}

}  // namespace
}  // namespace v1::simulate
