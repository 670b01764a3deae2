#include <gmock/gmock.h>

#include "plugins/backends/cuda/api.hpp"
#include "tests/emulated_cuda/emulated.hpp"
#include "tests/unit/cuda/emulated_backend.hpp"
#include "tests/unit/cuda/mixed_network.hpp"

/// Devices that are missing, too old, full or not the first, and that nothing is left behind.
namespace v1::test {
namespace {

using ::testing::HasSubstr;

/// Fails every test that leaves complaints or memory behind.
class Strict : public testing::EmptyTestEventListener {
  void OnTestEnd(const testing::TestInfo&) override {
    EXPECT_THAT(emulated::take_complaints(), testing::IsEmpty());
    const emulated::Holdings left = emulated::holdings();
    EXPECT_EQ(left.device_bytes, 0u);
    EXPECT_EQ(left.pinned_bytes, 0u);
    EXPECT_EQ(left.streams + left.events + left.graphs, 0u);
    EXPECT_EQ(left.kept_cache_bytes, 0u);
  }
};
[[maybe_unused]] const bool strict = [] {
  testing::UnitTest::GetInstance()->listeners().Append(new Strict);
  return true;
}();

class EmulatedDevice : public testing::Test {
 protected:
  ~EmulatedDevice() override { emulated::configure({}); }

  static std::pair<v1e_status, std::string> asked_for_devices() {
    std::uint32_t count = 7;
    v1e_error err{};
    err.struct_size = sizeof err;
    const v1e_status status = cuda::api().devices(&count, &err);
    return {status, status == V1E_OK ? std::to_string(count) : err.message};
  }
};

TEST_F(EmulatedDevice, IsCountedAndDescribed) {
  EXPECT_EQ(asked_for_devices(), (std::pair<v1e_status, std::string>(V1E_OK, "2")));
  v1e_device device{};
  device.struct_size = sizeof device;
  v1e_error err{};
  err.struct_size = sizeof err;
  ASSERT_EQ(cuda::api().device(1, &device, &err), V1E_OK) << err.message;
  EXPECT_STREQ(device.name, "Emulated device");
  EXPECT_STREQ(device.details, "sm_90, driver 13.0");
  EXPECT_EQ(device.memory_total, std::uint64_t{4} << 30);
  EXPECT_EQ(device.memory_free, device.memory_total);
}

TEST_F(EmulatedDevice, MissingDriversAndDevicesAreNamed) {
  const auto expect_refused = [](const emulated::Settings& settings, const char* words) {
    emulated::configure(settings);
    const auto [status, message] = asked_for_devices();
    EXPECT_EQ(status, V1E_E_DEVICE);
    EXPECT_THAT(message, HasSubstr(words));
  };
  emulated::Settings settings;
  settings.devices = 0;
  expect_refused(settings, "no CUDA device was found");
  settings.driver_version = 0;
  expect_refused(settings, "no NVIDIA driver is installed");
  settings.driver_version = 12040;
  expect_refused(settings, "serves CUDA 12.4, but this build needs 13.0");
  settings = {};
  settings.major = 7;
  expect_refused(settings, "compute capability 7.0, but this build needs 8.0");
}

TEST_F(EmulatedDevice, OtherDevicesThanTheFirst) {
  auto network = mixed_network(300, Cells::mixed, true);
  RunnerOptions o;
  o.steps_per_trial = 40;
  const auto run = [&](CpuRunner& runner) {
    runner.bind_rates(1, 0, std::vector<std::uint32_t>(600, 1u << 27), 10, 40);
    runner.begin();
    runner.run(40);
    return runner.save();
  };
  CpuRunner cpu(network->view(), o);
  const SavedState expected = run(cpu);
  o.device = 1;
  BackendRunner second(network->view(), o, cuda::api());
  o.device = 0;
  BackendRunner first(network->view(), o, cuda::api());
  EXPECT_TRUE(run(second) == expected);
  EXPECT_TRUE(run(first) == expected);
  o.device = 2;
  const auto [code, message] = failure_of([&] { BackendRunner(network->view(), o, cuda::api()); });
  EXPECT_EQ(code, V1E_E_DEVICE);
  EXPECT_THAT(message, HasSubstr("no CUDA device 2; this machine has 2"));
}

TEST_F(EmulatedDevice, FullMemoryIsSaidAndNothingStaysBehind) {
  emulated::Settings small;
  small.memory_bytes = 1 << 20;
  emulated::configure(small);
  auto network = mixed_network(5000, Cells::glif, true);
  RunnerOptions o;
  o.steps_per_trial = 40;
  const auto [code, message] = failure_of([&] { BackendRunner(network->view(), o, cuda::api()); });
  EXPECT_EQ(code, V1E_E_DEVICE_MEMORY);
  EXPECT_THAT(message, HasSubstr("are free"));
}

// Windows of several graphs, of a graph that was recorded before, and larger than all before.
TEST_F(EmulatedDevice, GraphsAreRecordedOnceForEachLength) {
  auto network = mixed_network(40, Cells::glif, true);
  RunnerOptions o;
  o.steps_per_trial = 1500;
  CpuRunner cpu(network->view(), o);
  BackendRunner device(network->view(), o, cuda::api());
  for (CpuRunner* runner : {static_cast<CpuRunner*>(&cpu), static_cast<CpuRunner*>(&device)}) {
    runner->bind_rates(1, 0, std::vector<std::uint32_t>(600, 1u << 27), 10, 150);
    runner->begin();
    for (const std::int64_t steps : {30, 30, 30, 300, 30, 520, 260, 300}) runner->run(steps);
  }
  EXPECT_GT(cpu.spikes[0].size(), 50u);
  EXPECT_TRUE(device.spikes == cpu.spikes);
  EXPECT_TRUE(device.save() == cpu.save());
}

}  // namespace
}  // namespace v1::test
