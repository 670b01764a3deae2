#include "engine/simulate/step_threads.hpp"

#include <gtest/gtest.h>

namespace v1::simulate {
namespace {

constexpr std::size_t neurons = 1000;

std::vector<Probe> probes(std::size_t count, std::size_t of_neurons, v1e_dtype dtype = V1E_F16) {
  return std::vector<Probe>(count, Probe{"v", std::vector<std::uint32_t>(of_neurons), dtype});
}

TEST(StepThreads, AllStepWhereLittleIsRecorded) {
  EXPECT_EQ(step_threads(2, {}, neurons), 2u);
  EXPECT_EQ(step_threads(16, {}, neurons), 16u);
  EXPECT_EQ(step_threads(2, probes(4, 10), neurons), 2u);
  EXPECT_EQ(step_threads(16, probes(1, 10), neurons), 16u);
}

TEST(StepThreads, OneIsLeftForMuchToStore) {
  EXPECT_EQ(step_threads(2, probes(4, neurons), neurons), 1u);
  EXPECT_EQ(step_threads(2, probes(1, neurons), neurons), 2u);  // less than a processor gained
  EXPECT_EQ(step_threads(2, probes(1, neurons, V1E_F32), neurons), 1u);
  EXPECT_EQ(step_threads(16, probes(1, neurons), neurons), 15u);
}

TEST(StepThreads, OneProcessorDoesBoth) {
  EXPECT_EQ(step_threads(1, probes(4, neurons), neurons), 1u);
}

}  // namespace
}  // namespace v1::simulate
