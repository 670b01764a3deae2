#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/hdf5.hpp"
#include "engine/recording/run_reader.hpp"
#include "tests/integration/process.hpp"

namespace v1 {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::Scratch;

// Two iaf_psc_delta neurons driven by one virtual cell: the first fires on every second input
// spike (2 x 9 mV > 15 mV), the second follows the first.
class SonataRunTest : public ::testing::Test {
 protected:
  void SetUp() override {
    write_nodes("cells", 2);
    write_nodes("drivers", 1);
    scratch_.write("cells_types.csv",
                   "node_type_id model_type model_template dynamics_params ei\n"
                   "100 point_neuron nest:iaf_psc_delta cell.json e\n");
    scratch_.write("drivers_types.csv", "node_type_id model_type\n100 virtual\n");
    scratch_.write("cell.json", "{}");
    scratch_.write("synapse.json", "{}");
    scratch_.write("edge_types.csv",
                   "edge_type_id target_query source_query syn_weight delay dynamics_params "
                   "model_template\n1 * * 9.0 2.0 synapse.json static_synapse\n"
                   "2 * * 20.0 1.5 synapse.json static_synapse\n");
    write_edges("drivers", "cells", {0}, {0}, {1});
    write_edges("cells", "cells", {0}, {1}, {2});
    write_spikes({10.0, 11.0, 50.0, 51.0});
    scratch_.write("circuit.json", R"({
      "manifest": {"$BASE": "."},
      "components": {"point_neuron_models_dir": "$BASE", "synaptic_models_dir": "$BASE"},
      "networks": {
        "nodes": [{"nodes_file": "$BASE/cells.h5", "node_types_file": "$BASE/cells_types.csv"},
                  {"nodes_file": "$BASE/drivers.h5", "node_types_file": "$BASE/drivers_types.csv"}],
        "edges": [{"edges_file": "$BASE/drivers_cells.h5", "edge_types_file": "$BASE/edge_types.csv"},
                  {"edges_file": "$BASE/cells_cells.h5", "edge_types_file": "$BASE/edge_types.csv"}]}})");
    scratch_.write("simulation.json", R"({
      "manifest": {"$BASE": "${configdir}"},
      "run": {"tstop": 100.0, "dt": 0.1},
      "inputs": {"drive": {"input_type": "spikes", "module": "sonata",
                           "input_file": "$BASE/spikes.h5", "node_set": "drivers"}},
      "reports": {"potential": {"module": "multimeter_report", "variable_name": "V_m",
                                "cells": {"population": "cells", "node_id": [1]}}},
      "network": "circuit.json"})");
  }

  void write_nodes(const std::string& name, std::size_t count) const {
    h5::File file = h5::File::create(scratch_ / (name + ".h5"));
    const std::string root = "/nodes/" + name + "/";
    std::vector<std::uint64_t> ids(count), index(count);
    for (std::size_t i = 0; i < count; ++i) ids[i] = index[i] = i;
    file.write(root + "node_id", ids);
    file.write(root + "node_type_id", std::vector<std::uint64_t>(count, 100));
    file.write(root + "node_group_id", std::vector<std::uint16_t>(count, 0));
    file.write(root + "node_group_index", index);
    file.make_group(root + "0");
  }

  void write_edges(const std::string& source, const std::string& target,
                   const std::vector<std::uint64_t>& from, const std::vector<std::uint64_t>& to,
                   const std::vector<std::uint64_t>& types) const {
    h5::File file = h5::File::create(scratch_ / (source + "_" + target + ".h5"));
    const std::string root = "/edges/" + source + "_to_" + target + "/";
    file.write(root + "source_node_id", from);
    file.set_attribute(root + "source_node_id", "node_population", source);
    file.write(root + "target_node_id", to);
    file.set_attribute(root + "target_node_id", "node_population", target);
    file.write(root + "edge_type_id", types);
    file.write(root + "edge_group_id", std::vector<std::uint16_t>(from.size(), 0));
    file.write(root + "edge_group_index", std::vector<std::uint64_t>(from.size(), 0));
    file.write(root + "0/nsyns", std::vector<std::uint32_t>(from.size(), 1));
  }

  void write_spikes(const std::vector<double>& times_ms) const {
    h5::File file = h5::File::create(scratch_ / "spikes.h5");
    file.write("/spikes/drivers/timestamps", times_ms);
    file.set_attribute("/spikes/drivers/timestamps", "units", "ms");
    file.write("/spikes/drivers/node_ids", std::vector<std::uint64_t>(times_ms.size(), 0));
  }

  Scratch scratch_;
};

TEST_F(SonataRunTest, RunsASimulationConfigDirectly) {
  const auto result = scratch_.v1engine({"run", "simulation.json", "-o", "out"});
  ASSERT_EQ(result.code, 0) << result.err;
  const h5::File spikes = h5::File::read(scratch_ / "out/spikes.h5");
  // Input spikes at 10 and 11 ms arrive 2 ms later; 9 + 9 exp(-0.1) > 15 mV at 13 ms. The second
  // cell gets 20 mV at 14.5 ms.
  const auto times = spikes.values<double>("/spikes/cells/timestamps");
  const auto ids = spikes.values<std::uint64_t>("/spikes/cells/node_ids");
  ASSERT_EQ(times.size(), 4u);
  const double expected[] = {13.0, 14.5, 53.0, 54.5};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_NEAR(times[i], expected[i], 1e-9);
    EXPECT_EQ(ids[i], i % 2);
  }
  const recording::RunReader run(scratch_ / "out");
  ASSERT_EQ(run.variables().size(), 1u);
  EXPECT_EQ(run.state_neurons(), std::vector<std::uint32_t>{1});
}

// The same spikes as module "synapse_replay", whose node_set names those who receive them.
TEST_F(SonataRunTest, ReplaysSpikesThroughTheSynapsesOfAVirtualPopulation) {
  const auto run_with = [&](const std::string& input, const std::string& out) {
    std::string text = testing::read_text(scratch_ / "simulation.json");
    const std::size_t begin = text.find("{\"input_type\"");
    text.replace(begin, text.find('}', begin) + 1 - begin,
                 "{\"input_type\": \"spikes\", \"module\": \"synapse_replay\", "
                 "\"spike_file\": \"$BASE/spikes.h5\", " +
                     input + "}");
    scratch_.write("replay.json", text);
    return scratch_.v1engine({"run", "replay.json", "-o", out});
  };
  const auto spikes = [&](const std::string& out) {
    return recording::RunReader(scratch_ / out).totals().neuron_spikes();
  };
  const std::string targets = "\"node_set\": \"cells\"";
  const auto all = run_with("\"source\": \"drivers\", " + targets, "all");
  ASSERT_EQ(all.code, 0) << all.err;
  EXPECT_EQ(spikes("all"), 4u);
  ASSERT_EQ(run_with(targets + ", \"delay\": 20.0, \"duration\": 60.0", "late").code, 0);
  EXPECT_EQ(spikes("late"), 2u);  // of the pairs at 10 and at 50 ms the second
  // A neuron that receives nothing of the drivers does not stand for the one that does.
  const auto few = run_with("\"node_set\": {\"population\": \"cells\", \"node_id\": [1]}", "few");
  ASSERT_EQ(few.code, 0) << few.err;
  EXPECT_THAT(few.err, HasSubstr("inputs.drive.node_set: not replayed"));
  EXPECT_EQ(spikes("few"), 0u);
  const auto own = run_with("\"source\": \"cells\", " + targets, "own");
  ASSERT_EQ(own.code, 0) << own.err;
  EXPECT_THAT(own.err, HasSubstr("the spikes of 'cells' are not replayed"));
}

// Node sets are selections everywhere, also when the circuit is not at hand any more.
TEST_F(SonataRunTest, SelectionsNameNodeSetsOfTheCircuit) {
  std::string text = testing::read_text(scratch_ / "circuit.json");
  text.insert(text.find('{') + 1, "\"node_sets_file\": \"$BASE/sets.json\", ");
  scratch_.write("circuit.json", text);
  scratch_.write("sets.json",
                 R"({"follower": {"population": "cells", "node_id": [1]},
                     "sources": {"population": "drivers"}})");
  scratch_.write("a.toml",
                 "[network]\nsource = 'sonata'\ncircuit = 'simulation.json'\n"
                 "[simulation]\nduration = 100.0\ndt = 0.5\ntrials = 2\n"
                 "[record]\nspikes = 'follower'\nvariables = ['v']\nvariables_of = 'follower'\n"
                 "[[analysis]]\nplugin = 'overview'\nparams = { neurons = 'follower' }\n");
  const auto result = scratch_.v1engine({"run", "a.toml", "-o", "out"});
  ASSERT_EQ(result.code, 0) << result.err;
  const recording::RunReader run(scratch_ / "out");
  EXPECT_EQ(run.state_neurons(), std::vector<std::uint32_t>{1});
  const auto spiking =
      h5::File::read(scratch_ / "out/spikes.h5").values<std::uint64_t>("/spikes/cells/node_ids");
  EXPECT_EQ(spiking, std::vector<std::uint64_t>(4, 1));
  std::filesystem::remove(scratch_ / "circuit.json");
  std::filesystem::remove(scratch_ / "sets.json");
  const auto again = scratch_.v1engine({"analyze", "out", "--config", "out/config.toml"});
  EXPECT_EQ(again.code, 0) << again.err;
  scratch_.write("b.toml", "[[analysis]]\nplugin = 'overview'\nparams = { neurons = 'folower' }\n");
  EXPECT_THAT(scratch_.v1engine({"analyze", "out", "--config", "b.toml"}).err,
              HasSubstr("did you mean 'follower'"));
}

TEST_F(SonataRunTest, AConfigOfOursCanNameTheCircuit) {
  scratch_.write("a.toml",
                 "[network]\nsource = 'sonata'\ncircuit = 'simulation.json'\n"
                 "[simulation]\nduration = 100.0\ndt = 0.5\ntrials = 2\n");
  const auto result = scratch_.v1engine({"run", "a.toml", "-o", "out"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(recording::RunReader(scratch_ / "out").totals().neuron_spikes(), 8u);
  const auto again = scratch_.v1engine({"run", "out/config.toml", "-o", "again"});
  ASSERT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(scratch_.v1engine({"compare", "out", "again"}).code, 0);
}

// Nobody gave a --set: messages name the file and its keys.
TEST_F(SonataRunTest, ABadStepIsNamedWithItsKey) {
  const std::string good = testing::read_text(scratch_ / "simulation.json");
  const auto refusal = [&](const std::string& step) {
    std::string text = good;
    text.replace(text.find("\"dt\": 0.1"), 9, "\"dt\": " + step);
    scratch_.write("bad.json", text);
    const auto result = scratch_.v1engine({"validate", "bad.json"});
    EXPECT_NE(result.code, 0);
    EXPECT_THAT(result.err, Not(HasSubstr("--set")));
    return result.err;
  };
  EXPECT_THAT(refusal("\"fast\""), HasSubstr("bad.json: run: 'dt' must be a number"));
  EXPECT_THAT(refusal("0"), HasSubstr("bad.json: run: 'dt' must be positive"));
  EXPECT_THAT(refusal("1e-7"), HasSubstr("bad.json: run.dt: 'simulation.dt' must be at least"));
  EXPECT_THAT(refusal("0.0125"), HasSubstr("bad.json: run.dt: spike files need a step"));
  EXPECT_THAT(refusal("1000"), HasSubstr("bad.json: run.tstop: 'simulation.duration' must be a "
                                         "whole number of steps of dt = 1000 ms, found 100 ms"));
  EXPECT_THAT(refusal("10"), HasSubstr("bad.json: run.dt: a synaptic delay of 2 ms is shorter"));
}

TEST_F(SonataRunTest, TheCommandLineComesAfterTheFile) {
  const auto result =
      scratch_.v1engine({"validate", "simulation.json", "--set", "simulation.dt=0.3"});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("simulation.json: run.tstop: 'simulation.duration' must be"));
  EXPECT_EQ(scratch_.v1engine({"validate", "simulation.json", "--set", "simulation.dt=0.5"}).code,
            0);
}

TEST_F(SonataRunTest, ADurationMayComeFromTheCommandLine) {
  std::string text = testing::read_text(scratch_ / "simulation.json");
  text.replace(text.find("\"tstop\": 100.0, "), 16, "");
  scratch_.write("open.json", text);
  const auto result = scratch_.v1engine({"validate", "open.json"});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("--set simulation.duration=1000"));
  const auto cured =
      scratch_.v1engine({"validate", "open.json", "--set", "simulation.duration=1000"});
  EXPECT_EQ(cured.code, 0) << cured.err;
}

TEST_F(SonataRunTest, SpikesAfterTheEndAreCounted) {
  const auto validate = [&](const char* duration) {
    return scratch_
        .v1engine({"validate", "simulation.json", "--set",
                   std::string("simulation.duration=") + duration})
        .err;
  };
  EXPECT_THAT(validate("20"), HasSubstr("2 of 4 spikes of 'drivers' come after the end of a trial "
                                        "(20 ms) and are not played"));
  EXPECT_THAT(validate("20"), Not(HasSubstr("warning")));
  EXPECT_THAT(validate("5"), HasSubstr("warning: "));
  EXPECT_THAT(validate("51"), Not(HasSubstr("not played")));
}

TEST_F(SonataRunTest, SpikesNameAPopulationOrAll) {
  const std::string good = testing::read_text(scratch_ / "simulation.json");
  const std::string driven = "\"node_set\": \"drivers\"";
  const auto with = [&](const std::string& node_set) {
    std::string text = good;
    text.replace(text.find(driven), driven.size(), "\"node_set\": " + node_set);
    scratch_.write("other.json", text);
  };
  with("\"all\"");
  ASSERT_EQ(scratch_.v1engine({"run", "simulation.json", "-o", "one"}).code, 0);
  ASSERT_EQ(scratch_.v1engine({"run", "other.json", "-o", "all"}).code, 0);
  EXPECT_EQ(scratch_.v1engine({"compare", "one", "all"}).code, 0);
  EXPECT_EQ(recording::RunReader(scratch_ / "all").totals().neuron_spikes(), 4u);
  with("\"driver\"");
  const auto typo = scratch_.v1engine({"validate", "other.json"});
  EXPECT_EQ(typo.code, 3);
  EXPECT_THAT(typo.err, HasSubstr("other.json: inputs.drive.node_set: the circuit has no virtual "
                                  "population 'driver'; did you mean 'drivers'?; it has drivers"));
  with("\"cells\"");
  EXPECT_THAT(scratch_.v1engine({"validate", "other.json"}).err,
              HasSubstr("no virtual population 'cells'; it has drivers"));
}

TEST_F(SonataRunTest, AWeightThatLeavesNoPlaceForOthersIsAWarning) {
  std::string types = testing::read_text(scratch_ / "edge_types.csv");
  types.replace(types.find(" 20.0 "), 6, " 1e30 ");
  EXPECT_EQ(scratch_.v1engine({"validate", "simulation.json"}).err.find("mistake"),
            std::string::npos);
  scratch_.write("edge_types.csv", types);
  const auto result = scratch_.v1engine({"validate", "simulation.json"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("weights onto receptor 1 reach 1e+30 pA"));
  EXPECT_THAT(result.err,
              HasSubstr("1 weights of the network became 0: is one of them a mistake?"));
}

TEST_F(SonataRunTest, EdgesThatAreListedTwiceAreAWarning) {
  std::string text = testing::read_text(scratch_ / "circuit.json");
  const std::string first =
      R"({"edges_file": "$BASE/drivers_cells.h5", "edge_types_file": "$BASE/edge_types.csv"},)";
  text.insert(text.find(first), first);
  scratch_.write("circuit.json", text);
  const auto result = scratch_.v1engine({"validate", "simulation.json"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("circuit.json: networks.edges lists "));
  EXPECT_THAT(result.err, HasSubstr("drivers_cells.h5 twice: all its edges exist twice"));
}

TEST_F(SonataRunTest, AnEdgeToAMissingNodeIsNamed) {
  write_edges("cells", "cells", {0}, {17}, {2});
  const auto result = scratch_.v1engine({"run", "simulation.json", "-o", "out"});
  EXPECT_EQ(result.code, 3);
  EXPECT_THAT(result.err, HasSubstr("cells_cells.h5"));
  EXPECT_THAT(result.err, HasSubstr("17"));
}

TEST_F(SonataRunTest, AnEmptyPopulationIsNamed) {
  write_nodes("cells", 0);
  const auto result = scratch_.v1engine({"run", "simulation.json", "-o", "out"});
  EXPECT_EQ(result.code, 3);
  EXPECT_THAT(result.err, HasSubstr("cells"));
}

TEST_F(SonataRunTest, InfoDescribesTheCircuit) {
  const auto result = scratch_.v1engine({"info", "simulation.json"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("drivers"));
}

}  // namespace
}  // namespace v1
