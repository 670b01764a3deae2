#include "engine/base/parallel.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

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

}  // namespace
}  // namespace v1
