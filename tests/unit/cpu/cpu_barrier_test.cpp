#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>
#include <vector>

#include "plugins/backends/cpu/instance/team.hpp"

namespace v1::cpu {
namespace {

// More members than processors, some of which keep the others waiting long enough to sleep.
TEST(Barrier, NobodyIsARoundAheadOrLeftAsleep) {
  constexpr std::uint32_t members = 5, rounds = 3000;
  Barrier barrier(members);
  const Failure none;
  std::vector<std::atomic<std::uint32_t>> done(members);
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (std::uint32_t member = 0; member < members; ++member) {
    threads.emplace_back([&, member] {
      for (std::uint32_t round = 1; round <= rounds; ++round) {
        if ((round + member) % 97 == 0) std::this_thread::sleep_for(std::chrono::microseconds(50));
        done[member].store(round);
        if (barrier.arrive_and_wait(none)) ++wrong;
        for (const auto& other : done) wrong += other.load() != round ? 1 : 0;
        if (barrier.arrive_and_wait(none)) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST(Barrier, AFailureStopsAllMembersInTheSameRound) {
  constexpr std::uint32_t members = 3;
  Barrier barrier(members);
  Failure failure;
  std::vector<int> stopped_in(members, -1);
  std::vector<std::thread> threads;
  for (std::uint32_t member = 0; member < members; ++member) {
    threads.emplace_back([&, member] {
      for (int round = 0; round < 100 && stopped_in[member] < 0; ++round) {
        failure.run([&] {
          if (member == 1 && round == 42) throw std::runtime_error("lost");
        });
        if (barrier.arrive_and_wait(failure)) stopped_in[member] = round;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(stopped_in, (std::vector<int>{42, 42, 42}));
  EXPECT_THROW(failure.rethrow(), std::runtime_error);
}

}  // namespace
}  // namespace v1::cpu
