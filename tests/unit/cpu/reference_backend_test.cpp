#include <v1e/plugin.h>

#include "tests/unit/cpu/random_network.hpp"
#include "tests/unit/cpu/settings.hpp"

/// The conformance proof of the backend interface: the example backend of the SDK, which shares
/// only the headers that every third party has, gives bit for bit what cpu gives.
namespace v1::test {
namespace {

constexpr std::int64_t steps = 160;

const v1e_backend_api* reference() {
  return static_cast<const v1e_backend_api*>(v1e_module_v1()->plugins[0]->api);
}

class ReferenceBackend : public testing::TestWithParam<Setting> {
 protected:
  RunnerOptions options(const v1e_backend_api* api) const {
    RunnerOptions o = GetParam().options(steps);
    o.api = api;
    return o;
  }
  bool exact() const { return GetParam().exact(); }
};

TEST_P(ReferenceBackend, GivesTheSpikesSamplesAndStateOfCpu) {
  auto network = random_network(exact(), true, GetParam().moving_threshold);
  const auto run = [&](const v1e_backend_api* api, std::int64_t window) {
    RunnerOptions o = options(api);
    for (const char* variable : {"v", "input_current", "recurrent_current", "bottom_up_current",
                                 "background_current", "asc_current"}) {
      o.probes.push_back({variable, V1E_F32, 1, {0, 5, 100, 239}});
    }
    o.probes.push_back({"v", V1E_F16, 3, {1, 2}});
    auto runner = std::make_unique<CpuRunner>(network->view(), o);
    runner->bind_pulse(0, 10, 90, {3, 4, 5}, 250.0f);
    run_random(*runner, steps, window);
    return runner;
  };
  const auto cpu = run(nullptr, steps);
  ASSERT_GT(cpu->spikes[0].size(), 100u);
  for (const std::int64_t window : {steps, std::int64_t{7}}) {
    const auto slow = run(reference(), window);
    EXPECT_EQ(slow->spikes, cpu->spikes);
    EXPECT_EQ(slow->block_spikes, cpu->block_spikes);
    EXPECT_EQ(slow->samples, cpu->samples);
    EXPECT_EQ(slow->sample_steps, cpu->sample_steps);
    EXPECT_EQ(slow->read("v"), cpu->read("v"));
    EXPECT_TRUE(slow->save() == cpu->save());
    EXPECT_EQ(slow->counter("synaptic_events"), cpu->counter("synaptic_events"));
    EXPECT_EQ(slow->counter("saturated_samples"), cpu->counter("saturated_samples"));
  }
}

TEST_P(ReferenceBackend, LanesAreThoseOfCpu) {
  auto network = random_network(exact(), true, GetParam().moving_threshold);
  const auto run = [&](const v1e_backend_api* api) {
    RunnerOptions o = options(api);
    o.lanes = 3;
    CpuRunner runner(network->view(), o);
    runner.bind_rates(1, 0, random_rates(), 10, 40);
    for (std::uint32_t lane = 0; lane < 3; ++lane) runner.begin(lane, lane + 4);
    runner.run(steps, 64);
    return runner.spikes;
  };
  EXPECT_EQ(run(reference()), run(nullptr));
}

// A checkpoint of one backend continues in the other.
TEST_P(ReferenceBackend, CheckpointsMoveBetweenBackends) {
  auto network = random_network(exact(), true, GetParam().moving_threshold);
  const auto make = [&](const v1e_backend_api* api) {
    auto runner = std::make_unique<CpuRunner>(network->view(), options(api));
    runner->bind_rates(1, 0, random_rates(), 10, 40);
    return runner;
  };
  const auto second_trial = [&](CpuRunner& runner) {
    runner.spikes[0].clear();
    runner.begin(0, 2, 0, V1E_TRIAL_KEEP_STATE);
    runner.run(steps);
    return runner.spikes[0];
  };
  const auto first = make(nullptr);
  first->begin(0, 1);
  first->run(steps);
  const SavedState middle = first->save();
  const auto expected = second_trial(*first);
  ASSERT_FALSE(expected.empty());
  const auto moved = make(reference());
  moved->load(middle);
  EXPECT_TRUE(moved->save() == middle);
  EXPECT_EQ(second_trial(*moved), expected);
  const auto back = make(nullptr);
  back->load(middle);
  EXPECT_EQ(second_trial(*back), expected);
}

// A moving threshold is no part of the published scheme, here as in cpu.
TEST(ReferenceBackendRefuses, AMovingThresholdInTheSchemeOfThePublishedModel) {
  auto network = random_network(false, true, true);
  RunnerOptions o;
  o.scheme = V1E_SCHEME_BILLEH_TF;
  o.api = reference();
  EXPECT_THROW(CpuRunner(network->view(), o), BackendError);
}

INSTANTIATE_TEST_SUITE_P(Schemes, ReferenceBackend, all_settings(), setting_name);

}  // namespace
}  // namespace v1::test
