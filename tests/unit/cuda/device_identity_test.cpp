#include "plugins/backends/cuda/api.hpp"
#include "tests/unit/cuda/identity_suite.hpp"

/// On a GPU; skipped with the reason where there is none.
namespace v1::test {

std::vector<const v1e_backend_api*> backends_under_test() { return {&cuda::api()}; }

std::string skip_reason() {
  std::uint32_t count = 0;
  v1e_error err{};
  err.struct_size = sizeof err;
  return cuda::api().devices(&count, &err) == V1E_OK && count > 0 ? "" : err.message;
}

namespace {

// The size of the core of the column. Windows longer than one CUDA graph.
TEST(CudaDevice, TheCoreIsThatOfTheCpu) {
  if (!skip_reason().empty()) GTEST_SKIP() << skip_reason();
  auto network = mixed_network(51978, Cells::mixed, true);
  RunnerOptions o;
  o.steps_per_trial = 300;
  o.threads = 8;
  CpuRunner cpu(network->view(), o);
  BackendRunner cuda(network->view(), o, cuda::api());
  for (CpuRunner* runner : {static_cast<CpuRunner*>(&cpu), static_cast<CpuRunner*>(&cuda)}) {
    runner->bind_rates(1, 0, std::vector<std::uint32_t>(600, kernels::rate_threshold(0.02)), 10,
                       40);
    runner->begin(0, 3);
    runner->run(300);
  }
  EXPECT_GT(cpu.spikes[0].size(), 10000u);
  EXPECT_TRUE(cuda.spikes == cpu.spikes);
  EXPECT_TRUE(cuda.save() == cpu.save());
}

TEST(CudaDevice, RunningOutOfMemoryIsSaidBeforeTheRun) {
  if (!skip_reason().empty()) GTEST_SKIP() << skip_reason();
  auto network = mixed_network(300, Cells::glif, true);
  RunnerOptions o;
  o.lanes = 60000;
  o.steps_per_trial = 1 << 19;
  const auto [code, message] = failure_of([&] { BackendRunner(network->view(), o, cuda::api()); });
  EXPECT_EQ(code, V1E_E_DEVICE_MEMORY);
  EXPECT_THAT(message, testing::HasSubstr("are free"));
}

}  // namespace
}  // namespace v1::test
