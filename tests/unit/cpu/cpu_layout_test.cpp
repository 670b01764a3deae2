#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "plugins/backends/cpu/plan/deal.hpp"
#include "plugins/backends/cpu/plan/layout.hpp"

/// Which thread owns which neuron of a network of many types.
namespace v1::cpu {
namespace {

// Neurons of as many types as `sizes` has, mixed, with in-degrees between 50 and 249.
struct Mixed {
  std::vector<std::uint16_t> type;
  v1e_network network{};
  Census census;

  explicit Mixed(const std::vector<std::uint32_t>& sizes) {
    for (std::uint16_t t = 0; t < sizes.size(); ++t) type.insert(type.end(), sizes[t], t);
    const std::size_t neurons = type.size();
    for (std::size_t i = 0; i < neurons; ++i) std::swap(type[i], type[i * 7919 % neurons]);
    network.neuron_count = static_cast<std::int64_t>(neurons);
    network.neuron_type = type.data();
    network.type_count = static_cast<std::uint32_t>(sizes.size());
    for (std::size_t i = 0; i < neurons; ++i) {
      census.in_degree.push_back(50 + static_cast<std::uint32_t>(i * 31 % 200));
    }
    census.inputs.resize(sizes.size());
    for (TypeInputs& inputs : census.inputs) inputs.receptors = {0, 1};
  }

  std::size_t runs(const Hands& hands) const {
    std::size_t count = 0;
    for (const auto& hand : hands) {
      std::set<std::uint32_t> types;
      for (const std::uint32_t p : hand) types.insert(type[p]);
      count += types.size();
    }
    return count;
  }
  // Update and input of a thread's neurons, in updates.
  double work(const std::vector<std::uint32_t>& hand) const {
    double sum = 0;
    for (const std::uint32_t p : hand) sum += 1.0 + census.in_degree[p] / 256.0;
    return sum;
  }
};

// The sizes of the types of 5,000 neurons of the column: two large ones, and a long tail.
std::vector<std::uint32_t> column_sizes() {
  std::vector<std::uint32_t> sizes = {1254, 961, 254, 210, 157, 124, 98, 92, 90, 86, 75, 72, 0};
  for (std::uint32_t i = 0; i < 92; ++i) sizes.push_back(1 + i % 33);
  return sizes;
}

void expect_all_once(const Mixed& mixed, const Hands& hands) {
  std::vector<std::uint32_t> all;
  for (const auto& hand : hands) all.insert(all.end(), hand.begin(), hand.end());
  std::sort(all.begin(), all.end());
  std::vector<std::uint32_t> positions(mixed.type.size());
  std::iota(positions.begin(), positions.end(), 0u);
  EXPECT_EQ(all, positions);
}

TEST(CpuLayout, TypesAreDealtWholeAndEvenly) {
  const Mixed mixed(column_sizes());
  const std::size_t types = column_sizes().size() - 1;
  for (const std::uint32_t threads : {2u, 3u, 4u, 8u}) {
    const Hands hands = deal_types(mixed.network, threads, mixed.census.in_degree);
    expect_all_once(mixed, hands);
    EXPECT_LE(mixed.runs(hands), types + threads - 1) << threads;
    double least = 1e9, most = 0;
    for (const auto& hand : hands) {
      // A run takes about ten updates to begin.
      const double work = mixed.work(hand) + 10.0 * static_cast<double>(mixed.runs({hand}));
      least = std::min(least, work);
      most = std::max(most, work);
    }
    EXPECT_LT(most / least, 1.05) << threads;
  }
  const Hands stretches = deal_stretches(mixed.network, 2, mixed.census.in_degree);
  EXPECT_GT(mixed.runs(stretches), 3 * types / 2);
}

TEST(CpuLayout, FewTypesAreCutWhereAThreadHasItsShare) {
  for (const std::uint32_t types : {1u, 3u, 5u}) {
    const Mixed mixed(std::vector<std::uint32_t>(types, 400));
    for (const std::uint32_t threads : {2u, 4u}) {
      const Hands hands = deal_types(mixed.network, threads, mixed.census.in_degree);
      expect_all_once(mixed, hands);
      EXPECT_LE(mixed.runs(hands), types + threads - 1);
      for (const auto& hand : hands) {
        EXPECT_NEAR(mixed.work(hand) * threads, mixed.work(hands[0]) * threads, 50.0 * threads);
      }
    }
  }
}

TEST(CpuLayout, RunsKeepTheOrderOfPositions) {
  const Mixed mixed(column_sizes());
  const Layout layout = make_layout(mixed.network, 2, mixed.census, false);
  std::size_t neurons = 0, runs = 0;
  for (const Chunk& chunk : layout.chunks) {
    runs += chunk.runs.size();
    for (const TypeRun& run : chunk.runs) {
      const auto begin = layout.position_of_place.begin();
      EXPECT_TRUE(std::is_sorted(begin + run.begin, begin + run.end));
      for (std::uint32_t place = run.begin; place < run.end; ++place, ++neurons) {
        EXPECT_EQ(mixed.type[layout.position_of_place[place]], run.type);
      }
    }
  }
  EXPECT_EQ(neurons, mixed.type.size());
  EXPECT_LE(runs, column_sizes().size());
}

TEST(CpuLayout, LongRunsAndSamplesAreDealtInStretches) {
  const Mixed small(column_sizes());
  EXPECT_TRUE(prefers_types(small.network, 2, false));
  EXPECT_FALSE(prefers_types(small.network, 2, true));
  EXPECT_FALSE(prefers_types(small.network, 1, false));
  std::vector<std::uint32_t> sizes = column_sizes();
  for (std::uint32_t& size : sizes) size *= 10;
  const Mixed large(sizes);
  EXPECT_FALSE(prefers_types(large.network, 2, false));
  EXPECT_TRUE(prefers_types(large.network, 16, false));
}

}  // namespace
}  // namespace v1::cpu
