#include <cstdlib>

#include "tests/unit/network/sonata/circuit_files.hpp"

/// The example circuits that come with the SONATA tools. Not part of this project: point
/// V1ENGINE_SONATA_EXAMPLES to a folder with point_450glifs, point_120cells and point_components.
namespace v1::network::sonata::testing {
namespace {

class ExampleCircuit : public ::testing::Test {
 protected:
  void SetUp() override {
    log::set_quiet(true);
    const char* folder = std::getenv("V1ENGINE_SONATA_EXAMPLES");
    if (!folder) GTEST_SKIP() << "V1ENGINE_SONATA_EXAMPLES does not name a folder of examples";
    examples = folder;
  }
  std::filesystem::path examples;
};

TEST_F(ExampleCircuit, Point450GlifsLoads) {
  const auto config = examples / "point_450glifs" / "config.simulation.json";
  const Network network = read_circuit(config);
  EXPECT_EQ(network.neurons.size(), 450u);
  EXPECT_EQ(network.types.size(), 7u);
  EXPECT_TRUE(network.neurons.has_positions);
  ASSERT_EQ(network.blocks.size(), 2u);
  EXPECT_EQ(network.blocks[0].edge_count(), 28555u);
  EXPECT_EQ(network.blocks[1].name, "lgn");
  EXPECT_EQ(network.blocks[1].source_count(), 100u);
  EXPECT_EQ(network.blocks[1].edge_count(), 36035u);
  const SonataSimulation simulation = read_simulation_config(config);
  EXPECT_EQ(simulation.duration_ms, 3000.0);
  EXPECT_EQ(simulation.dt_ms, 0.001);
  ASSERT_EQ(simulation.spike_inputs.size(), 1u);
  EXPECT_EQ(simulation.spike_inputs[0].block, "lgn");
  const SpikeTrains trains =
      read_spike_trains(simulation.spike_inputs[0].file, "lgn", network.blocks[1]);
  EXPECT_EQ(trains.size(), 3044u);
  EXPECT_TRUE(simulation.unsupported.empty());
}

TEST_F(ExampleCircuit, Point120CellsLoads) {
  const auto folder = examples / "point_120cells";
  const Network network = read_circuit(folder / "config.simulation.json");
  EXPECT_EQ(network.neurons.size(), 120u);
  EXPECT_EQ(network.blocks.at(0).edge_count(), 1469u);
  EXPECT_EQ(network.blocks.at(1).name, "thalamus");
  EXPECT_EQ(network.blocks.at(1).edge_count(), 1192u);
  const SonataSimulation spikes = read_simulation_config(folder / "config.simulation.json");
  EXPECT_EQ(read_spike_trains(spikes.spike_inputs.at(0).file, "thalamus", network.blocks[1]).size(),
            3024u);
  EXPECT_EQ(select_neurons(spikes.reports.at(0).nodes, network).size(), 5u);
}

TEST_F(ExampleCircuit, Point120CellsHasThreeSpellingsOfOneClamp) {
  const auto folder = examples / "point_120cells";
  const Network network = read_circuit(folder / "config.circuit.json");
  for (const char* name : {"config.simulation_iclamp.json", "config.simulation_iclamp.aslist.json",
                           "config.simulation_iclamp.csv.json"}) {
    const SonataSimulation simulation = read_simulation_config(folder / name);
    std::vector<double> amplitudes;
    for (const CurrentClampSpec& spec : simulation.clamps) {
      for (const CurrentClamp& clamp : resolve_clamp(spec, network)) {
        EXPECT_EQ(clamp.neurons.size(), 120u) << name;
        EXPECT_EQ(clamp.duration_ms, 500.0) << name;
        amplitudes.push_back(clamp.amplitude_pa);
      }
    }
    EXPECT_THAT(amplitudes, ::testing::ElementsAre(0.15, 0.175, 0.2)) << name;
  }
  EXPECT_THAT(
      data_error([&] { read_simulation_config(folder / "config.simulation_perturbations.json"); }),
      ::testing::HasSubstr("thalamus_spikes.csv"));
  EXPECT_EQ(read_circuit(folder / "config.simulation_perturbations.json").neurons.size(), 120u);
}

}  // namespace
}  // namespace v1::network::sonata::testing
