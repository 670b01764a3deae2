#include "engine/plugin/host.hpp"

#include <gmock/gmock.h>

#include <barrier>
#include <v1e_sdk/progress.hpp>
#include <vector>

#include "kernels/philox.hpp"

namespace v1::plugin {
namespace {

template <class Service>
const Service& service(const Host& host, const char* id) {
  const auto* found = static_cast<const Service*>(host.view()->get_service(host.view()->ctx, id));
  if (!found) throw std::runtime_error(id);
  return *found;
}

TEST(Host, StatesItsInterface) {
  const Host host;
  EXPECT_EQ(host.view()->struct_size, sizeof(v1e_host));
  EXPECT_EQ(host.view()->abi_minor, V1E_ABI_MINOR);
  EXPECT_NE(host.view()->engine_version, nullptr);
  EXPECT_EQ(host.view()->get_service(host.view()->ctx, "v1e.unknown/1"), nullptr);
}

TEST(Host, ProgressTellsOfCancelling) {
  Host host;
  std::atomic<bool> cancel = false;
  host.set_cancel([&] { return cancel.load(); });
  const auto& progress = service<v1e_progress>(host, V1E_SERVICE_PROGRESS);
  void* ctx = host.view()->ctx;
  EXPECT_EQ(progress.update(ctx, 0.25, "reading"), V1E_OK);
  EXPECT_EQ(progress.update(ctx, 7.0, nullptr), V1E_OK);
  cancel = true;
  EXPECT_EQ(progress.update(ctx, 0.5, "reading"), V1E_E_CANCELLED);
}

TEST(Host, ProgressOfTheSdkThrowsWhenThePluginIsToStop) {
  Host host;
  bool cancel = false;
  host.set_cancel([&] { return cancel; });
  const v1e::Progress progress(host.view());
  progress.update(0.5, "half");
  cancel = true;
  try {
    progress.update(0.6);
    FAIL() << "went on";
  } catch (const v1e::Error& e) {
    EXPECT_EQ(e.code(), V1E_E_CANCELLED);
  }
  v1e::Progress(nullptr).update(1.0);
}

struct Counter {
  std::vector<std::atomic<int>> hits;
  explicit Counter(std::size_t n) : hits(n) {}
};

TEST(Host, ParallelRunsEveryIndexOnce) {
  for (const unsigned threads : {1u, 4u}) {
    ThreadPool pool(threads);
    const Host host(&pool);
    const auto& parallel = service<v1e_parallel>(host, V1E_SERVICE_PARALLEL);
    EXPECT_EQ(parallel.max_threads, threads);
    Counter counter(100);
    EXPECT_EQ(
        parallel.for_each(
            host.view()->ctx, 100,
            [](void* user, std::uint64_t i) noexcept { ++static_cast<Counter*>(user)->hits[i]; },
            &counter),
        V1E_OK);
    for (const auto& hits : counter.hits) EXPECT_EQ(hits, 1);
  }
}

TEST(Host, TeamMembersRunTogether) {
  ThreadPool pool(3);
  const Host host(&pool);
  const auto& parallel = service<v1e_parallel>(host, V1E_SERVICE_PARALLEL);
  std::barrier<> meeting(3);
  const auto meet = [](void* user, std::uint64_t) noexcept {
    static_cast<std::barrier<>*>(user)->arrive_and_wait();
  };
  EXPECT_EQ(parallel.run_team(host.view()->ctx, 3, meet, &meeting), V1E_OK);
  EXPECT_EQ(parallel.run_team(host.view()->ctx, 4, meet, &meeting), V1E_E_INVALID);
}

struct Nested {
  const Host* host;
  std::atomic<v1e_status> inner{V1E_OK};
};

TEST(Host, ParallelInsideParallelIsRefusedInsteadOfHanging) {
  ThreadPool pool(2);
  const Host host(&pool);
  const auto& parallel = service<v1e_parallel>(host, V1E_SERVICE_PARALLEL);
  Nested nested{&host};
  const auto task = [](void* user, std::uint64_t) noexcept {
    auto* n = static_cast<Nested*>(user);
    const v1e_host* view = n->host->view();
    const auto* again =
        static_cast<const v1e_parallel*>(view->get_service(view->ctx, V1E_SERVICE_PARALLEL));
    n->inner = again->for_each(
        view->ctx, 2, [](void*, std::uint64_t) noexcept {}, nullptr);
  };
  EXPECT_EQ(parallel.for_each(host.view()->ctx, 1, task, &nested), V1E_OK);
  EXPECT_EQ(nested.inner, V1E_E_STATE);
}

TEST(Host, RandomWordsAreThoseOfTheKernels) {
  const Host host;
  const auto& rng = service<v1e_rng>(host, V1E_SERVICE_RNG);
  std::uint32_t words[4] = {};
  rng.words(host.view()->ctx, 0x123456789ull, 0xF0000001u, 5, 6, 7, words);
  const kernels::PhiloxWords expected = kernels::philox4(0x123456789ull, 0xF0000001u, 5, 6, 7);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(words[i], expected.word[i]);
}

TEST(Host, MemoryIsAligned) {
  const Host host;
  const auto& memory = service<v1e_memory>(host, V1E_SERVICE_MEMORY);
  void* ctx = host.view()->ctx;
  void* small = memory.acquire(ctx, 100, 8);
  void* large = memory.acquire(ctx, 1000, 4096);
  ASSERT_NE(small, nullptr);
  ASSERT_NE(large, nullptr);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(small) % 64, 0u);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(large) % 4096, 0u);
  memory.release(ctx, small);
  memory.release(ctx, large);
  memory.release(ctx, nullptr);
  EXPECT_EQ(memory.acquire(ctx, 10, 3), nullptr);
  EXPECT_EQ(memory.acquire(ctx, ~std::uint64_t{0}, 64), nullptr);
}

}  // namespace
}  // namespace v1::plugin
