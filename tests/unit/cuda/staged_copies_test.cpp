#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <tuple>
#include <v1e_sdk/synapse.hpp>
#include <vector>

#include "plugins/backends/cuda/instance/staged_copies.hpp"
#include "plugins/backends/cuda/kernels/cuda_machine.hpp"
#include "plugins/backends/cuda/plan/sum_order.hpp"
#include "plugins/backends/cuda/plan/wiring.hpp"
#include "plugins/backends/shared/lent_rows.hpp"
#include "tests/emulated_cuda/emulated.hpp"
#include "tests/unit/cuda/mixed_network.hpp"

/// Large arrays and synapses on their way to an emulated device, which copies as late as it may.
namespace v1::test {
namespace {

using cuda::Buffer;
using cuda::StagedCopies;
using cuda::Synapse;

class StagedCopiesTest : public testing::Test {
 protected:
  StagedCopiesTest() { emulated::configure({}); }
};

template <class T>
std::vector<T> downloaded(cuda::Machine& machine, const Buffer& buffer) {
  std::vector<T> values(buffer.size() / sizeof(T));
  machine.download(values.data(), buffer.data(), buffer.size());
  return values;
}

TEST_F(StagedCopiesTest, ArriveWholeThoughWhatTheyCopyIsGone) {
  const auto machine = cuda::make_cuda_machine(0);
  std::mt19937 random(3);
  for (const std::uint64_t piece : {std::uint64_t{4096}, std::uint64_t{1} << 20}) {
    StagedCopies copies(*machine, &threaded_host(8), piece);
    for (const std::size_t count : {0u, 1u, 1024u, 30000u, 1000001u}) {
      std::vector<std::uint32_t> values(count);
      for (std::uint32_t& value : values) value = static_cast<std::uint32_t>(random());
      const std::vector<std::uint32_t> expected = values;
      const Buffer buffer(*machine, count * sizeof(std::uint32_t));
      copies.upload(buffer.data(), values.data(), buffer.size());
      std::fill(values.begin(), values.end(), 0);
      EXPECT_TRUE(downloaded<std::uint32_t>(*machine, buffer) == expected) << count;
    }
    EXPECT_EQ(copies.pinned_bytes(), 2 * std::max<std::uint64_t>(piece, 64 << 10));
  }
}

TEST_F(StagedCopiesTest, MayBeOnTheirWayAtTheEnd) {
  const auto machine = cuda::make_cuda_machine(0);
  const Buffer buffer(*machine, 5000);
  const std::vector<unsigned char> values(5000, 7);
  StagedCopies(*machine, nullptr).upload(buffer.data(), values.data(), values.size());
  EXPECT_TRUE(downloaded<unsigned char>(*machine, buffer) == values);
}

TEST_F(StagedCopiesTest, BringRowsBackInPieces) {
  const auto machine = cuda::make_cuda_machine(0);
  for (const std::uint64_t rows : {0u, 1u, 2u, 3u, 100u}) {
    for (const std::uint64_t row_bytes : {4u, 1000u, 4096u, 70000u}) {
      std::vector<unsigned char> values(rows * row_bytes), found(values.size());
      for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = static_cast<unsigned char>(i * 31 + i / row_bytes);
      }
      const Buffer buffer(*machine, values.size());
      StagedCopies copies(*machine, nullptr, 4096);
      copies.upload(buffer.data(), values.data(), buffer.size());
      std::uint64_t read = 0;
      copies.read(buffer.data(), row_bytes, rows,
                  [&](std::uint64_t first, std::uint64_t count, const unsigned char* data) {
                    EXPECT_EQ(first, read);
                    read += count;
                    std::copy_n(data, count * row_bytes, found.data() + first * row_bytes);
                  });
      EXPECT_EQ(read, rows);
      EXPECT_TRUE(found == values) << rows << " rows of " << row_bytes;
    }
  }
}

using SumAndWeight = std::tuple<std::uint32_t, std::int32_t>;

TEST(SumOrder, SortsRowsOfAllLengths) {
  std::mt19937 random(4);
  for (const std::uint32_t largest : {0u, 255u, 300u, (1u << 25) + 5, 0xFFFFFFFFu}) {
    cuda::SumOrder order(largest);
    for (const std::size_t count : {0u, 1u, 2u, 63u, 64u, 1000u, 65u}) {
      Synapse* const room = order.room(count);
      std::vector<SumAndWeight> expected, found;
      for (std::size_t i = 0; i < count; ++i) {
        const std::uint32_t sum = i == 1 ? largest : static_cast<std::uint32_t>(random()) & largest;
        room[i] = {sum, static_cast<std::int32_t>(random())};
        expected.emplace_back(room[i].sum, room[i].weight);
      }
      std::vector<Synapse> sorted(count);
      order.sort(count, sorted.data());
      for (const Synapse& synapse : sorted) found.emplace_back(synapse.sum, synapse.weight);
      for (std::size_t i = 1; i < count; ++i) ASSERT_LE(sorted[i - 1].sum, sorted[i].sum);
      std::sort(expected.begin(), expected.end());
      std::sort(found.begin(), found.end());
      EXPECT_TRUE(found == expected) << largest << " " << count;
    }
  }
}

/// The rows of a block, by definition.
std::vector<std::vector<SumAndWeight>> expected_rows(const v1e_network& network, std::uint32_t b,
                                                     const cuda::Layout& layout,
                                                     const cuda::FedReceptors& fed) {
  const v1e::AddressBits bits(network);
  std::vector<std::vector<SumAndWeight>> expected;
  const auto visit = [&](std::uint32_t, const v1e_rows& rows, std::int64_t begin,
                         std::int64_t end) {
    auto& row = expected.emplace_back();
    for (std::int64_t e = begin; e < end; ++e) {
      const std::uint32_t target = bits.target(rows.address[e]);
      const v1e_synapse_kind& kind = network.synapse_kinds[bits.kind(rows.address[e])];
      const std::uint32_t input = fed.input(network.neuron_type[target], kind.receptor);
      row.emplace_back((kind.delay_steps * fed.most_inputs + input) * layout.places() +
                           layout.place_of_position[target],
                       rows.weight[e]);
    }
    std::sort(row.begin(), row.end());
  };
  backend::for_each_row(network, b, 0, network.blocks[b]->source_count, visit);
  return expected;
}

TEST_F(StagedCopiesTest, BringTheRowsOfTheNetworkInPiecesOfAnySize) {
  const auto network = mixed_network(700, Cells::mixed, true);
  const v1e_network& view = network->view();
  const auto layout = cuda::make_layout(view);
  const auto fed = cuda::find_fed_receptors(view, &threaded_host(8));
  const auto machine = cuda::make_cuda_machine(0);
  for (const std::uint64_t piece :
       {std::uint64_t{64}, std::uint64_t{3000}, std::uint64_t{1} << 20}) {
    StagedCopies copies(*machine, &threaded_host(8), piece);
    for (std::uint32_t b = 0; b < view.block_count; ++b) {
      const auto rows = cuda::upload_rows(view, b, layout, fed, nullptr, copies);
      const auto synapses = downloaded<Synapse>(*machine, rows.synapses);
      const auto row = downloaded<cuda::Row>(*machine, rows.row);
      const bool by_place = view.blocks[b]->source_kind == V1E_SOURCE_NEURONS;
      const auto expected = expected_rows(view, b, layout, fed);
      ASSERT_EQ(row.size(), expected.size());
      for (std::size_t s = 0; s < expected.size(); ++s) {
        std::vector<SumAndWeight> found;
        const cuda::Row& of_source = row[by_place ? layout.place_of_position[s] : s];
        for (std::uint64_t e = of_source.begin; e < of_source.end; ++e) {
          found.emplace_back(synapses[e].sum, synapses[e].weight);
        }
        for (std::size_t i = 1; i < found.size(); ++i) {
          ASSERT_LE(std::get<0>(found[i - 1]), std::get<0>(found[i]));
        }
        std::sort(found.begin(), found.end());
        ASSERT_TRUE(found == expected[s]) << "block " << b << ", source " << s;
      }
    }
  }
}

}  // namespace
}  // namespace v1::test
