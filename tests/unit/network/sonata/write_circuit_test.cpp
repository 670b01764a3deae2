#include "engine/network/sonata_write/write_circuit.hpp"

#include <tuple>

#include "engine/network/lgn_mosaic.hpp"
#include "engine/network/sonata_write/cell_file.hpp"
#include "tests/unit/network/small_network.hpp"
#include "tests/unit/network/sonata/circuit_files.hpp"

namespace v1::network::sonata::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

NodeType glif_type(std::int64_t id, const char* population) {
  NodeType type;
  type.id = id;
  type.population = population;
  type.ei = population[0] == 'i' ? "i" : "e";
  type.location = "L2/3";
  type.c_m_pf = 60.1;
  type.g_ns = 5.3;
  type.e_l_mv = -72.123456789012345;
  type.v_th_mv = -45.0;
  type.v_reset_mv = -71.0;
  type.v_init_mv = -70.0;
  type.t_ref_ms = 2.4000000000000004;
  type.asc_decay_per_ms = {0.1, 0.3};
  type.asc_amplitude_pa = {-30.0, -60.5};
  type.tau_syn_ms = {5.5, 8.5, 2.8, 5.8};
  return type;
}

// Every model, two populations of neurons, an LGN with filters and a background.
Network all_kinds() {
  Network network = small_network();
  network.types = {glif_type(10, "e23Cux2"), glif_type(11, "i23Pvalb"), glif_type(12, "e5Rbp4")};
  network.types[1].moving_threshold = MovingThreshold{0.4, 0.01, 0.2, 18.5, true, 0.005, 0.09};
  network.types[2].model = NeuronModel::glif_psc_double_alpha;
  network.types[2].tau_syn_slow_ms = {6.0, 9.0, 3.0, 7.0};
  network.types[2].amp_slow = {0.1, 0.2, 0.3, 0.4};
  NodeType alpha = glif_type(13, "e4other");
  alpha.model = NeuronModel::iaf_psc_alpha;
  alpha.asc_decay_per_ms = alpha.asc_amplitude_pa = {0.0, 0.0};
  alpha.tau_syn_ms = {2.0, 3.5};
  alpha.constant_current_pa = 12.5;
  NodeType delta = alpha;
  delta.id = 14;
  delta.model = NeuronModel::iaf_psc_delta;
  delta.tau_syn_ms.clear();
  network.types.insert(network.types.end(), {alpha, delta});
  network.neurons.type = {0, 1, 2, 0, 3, 4};
  network.synapse_kinds = {{1.5, 0}, {2.0, 1}, {0.7, 3}};

  EdgeBlock& recurrent = network.blocks[0];
  recurrent.source_kind = SourceKind::neurons;
  recurrent.row_ptr = {0, 3, 4, 5, 6, 7, 8};
  // The first two are one pair twice: their order must survive.
  set_addresses(recurrent, 6, {1, 1, 2, 0, 5, 3, 4, 0}, {0, 2, 0, 1, 0, 2, 0, 0});
  recurrent.weight_pa = {1.25f, 2.1f, 0.1f, -3.0f, 4.0f, 5.5f, -6.0f, 7.0f};

  EdgeBlock lgn;
  lgn.name = "lgn";
  lgn.source_kind = SourceKind::rates;
  lgn.current_class = CurrentClass::bottom_up;
  lgn.source_id = {0, 1, 2};
  lgn.row_ptr = {0, 1, 1, 3};
  set_addresses(lgn, 6, {3, 0, 2}, {0, 0, 2});
  lgn.weight_pa = {0.5f, 0.25f, 9.0f};
  EdgeBlock background;
  background.name = "bkg";
  background.source_kind = SourceKind::counts;
  background.current_class = CurrentClass::background;
  background.source_id = {0};
  background.row_ptr = {0, 2};
  set_addresses(background, 6, {0, 3}, {0, 0});
  background.weight_pa = {2.5f, 2.75f};
  network.blocks.push_back(lgn);
  network.blocks.push_back(background);
  network.background = {"model", 1000.0};

  auto mosaic = std::make_shared<LgnMosaic>();
  const double unknown = std::nan("");
  mosaic->class_names = {"sON_TF8", "sONsOFF_001"};
  mosaic->id = {0, 1, 2};
  mosaic->unit_class = {0, 1, 0};
  mosaic->x_deg = {10.0, 20.0, 30.0};
  mosaic->y_deg = {1.0, 2.0, 3.0};
  mosaic->spatial_size_deg = {3.0, 4.0, 5.0};
  mosaic->dominant.assign(3, {{20.0, 40.0}, {3.0, -2.0}, {1.0, 2.0}});
  mosaic->non_dominant.assign(3, {});
  mosaic->non_dominant[1] = {{21.0, 41.0}, {3.5, -2.5}, {1.5, 2.5}};
  mosaic->tuning_angle_deg = {unknown, 45.0, unknown};
  mosaic->sf_sep_deg = {unknown, 4.0, unknown};
  mosaic->spontaneous_hz = {1.0, 2.0, 3.0};
  network.lgn_mosaic = mosaic;
  check_network(network);
  return network;
}

using Synapse = std::tuple<std::uint32_t, double, std::uint32_t, float>;  // target, delay, receptor

std::vector<Synapse> synapses_of(const Network& network, const EdgeBlock& block, std::size_t row) {
  std::vector<Synapse> synapses;
  for (auto e = static_cast<std::size_t>(block.row_ptr[row]);
       e < static_cast<std::size_t>(block.row_ptr[row + 1]); ++e) {
    const SynapseKind& kind = network.synapse_kinds[block.address.kind(e)];
    synapses.emplace_back(block.address.target(e), kind.delay_ms, kind.receptor,
                          block.weight_pa[e]);
  }
  return synapses;
}

// Types as text, so that a difference shows.
std::string text_of(const NodeType& type) {
  return std::to_string(type.id) + " " + type.population + " " + type.ei + " " + type.location +
         " " + model_template_of(type) + " " + cell_parameters_of(type).dump();
}

class WriteCircuit : public ::testing::Test {
 protected:
  void SetUp() override { log::set_quiet(true); }
  Folder folder_;
};

TEST_F(WriteCircuit, GivesBackTheSameNetwork) {
  const Network network = all_kinds();
  const auto config = write_circuit(folder_ / "circuit", network, {});
  const Network back = read_circuit(config);
  EXPECT_EQ(back.neurons.id, network.neurons.id);
  EXPECT_THAT(back.neurons.node_id, ElementsAre(0, 1, 2, 3, 0, 1));
  EXPECT_EQ(back.neurons.x_um, network.neurons.x_um);
  EXPECT_EQ(back.neurons.y_um, network.neurons.y_um);
  EXPECT_EQ(back.neurons.z_um, network.neurons.z_um);
  EXPECT_EQ(back.neurons.tuning_angle_deg, network.neurons.tuning_angle_deg);
  ASSERT_EQ(back.neurons.populations.size(), 2u);
  EXPECT_EQ(back.neurons.populations[1].name, "lm");
  for (std::size_t i = 0; i < network.neurons.size(); ++i) {
    EXPECT_EQ(text_of(back.types[back.neurons.type[i]]),
              text_of(network.types[network.neurons.type[i]]));
  }
  ASSERT_EQ(back.blocks.size(), 3u);
  for (std::size_t b = 0; b < 3; ++b) {
    EXPECT_EQ(back.blocks[b].name, network.blocks[b].name);
    EXPECT_EQ(back.blocks[b].source_id, network.blocks[b].source_id);
    EXPECT_EQ(back.blocks[b].current_class, network.blocks[b].current_class);
    for (std::size_t row = 0; row < network.blocks[b].source_count(); ++row) {
      std::vector<Synapse> expected = synapses_of(network, network.blocks[b], row);
      for (Synapse& synapse : expected) {  // these models name no receptor: the sign does
        const NeuronModel model = network.types[network.neurons.type[std::get<0>(synapse)]].model;
        const bool negative = std::get<3>(synapse) < 0.0f;
        if (model == NeuronModel::iaf_psc_alpha) std::get<2>(synapse) = negative ? 1 : 0;
        if (model == NeuronModel::iaf_psc_delta) std::get<2>(synapse) = 0;
      }
      EXPECT_EQ(synapses_of(back, back.blocks[b], row), expected)
          << network.blocks[b].name << " row " << row;
    }
  }
}

TEST_F(WriteCircuit, KeepsTheBackgroundsRateUnlessAFilePlaysIt) {
  const auto config = write_circuit(folder_ / "circuit", all_kinds(), {});
  const Network back = read_circuit(config);
  EXPECT_EQ(back.blocks[2].source_kind, SourceKind::counts);
  EXPECT_EQ(back.background.rate_hz, 1000.0);
  EXPECT_EQ(back.blocks[1].source_kind, SourceKind::events);
  h5::File spikes = h5::File::create(folder_ / "bkg.h5");
  spikes.write("/spikes/bkg/timestamps", std::vector<double>{1.0});
  spikes.write("/spikes/bkg/node_ids", std::vector<std::uint64_t>{0});
  folder_.write("circuit/played.json", R"({"run": {"tstop": 10.0, "dt": 0.1},
    "inputs": {"b": {"input_type": "spikes", "module": "sonata", "input_file": "../bkg.h5",
                     "node_set": "bkg"}}, "network": "circuit_config.json"})");
  EXPECT_EQ(read_circuit(folder_ / "circuit/played.json").blocks[2].source_kind,
            SourceKind::events);
}

// As of a population that mixes neurons and virtual nodes.
TEST_F(WriteCircuit, GivesAnInputThatIsNamedLikeTheNeuronsAPopulationOfItsOwn) {
  Network network = all_kinds();
  network.blocks[2].source_kind = SourceKind::events;
  const std::string neurons = network.neurons.populations[0].name;
  network.blocks[2].name = neurons;
  CircuitRun run;
  run.spikes = {{neurons, {1.0, 2.0}, {0, 0}}};
  const auto config = write_circuit(folder_ / "circuit", network, run);
  const Network back = read_circuit(config);
  EXPECT_EQ(back.neurons.id, network.neurons.id);
  ASSERT_EQ(back.blocks.size(), 3u);
  EXPECT_EQ(back.blocks[2].name, neurons + "_2");
  EXPECT_EQ(back.blocks[2].weight_pa, network.blocks[2].weight_pa);
  const auto inputs = read_simulation_config(config).spike_inputs;
  ASSERT_EQ(inputs.size(), 1u);
  EXPECT_EQ(inputs[0].block, neurons + "_2");
  EXPECT_EQ(read_spike_trains(inputs[0].file, inputs[0].block, back.blocks[2]).size(), 2u);
}

// "a_b" onto "c", and "a" onto "b_c".
TEST_F(WriteCircuit, KeepsEdgesOfPopulationsApartWhoseNamesJoinToTheSame) {
  Network network = all_kinds();
  network.neurons.populations[0].name = "c";
  network.neurons.populations[1].name = "b_c";
  network.blocks[1].name = "a_b";
  network.blocks[1].source_kind = SourceKind::events;
  network.blocks[2].name = "a";
  network.blocks[2].source_kind = SourceKind::events;
  set_addresses(network.blocks[2], 6, {0, 5}, {0, 0});
  network.lgn_mosaic.reset();
  const Network back = read_circuit(write_circuit(folder_ / "circuit", network, {}));
  ASSERT_EQ(back.blocks.size(), 3u);
  for (std::size_t b = 1; b < 3; ++b) {
    EXPECT_EQ(back.blocks[b].name, network.blocks[b].name);
    EXPECT_EQ(back.blocks[b].weight_pa, network.blocks[b].weight_pa);
  }
}

TEST_F(WriteCircuit, WritesIndicesThatFindEveryEdge) {
  const Network network = all_kinds();
  write_circuit(folder_ / "circuit", network, {});
  const h5::File file = h5::File::read(folder_ / "circuit/network/lgn_v1_edges.h5");
  const std::string root = "/edges/lgn_to_v1";
  EXPECT_EQ(file.text_attribute(root + "/source_node_id", "node_population"), "lgn");
  EXPECT_EQ(file.text_attribute(root + "/target_node_id", "node_population"), "v1");
  for (const bool by_target : {true, false}) {
    const std::string index =
        root + (by_target ? "/indices/target_to_source" : "/indices/source_to_target");
    const auto ids =
        file.values<std::uint64_t>(root + (by_target ? "/target_node_id" : "/source_node_id"));
    const auto of_node = file.values<std::uint64_t>(index + "/node_id_to_ranges");
    const auto ranges = file.values<std::uint64_t>(index + "/range_to_edge_id");
    std::vector<int> found(ids.size(), 0);
    for (std::size_t node = 0; 2 * node < of_node.size(); ++node) {
      for (std::uint64_t r = of_node[2 * node]; r < of_node[2 * node + 1]; ++r) {
        for (std::uint64_t e = ranges[2 * r]; e < ranges[2 * r + 1]; ++e) {
          EXPECT_EQ(ids.at(e), node);
          ++found.at(e);
        }
      }
    }
    EXPECT_EQ(found, std::vector<int>(ids.size(), 1)) << index;
  }
}

TEST_F(WriteCircuit, NodeSetsCountAsTheCircuitDoes) {
  const auto config = write_circuit(folder_ / "circuit", all_kinds(), {});
  const Network back = read_circuit(config);
  NodeSet set;
  set.any_of.push_back({{"lm"}, {1}, true, {}});
  EXPECT_THAT(select_neurons(set, back), ElementsAre(5));  // id 7 in the full network
}

TEST_F(WriteCircuit, GivesTypesOfTheSameIdNewOnes) {
  Network network = all_kinds();
  network.types[3].id = 10;
  network.types[3].population = "has space";
  const Network back = read_circuit(write_circuit(folder_ / "circuit", network, {}));
  EXPECT_EQ(back.types[back.neurons.type[4]].population, "has space");
  EXPECT_NE(back.types[back.neurons.type[4]].id, back.types[back.neurons.type[0]].id);
}

}  // namespace
}  // namespace v1::network::sonata::testing
