#include "engine/base/parallel.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "engine/base/error.hpp"

namespace v1 {
namespace {

TEST(ThreadPool, RunsEveryTaskOnce) {
  ThreadPool pool(4);
  std::vector<std::atomic<int>> hits(1000);
  pool.for_each(hits.size(), [&](std::size_t i) { ++hits[i]; });
  for (const auto& hit : hits) EXPECT_EQ(hit, 1);
}

TEST(ThreadPool, RethrowsTheFailureOfTheLowestIndex) {
  ThreadPool pool(3);
  try {
    pool.for_each(100, [](std::size_t i) {
      if (i % 10 == 7) throw std::runtime_error(std::to_string(i));
    });
    FAIL() << "no exception";
  } catch (const std::runtime_error& e) {
    EXPECT_STREQ(e.what(), "7");
  }
}

TEST(ThreadPool, TeamMembersRunAtTheSameTime) {
  ThreadPool pool(4);
  for (int round = 0; round < 50; ++round) {
    std::atomic<int> arrived{0};
    pool.run_team(4, [&](std::size_t) {
      ++arrived;
      while (arrived < 4) std::this_thread::yield();  // would hang if one member waited in line
    });
    EXPECT_EQ(arrived, 4);
  }
}

TEST(ThreadPool, RefusesATeamLargerThanThePool) {
  ThreadPool pool(2);
  EXPECT_THROW(pool.run_team(3, [](std::size_t) {}), std::invalid_argument);
}

TEST(ThreadPool, WorksWithOneThread) {
  ThreadPool pool(1);
  int sum = 0;
  pool.for_each(10, [&](std::size_t i) { sum += static_cast<int>(i); });
  EXPECT_EQ(sum, 45);
}

#ifndef V1_SANITIZED  // sanitizers take all addresses
using ::testing::ExitedWithCode;

// Leaves room for the stacks of a few threads only.
void limit_memory() {
  const rlimit room{256 << 20, 256 << 20};
  ASSERT_EQ(::setrlimit(RLIMIT_AS, &room), 0);
}

void end_as_the_program_does(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& e) {
    std::fputs(e.what(), stderr);
    std::_Exit(static_cast<int>(e.code()));
  }
  std::_Exit(0);
}

TEST(ThreadPoolDeathTest, SaysThatTheSystemStartsNoMoreThreads) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  const std::string cure = "Resource temporarily unavailable.; ask for fewer with --threads";
  EXPECT_EXIT(
      {
        limit_memory();
        end_as_the_program_does([] { const ThreadPool pool(1000); });
      },
      ExitedWithCode(6), "only [0-9]+ of 1000 threads can be started .*" + cure);
  EXPECT_EXIT(
      {
        limit_memory();
        while (::mmap(nullptr, 4 << 20, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
               MAP_FAILED) {
        }
        end_as_the_program_does(check_threads_left);
      },
      ExitedWithCode(6), "no more threads can be started .*" + cure);
}
#endif

TEST(ThreadPool, AThreadIsLeft) { EXPECT_NO_THROW(check_threads_left()); }

}  // namespace
}  // namespace v1
