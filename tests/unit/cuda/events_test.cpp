#include "plugins/backends/cuda/instance/events.hpp"

#include <gtest/gtest.h>

#include <random>
#include <v1e_sdk/error.hpp>
#include <vector>

#include "tests/unit/cpu/cpu_runner.hpp"

/// Maps of bits as a device leaves them, read on the host.
namespace v1::test {
namespace {

using cuda::BitMap;
using cuda::StepEvents;

struct MapCase {
  std::int64_t steps;
  std::uint32_t sources;
  double density;
};

/// A map with what it must be read as.
struct RandomMap {
  explicit RandomMap(const MapCase& c) : sources(c.sources), words((c.sources + 31) / 32) {
    std::mt19937 random(17);
    std::bernoulli_distribution has_event(c.density);
    bits.resize(static_cast<std::size_t>(c.steps) * words);
    for (std::size_t k = 0; k < static_cast<std::size_t>(c.steps); ++k) {
      for (std::uint32_t s = 0; s < sources; ++s) {
        multiplicity.push_back(static_cast<std::uint16_t>(random()));
        if (!has_event(random)) continue;
        bits[k * words + s / 32] |= 1u << s % 32;
        expected.source.push_back(s);
        expected.count.push_back(multiplicity.back());
      }
      expected.end_step();
      count.push_back(static_cast<std::uint32_t>(expected.offset[k + 1] - expected.offset[k]));
    }
  }
  BitMap view() const {
    BitMap map;
    map.bits = bits.data();
    map.steps = static_cast<std::int64_t>(count.size());
    map.words = words;
    map.sources = sources;
    return map;
  }

  std::uint32_t sources, words;
  std::vector<std::uint32_t> bits, count;
  std::vector<std::uint16_t> multiplicity;
  StepEvents expected;
};

// Small ones are read by the caller alone, large ones by all threads.
std::vector<MapCase> map_cases() {
  return {{5, 1, 0.5},     {40, 32, 0.3},    {7, 33, 1.0},        {7, 97, 1.0},
          {1, 96, 0.0},    {30, 4000, 0.01}, {260, 9000, 0.005},  {3, 70000, 0.02},
          {9, 70001, 1.0}, {40, 65, 0.0},    {250, 9001, 0.00001}};
}

TEST(BitMaps, AreReadInTheOrderOfStepsAndSources) {
  StepEvents found;  // kept from map to map, as by the backend from window to window
  for (const MapCase& c : map_cases()) {
    const RandomMap random(c);
    for (const v1e_host* host : {static_cast<const v1e_host*>(nullptr), &threaded_host(8)}) {
      BitMap map = random.view();
      cuda::read_bits(host, map, found);
      EXPECT_EQ(found.offset, random.expected.offset) << c.sources;
      EXPECT_EQ(found.source, random.expected.source) << c.sources;
      EXPECT_TRUE(found.count.empty());
      map.count = random.count.data();
      map.multiplicity = random.multiplicity.data();
      cuda::read_bits(host, map, found);
      EXPECT_EQ(found.offset, random.expected.offset) << c.sources;
      EXPECT_EQ(found.source, random.expected.source) << c.sources;
      EXPECT_EQ(found.count, random.expected.count) << c.sources;
    }
  }
}

TEST(BitMaps, CountsThatAreNotTheirsAreAnError) {
  RandomMap random({20, 500, 0.1});
  BitMap map = random.view();
  map.count = random.count.data();
  StepEvents found;
  for (const int by : {-1, 1}) {
    random.count[13] += static_cast<std::uint32_t>(by);
    EXPECT_THROW(cuda::read_bits(nullptr, map, found), v1e::Error) << by;
    random.count[13] -= static_cast<std::uint32_t>(by);
  }
}

}  // namespace
}  // namespace v1::test
