#include "engine/simulate/prepared_network.hpp"

#include <gtest/gtest.h>

#include "engine/base/error.hpp"

namespace v1::simulate {
namespace {

// Neuron 0 and unit 0 of an input reach neuron 1 through the same kind: 3 ms, receptor 1.
network::Network shared_kind() {
  network::Network network;
  network.name = "test";
  network::NodeType& type = network.types.emplace_back();
  type.c_m_pf = 100.0;
  type.g_ns = 10.0;
  type.tau_syn_ms = {5.5, 8.5};
  network.neurons.id = {10, 11};
  network.neurons.type = {0, 0};
  network.synapse_kinds = {{2.0, 0}, {3.0, 1}};
  for (const bool neurons : {true, false}) {
    network::EdgeBlock& block = network.blocks.emplace_back();
    block.name = neurons ? "recurrent" : "lgn";
    block.source_kind = neurons ? network::SourceKind::neurons : network::SourceKind::rates;
    block.source_id = neurons ? std::vector<std::uint32_t>{10, 11} : std::vector<std::uint32_t>{0};
    block.row_ptr = neurons ? std::vector<std::int64_t>{0, 1, 1} : std::vector<std::int64_t>{0, 2};
    block.address = network::SynapseAddresses(2);
    if (!neurons) block.address.push_back(0, 0);
    block.address.push_back(1, 1);
    block.weight_pa.assign(block.address.size(), 5.0f);
  }
  return network;
}

class PreparedKinds : public testing::Test {
 protected:
  static config::SimulationConfig of_scheme(config::Scheme scheme) {
    config::SimulationConfig simulation;
    simulation.scheme = scheme;
    simulation.dt_ms = 1.0;
    return simulation;
  }
  // Steps of delay of a synapse, as a backend finds them.
  static std::uint32_t delay(const PreparedNetwork& prepared, std::uint32_t block, std::size_t e) {
    const v1e_network& view = prepared.view();
    v1e_rows rows{};
    EXPECT_EQ(view.rows(view.ctx, block, 0, 1, &rows, nullptr), V1E_OK);
    const std::uint32_t kind = rows.address[e] >> view.target_bits;
    EXPECT_LT(kind, view.synapse_kind_count);
    return view.synapse_kinds[kind].delay_steps;
  }
};

TEST_F(PreparedKinds, BillehTfDelaysNeuronsAndNotInputsOfTheSameKind) {
  const network::Network network = shared_kind();
  const PreparedNetwork prepared(network, of_scheme(config::Scheme::billeh_tf),
                                 std::vector<BlockDrive>(2));
  EXPECT_EQ(delay(prepared, 0, 0), 3u);
  EXPECT_EQ(delay(prepared, 1, 0), 0u);
  EXPECT_EQ(delay(prepared, 1, 1), 0u);
  EXPECT_EQ(prepared.view().blocks[0]->max_delay_steps, 3u);
  EXPECT_EQ(prepared.view().blocks[1]->max_delay_steps, 0u);
  v1e_rows rows{};
  prepared.view().rows(prepared.view().ctx, 1, 0, 1, &rows, nullptr);
  EXPECT_EQ(rows.address[1] & 1u, 1u);  // the target
  EXPECT_EQ(prepared.view().synapse_kinds[rows.address[1] >> 1].receptor, 1u);
}

TEST_F(PreparedKinds, TheExactSchemeSharesThem) {
  const network::Network network = shared_kind();
  const PreparedNetwork prepared(network, of_scheme(config::Scheme::exact),
                                 std::vector<BlockDrive>(2));
  EXPECT_EQ(delay(prepared, 0, 0), 3u);
  EXPECT_EQ(delay(prepared, 1, 1), 3u);
  EXPECT_EQ(prepared.view().synapse_kind_count, 2u);
}

}  // namespace
}  // namespace v1::simulate
