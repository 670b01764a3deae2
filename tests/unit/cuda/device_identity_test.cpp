#include "plugins/backends/cuda/api.hpp"
#include "tests/unit/cuda/identity_suite.hpp"
#include "tests/unit/cuda/way_settings.hpp"

/// On a GPU; skipped with the reason where there is none.
namespace v1::test {

namespace {

using Step = cuda::Way::Step;
using State = cuda::Way::State;

struct Nothing {
  static void prepare() {}
};
template <Step step, State state>
const v1e_backend_api* api_of() {
  return &table_of_way<v1e_backend_api, Nothing, step, state>(cuda::api());
}

}  // namespace

std::vector<const v1e_backend_api*> backends_under_test() {
  return {&cuda::api(),
          api_of<Step::two_launches, State::streaming>(),
          api_of<Step::one_launch, State::cached>(),
          api_of<Step::one_launch, State::persisting>(),
          api_of<Step::resident, State::cached>(),
          api_of<Step::on_chip, State::cached>()};
}

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
  const auto run = [](CpuRunner& runner) {
    runner.bind_rates(1, 0, std::vector<std::uint32_t>(600, kernels::rate_threshold(0.02)), 10, 40);
    runner.begin(0, 3);
    runner.run(300);
  };
  CpuRunner cpu(network->view(), o);
  run(cpu);
  EXPECT_GT(cpu.spikes[0].size(), 10000u);
  for (const v1e_backend_api* api : backends_under_test()) {
    BackendRunner cuda(network->view(), o, *api);
    run(cuda);
    EXPECT_TRUE(cuda.spikes == cpu.spikes);
    EXPECT_TRUE(cuda.save() == cpu.save());
  }
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
