#include <cmath>

#include "engine/network/sonata/edge_types.hpp"
#include "engine/network/sonata/lzf_filter.hpp"
#include "tests/unit/network/sonata/circuit_files.hpp"

namespace v1::network::sonata::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

TEST_F(SmallCircuit, SortsRowsByTargetAndKeepsTheFilesOrderAmongEqualTargets) {
  write_v1_edges([](h5::File& f) {
    write_edges(f, "v1_to_v1", {"v1", "v1", {1, 0, 0, 0}, {0, 2, 1, 2}, {1, 2, 1, 1}});
  });
  const Network network = read();
  EXPECT_THAT(row_of(network, network.blocks[0], 0),
              ElementsAre("1:2.5:1.5:0", "2:-4:2:1", "2:2.5:1.5:0"));
  EXPECT_THAT(row_of(network, network.blocks[0], 1), ElementsAre("0:2.5:1.5:0"));
}

TEST_F(SmallCircuit, MultipliesSynapsesAndTakesEdgeAttributesOverTypeAttributes) {
  write_v1_edges([](h5::File& f) {
    write_edges(f, "v1_to_v1", {"v1", "v1", {0, 0, 2}, {1, 2, 0}, {1, 1, 2}});
    f.write("/edges/v1_to_v1/0/nsyns", std::vector<std::uint8_t>{3, 1, 2});
    f.write("/edges/v1_to_v1/0/syn_weight", std::vector<float>{0.5f, 10.0f, -1.5f});
    f.write("/edges/v1_to_v1/0/delay", std::vector<float>{1.7f, 2.0f, 3.25f});
  });
  const Network network = read();
  EXPECT_THAT(row_of(network, network.blocks[0], 0), ElementsAre("1:1.5:1.7:0", "2:10:2:0"));
  EXPECT_THAT(row_of(network, network.blocks[0], 2), ElementsAre("0:-3:3.25:1"));
}

TEST_F(SmallCircuit, FindsEdgeAttributesThroughGroupsInAnyOrder) {
  write_v1_edges([](h5::File& f) {
    const std::string base = "/edges/v1_to_v1";
    f.write(base + "/source_node_id", std::vector<std::uint16_t>{2, 0, 0});
    f.write(base + "/target_node_id", std::vector<std::int32_t>{0, 2, 1});
    f.set_attribute(base + "/source_node_id", "node_population", "v1");
    f.set_attribute(base + "/target_node_id", "node_population", "v1");
    f.write(base + "/edge_type_id", std::vector<std::uint64_t>{2, 1, 1});
    f.write(base + "/edge_group_id", std::vector<std::uint16_t>{1, 0, 1});
    f.write(base + "/edge_group_index", std::vector<std::uint64_t>{1, 0, 0});
    f.write(base + "/0/nsyns", std::vector<std::uint32_t>{5});
    f.write(base + "/1/syn_weight", std::vector<double>{7.0, -8.0}, {},
            {.chunk = {1}, .gzip_level = 1});
  });
  const Network network = read();
  EXPECT_THAT(row_of(network, network.blocks[0], 0), ElementsAre("1:7:1.5:0", "2:12.5:1.5:0"));
  EXPECT_THAT(row_of(network, network.blocks[0], 2), ElementsAre("0:-8:2:1"));
}

TEST_F(SmallCircuit, NamesEdgesOfGroupsThatAreNotThereAndNegativeCounts) {
  const auto with = [&](std::uint16_t group, std::int32_t nsyns) {
    write_v1_edges([&](h5::File& f) {
      const std::string base = "/edges/v1_to_v1";
      f.write(base + "/source_node_id", std::vector<std::uint64_t>{0, 0});
      f.write(base + "/target_node_id", std::vector<std::uint64_t>{1, 2});
      f.write(base + "/edge_type_id", std::vector<std::uint64_t>{1, 1});
      f.write(base + "/edge_group_id", std::vector<std::uint16_t>{0, group});
      f.write(base + "/edge_group_index", std::vector<std::uint64_t>{0, 1});
      f.write(base + "/0/nsyns", std::vector<std::int32_t>{1, nsyns});
    });
  };
  with(9, 1);
  EXPECT_THAT(data_error([&] { read(); }),
              HasSubstr("row 1 of '/edges/v1_to_v1' has edge_group_id 9, but there is no group"));
  with(0, -1);
  EXPECT_THAT(data_error([&] { read(); }), HasSubstr("nsyns is -1; it must not be negative"));
  with(0, 2);
  EXPECT_THAT(row_of(read(), read().blocks[0], 0), ElementsAre("1:2.5:1.5:0", "2:5:1.5:0"));
}

TEST_F(SmallCircuit, RefusesAttributesInAGroupWhoseNameIsNoNumber) {
  const auto with = [&](const char* group) {
    write_v1_edges([&](h5::File& f) {
      const std::string base = "/edges/v1_to_v1";
      f.write(base + "/source_node_id", std::vector<std::uint64_t>{0, 0});
      f.write(base + "/target_node_id", std::vector<std::uint64_t>{1, 2});
      f.write(base + "/edge_type_id", std::vector<std::uint64_t>{1, 1});
      f.write(base + "/edge_group_id", std::vector<std::uint16_t>{0, 0});
      f.write(base + "/edge_group_index", std::vector<std::uint64_t>{0, 1});
      f.write(base + "/" + group, std::vector<std::int32_t>{1, 2});
    });
  };
  with("group0/nsyns");
  EXPECT_THAT(data_error([&] { read(); }),
              HasSubstr("has edge_group_id 0, but there is no group '/edges/v1_to_v1/0' (there is "
                        "'group0')"));
  with("indicies/x");
  EXPECT_THAT(row_of(read(), read().blocks[0], 0), SizeIs(2));
  with("nsyns");
  log::clear_warnings();
  read();
  EXPECT_THAT(log::warnings(),
              Contains(HasSubstr("'/edges/v1_to_v1' has 'nsyns' beside its groups: no effect; "
                                 "SONATA keeps it in a group such as '/edges/v1_to_v1/0'")));
}

TEST_F(SmallCircuit, TakesPopulationsFromTheGroupNameWithoutAttributes) {
  write_v1_edges([](h5::File& f) {
    f.write("/edges/v1_to_v1/source_node_id", std::vector<std::uint64_t>{0});
    f.write("/edges/v1_to_v1/target_node_id", std::vector<std::uint64_t>{1});
    f.write("/edges/v1_to_v1/edge_type_id", std::vector<std::uint64_t>{1});
  });
  EXPECT_EQ(read().blocks[0].edge_count(), 1u);
}

TEST_F(SmallCircuit, ReadsAnEdgePopulationWithoutEdges) {
  write_v1_edges([](h5::File& f) { write_edges(f, "v1_to_v1", {"v1", "v1", {}, {}, {}}); });
  EXPECT_EQ(read().blocks[0].edge_count(), 0u);
}

TEST_F(SmallCircuit, LetsTheSignChooseTheReceptorOfAlphaNeuronsAndUsesOneForDelta) {
  dir.write("cells/iaf.json", "{}");
  dir.write("v1_types.csv",
            "node_type_id model_type model_template dynamics_params\n"
            "100 point_neuron nest:iaf_psc_alpha iaf.json\n"
            "101 point_neuron nest:iaf_psc_delta iaf.json\n");
  dir.write("v1_v1_types.csv", "edge_type_id syn_weight delay\n1 2.5 1.5\n2 -4.0 2.0\n");
  write_v1_edges([](h5::File& f) {
    write_edges(f, "v1_to_v1", {"v1", "v1", {0, 0, 2, 2}, {1, 2, 0, 2}, {1, 1, 2, 2}});
  });
  const Network network = read();
  EXPECT_THAT(row_of(network, network.blocks[0], 0), ElementsAre("1:2.5:1.5:0", "2:2.5:1.5:0"));
  EXPECT_THAT(row_of(network, network.blocks[0], 2), ElementsAre("0:-4:2:1", "2:-4:2:0"));
}

// r1.json belongs to types of both edge files.
TEST_F(SmallCircuit, WarnsOncePerFileOfSynapseParametersThatNobodyKnows) {
  read();
  EXPECT_THAT(log::warnings(), ::testing::IsEmpty());
  dir.write("synapses/r1.json",
            R"({"receptor_type": 1, "tau_psc": 2.0, "weigth": 1.0, "comment": "e"})");
  dir.write("synapses/r2.json", R"({"receptor_type": 2, "tau_psc": 2.0})");
  read();
  EXPECT_THAT(log::warnings(), ElementsAre(HasSubstr("r1.json: parameter 'tau_psc' is not known"),
                                           AllOf(HasSubstr("r1.json: parameter 'weigth'"),
                                                 HasSubstr("did you mean 'weight'")),
                                           HasSubstr("r2.json: parameter 'tau_psc'")));
}

TEST_F(SmallCircuit, ReadsDelaysOfTheirOwnOnAGridOfTicks) {
  write_v1_edges([](h5::File& f) {
    write_edges(f, "v1_to_v1", {"v1", "v1", {0, 0, 0}, {0, 1, 2}, {1, 1, 1}});
    f.write("/edges/v1_to_v1/0/delay", std::vector<double>{1.70004, 1.69996, 1.7});
  });
  const Network network = read();
  EXPECT_THAT(row_of(network, network.blocks[0], 0),
              ElementsAre("0:2.5:1.7:0", "1:2.5:1.7:0", "2:2.5:1.7:0"));
}

TEST_F(SmallCircuit, RoundsDelaysCoarselyWhenThereAreTooManyDifferentOnes) {
  constexpr std::size_t count = 70000;
  EdgeColumns edges{"v1", "v1", {}, {}, {}};
  std::vector<double> delays;
  for (std::size_t i = 0; i < count; ++i) {
    edges.source.push_back(0);
    edges.target.push_back(1);
    edges.type.push_back(1);
    delays.push_back(1.0 + 0.001 * static_cast<double>(i));
  }
  write_v1_edges([&](h5::File& f) {
    write_edges(f, "v1_to_v1", edges);
    f.write("/edges/v1_to_v1/0/delay", delays);
  });
  const Network network = read();
  EXPECT_EQ(network.blocks[0].edge_count(), count);
  EXPECT_LT(network.synapse_kinds.size(), 7005u);
  EXPECT_THAT(log::warnings(), ::testing::Contains(HasSubstr("rounded to 0.01 ms")));
}

TEST_F(SmallCircuit, ReadsDatasetsCompressedWithLzf) {
  register_lzf_filter();
  write_v1_edges([](h5::File& f) {
    write_edges(f, "v1_to_v1", {"v1", "v1", {0, 0, 2}, {1, 2, 0}, {1, 1, 2}});
    // One chunk of three 16-bit numbers: a literal 2 and a reference that repeats it twice.
    const std::vector<std::uint8_t> packed = {1, 2, 0, 2u << 5, 1};
    const hsize_t extent = 3, chunk = 3;
    const hid_t space = H5Screate_simple(1, &extent, nullptr);
    const hid_t layout = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_chunk(layout, 1, &chunk);
    const unsigned parameters[] = {4, 0x0105, 6};
    ASSERT_GE(H5Pset_filter(layout, 32000, H5Z_FLAG_OPTIONAL, 3, parameters), 0);
    const hid_t data = H5Dcreate2(f.id(), "/edges/v1_to_v1/0/nsyns", H5T_STD_U16LE, space,
                                  H5P_DEFAULT, layout, H5P_DEFAULT);
    const hsize_t offset = 0;
    ASSERT_GE(H5Dwrite_chunk(data, H5P_DEFAULT, 0, &offset, packed.size(), packed.data()), 0);
    H5Dclose(data);
    H5Pclose(layout);
    H5Sclose(space);
  });
  const Network network = read();
  EXPECT_THAT(row_of(network, network.blocks[0], 0), ElementsAre("1:5:1.5:0", "2:5:1.5:0"));
}

TEST(LzfData, ExpandsRunsAndRefusesWhatIsBroken) {
  std::vector<std::uint8_t> out(16);
  std::size_t written = 0;
  const std::vector<std::uint8_t> long_run = {1, 'a', 'b', 7 << 5, 3, 1};  // "ab" + 12 more
  ASSERT_TRUE(expand_lzf(long_run, out, written));
  EXPECT_EQ(std::string(out.begin(), out.begin() + static_cast<long>(written)), "ababababababab");
  EXPECT_FALSE(expand_lzf(std::vector<std::uint8_t>{5, 'a'}, out, written));     // cut short
  EXPECT_FALSE(expand_lzf(std::vector<std::uint8_t>{1 << 5, 0}, out, written));  // before the start
  EXPECT_FALSE(
      expand_lzf(std::vector<std::uint8_t>{0, 1, 7 << 5, 200, 0}, out, written));  // too long
}

TEST(EdgeWeight, FollowsTheWeightFunction) {
  const NodePlace source{0.0, 0.0, 350.0}, target{100.0, 50.0, 20.0};
  const auto weight = [&](WeightRule rule) {
    return edge_weight(rule, 2.0, 3.0, 60.0, source, target);
  };
  EXPECT_EQ(weight(WeightRule::synapses_times_weight), 6.0);
  EXPECT_EQ(weight(WeightRule::weight_only), 2.0);
  // Directions differ by 30 degrees.
  const double tuned = 6.0 * std::exp(-0.25);
  EXPECT_NEAR(weight(WeightRule::direction), tuned, 1e-12);
  const double theta = 20.0 * 3.14159265358979323846 / 180.0;
  const double offset = 7.0 * std::cos(theta) + 2.0 * std::sin(theta);
  const double scale = 5.5 / 4.0 - 11.0 / 1680.0 * 20.0;
  EXPECT_NEAR(weight(WeightRule::direction_and_phase),
              tuned * std::exp(-offset * offset / 2.0) * scale, 1e-15);
}

TEST_F(SmallCircuit, AppliesDirectionRulesToTuningAngles) {
  dir.write("v1_v1_types.csv",
            "edge_type_id syn_weight delay dynamics_params weight_function weight_sigma\n"
            "1 2.0 1.5 r1.json DirectionRule_others 50.0\n2 -4.0 2.0 r2.json wmax NULL\n");
  EXPECT_THAT(data_error([&] { read(); }), HasSubstr("tuning_angle"));
  write_v1_nodes([](h5::File& f) {
    write_nodes(f, "v1", {{0, 1, 2}, {100, 100, 101}});
    f.write("/nodes/v1/0/tuning_angle", std::vector<double>{0.0, 50.0, 0.0});
  });
  const Network network = read();
  EXPECT_FLOAT_EQ(network.blocks[0].weight_pa[0], 2.0f * std::exp(-1.0f));
  EXPECT_EQ(network.blocks[0].weight_pa[1], 2.0f);
  EXPECT_EQ(network.blocks[0].weight_pa[2], -4.0f);
}

TEST_F(SmallCircuit, NamesFilePopulationRowAndIdOfAnEdgeThatLeadsNowhere) {
  write_v1_edges([](h5::File& f) {
    write_edges(f, "v1_to_v1", {"v1", "v1", {0, 0}, {1, 77}, {1, 1}});
  });
  EXPECT_THAT(data_error([&] { read(); }), AllOf(HasSubstr("v1_v1_edges.h5"), HasSubstr("row 1"),
                                                 HasSubstr("target node 77"), HasSubstr("'v1'")));
  write_v1_edges([](h5::File& f) {
    f.write("/edges/v1_to_v1/source_node_id", std::vector<std::int64_t>{-1});
    f.write("/edges/v1_to_v1/target_node_id", std::vector<std::int64_t>{1});
    f.write("/edges/v1_to_v1/edge_type_id", std::vector<std::int64_t>{1});
  });
  EXPECT_THAT(data_error([&] { read(); }), HasSubstr("source node -1"));
  write_v1_edges([](h5::File& f) { write_edges(f, "v1_to_lgn", {"v1", "lgn", {0}, {10}, {1}}); });
  EXPECT_THAT(data_error([&] { read(); }), HasSubstr("is virtual"));
  write_v1_edges([](h5::File& f) { write_edges(f, "x", {"v2", "v1", {0}, {1}, {1}}); });
  EXPECT_THAT(data_error([&] { read(); }), HasSubstr("'v2'"));
}

TEST_F(SmallCircuit, NamesTheDefectOfEdgeTypes) {
  const auto message_with = [&](const std::string& csv) {
    dir.write("v1_v1_types.csv", csv);
    return data_error([&] { read(); });
  };
  EXPECT_THAT(message_with("edge_type_id syn_weight delay dynamics_params\n2 1 1 r1.json\n"),
              HasSubstr("edge_type_id 1 is not in"));
  EXPECT_THAT(message_with("edge_type_id delay dynamics_params\n1 1 r1.json\n2 1 r1.json\n"),
              HasSubstr("no 'syn_weight'"));
  EXPECT_THAT(message_with("edge_type_id syn_weight dynamics_params\n1 1 r1.json\n2 1 r1.json\n"),
              HasSubstr("no 'delay'"));
  EXPECT_THAT(message_with("edge_type_id syn_weight delay\n1 1 1\n2 1 1\n"),
              HasSubstr("receptor_type"));
  EXPECT_THAT(message_with("edge_type_id syn_weight delay model_template\n1 1 1 stdp_synapse\n"),
              HasSubstr("'stdp_synapse' is not supported"));
  EXPECT_THAT(
      message_with("edge_type_id syn_weight delay weight_function\n1 1 1 DirectionRule_EI\n"),
      HasSubstr("did you mean 'DirectionRule_EE'"));
  EXPECT_THAT(message_with("edge_type_id syn_weight delay dynamics_params\n1 1 x r1.json\n"),
              AllOf(HasSubstr("v1_v1_types.csv:2"), HasSubstr("'delay' must be a number")));
  dir.write("synapses/r9.json", R"({"receptor_type": 9})");
  EXPECT_THAT(
      message_with("edge_type_id syn_weight delay dynamics_params\n1 1 1 r9.json\n2 1 1 r9.json\n"),
      AllOf(HasSubstr("receptor_type 9"), HasSubstr("4 receptors")));
}

TEST_F(SmallCircuit, NamesEdgeDatasetsOfAWrongShapeOrKind) {
  const auto message_with = [&](const std::function<void(h5::File&)>& add) {
    write_v1_edges([&](h5::File& f) {
      write_edges(f, "v1_to_v1", {"v1", "v1", {0, 0, 2}, {1, 2, 0}, {1, 1, 2}});
      add(f);
    });
    return data_error([&] { read(); });
  };
  EXPECT_THAT(message_with([](h5::File& f) {
                f.write("/edges/v1_to_v1/0/nsyns", std::vector<std::uint8_t>(6, 1), {3, 2});
              }),
              AllOf(HasSubstr("v1_v1_edges.h5"), HasSubstr("0/nsyns' has the shape 3 x 2")));
  EXPECT_THAT(message_with([](h5::File& f) {
                f.write("/edges/v1_to_v1/0/syn_weight", std::vector<double>{1.0, 1e39, 1.0});
              }),
              AllOf(HasSubstr("v1_v1_edges.h5"), HasSubstr("row 1"), HasSubstr("1e+39")));
}

TEST_F(SmallCircuit, RefusesIdsThatAreNoIntegers) {
  const auto message_with = [&](const std::vector<double>& source,
                                const std::vector<double>& target) {
    write_v1_edges([&](h5::File& f) {
      f.write("/edges/v1_to_v1/source_node_id", source);
      f.write("/edges/v1_to_v1/target_node_id", target);
      f.write("/edges/v1_to_v1/edge_type_id", std::vector<double>{1, 1});
    });
    return data_error([&] { read(); });
  };
  EXPECT_THAT(message_with({0.0, 1.5}, {1.0, 2.0}),
              AllOf(HasSubstr("v1_v1_edges.h5"), HasSubstr("row 1 of '"),
                    HasSubstr("source_node_id' is 1.5"), HasSubstr("integer")));
  EXPECT_THAT(message_with({0.0, 1.0}, {std::nan(""), 2.0}), HasSubstr("target_node_id' is nan"));
  write_v1_edges([](h5::File& f) {
    f.write("/edges/v1_to_v1/source_node_id", std::vector<double>{0.0, 1.0});
    f.write("/edges/v1_to_v1/target_node_id", std::vector<float>{1.0f, 2.0f});
    f.write("/edges/v1_to_v1/edge_type_id", std::vector<std::uint8_t>{1, 1});
  });
  EXPECT_THAT(row_of(read(), read().blocks[0], 1), ElementsAre("2:2.5:1.5:0"));
}

TEST_F(SmallCircuit, NamesEdgesOutsideAPopulation) {
  write_v1_edges([](h5::File& f) {
    f.write("/edges/edge_type_id", std::vector<std::uint64_t>{1});
    f.write("/edges/source_node_id", std::vector<std::uint64_t>{0});
    f.write("/edges/target_node_id", std::vector<std::uint64_t>{1});
  });
  EXPECT_THAT(data_error([&] { read(); }), HasSubstr("'/edges/edge_type_id' is no group"));
}

TEST_F(SmallCircuit, WarnsOfEdgeAttributesThatOnlyTypesMayGive) {
  write_v1_edges([](h5::File& f) {
    write_edges(f, "v1_to_v1", {"v1", "v1", {0, 0, 2}, {1, 2, 0}, {1, 1, 2}});
    f.write("/edges/v1_to_v1/0/receptor_type", std::vector<std::uint8_t>{1, 2, 3});
    f.write("/edges/v1_to_v1/0/dynamics_params/delay", std::vector<double>{1.0, 2.0, 3.0});
    f.write("/edges/v1_to_v1/0/sec_x", std::vector<double>{0.1, 0.2, 0.3});
  });
  read();
  EXPECT_THAT(log::warnings(),
              ElementsAre(AllOf(HasSubstr("v1_v1_edges.h5"), HasSubstr("'dynamics_params'"),
                                HasSubstr("'receptor_type'"), HasSubstr("no effect"))));
}

}  // namespace
}  // namespace v1::network::sonata::testing
