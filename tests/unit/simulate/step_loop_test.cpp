#include "engine/simulate/step_loop.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <utility>

#include "engine/base/error.hpp"
#include "engine/simulate/backend_handle.hpp"
#include "tests/unit/simulate/backend_run.hpp"

namespace v1::simulate {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A backend whose neuron k spikes in steps that are multiples of k + 2, and that writes down how
// it was called.
struct ScriptedBackend {
  std::vector<std::string> calls;
  std::int64_t step = 0;
  std::int64_t fail_at_step = -1;
  double carried = 0.0;  // its whole state
  v1e_ticket ticket = 0;
  std::uint64_t injected = 0;
  // The last two windows: what the interface promises to keep.
  struct Window {
    std::int64_t begin = 0;
    std::vector<std::uint64_t> offset;
    std::vector<std::uint32_t> neuron;
    std::vector<float> samples;
  };
  Window windows[2];
};

ScriptedBackend* current = nullptr;
v1e_backend* handle() { return reinterpret_cast<v1e_backend*>(current); }

v1e_status create(const v1e_settings*, const v1e_backend_env* env, v1e_backend** out,
                  v1e_error*) noexcept {
  current->calls.push_back("create threads=" + std::to_string(env->threads));
  *out = handle();
  return V1E_OK;
}
v1e_status bind_rates(v1e_backend*, std::uint32_t block, std::uint32_t, const v1e_rates* rates,
                      v1e_error*) noexcept {
  current->calls.push_back("bind block=" + std::to_string(block) +
                           " frames=" + std::to_string(rates->frame_count));
  return V1E_OK;
}
v1e_status bind_pulses(v1e_backend*, std::uint32_t, std::uint32_t count, const v1e_pulse* const*,
                       v1e_error*) noexcept {
  current->calls.push_back("pulses " + std::to_string(count));
  return V1E_OK;
}
v1e_status begin_trial(v1e_backend*, std::uint32_t, std::uint32_t trial, std::uint32_t,
                       std::uint32_t mode, v1e_error*) noexcept {
  current->calls.push_back("begin " + std::to_string(trial) +
                           (mode == V1E_TRIAL_KEEP_STATE ? " keep" : " reset"));
  if (mode == V1E_TRIAL_RESET) current->carried = 0.0;
  current->step = 0;
  return V1E_OK;
}
v1e_status inject(v1e_backend*, const v1e_spikes* spikes, v1e_error*) noexcept {
  for (std::uint64_t i = 0; i < spikes->offset[spikes->step_count]; ++i) {
    current->injected += spikes->count[i];
  }
  return V1E_OK;
}
v1e_status advance(v1e_backend*, std::int64_t steps, v1e_ticket* ticket, v1e_error* err) noexcept {
  ScriptedBackend& b = *current;
  if (b.fail_at_step >= 0 && b.step + steps > b.fail_at_step) {
    std::strcpy(err->message, "membrane potential of neuron 4 is not finite");
    return V1E_E_NUMERIC;
  }
  ScriptedBackend::Window& window = b.windows[++b.ticket % 2];
  window = {b.step, {0}, {}, {}};
  for (std::int64_t s = b.step; s < b.step + steps; ++s) {
    for (std::uint32_t k = 0; k < 3; ++k) {
      if (s % (k + 2) == 0) window.neuron.push_back(k);
    }
    window.offset.push_back(window.neuron.size());
    window.samples.push_back(static_cast<float>(s));
    b.carried += 1.0;
  }
  b.step += steps;
  *ticket = b.ticket;
  return V1E_OK;
}
v1e_status drain_spikes(v1e_backend*, v1e_ticket ticket, v1e_spikes* out, v1e_error*) noexcept {
  const ScriptedBackend::Window& window = current->windows[ticket % 2];
  out->step_begin = window.begin;
  out->offset = window.offset.data();
  out->neuron = window.neuron.data();
  return V1E_OK;
}
v1e_status drain_probe(v1e_backend*, v1e_ticket ticket, std::uint32_t, std::uint32_t,
                       v1e_const_array* out, std::int64_t* first, v1e_error*) noexcept {
  const ScriptedBackend::Window& window = current->windows[ticket % 2];
  out->data = window.samples.data();
  out->dtype = V1E_F32;
  out->ndim = 2;
  out->shape[0] = static_cast<std::int64_t>(window.samples.size());
  out->shape[1] = 1;
  *first = window.begin;
  return V1E_OK;
}
v1e_status save(v1e_backend*, std::uint32_t, const v1e_state_writer* writer,
                v1e_error* err) noexcept {
  v1e_const_array array{};
  array.data = &current->carried;
  array.dtype = V1E_F64;
  array.ndim = 1;
  array.shape[0] = 1;
  array.stride[0] = 8;
  return writer->put(writer->ctx, "carried", &array, err);
}
v1e_status load(v1e_backend*, std::uint32_t, const v1e_state_reader* reader,
                v1e_error* err) noexcept {
  v1e_array array{};
  const v1e_status status = reader->get(reader->ctx, "carried", &array, err);
  if (status != V1E_OK) return status;
  array.data = &current->carried;
  return reader->get(reader->ctx, "carried", &array, err);
}
// Keeps what it is handed.
struct MemorySink : RecordingSink {
  std::vector<std::string> log;
  std::uint64_t spike_count = 0;
  std::vector<float> samples;
  std::vector<double> carried;
  BackendState state;  // of the last trial
  void begin_trial(std::uint32_t trial) override {
    log.push_back("begin " + std::to_string(trial));
  }
  void spikes(const SpikeWindow& window) override { spike_count += window.source.size(); }
  void probe(const ProbeWindow& window) override {
    const auto* data = static_cast<const float*>(window.data);
    samples.insert(samples.end(), data, data + window.sample_count);
  }
  void end_trial(std::uint32_t trial, BackendState end) override {
    log.push_back("end " + std::to_string(trial));
    state = std::move(end);
    if (state.empty()) return;
    double value = 0.0;
    std::memcpy(&value, state.at(0).bytes.data(), sizeof value);
    carried.push_back(value);
  }
};

class StepLoopTest : public BackendRun {
 protected:
  StepLoopTest() : BackendRun({10, 11, 12}, 600.0) {}
  void SetUp() override {
    current = &backend_;
    simulation_.trials = 3;
    v1e_backend_api& api = plugin_.backend_api;
    api.create = create;
    api.bind_rates = bind_rates;
    api.bind_pulses = bind_pulses;
    api.begin_trial = begin_trial;
    api.inject_spikes = inject;
    api.advance = advance;
    api.drain_spikes = drain_spikes;
    api.drain_probe = drain_probe;
    api.save = save;
    api.load = load;
  }

  ScriptedBackend backend_;
};

TEST_F(StepLoopTest, CarriesStateFromTrialToTrial) {
  MemorySink sink;
  const StepLoopResult result = run(sink);
  EXPECT_EQ(result.trials_done, 3u);
  EXPECT_FALSE(result.stopped);
  EXPECT_THAT(backend_.calls,
              ElementsAre("create threads=1", "begin 0 reset", "begin 1 keep", "begin 2 keep"));
  EXPECT_THAT(sink.log, ElementsAre("begin 0", "end 0", "begin 1", "end 1", "begin 2", "end 2"));
  EXPECT_EQ(sink.spike_count, 3u * (300 + 200 + 150));
  EXPECT_THAT(sink.carried, ElementsAre(600.0, 1200.0, 1800.0));
}

TEST_F(StepLoopTest, ArraysOfAStateMayHaveAnyStrides) {
  plugin_.backend_api.save = [](v1e_backend*, std::uint32_t, const v1e_state_writer* writer,
                                v1e_error* err) noexcept {
    static const std::uint32_t values[2][4] = {{0, 1, 2, 3}, {10, 11, 12, 13}};
    v1e_const_array array{};
    array.data = values;
    array.dtype = V1E_U32;
    array.ndim = 2;
    array.shape[0] = 2;
    array.shape[1] = 3;
    array.stride[0] = sizeof values[0];
    array.stride[1] = sizeof values[0][0];
    writer->put(writer->ctx, "cut off", &array, err);
    std::swap(array.shape[0], array.shape[1]);
    std::swap(array.stride[0], array.stride[1]);
    writer->put(writer->ctx, "turned", &array, err);
    array.shape[0] = 0;
    return writer->put(writer->ctx, "empty", &array, err);
  };
  simulation_.trials = 1;
  MemorySink sink;
  run(sink);
  ASSERT_EQ(sink.state.size(), 3u);
  const auto values = [&](std::size_t i) {
    std::vector<std::uint32_t> found(sink.state[i].bytes.size() / sizeof(std::uint32_t));
    std::memcpy(found.data(), sink.state[i].bytes.data(), sink.state[i].bytes.size());
    return found;
  };
  EXPECT_THAT(values(0), ElementsAre(0, 1, 2, 10, 11, 12));
  EXPECT_THAT(values(1), ElementsAre(0, 10, 1, 11, 2, 12));
  EXPECT_TRUE(values(2).empty());
}

TEST_F(StepLoopTest, IndependentTrialsStartFromTheInitialState) {
  simulation_.carry_state = false;
  MemorySink sink;
  run(sink);
  EXPECT_THAT(backend_.calls,
              ElementsAre("create threads=1", "begin 0 reset", "begin 1 reset", "begin 2 reset"));
  EXPECT_TRUE(sink.carried.empty());
}

TEST_F(StepLoopTest, ProbesArriveInOrderWithoutGaps) {
  simulation_.trials = 1;
  setup_.probes = {{"v", {0}, V1E_F32}};
  MemorySink sink;
  run(sink);
  ASSERT_EQ(sink.samples.size(), 600u);
  for (std::size_t s = 0; s < 600; ++s) EXPECT_EQ(sink.samples[s], static_cast<float>(s));
}

TEST_F(StepLoopTest, ResumesFromTheSavedState) {
  setup_.first_trial = 2;
  StateArray array;
  array.name = "carried";
  array.shape = {1};
  array.bytes.resize(sizeof(double));
  const double value = 1200.0;
  std::memcpy(array.bytes.data(), &value, sizeof value);
  setup_.initial_state = {array};
  MemorySink sink;
  EXPECT_EQ(run(sink).trials_done, 1u);
  EXPECT_THAT(sink.carried, ElementsAre(1800.0));
}

TEST_F(StepLoopTest, StopsBetweenWindowsWithoutTheUnfinishedTrial) {
  int windows = 0;
  setup_.stop_requested = [&] { return ++windows > 4; };  // 3 windows a trial
  MemorySink sink;
  const StepLoopResult result = run(sink);
  EXPECT_TRUE(result.stopped);
  EXPECT_EQ(result.trials_done, 1u);
  EXPECT_THAT(sink.log, ElementsAre("begin 0", "end 0", "begin 1"));
}

TEST_F(StepLoopTest, InjectsEveryEventOnceWithItsMultiplicity) {
  network::EdgeBlock& block = network_.blocks.emplace_back();
  block.name = "thalamus";
  block.source_kind = network::SourceKind::events;
  block.source_id = {5};
  block.row_ptr = {0, 0};
  simulation_.trials = 2;
  setup_.events = [](std::uint32_t) {
    return std::vector<EventTrain>{{0, {0, 249, 250, 250, 599}, {0, 0, 0, 0, 0}}};
  };
  MemorySink sink;
  run(sink);
  EXPECT_EQ(backend_.injected, 10u);
}

TEST_F(StepLoopTest, BindsThresholdsOnceForTrialsOfOneCondition) {
  network::EdgeBlock& block = network_.blocks.emplace_back();
  block.name = "lgn";
  block.source_kind = network::SourceKind::rates;
  block.source_id = {0, 1};
  block.row_ptr = {0, 0, 0};
  setup_.condition_of_trial = [](std::uint32_t trial) { return trial == 2 ? 1u : 0u; };
  setup_.thresholds = [](std::uint32_t) {
    Thresholds thresholds;
    thresholds.values = std::make_shared<const RawVector<std::uint32_t>>(1200, 7u);
    return std::vector<Thresholds>{thresholds};
  };
  MemorySink sink;
  run(sink);
  EXPECT_THAT(backend_.calls,
              ElementsAre("create threads=1", "bind block=0 frames=600", "begin 0 reset",
                          "begin 1 keep", "bind block=0 frames=600", "begin 2 keep"));
}

TEST_F(StepLoopTest, ReportsWhatTheBackendSays) {
  backend_.fail_at_step = 300;
  MemorySink sink;
  try {
    run(sink);
    FAIL() << "no exception";
  } catch (const Error& e) {
    EXPECT_EQ(e.code(), ExitCode::internal);
    EXPECT_THAT(e.what(), HasSubstr("scripted"));
    EXPECT_THAT(e.what(), HasSubstr("neuron 4 is not finite"));
  }
}

TEST_F(StepLoopTest, WindowsShrinkWhenProbesAreLarge) {
  run(*std::make_unique<MemorySink>());
  EXPECT_EQ(window_steps(setup_), 250);
  setup_.probes.assign(4, {"v", std::vector<std::uint32_t>(51978), V1E_F16});
  EXPECT_EQ(window_steps(setup_), 28);  // 12 MiB of samples
  setup_.probes.assign(4, {"v", std::vector<std::uint32_t>(230924), V1E_F16});
  EXPECT_EQ(window_steps(setup_), 8);
  plugin_.backend_api.caps |= V1E_CAP_ASYNC;
  EXPECT_EQ(window_steps(setup_), 144);  // 256 MiB
}

}  // namespace
}  // namespace v1::simulate
