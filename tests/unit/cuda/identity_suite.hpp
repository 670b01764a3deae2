#pragma once
#include <gmock/gmock.h>

#include <string>

#include "tests/unit/cuda/mixed_network.hpp"

/// The cuda backend gives the bits of the cpu backend: the same tests with the host's loops
/// (always) and on a device (where there is one). Included once by each; the including file
/// defines backends_under_test() and skip_reason().
namespace v1::test {

/// Tables that must agree with the cpu backend.
std::vector<const v1e_backend_api*> backends_under_test();
/// Why there is nothing to test here, or "".
std::string skip_reason();

struct IdentityCase {
  const char* name;
  Cells cells;
  std::uint32_t neurons;
  std::int64_t steps;
  std::uint32_t scheme = V1E_SCHEME_EXACT;
  std::uint32_t reset_rule = V1E_RESET_HARD;
  std::uint32_t precision_bits = 32;
  bool wide = false;
};

inline std::ostream& operator<<(std::ostream& out, const IdentityCase& c) { return out << c.name; }

class CudaIdentity : public testing::TestWithParam<IdentityCase> {
 protected:
  void SetUp() override {
    if (!skip_reason().empty()) GTEST_SKIP() << skip_reason();
    const IdentityCase& c = GetParam();
    network_ = mixed_network(c.neurons, c.cells, c.scheme == V1E_SCHEME_EXACT, c.wide);
  }

  RunnerOptions options() const {
    RunnerOptions o;
    o.scheme = GetParam().scheme;
    o.reset_rule = GetParam().reset_rule;
    o.precision_bits = GetParam().precision_bits;
    o.steps_per_trial = GetParam().steps;
    return o;
  }
  std::vector<ProbeRequest> all_probes() const {
    const std::uint32_t last = GetParam().neurons - 1;
    std::vector<std::uint32_t> some = {0};
    if (last > 20) some.insert(some.end(), {3, 17, last / 2});
    if (last > 0) some.push_back(last);
    return {{"v", V1E_F32, 1, some},
            {"input_current", V1E_F16, 3, some},
            {"recurrent_current", V1E_F32, 2, some},
            {"bottom_up_current", V1E_F32, 1, some},
            {"background_current", V1E_F16, 1, some},
            {"asc_current", V1E_F32, 1, some}};
  }

  struct Outcome {
    std::vector<std::vector<Spike>> spikes;
    std::vector<std::vector<std::vector<Spike>>> block_spikes;
    std::vector<std::vector<std::vector<float>>> samples;
    std::vector<std::vector<std::int64_t>> sample_steps;
    std::vector<double> v, input_current, asc_current;
    SavedState saved;
    std::uint64_t synaptic_events = 0, spike_count = 0;
  };

  static void expect_same(const Outcome& a, const Outcome& b) {
    EXPECT_TRUE(a.spikes == b.spikes);
    EXPECT_TRUE(a.block_spikes == b.block_spikes);
    EXPECT_TRUE(a.samples == b.samples);
    EXPECT_TRUE(a.sample_steps == b.sample_steps);
    EXPECT_TRUE(a.v == b.v);
    EXPECT_TRUE(a.input_current == b.input_current);
    EXPECT_TRUE(a.asc_current == b.asc_current);
    EXPECT_EQ(a.synaptic_events, b.synaptic_events);
    EXPECT_EQ(a.spike_count, b.spike_count);
    ASSERT_EQ(a.saved.size(), b.saved.size());
    for (const auto& [name, array] : a.saved) {
      ASSERT_TRUE(b.saved.count(name)) << name;
      EXPECT_TRUE(array == b.saved.at(name)) << name;
    }
  }

  void prepare(CpuRunner& runner) const {
    runner.bind_rates(1, 0, random_thresholds(), 10, 40);
    const std::uint32_t last = GetParam().neurons - 1;
    runner.bind_pulse(0, 5, 60, {0, last / 3 + (last > 0 ? 1u : 0u)}, 400.0f);
  }

  // Thresholds of the 60 rate-driven sources: 10 frames of 40 steps.
  static std::vector<std::uint32_t> random_thresholds() {
    std::vector<std::uint32_t> thresholds;
    for (int frame = 0; frame < 10; ++frame) {
      for (int s = 0; s < 60; ++s) {
        thresholds.push_back(kernels::rate_threshold(s == 7 ? 1.0 : 0.004 * ((frame + s) % 20)));
      }
    }
    return thresholds;
  }

  static std::vector<Spike> file_spikes(std::int64_t steps) {
    std::vector<Spike> events;
    for (std::int64_t s = 0; s < steps; s += 3) {
      events.push_back(
          {s, static_cast<std::uint32_t>(7 * s % 20), static_cast<std::uint32_t>(1 + s % 2)});
    }
    return events;
  }

  // One trial in all lanes, trial number first + lane, in windows.
  void run(CpuRunner& runner, std::uint32_t lanes, std::uint32_t first, std::int64_t window,
           std::uint32_t mode = V1E_TRIAL_RESET) const {
    const std::int64_t steps = GetParam().steps;
    for (std::uint32_t l = 0; l < lanes; ++l) runner.begin(l, first + l, 0, mode);
    const std::vector<Spike> events = file_spikes(steps);
    for (std::int64_t begin = 0; begin < steps; begin += window) {
      const std::int64_t now = std::min(window, steps - begin);
      for (std::uint32_t l = 0; l < lanes; ++l) {
        runner.inject(mixed_file_block, begin, now, events, l);
      }
      runner.run(now);
    }
  }

  void move_checkpoints(bool by_class) const {
    RunnerOptions o = options();
    if (by_class) o.probes = {{"recurrent_current", V1E_F32, 1, {0}}};
    CpuRunner cpu(network_->view(), o);
    prepare(cpu);
    run(cpu, 1, 1, 64);
    const SavedState middle = cpu.save();
    cpu.spikes[0].clear();
    run(cpu, 1, 2, 64, V1E_TRIAL_KEEP_STATE);
    const SavedState end = cpu.save();
    for (const v1e_backend_api* api : backends_under_test()) {
      BackendRunner cuda(network_->view(), o, *api);
      prepare(cuda);
      cuda.load(middle);
      EXPECT_TRUE(cuda.save() == middle);
      run(cuda, 1, 2, 41, V1E_TRIAL_KEEP_STATE);
      EXPECT_TRUE(cuda.spikes[0] == cpu.spikes[0]);
      EXPECT_TRUE(cuda.save() == end);
      // Nothing of what ran since is left when the state is loaded once more.
      cuda.load(middle);
      run(cuda, 1, 2, 41, V1E_TRIAL_KEEP_STATE);
      EXPECT_TRUE(cuda.save() == end);
      // And back, into an instance of the cpu that has run something else.
      CpuRunner back(network_->view(), o);
      prepare(back);
      back.load(cuda.save());
      EXPECT_TRUE(back.save() == end);
    }
  }

  static Outcome outcome_of(CpuRunner& runner) {
    return {runner.spikes,
            runner.block_spikes,
            runner.samples,
            runner.sample_steps,
            runner.read("v"),
            runner.read("input_current"),
            runner.read("asc_current"),
            runner.save(),
            runner.counter("synaptic_events"),
            runner.counter("spikes")};
  }

  std::unique_ptr<FakeNetwork> network_;
};

TEST_P(CudaIdentity, SpikesSamplesAndStateAreThoseOfTheCpu) {
  RunnerOptions o = options();
  o.probes = all_probes();
  CpuRunner cpu(network_->view(), o);
  prepare(cpu);
  run(cpu, 1, 5, 64);
  const Outcome expected = outcome_of(cpu);
  // Between 1 and 400 Hz, so that the comparison means something (a lone neuron: fires at all).
  const double rate_hz = 1000.0 * static_cast<double>(expected.spikes[0].size()) /
                         static_cast<double>(GetParam().steps) / GetParam().neurons;
  EXPECT_GT(rate_hz, 1.0);
  EXPECT_LT(rate_hz, 400.0);
  for (std::size_t b = 1; b <= 4; ++b) EXPECT_GT(expected.block_spikes[0][b].size(), 10u) << b;
  for (const v1e_backend_api* api : backends_under_test()) {
    for (const std::int64_t window : {std::int64_t{64}, GetParam().steps}) {
      BackendRunner cuda(network_->view(), o, *api);
      prepare(cuda);
      run(cuda, 1, 5, window);
      expect_same(expected, outcome_of(cuda));
    }
  }
}

TEST_P(CudaIdentity, ProbesDoNotMatter) {
  CpuRunner cpu(network_->view(), options());
  prepare(cpu);
  run(cpu, 1, 5, 64);
  const Outcome expected = outcome_of(cpu);
  for (const v1e_backend_api* api : backends_under_test()) {
    BackendRunner cuda(network_->view(), options(), *api);
    prepare(cuda);
    run(cuda, 1, 5, 50);
    expect_same(expected, outcome_of(cuda));
  }
}

TEST_P(CudaIdentity, LanesGiveWhatTrialsInTurnGive) {
  if (GetParam().neurons > 1000) GTEST_SKIP() << "covered by the smaller networks";
  std::vector<std::vector<Spike>> in_turn;
  for (std::uint32_t trial = 0; trial < 3; ++trial) {
    CpuRunner cpu(network_->view(), options());
    prepare(cpu);
    run(cpu, 1, trial, 100);
    in_turn.push_back(cpu.spikes[0]);
  }
  RunnerOptions o = options();
  o.lanes = 3;
  for (const v1e_backend_api* api : backends_under_test()) {
    BackendRunner cuda(network_->view(), o, *api);
    prepare(cuda);
    run(cuda, 3, 0, 33);
    EXPECT_TRUE(cuda.spikes == in_turn);
    // Fewer trials than lanes: the others stand still and put nothing out.
    for (auto& spikes : cuda.spikes) spikes.clear();
    run(cuda, 1, 2, 33);
    EXPECT_TRUE(cuda.spikes[0] == in_turn[2]);
    EXPECT_TRUE(cuda.spikes[1].empty());
  }
}

// With sums of each class of current, and without: then a common source's events are looked up.
TEST_P(CudaIdentity, CheckpointsMoveBetweenBackends) {
  for (const bool by_class : {true, false}) move_checkpoints(by_class);
}

inline std::vector<IdentityCase> identity_cases() {
  const auto exact = V1E_SCHEME_EXACT, tf = V1E_SCHEME_BILLEH_TF;
  const auto hard = V1E_RESET_HARD, soft = V1E_RESET_SOFT;
  return {{"OneNeuron", Cells::glif, 1, 200},
          {"Glif300", Cells::glif, 300, 200},
          // Its last step draws from the common source, whose events are still on their way.
          {"Glif300OddSteps", Cells::glif, 300, 121},
          {"Glif300Double", Cells::glif, 300, 120, exact, hard, 64},
          {"Glif300Wide", Cells::glif, 300, 120, exact, hard, 32, true},
          {"Glif300DoubleWide", Cells::glif, 300, 100, exact, hard, 64, true},
          {"MovingThreshold300", Cells::moving_glif, 300, 200},
          {"MovingThreshold300DoubleWide", Cells::moving_glif, 300, 100, exact, hard, 64, true},
          {"Alpha300", Cells::iaf_alpha, 300, 120},
          {"Delta300", Cells::iaf_delta, 300, 120},
          {"DoubleAlpha300", Cells::double_alpha, 300, 120},
          {"Mixed300", Cells::mixed, 300, 200},
          {"TfHard300", Cells::glif, 300, 200, tf, hard},
          {"TfSoft300", Cells::glif, 300, 120, tf, soft},
          {"TfSoft300DoubleWide", Cells::glif, 300, 100, tf, soft, 64, true},
          {"Glif5000", Cells::glif, 5000, 60},
          {"Mixed5000", Cells::mixed, 5000, 60}};
}

INSTANTIATE_TEST_SUITE_P(Networks, CudaIdentity, testing::ValuesIn(identity_cases()),
                         [](const auto& c) { return std::string(c.param.name); });

}  // namespace v1::test
