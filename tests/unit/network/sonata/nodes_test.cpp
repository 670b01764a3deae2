#include <cmath>

#include "tests/unit/network/sonata/circuit_files.hpp"

namespace v1::network::sonata::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const NodeType& type_of(const Network& network, std::size_t neuron) {
  return network.types.at(network.neurons.type.at(neuron));
}

TEST_F(SmallCircuit, ReadsNamesAndSignsOfNodeTypes) {
  const Network network = read();
  EXPECT_EQ(network.types.size(), 2u);
  EXPECT_EQ(type_of(network, 0).id, 100);
  EXPECT_EQ(type_of(network, 0).population, "e4other");
  EXPECT_EQ(type_of(network, 2).ei, "i");
  EXPECT_FALSE(network.neurons.has_positions);
}

TEST_F(SmallCircuit, FallsBackToModelNameThenTypeIdAndFindsSignsFromWeights) {
  dir.write("v1_types.csv",
            "location node_type_id model_type model_template dynamics_params model_name\n"
            "VisL4 100 point_neuron nest:glif_psc cell.json Scnn1a\n"
            "NULL 101 point_neuron nest:glif_psc cell.json NULL\n");
  const Network network = read();
  EXPECT_EQ(type_of(network, 0).population, "Scnn1a");
  EXPECT_EQ(type_of(network, 0).location, "L4");
  EXPECT_EQ(type_of(network, 0).ei, "e");  // its edges have weight 2.5
  EXPECT_EQ(type_of(network, 2).population, "101");
  EXPECT_EQ(type_of(network, 2).ei, "i");  // its edge has weight -4
}

TEST_F(SmallCircuit, OrdersNodesByIdWhateverTheFileDoes) {
  write_v1_nodes([](h5::File& f) {
    write_nodes(f, "v1", {{2, 0, 1}, {101, 100, 100}});
    f.write("/nodes/v1/0/x", std::vector<double>{20.0, 0.0, 10.0});
    f.write("/nodes/v1/0/z", std::vector<float>{2.0f, 0.0f, 1.0f});
    f.write("/nodes/v1/0/tuning_angle", std::vector<std::int16_t>{200, 0, 100});
  });
  const Network network = read();
  EXPECT_THAT(network.neurons.id, ElementsAre(0, 1, 2));
  EXPECT_THAT(network.neurons.x_um, ElementsAre(0.0f, 10.0f, 20.0f));
  EXPECT_THAT(network.neurons.z_um, ElementsAre(0.0f, 1.0f, 2.0f));
  EXPECT_THAT(network.neurons.tuning_angle_deg, ElementsAre(0.0f, 100.0f, 200.0f));
  EXPECT_TRUE(std::isnan(network.neurons.y_um[0]));
  EXPECT_TRUE(network.neurons.has_positions);
  EXPECT_EQ(type_of(network, 2).id, 101);
}

TEST_F(SmallCircuit, NumbersNodesByRowWithoutNodeIds) {
  write_v1_nodes([](h5::File& f) { write_nodes(f, "v1", {{}, {100, 100, 101}}); });
  EXPECT_THAT(read().neurons.id, ElementsAre(0, 1, 2));
}

TEST_F(SmallCircuit, ReadsIdsOfAnyWidthAndCompression) {
  write_v1_nodes([](h5::File& f) {
    f.write("/nodes/v1/node_id", std::vector<std::uint8_t>{0, 1, 2}, {},
            {.chunk = {2}, .gzip_level = 4, .shuffle = true});
    f.write("/nodes/v1/node_type_id", std::vector<std::int64_t>{100, 100, 101}, {},
            {.chunk = {1}, .gzip_level = 1});
    f.write("/nodes/v1/0/x", std::vector<float>{1, 2, 3}, {}, {.chunk = {3}, .gzip_level = 9});
  });
  const Network network = read();
  EXPECT_THAT(network.neurons.id, ElementsAre(0, 1, 2));
  EXPECT_THAT(network.neurons.x_um, ElementsAre(1.0f, 2.0f, 3.0f));
}

TEST_F(SmallCircuit, ReadsIdsFarApart) {
  write_v1_nodes([](h5::File& f) { write_nodes(f, "v1", {{5, 4000000000, 7}, {100, 100, 101}}); });
  write_v1_edges([](h5::File& f) {
    write_edges(f, "v1_to_v1", {"v1", "v1", {4000000000}, {7}, {1}});
  });
  write_file("lgn_v1_edges.h5", [](h5::File& f) {
    write_edges(f, "lgn_to_v1", {"lgn", "v1", {10}, {4000000000}, {1}});
  });
  const Network network = read();
  EXPECT_THAT(network.neurons.id, ElementsAre(5u, 7u, 4000000000u));
  EXPECT_THAT(row_of(network, network.blocks[0], 2), ElementsAre("1:2.5:1.5:0"));
  EXPECT_THAT(row_of(network, network.blocks[1], 0), ElementsAre("2:3:1.7:0"));
}

TEST_F(SmallCircuit, FindsAttributesThroughGroupAndIndex) {
  write_v1_nodes([](h5::File& f) {
    f.write("/nodes/v1/node_id", std::vector<std::uint32_t>{0, 1, 2});
    f.write("/nodes/v1/node_type_id", std::vector<std::uint32_t>{100, 100, 101});
    f.write("/nodes/v1/node_group_id", std::vector<std::uint16_t>{1, 0, 1});
    f.write("/nodes/v1/node_group_index", std::vector<std::uint64_t>{1, 0, 0});
    f.write("/nodes/v1/0/x", std::vector<double>{5.0});
    f.write("/nodes/v1/0/tuning_angle", std::vector<double>{90.0});
    f.write("/nodes/v1/1/x", std::vector<double>{7.0, 6.0});
  });
  const Network network = read();
  EXPECT_THAT(network.neurons.x_um, ElementsAre(6.0f, 5.0f, 7.0f));
  EXPECT_TRUE(std::isnan(network.neurons.tuning_angle_deg[0]));
  EXPECT_EQ(network.neurons.tuning_angle_deg[1], 90.0f);
}

TEST_F(SmallCircuit, LetsFileAttributesOverrideTheTypesRow) {
  dir.write("cells/other.json", R"({"V_th": -50, "g": 4, "E_L": -70, "C_m": 80, "t_ref": 3,
                                    "V_reset": -70, "tau_syn": [2.0]})");
  write_v1_nodes([](h5::File& f) {
    write_nodes(f, "v1", {{0, 1, 2}, {100, 100, 101}});
    f.write_strings("/nodes/v1/0/dynamics_params", {"cell.json", "other.json", "NULL"});
    // An enumeration: integers that point into a library of names.
    f.write("/nodes/v1/0/pop_name", std::vector<std::uint32_t>{1, 1, 0});
    f.write_strings("/nodes/v1/0/@library/pop_name", {"i5Sst", "e5Rbp4"});
  });
  const Network network = read();
  EXPECT_EQ(type_of(network, 0).population, "e5Rbp4");
  EXPECT_EQ(type_of(network, 2).population, "i5Sst");
  EXPECT_EQ(type_of(network, 0).c_m_pf, 60.0);
  EXPECT_EQ(type_of(network, 1).c_m_pf, 80.0);
  EXPECT_EQ(type_of(network, 2).c_m_pf, 60.0);  // NULL does not override
}

TEST_F(SmallCircuit, SplitsATypeWhoseNodesHaveTheirOwnParameters) {
  write_v1_nodes([](h5::File& f) {
    write_nodes(f, "v1", {{0, 1, 2}, {100, 100, 100}});
    f.write("/nodes/v1/0/dynamics_params/C_m", std::vector<double>{60.0, 75.0, 60.0});
    f.write("/nodes/v1/0/dynamics_params/asc_amps",
            std::vector<double>{-1.0, -2.0, -3.0, -4.0, -1.0, -2.0}, {3, 2});
  });
  const Network network = read();
  EXPECT_EQ(network.types.size(), 2u);
  EXPECT_EQ(network.neurons.type[0], network.neurons.type[2]);
  EXPECT_EQ(type_of(network, 0).c_m_pf, 60.0);
  EXPECT_THAT(type_of(network, 0).asc_amplitude_pa, ElementsAre(-1.0, -2.0));
  EXPECT_EQ(type_of(network, 1).c_m_pf, 75.0);
  EXPECT_THAT(type_of(network, 1).asc_amplitude_pa, ElementsAre(-3.0, -4.0));
  EXPECT_EQ(type_of(network, 1).id, 100);
  EXPECT_EQ(type_of(network, 1).g_ns, 5.0);  // what is not overridden stays
}

TEST_F(SmallCircuit, DoesNotNeedUnusedTypesToBeComplete) {
  dir.write(
      "v1_types.csv",
      "node_type_id model_type model_template dynamics_params ei\n"
      "100 point_neuron nest:glif_psc cell.json e\n101 point_neuron nest:glif_psc cell.json i\n"
      "102 biophysical ctdb:x none.json e\n");
  EXPECT_EQ(read().types.size(), 2u);
}

TEST_F(SmallCircuit, NamesTheDefectOfNodes) {
  const auto message_with = [&](const NodeColumns& nodes) {
    write_v1_nodes([&](h5::File& f) { write_nodes(f, "v1", nodes); });
    return data_error([&] { read(); });
  };
  EXPECT_THAT(message_with({{0, 1, 1}, {100, 100, 101}}), HasSubstr("id 1 twice"));
  EXPECT_THAT(message_with({{0, 1, 2}, {100, 100, 555}}),
              AllOf(HasSubstr("node_type_id 555"), HasSubstr("v1_types.csv")));
  EXPECT_THAT(message_with({{}, {}}), HasSubstr("has no nodes"));
}

TEST_F(SmallCircuit, NamesTheDefectOfNodeTypes) {
  const auto message_with = [&](const std::string& csv) {
    dir.write("v1_types.csv", csv);
    return data_error([&] { read(); });
  };
  EXPECT_THAT(message_with("node_type model_type\n100 virtual\n"),
              AllOf(HasSubstr("'node_type_id'"), HasSubstr("v1_types.csv")));
  EXPECT_THAT(message_with("node_type_id model_template\n100 nest:glif_psc\n101 x\n"),
              HasSubstr("model_type"));
  EXPECT_THAT(message_with("node_type_id model_type\n100 point_neuron\n101 point_neuron\n"),
              HasSubstr("model_template"));
  EXPECT_THAT(message_with("node_type_id model_type\n100 biophysical\n101 virtual\n"),
              HasSubstr("'biophysical' is not supported"));
  EXPECT_THAT(message_with("node_type_id model_type model_template dynamics_params\n"
                           "100 point_neuron nest:glif_psc absent.json\n"),
              AllOf(HasSubstr("absent.json"), HasSubstr("node type 100")));
  EXPECT_THAT(
      message_with("node_type_id model_type model_template dynamics_params\n"
                   "100 point_neuron nest:glif_pscc cell.json\n"),
      AllOf(HasSubstr("v1_types.csv: node type 100"), HasSubstr("did you mean 'glif_psc'")));
  EXPECT_THAT(message_with("node_type_id;model_type\n100;virtual\n"),
              AllOf(HasSubstr("no column 'node_type_id'"), HasSubstr("one space"),
                    Not(HasSubstr("did you mean"))));
  EXPECT_THAT(message_with("node_type_id model_type\n100 virtual\n100 virtual\n"),
              HasSubstr("appears twice"));
}

TEST_F(SmallCircuit, RefusesAGroupIndexOutsideTheGroup) {
  write_v1_nodes([](h5::File& f) {
    f.write("/nodes/v1/node_type_id", std::vector<std::uint32_t>{100, 100, 101});
    f.write("/nodes/v1/node_group_id", std::vector<std::uint16_t>{0, 0, 0});
    f.write("/nodes/v1/node_group_index", std::vector<std::uint64_t>{0, 1, 9});
    f.write("/nodes/v1/0/x", std::vector<double>{1.0, 2.0, 3.0});
  });
  EXPECT_THAT(data_error([&] { read(); }),
              AllOf(HasSubstr("row 2"), HasSubstr("node_group_index 9")));
}

TEST_F(SmallCircuit, NamesNodeDatasetsOfAWrongShapeOrKind) {
  const auto message_with = [&](const std::function<void(h5::File&)>& add) {
    write_v1_nodes([&](h5::File& f) {
      write_nodes(f, "v1", {{0, 1, 2}, {100, 100, 101}});
      add(f);
    });
    return data_error([&] { read(); });
  };
  EXPECT_THAT(message_with([](h5::File& f) {
                f.write("/nodes/v1/0/x", std::vector<double>(9, 1.0), {3, 3});
              }),
              AllOf(HasSubstr("v1_nodes.h5"), HasSubstr("'/nodes/v1/0/x' has the shape 3 x 3"),
                    HasSubstr("one value for each")));
  EXPECT_THAT(message_with([](h5::File& f) {
                f.write_strings("/nodes/v1/0/dynamics_params/V_th", {"-45", "-45", "-45"});
              }),
              AllOf(HasSubstr("dynamics_params/V_th"), HasSubstr("holds text; expected numbers")));
  EXPECT_THAT(
      message_with([](h5::File& f) {
        f.write("/nodes/v1/0/dynamics_params/asc_amps", std::vector<double>(9, 1.0), {3, 3});
      }),
      AllOf(HasSubstr("'asc_amps' has 3 values"), HasSubstr("cell.json"),
            HasSubstr("v1_nodes.h5")));
  EXPECT_THAT(
      message_with([](h5::File& f) {
        f.write("/nodes/v1/0/dynamics_params/V_th", std::vector<double>{-45.0, HUGE_VAL, -45.0});
      }),
      AllOf(HasSubstr("V_th"), HasSubstr("finite"), HasSubstr("inf")));
}

TEST_F(SmallCircuit, WarnsOnceOfAParameterThatEveryNodeHas) {
  write_v1_nodes([](h5::File& f) {
    write_nodes(f, "v1", {{0, 1, 2}, {100, 100, 100}});
    f.write("/nodes/v1/0/dynamics_params/V_thh", std::vector<double>{-45.0, -44.0, -43.0});
  });
  EXPECT_EQ(read().types.size(), 3u);
  EXPECT_THAT(log::warnings(), ElementsAre(HasSubstr("did you mean 'V_th'")));
}

TEST_F(SmallCircuit, NamesCoordinatesAndNamesThatAreNone) {
  const auto message_with = [&](const std::function<void(h5::File&)>& add) {
    write_v1_nodes([&](h5::File& f) {
      write_nodes(f, "v1", {{0, 1, 2}, {100, 100, 101}});
      add(f);
    });
    return data_error([&] { read(); });
  };
  EXPECT_THAT(message_with([](h5::File& f) {
                f.write("/nodes/v1/0/z", std::vector<double>{1.0, std::nan(""), -HUGE_VAL});
              }),
              AllOf(HasSubstr("v1_nodes.h5"), HasSubstr("'z' of node 2 is -inf")));
  EXPECT_THAT(message_with([](h5::File& f) {
                f.write("/nodes/v1/0/ei", std::vector<double>{0.0, 0.5, 1.0});
                f.write_strings("/nodes/v1/0/@library/ei", {"e", "i"});
              }),
              AllOf(HasSubstr("'/nodes/v1/0/ei' is 0.5"), HasSubstr("integer")));
}

TEST_F(SmallCircuit, NamesNodesOutsideAPopulation) {
  write_v1_nodes([](h5::File& f) {
    f.write("/nodes/node_id", std::vector<std::uint64_t>{0, 1});
    f.write("/nodes/node_type_id", std::vector<std::uint64_t>{100, 101});
  });
  EXPECT_THAT(data_error([&] { read(); }),
              AllOf(HasSubstr("'/nodes/node_id' is no group"), HasSubstr("/nodes/NAME/node_id")));
}

}  // namespace
}  // namespace v1::network::sonata::testing
