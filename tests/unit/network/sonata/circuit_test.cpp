#include "tests/unit/network/sonata/circuit_files.hpp"

namespace v1::network::sonata::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST_F(SmallCircuit, BecomesNeuronsRecurrentRowsAndOneBlockPerVirtualPopulation) {
  const Network network = read();
  EXPECT_EQ(network.name, "circuit");
  EXPECT_EQ(network.full_size, 3u);
  EXPECT_THAT(network.neurons.id, ElementsAre(0, 1, 2));
  ASSERT_EQ(network.neurons.populations.size(), 1u);
  EXPECT_EQ(network.neurons.populations[0].name, "v1");
  ASSERT_EQ(network.blocks.size(), 2u);
  const EdgeBlock& recurrent = network.blocks[0];
  EXPECT_EQ(recurrent.name, "recurrent");
  EXPECT_EQ(recurrent.source_kind, SourceKind::neurons);
  EXPECT_EQ(recurrent.current_class, CurrentClass::recurrent);
  EXPECT_THAT(row_of(network, recurrent, 0), ElementsAre("1:2.5:1.5:0", "2:2.5:1.5:0"));
  EXPECT_THAT(row_of(network, recurrent, 1), ElementsAre());
  EXPECT_THAT(row_of(network, recurrent, 2), ElementsAre("0:-4:2:1"));
  const EdgeBlock& lgn = network.blocks[1];
  EXPECT_EQ(lgn.name, "lgn");
  EXPECT_EQ(lgn.source_kind, SourceKind::events);
  EXPECT_EQ(lgn.current_class, CurrentClass::bottom_up);
  EXPECT_THAT(lgn.source_id, ElementsAre(10, 11));
  EXPECT_THAT(row_of(network, lgn, 0), ElementsAre("0:3:1.7:0"));
  EXPECT_THAT(row_of(network, lgn, 1), ElementsAre("2:3:1.7:0"));
  EXPECT_EQ(network.content_hash, hash_network(network));
}

TEST_F(SmallCircuit, HasTheSameHashWhenReadTwiceAndAnotherAfterAWeightChanged) {
  const std::uint64_t first = read().content_hash;
  EXPECT_EQ(read().content_hash, first);
  dir.write("lgn_v1_types.csv",
            "edge_type_id syn_weight delay dynamics_params\n1 3.5 1.7 r1.json\n");
  EXPECT_NE(read().content_hash, first);
}

TEST_F(SmallCircuit, MayBeNamedThroughASimulationConfig) {
  dir.write("simulation.json", R"({"network": "circuit.json", "run": {"tstop": 10, "dt": 0.1}})");
  EXPECT_EQ(read_circuit(dir / "simulation.json").content_hash, read().content_hash);
}

TEST_F(SmallCircuit, ConcatenatesPopulationsWhoseIdsCollide) {
  write_file("v2_nodes.h5", [](h5::File& f) { write_nodes(f, "v2", {{0, 1}, {100, 100}}); });
  // The group's name says nothing: the attributes decide.
  write_file("v2_edges.h5", [](h5::File& f) {
    write_edges(f, "anything", {"v2", "v1", {1}, {2}, {1}});
  });
  write_config(R"({"nodes_file": "$NET/v2_nodes.h5", "node_types_file": "$NET/v1_types.csv"},)",
               R"({"edges_file": "$NET/v2_edges.h5", "edge_types_file": "$NET/v1_v1_types.csv"},)");
  const Network network = read();
  ASSERT_EQ(network.neurons.populations.size(), 2u);
  EXPECT_EQ(network.neurons.populations[0].name, "v2");
  EXPECT_EQ(network.neurons.populations[1].begin, 2u);
  EXPECT_EQ(network.neurons.populations[1].end, 5u);
  EXPECT_THAT(network.neurons.id, ElementsAre(0, 1, 0, 1, 2));
  EXPECT_THAT(row_of(network, network.blocks[0], 1), ElementsAre("4:2.5:1.5:0"));
  EXPECT_THAT(row_of(network, network.blocks[0], 2), ElementsAre("3:2.5:1.5:0", "4:2.5:1.5:0"));
}

TEST_F(SmallCircuit, CallsABackgroundPopulationBackground) {
  write_file("bkg_nodes.h5", [](h5::File& f) { write_nodes(f, "BKG_units", {{0}, {7}}); });
  write_config(R"({"nodes_file": "$NET/bkg_nodes.h5", "node_types_file": "$NET/lgn_types.csv"},)");
  const Network network = read();
  const auto block = network.find_block("BKG_units");
  ASSERT_TRUE(block);
  EXPECT_EQ(network.blocks[*block].current_class, CurrentClass::background);
  EXPECT_THAT(network.blocks[*block].row_ptr, ElementsAre(0, 0));
}

TEST_F(SmallCircuit, SplitsAPopulationOfNeuronsAndVirtualNodes) {
  dir.write("v1_types.csv",
            "node_type_id model_type model_template dynamics_params ei pop_name\n"
            "100 point_neuron nest:glif_psc cell.json e e4other\n"
            "101 virtual NULL NULL NULL x\n");
  write_v1_nodes([](h5::File& f) { write_nodes(f, "v1", {{0, 1, 2}, {101, 100, 100}}); });
  write_v1_edges([](h5::File& f) {
    write_edges(f, "v1_to_v1", {"v1", "v1", {0, 1}, {2, 2}, {1, 1}});
  });
  write_file("lgn_v1_edges.h5", [](h5::File& f) {
    write_edges(f, "lgn_to_v1", {"lgn", "v1", {10}, {2}, {1}});
  });
  const Network network = read();
  EXPECT_THAT(network.neurons.id, ElementsAre(1, 2));
  EXPECT_THAT(row_of(network, network.blocks[0], 0), ElementsAre("1:2.5:1.5:0"));
  const auto block = network.find_block("v1");
  ASSERT_TRUE(block);
  EXPECT_THAT(network.blocks[*block].source_id, ElementsAre(0));
  EXPECT_THAT(row_of(network, network.blocks[*block], 0), ElementsAre("1:2.5:1.5:0"));
}

TEST_F(SmallCircuit, NeedsANetworksSectionAndItsFiles) {
  dir.write("empty.json", "{}");
  EXPECT_THAT(data_error([&] { read_circuit(dir / "empty.json"); }), HasSubstr("'networks'"));
  EXPECT_THAT(data_error([&] { read_circuit(dir / "absent.json"); }), HasSubstr("no such file"));
  std::filesystem::remove(dir / "v1_v1_edges.h5");
  EXPECT_THAT(data_error([&] { read(); }),
              AllOf(HasSubstr("v1_v1_edges.h5"), HasSubstr("no such file"), HasSubstr("manifest")));
}

TEST_F(SmallCircuit, RefusesAPopulationGivenTwice) {
  write_config(R"({"nodes_file": "$NET/v1_nodes.h5", "node_types_file": "$NET/v1_types.csv"},)");
  EXPECT_THAT(data_error([&] { read(); }), HasSubstr("already read"));
}

TEST_F(SmallCircuit, RefusesACircuitWithoutPointNeurons) {
  dir.write("v1_types.csv", "node_type_id model_type\n100 virtual\n101 virtual\n");
  EXPECT_THAT(data_error([&] { read(); }), HasSubstr("no point neurons"));
}

}  // namespace
}  // namespace v1::network::sonata::testing
