#include "engine/calibrate/population_rates.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace v1::calibrate {
namespace {

using ::testing::ElementsAre;

// Steps 10..13 of a trial: one neuron per step, 0 1 2 2.
simulate::SpikeWindow some_spikes(std::uint32_t trial, std::uint32_t block = V1E_BLOCK_NEURONS) {
  static const std::vector<std::uint64_t> offset = {0, 1, 2, 3, 4};
  static const std::vector<std::uint32_t> source = {0, 1, 2, 2};
  simulate::SpikeWindow window;
  window.trial = trial;
  window.block = block;
  window.step_begin = 10;
  window.offset = offset;
  window.source = source;
  return window;
}

TEST(PopulationRates, CountsNeuronsOfItsGroupsInTheWindow) {
  PopulationRates rates({0, 0, 1, -1}, 2, 11, 21);
  for (std::uint32_t trial = 0; trial < 2; ++trial) {
    rates.begin_trial(trial);
    rates.spikes(some_spikes(trial));
    rates.spikes(some_spikes(trial, 0));  // an input, not the neurons
  }
  EXPECT_THAT(rates.sizes(), ElementsAre(2, 1));
  // 20 steps of 0.5 ms: neuron 1 once and neuron 2 twice per trial.
  EXPECT_THAT(rates.rates_hz(0.5, Statistic::mean), ElementsAre(100.0, 400.0));
}

TEST(PopulationRates, MedianOverNeurons) {
  PopulationRates odd({0, 0, 0}, 1, 10, 20), even({0, 0, 0, 0}, 1, 10, 20);
  for (PopulationRates* rates : {&odd, &even}) {
    rates->begin_trial(0);
    rates->spikes(some_spikes(0));
  }
  EXPECT_THAT(odd.rates_hz(1.0, Statistic::median), ElementsAre(100.0));   // of 100 100 200
  EXPECT_THAT(even.rates_hz(1.0, Statistic::median), ElementsAre(100.0));  // of 0 100 100 200
}

TEST(PopulationRates, AnEmptyGroupIsSilent) {
  PopulationRates rates({0}, 2, 0, 10);
  rates.begin_trial(0);
  EXPECT_THAT(rates.rates_hz(1.0, Statistic::median), ElementsAre(0.0, 0.0));
}

}  // namespace
}  // namespace v1::calibrate
