#include <cmath>

#include "tests/unit/network/sonata/circuit_files.hpp"

namespace v1::network::sonata::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class SimulationConfig : public SmallCircuit {
 protected:
  SonataSimulation simulation(const std::string& sections) {
    dir.write("s.json", R"({"network": "circuit.json", )" + sections + "}");
    return read_simulation_config(dir / "s.json");
  }
  SonataSimulation inputs(const std::string& entries) {
    return simulation(R"("run": {"tstop": 100, "dt": 0.1}, "inputs": {)" + entries + "}");
  }
};

TEST_F(SimulationConfig, OfABareCircuitNamesOnlyTheCircuit) {
  const SonataSimulation bare = read_simulation_config(dir / "circuit.json");
  EXPECT_EQ(bare.circuit_config, dir / "circuit.json");
  EXPECT_FALSE(bare.duration_ms);
  EXPECT_FALSE(bare.dt_ms);
}

TEST_F(SimulationConfig, PrefersDurationToTstop) {
  EXPECT_EQ(simulation(R"("run": {"tstop": 100, "dt": 0.5})").duration_ms, 100.0);
  const SonataSimulation both = simulation(R"("run": {"tstop": 100, "duration": 50.5, "dt": 0.5})");
  EXPECT_EQ(both.duration_ms, 50.5);
  EXPECT_EQ(both.dt_ms, 0.5);
  EXPECT_EQ(both.circuit_config, dir / "circuit.json");
  EXPECT_THAT(data_error([&] { simulation(R"("run": {"dt": 0})"); }),
              HasSubstr("must be positive"));
}

TEST_F(SimulationConfig, FindsSpikeFilesOfVirtualPopulations) {
  dir.write("spikes.csv", "timestamps population node_ids\n");
  const auto found = inputs(R"("a": {"input_type": "spikes", "module": "csv",
      "input_file": "spikes.csv", "node_set": "lgn"},
    "b": {"input_type": "spikes", "module": "sonata", "input_file": "${configdir}/spikes.csv",
      "node_set": {"population": "bkg"}},
    "c": {"input_type": "spikes", "input_file": "gone.h5", "node_set": "x", "enabled": false})");
  ASSERT_EQ(found.spike_inputs.size(), 2u);
  EXPECT_EQ(found.spike_inputs[0].block, "lgn");
  EXPECT_EQ(found.spike_inputs[0].file, dir / "spikes.csv");
  EXPECT_EQ(found.spike_inputs[1].block, "bkg");
  const auto nwb = inputs(R"("a": {"input_type": "spikes", "module": "nwb", "trial": "trial_3",
      "input_file": "spikes.csv", "node_set": "lgn"})");
  EXPECT_EQ(nwb.spike_inputs.at(0).trial, "trial_3");
  const auto by_id = inputs(R"("a": {"input_type": "spikes", "input_file": "spikes.csv",
      "node_set": {"population": "lgn", "node_id": [0]}})");
  EXPECT_THAT(by_id.unsupported, ElementsAre(HasSubstr("inputs.a.node_set: all spikes of the")));
  EXPECT_EQ(inputs(R"("a": {"input_type": "spikes", "input_file": "spikes.csv",
      "node_set": "all"})")
                .spike_inputs.at(0)
                .block,
            "");
  EXPECT_THAT(
      data_error([&] {
        inputs(R"("a": {"input_type": "spikes", "input_file": "gone.h5", "node_set": "lgn"})");
      }),
      AllOf(HasSubstr("gone.h5"), HasSubstr("inputs.a")));
}

TEST_F(SimulationConfig, ReadsClampsGivenAsNumbersListsOrFile) {
  dir.write("steps.csv", "timestamps amps\n20.0 150.0\n40.0 0.0\n60.0 175.0\n");
  const auto found = inputs(R"("a": {"input_type": "current_clamp", "module": "IClamp",
      "node_set": {"population": "v1", "node_id": [2, 0]}, "amp": -230.0, "delay": 1.0,
      "duration": 30.0},
    "b": {"input_type": "current_clamp", "module": "IClamp", "node_set": "all",
      "amp": [10, 20], "delay": [5, 15], "duration": [100, 5]},
    "c": {"input_type": "csv", "module": "IClamp", "node_set": {"ei": "i"}, "file": "steps.csv"})");
  ASSERT_EQ(found.clamps.size(), 3u);
  const Network network = read();
  const auto a = resolve_clamp(found.clamps[0], network);
  ASSERT_EQ(a.size(), 1u);
  EXPECT_THAT(a[0].neurons, ElementsAre(0, 2));
  EXPECT_EQ(a[0].amplitude_pa, -230.0);
  EXPECT_EQ(a[0].delay_ms, 1.0);
  EXPECT_EQ(a[0].duration_ms, 30.0);
  const auto b = resolve_clamp(found.clamps[1], network);
  ASSERT_EQ(b.size(), 2u);
  EXPECT_EQ(b[0].duration_ms, 10.0);  // the next pulse replaces it
  EXPECT_EQ(b[1].duration_ms, 5.0);
  EXPECT_THAT(b[1].neurons, ElementsAre(0, 1, 2));
  const auto c = resolve_clamp(found.clamps[2], network);
  ASSERT_EQ(c.size(), 2u);  // the step to 0 pA only ends the first
  EXPECT_THAT(c[0].neurons, ElementsAre(2));
  EXPECT_EQ(c[0].delay_ms, 20.0);
  EXPECT_EQ(c[0].duration_ms, 20.0);
  EXPECT_EQ(c[1].amplitude_pa, 175.0);
  EXPECT_TRUE(std::isinf(c[1].duration_ms));
}

TEST_F(SimulationConfig, SkipsPulsesOfTheFirstStepAndSaysSo) {
  const auto found = inputs(R"("a": {"input_type": "current_clamp", "module": "IClamp",
    "amp": [1, 2], "delay": [0.1, 50], "duration": [5, 5]})");
  ASSERT_EQ(found.clamps.size(), 1u);
  ASSERT_EQ(found.clamps[0].pulses.size(), 1u);
  EXPECT_EQ(found.clamps[0].pulses[0].amplitude_pa, 2.0);
  EXPECT_THAT(found.unsupported, ElementsAre(HasSubstr("is skipped")));
}

TEST_F(SimulationConfig, SaysWhatAClampDoesNotHeed) {
  dir.write("steps.csv", "timestamps amps\n");
  const auto found = inputs(R"("a": {"input_type": "current_clamp", "module": "IClamp",
      "gids": [1], "amp": 100.0, "delay": 10.0, "duration": 30.0},
    "b": {"input_type": "csv", "module": "IClamp", "file": "steps.csv", "node_set": "v1"})");
  EXPECT_THAT(
      found.unsupported,
      ElementsAre(AllOf(HasSubstr("inputs.a.gids"), HasSubstr("node_set")),
                  AllOf(HasSubstr("inputs.b"), HasSubstr("steps.csv"), HasSubstr("no pulse"))));
}

TEST_F(SimulationConfig, NamesTheDefectOfAClamp) {
  const auto message = [&](const std::string& fields) {
    return data_error([&] {
      inputs(R"("a": {"input_type": "current_clamp", "module": "IClamp", )" + fields + "}");
    });
  };
  EXPECT_THAT(message(R"("amp": 1, "delay": 2)"), HasSubstr("'duration' is missing"));
  EXPECT_THAT(message(R"("amp": [1, 2], "delay": [2], "duration": [1])"), HasSubstr("2, 1 and 1"));
  EXPECT_THAT(message(R"("amp": [1, 2], "delay": [9, 3], "duration": [1, 1])"),
              HasSubstr("must increase"));
  EXPECT_THAT(message(R"("file": "gone.csv")"), HasSubstr("gone.csv"));
  EXPECT_THAT(message(R"("node_set": {"population": "v1", "depth": 3}, "amp": 1, "delay": 2,
                         "duration": 3)"),
              HasSubstr("unknown condition 'depth'"));
}

TEST_F(SimulationConfig, ListsWhatItLeavesOut) {
  const auto found = inputs(R"("m": {"input_type": "movie", "module": "graiting"},
                               "n": {"input_type": "spikes", "module": "function"})");
  EXPECT_THAT(found.unsupported, ElementsAre(AllOf(HasSubstr("inputs.m"), HasSubstr("graiting")),
                                             HasSubstr("inputs.n")));
  EXPECT_THAT(found.spike_inputs, IsEmpty());
}

TEST_F(SimulationConfig, ReadsReplays) {
  dir.write("spikes.csv", "timestamps population node_ids\n");
  const auto found = inputs(R"("a": {"input_type": "spikes", "module": "synapse_replay",
      "spike_file": "spikes.csv", "source": "lgn", "node_set": "all", "delay": 10, "duration": 5},
    "b": {"input_type": "spikes", "module": "synapse_replay", "spike_file": "spikes.csv",
      "node_set": "v1"},
    "c": {"input_type": "spikes", "module": "synapse_replay", "spike_file": "spikes.csv",
      "node_set": "v1", "source": {"population": "lgn", "node_id": [0]}})");
  ASSERT_EQ(found.spike_inputs.size(), 2u);
  EXPECT_EQ(found.spike_inputs[0].block, "lgn");
  EXPECT_EQ(found.spike_inputs[0].file, dir / "spikes.csv");
  EXPECT_EQ(found.spike_inputs[0].begin_ms, 10.0);
  EXPECT_EQ(found.spike_inputs[0].end_ms, 15.0);
  EXPECT_EQ(found.spike_inputs[1].block, "");
  EXPECT_EQ(found.spike_inputs[1].replayed_to->text, "\"v1\"");
  EXPECT_THAT(found.unsupported, ElementsAre(HasSubstr("inputs.c: source")));
  EXPECT_THAT(data_error([&] {
                inputs(R"("a": {"input_type": "spikes", "module": "synapse_replay",
                                "node_set": "v1"})");
              }),
              HasSubstr("inputs.a: 'spike_file' is missing"));
}

TEST_F(SimulationConfig, LeavesOutSpikesOfModulesThatNobodyKnows) {
  dir.write("spikes.csv", "timestamps population node_ids\n");
  const auto found = inputs(R"("a": {"input_type": "spikes", "module": "snoata",
                                     "input_file": "spikes.csv", "node_set": "lgn"},
                               "b": {"input_type": "spikes", "module": "poisson",
                                     "node_set": "lgn", "rate": 10})");
  EXPECT_THAT(found.unsupported,
              ElementsAre(AllOf(HasSubstr("inputs.a"), HasSubstr("did you mean 'sonata'")),
                          AllOf(HasSubstr("inputs.b"), HasSubstr("poisson"))));
  EXPECT_THAT(found.spike_inputs, IsEmpty());
}

TEST_F(SimulationConfig, RefusesEnabledThatIsNeitherTrueNorFalse) {
  EXPECT_THAT(data_error([&] {
                inputs(R"("a": {"input_type": "spikes", "enabled": "false", "node_set": "lgn"})");
              }),
              AllOf(HasSubstr("inputs.a"), HasSubstr("'enabled' must be true or false"),
                    HasSubstr("\"false\"")));
}

TEST_F(SimulationConfig, SaysThatItBeginsAtZeroAndAtTheCellsOwnPotential) {
  const auto found = simulation(R"("run": {"tstart": 100, "tstop": 200, "dt": 0.5},
                                   "conditions": {"celsius": 34, "v_init": -60})");
  EXPECT_THAT(found.unsupported,
              ElementsAre(HasSubstr("run.tstart: every simulation begins at 0 ms"),
                          HasSubstr("conditions.v_init: neurons begin at the V_m")));
  EXPECT_THAT(simulation(R"("run": {"tstart": 0, "tstop": 200, "dt": 0.5},
                            "conditions": {"celsius": 34}, "inputs": {})")
                  .unsupported,
              IsEmpty());
}

TEST_F(SimulationConfig, ReadsReportsOfThePotential) {
  const auto found = simulation(R"("reports": {
    "vm": {"module": "multimeter_report", "variable_name": ["V_m", "I_syn"],
           "cells": {"population": "v1", "node_id": [1]}, "start_time": 10, "end_time": 20, "dt": 0.5},
    "off": {"module": "membrane_report", "variable_name": "V_m", "enabled": false},
    "x": {"module": "extracellular", "variable_name": "v"},
    "all": {"module": "membrane_report", "variable_name": "V_m"}})");
  ASSERT_EQ(found.reports.size(), 2u);
  const Report& vm = found.reports[1];
  EXPECT_EQ(vm.name, "vm");
  EXPECT_EQ(vm.variable, "v");
  EXPECT_EQ(vm.start_ms, 10.0);
  EXPECT_EQ(vm.end_ms, 20.0);
  EXPECT_EQ(vm.dt_ms, 0.5);
  const Network network = read();
  EXPECT_THAT(select_neurons(vm.nodes, network), ElementsAre(1));
  EXPECT_THAT(select_neurons(found.reports[0].nodes, network), ElementsAre(0, 1, 2));
  EXPECT_THAT(found.unsupported,
              ElementsAre(HasSubstr("reports.vm: start_time and end_time are not looked at"),
                          HasSubstr("reports.vm: dt is not looked at"), HasSubstr("I_syn"),
                          HasSubstr("extracellular")));
}

TEST_F(SimulationConfig, ResolvesNamedAndNestedNodeSets) {
  dir.write("sets.json", R"({"some": ["first", "inhibitory"], "first": [0],
                             "inhibitory": {"population": "v1", "pop_name": ["i4Pvalb"]},
                             "loop": ["loop"]})");
  const auto neurons = [&](const std::string& set) {
    const auto found = simulation(R"("node_sets_file": "sets.json", "reports": {"r":
      {"module": "membrane_report", "variable_name": "V_m", "cells": )" +
                                  set + "}}");
    return select_neurons(found.reports.at(0).nodes, read());
  };
  EXPECT_THAT(neurons(R"("some")"), ElementsAre(0, 2));
  EXPECT_THAT(neurons(R"({"node_type_id": 100})"), ElementsAre(0, 1));
  EXPECT_THAT(neurons("[]"), IsEmpty());
  EXPECT_THAT(data_error([&] { neurons(R"("loop")"); }), HasSubstr("refers to itself"));
  EXPECT_THAT(data_error([&] { neurons(R"("v2")"); }),
              AllOf(HasSubstr("s.json: reports.r.cells: node set"), HasSubstr("population 'v2'")));
  EXPECT_THAT(neurons(R"({"population": "v1", "pop_name": "i4Pvlab"})"), IsEmpty());
  EXPECT_THAT(log::warnings().back(),
              HasSubstr("reports.r.cells: node set {\"pop_name\":\"i4Pvlab\",\"population\":"
                        "\"v1\"}: no neuron of the circuit fits"));
  EXPECT_THAT(data_error([&] { neurons("[0, 99]"); }), HasSubstr("node_id 99"));
}

}  // namespace
}  // namespace v1::network::sonata::testing
