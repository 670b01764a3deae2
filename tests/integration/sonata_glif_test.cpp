#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/hdf5.hpp"
#include "engine/network/sonata_write/write_circuit.hpp"
#include "tests/integration/process.hpp"
#include "tests/unit/network/small_network.hpp"

/// One neuron of each mode of glif_psc, written as a circuit, read and run by the program, against
/// spike times of NEST 3.10.0 (h = 0.25 ms) with the same spikes and the same current clamp.
namespace v1 {
namespace {

using network::NodeType;
using testing::Scratch;

NodeType glif(std::int64_t mode) {
  NodeType type;
  type.id = 100 + mode;
  type.population = "e4mode" + std::to_string(mode);
  type.ei = "e";
  type.c_m_pf = 60.0;
  type.g_ns = 5.0;
  type.e_l_mv = type.v_init_mv = -72.0;
  type.v_th_mv = -45.0;
  type.v_reset_mv = -71.0;
  type.t_ref_ms = 2.5;
  type.tau_syn_ms = {5.5, 2.8};
  if (mode >= 3) {
    type.asc_decay_per_ms = {0.1, 0.3};
    type.asc_amplitude_pa = {-30.0, -60.0};
    type.asc_carry = {0.8, 1.0};
  }
  if (mode == 2 || mode >= 4) {
    type.moving_threshold = network::MovingThreshold{6.0, 0.02, 0.3, 4.0, false, 0.0, 0.0};
  }
  if (mode == 5) {
    type.moving_threshold->follows_voltage = true;
    type.moving_threshold->voltage_index_per_ms = 0.01;
    type.moving_threshold->voltage_decay_per_ms = 0.05;
  }
  return type;
}

network::Network five_neurons() {
  network::Network network;
  network.name = "modes";
  network.full_size = 5;
  network::Neurons& neurons = network.neurons;
  for (std::uint16_t n = 0; n < 5; ++n) {
    network.types.push_back(glif(n + 1));
    neurons.id.push_back(n);
    neurons.type.push_back(n);
  }
  neurons.populations = {{"v1", 0, 5}};
  for (auto* column : {&neurons.x_um, &neurons.y_um, &neurons.z_um, &neurons.tuning_angle_deg}) {
    column->assign(5, network::not_known);
  }
  network.synapse_kinds = {{1.0, 0}, {0.5, 1}};
  network::EdgeBlock recurrent;
  recurrent.name = "recurrent";
  recurrent.source_id = neurons.id;
  recurrent.row_ptr.assign(6, 0);
  recurrent.address = network::SynapseAddresses(5);
  network::EdgeBlock drive;
  drive.name = "drive";
  drive.source_kind = network::SourceKind::events;
  drive.current_class = network::CurrentClass::bottom_up;
  drive.source_id = {0, 1};
  drive.row_ptr = {0, 5, 10};
  network::set_addresses(drive, 5, {0, 1, 2, 3, 4, 0, 1, 2, 3, 4}, {0, 0, 0, 0, 0, 1, 1, 1, 1, 1});
  drive.weight_pa.assign(5, 260.0f);
  drive.weight_pa.resize(10, -300.0f);
  network.blocks = {recurrent, drive};
  return network;
}

const std::vector<std::vector<double>> nest_ms = {
    {8.0,  12.25, 16.0, 19.5, 23.0,  26.5,  30.0,  33.5,  37.0,  40.5, 44.0,
     47.5, 51.0,  54.5, 58.0, 61.5,  65.0,  68.5,  72.0,  75.5,  79.0, 82.5,
     86.0, 89.5,  93.0, 96.5, 100.0, 103.5, 107.0, 110.5, 114.0, 117.5},
    {8.0,  12.0,  15.75, 19.5,  23.25, 27.0,  31.0,  35.25, 39.5, 43.75,  48.0,  52.25,  56.5,
     61.0, 65.75, 70.25, 74.75, 79.25, 83.75, 88.25, 93.25, 98.0, 102.75, 107.5, 112.25, 117.0},
    {8.0,   12.25, 16.0, 19.75, 23.25, 26.75, 30.25, 34.0,  37.5,  41.0,  44.5,
     48.0,  51.5,  55.0, 58.5,  62.0,  65.75, 69.25, 72.75, 76.25, 79.75, 83.25,
     86.75, 90.25, 94.0, 97.5,  101.0, 104.5, 108.0, 111.5, 115.0, 118.5},
    {8.0,   12.0, 16.0,  19.75, 23.75, 27.75, 31.75, 36.0,  40.25,  44.5,  48.75,  53.25, 57.75,
     62.25, 67.0, 71.75, 76.25, 81.0,  85.5,  90.25, 95.25, 100.25, 105.0, 109.75, 114.5, 119.25},
    {8.0,  12.0, 16.0,  20.0, 24.0,  28.0,  32.25, 36.75, 41.0,   45.5,   50.0,   54.5,  59.0,
     64.0, 69.0, 73.75, 78.5, 83.25, 88.25, 93.5,  98.75, 103.75, 108.75, 113.75, 118.75}};

class GlifModes : public ::testing::Test {
 protected:
  void SetUp() override {
    network::sonata::write_circuit(scratch_ / "circuit", five_neurons(), {});
    std::vector<double> times_ms;
    std::vector<std::uint64_t> ids;
    for (int k = 0; k < 60; ++k) times_ms.push_back(1.0 + 2.0 * k), ids.push_back(0);
    for (const double t : {30.0, 60.0, 90.0}) times_ms.push_back(t), ids.push_back(1);
    h5::File file = h5::File::create(scratch_ / "circuit/drive.h5");
    file.write("/spikes/drive/timestamps", times_ms);
    file.write("/spikes/drive/node_ids", ids);
    scratch_.write("circuit/sim.json", R"({"run": {"tstop": 120.0, "dt": 0.25}, "inputs": {
      "spikes": {"input_type": "spikes", "module": "sonata", "input_file": "drive.h5",
                 "node_set": "drive"},
      "clamp": {"input_type": "current_clamp", "module": "IClamp", "node_set": "v1", "amp": 40.0,
                "delay": 20.0, "duration": 80.0}},
      "reports": {"v": {"module": "multimeter_report", "variable_name": "V_m", "cells": "v1"}},
      "network": "circuit_config.json"})");
  }
  void run(const std::string& folder, const std::vector<std::string>& more) const {
    std::vector<std::string> arguments{"run", "circuit/sim.json", "-o", folder,
                                       "-q",  "--no-analyses"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const auto result = scratch_.v1engine(arguments);
    ASSERT_EQ(result.code, 0) << result.err;
  }
  Scratch scratch_;
};

TEST_F(GlifModes, SpikeAsInNest) {
  for (const char* precision : {"float32", "float64"}) {
    run(precision, {"--set", std::string("simulation.precision='") + precision + "'"});
    const h5::File file = h5::File::read(scratch_ / (std::string(precision) + "/spikes.h5"));
    const auto times = file.values<double>("/spikes/v1/timestamps");
    const auto ids = file.values<std::uint64_t>("/spikes/v1/node_ids");
    for (std::size_t neuron = 0; neuron < 5; ++neuron) {
      std::vector<double> own;
      for (std::size_t i = 0; i < ids.size(); ++i) {
        if (ids[i] == neuron) own.push_back(times[i]);
      }
      EXPECT_EQ(own, nest_ms[neuron]) << "GLIF" << neuron + 1 << ", " << precision;
    }
  }
}

// Both populations count their neurons from 0: ids would select those of the other, too.
TEST(SonataReports, RecordThePopulationThatTheyName) {
  const Scratch scratch;
  network::Network network = five_neurons();
  network.neurons.populations = {{"v1", 0, 3}, {"lm", 3, 5}};
  network.neurons.id = {0, 1, 2, 0, 1};
  network.blocks[0].source_id = network.neurons.id;
  network::sonata::write_circuit(scratch / "circuit", network, {});
  const auto run = [&](const std::string& cells) {
    scratch.write("circuit/sim.json", R"({"run": {"tstop": 20.0, "dt": 0.5}, "reports": {"v":
        {"module": "multimeter_report", "variable_name": "V_m", "cells": )" +
                                          cells + R"(}}, "network": "circuit_config.json"})");
    std::filesystem::remove_all(scratch / "out");
    const auto result = scratch.v1engine({"run", "circuit/sim.json", "-o", "out", "-q"});
    EXPECT_EQ(result.code, 0) << result.err;
    return h5::File::read(scratch / "out/recordings.h5");
  };
  EXPECT_THAT(run("\"lm\"").strings("/Data/populations"), ::testing::ElementsAre("lm", "lm"));
  ASSERT_EQ(scratch.v1engine({"run", "out/config.toml", "-o", "again", "-q"}).code, 0);
  EXPECT_THAT(h5::File::read(scratch / "again/recordings.h5").strings("/Data/populations"),
              ::testing::ElementsAre("lm", "lm"));
  EXPECT_FALSE(run(R"({"pop_name": "nobody"})").has("/Data/v"));
}

// As NEST (allow_offgrid_times) and the plugin current_clamp begin and end them.
TEST_F(GlifModes, ClampsOffTheGridBeginAndEndWithTheNextStep) {
  const auto spikes = [&](const std::string& folder, const std::string& clamp,
                          const std::string& more) {
    scratch_.write("circuit/" + folder + ".json",
                   R"({"run": {"tstop": 60.0, "dt": 0.25}, "inputs": {)" + clamp +
                       R"(}, "network": "circuit_config.json"})");
    scratch_.write(folder + ".toml", "[network]\nsource = 'sonata'\ncircuit = 'circuit/" + folder +
                                         ".json'\n[simulation]\nduration = 60.0\ndt = 0.25\n" +
                                         more);
    const auto result =
        scratch_.v1engine({"run", folder + ".toml", "-o", folder, "-q", "--no-analyses"});
    EXPECT_EQ(result.code, 0) << result.err;
    return h5::File::read(scratch_ / (folder + "/spikes.h5"))
        .values<double>("/spikes/v1/timestamps");
  };
  const auto clamp = [](const std::string& times) {
    return R"("clamp": {"input_type": "current_clamp", "module": "IClamp", "node_set": "v1",
                        "amp": 900.0, )" +
           times + "}";
  };
  const auto on = spikes("on", clamp(R"("delay": 20.25, "duration": 20.25)"), "");
  EXPECT_GT(on.size(), 5u);
  EXPECT_EQ(spikes("off", clamp(R"("delay": 20.1, "duration": 20.2)"), ""), on);
  EXPECT_EQ(spikes("toml", "",
                   "[[input]]\nplugin = 'current_clamp'\nparams = { amplitude = 900.0, "
                   "start = 20.1, duration = 20.2 }\n"),
            on);
}

TEST_F(GlifModes, ClampsThatFallOnNoStepAreTold) {
  scratch_.write("circuit/short.json", R"({"run": {"tstop": 20.0, "dt": 1.0}, "inputs": {
      "clamp": {"input_type": "current_clamp", "module": "IClamp", "node_set": "v1",
                "amp": [40.0, 40.0, 40.0, 40.0], "delay": [5.0, 8.1, 9.1, 30.0],
                "duration": [2.0, 0.2, 0.2, 5.0]}},
      "network": "circuit_config.json"})");
  const auto result = scratch_.v1engine({"validate", "circuit/short.json"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(
      result.err,
      ::testing::HasSubstr("short.json: inputs.clamp: the pulse at 8.1 ms lies between two steps "
                           "of 1 ms, and 2 more are as late or as short: no effect"));
}

TEST_F(GlifModes, GoOnFromACheckpointAsIfNothingHappened) {
  scratch_.write("a.toml",
                 "[network]\nsource = 'sonata'\ncircuit = 'circuit/sim.json'\n"
                 "[simulation]\nduration = 30.0\ndt = 0.25\ntrials = 3\n");
  const auto run_trials = [&](const std::string& folder, const char* trials, bool resume) {
    std::vector<std::string> arguments{"run", "a.toml",        "-o",       folder,
                                       "-q",  "--no-analyses", "--trials", trials};
    if (resume) arguments.push_back("--resume");
    const auto result = scratch_.v1engine(arguments);
    ASSERT_EQ(result.code, 0) << result.err;
  };
  run_trials("whole", "3", false);
  run_trials("parts", "1", false);
  run_trials("parts", "3", true);
  const auto compared = scratch_.v1engine({"compare", "whole", "parts"});
  EXPECT_EQ(compared.code, 0) << compared.out;
}

// The example backend of the SDK serves them as well.
TEST_F(GlifModes, SpikeAlikeInTheReferenceBackend) {
  run("cpu", {});
  run("reference", {"--backend", "reference", "--plugin-path", V1_EXAMPLES_DIR});
  const auto compared = scratch_.v1engine({"compare", "cpu", "reference"});
  EXPECT_EQ(compared.code, 0) << compared.out;
}

#ifdef V1_OLD_PLUGINS
TEST_F(GlifModes, AreRefusedByABackendThatLacksThem) {
  const auto refused =
      scratch_.v1engine({"run", "circuit/sim.json", "--backend", "old_backend", "--plugin-path",
                         V1_OLD_PLUGINS, "--set", "record.variables=[]", "-o", "refused"});
  EXPECT_EQ(refused.code, 5);
  EXPECT_THAT(refused.err,
              ::testing::AllOf(::testing::HasSubstr("moving threshold (GLIF2, GLIF4, GLIF5)"),
                               ::testing::HasSubstr("use --backend cpu")));
  EXPECT_FALSE(std::filesystem::exists(scratch_ / "refused"));
}
#endif

TEST_F(GlifModes, WithAMovingThresholdNeedTheExactScheme) {
  scratch_.write("a.toml",
                 "[network]\nsource = 'sonata'\ncircuit = 'circuit/circuit_config.json'\n"
                 "[simulation]\nscheme = 'billeh-tf'\n");
  const auto result = scratch_.v1engine({"validate", "a.toml"});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, ::testing::HasSubstr("fixed threshold"));
  EXPECT_THAT(result.err, ::testing::HasSubstr("error: a.toml:5:10: simulation.scheme"));
}

}  // namespace
}  // namespace v1
