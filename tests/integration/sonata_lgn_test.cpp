#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/hdf5.hpp"
#include "tests/integration/process.hpp"

namespace v1 {
namespace {

using ::testing::HasSubstr;
using testing::Scratch;

// One iaf_psc_delta neuron and two LGN units with filters: one that fires in every step before a
// gray screen, and one that is silent.
class SonataLgn : public ::testing::Test {
 protected:
  void SetUp() override {
    write_nodes("cells", 1);
    h5::File lgn = write_nodes("lgn", 2);
    const auto column = [&](const char* name, std::vector<double> values) {
      lgn.write(std::string("/nodes/lgn/0/") + name, values);
    };
    column("x", {20.0, 100.0});
    column("y", {30.0, 60.0});
    column("spatial_size", {4.0, 5.0});
    column("spont_fr", {1000.0, 0.0});
    scratch_.write("cells_types.csv",
                   "node_type_id model_type model_template dynamics_params ei\n"
                   "100 point_neuron nest:iaf_psc_delta cell.json e\n");
    scratch_.write("lgn_types.csv",
                   "node_type_id model_type model_template dynamics_params\n"
                   "100 virtual lgnmodel:sON_TF4 on.json\n");
    scratch_.write("cell.json", "{}");
    scratch_.write("synapse.json", "{}");
    scratch_.write("on.json",
                   R"({"opt_kpeaks": [30, 58], "opt_wts": [3.6, -1.8], "opt_delays": [0, 25]})");
    scratch_.write("edge_types.csv",
                   "edge_type_id target_query source_query syn_weight delay dynamics_params "
                   "model_template\n1 * * 1.0 2.0 synapse.json static_synapse\n");
    write_edges();
    scratch_.write("circuit.json", R"({
      "manifest": {"$BASE": "${configdir}"},
      "components": {"point_neuron_models_dir": "$BASE", "synaptic_models_dir": "$BASE",
                     "filter_models_dir": "$BASE"},
      "networks": {
        "nodes": [{"nodes_file": "$BASE/cells.h5", "node_types_file": "$BASE/cells_types.csv"},
                  {"nodes_file": "$BASE/lgn.h5", "node_types_file": "$BASE/lgn_types.csv"}],
        "edges": [{"edges_file": "$BASE/edges.h5", "edge_types_file": "$BASE/edge_types.csv"}]}})");
    scratch_.write("simulation.json", R"({
      "manifest": {"$BASE": "${configdir}"},
      "node_sets": {"target": {"population": "cells", "node_id": [0]}},
      "run": {"tstop": 20.0, "dt": 1.0}, "network": "$BASE/circuit.json"})");
  }

  h5::File write_nodes(const std::string& name, std::size_t count) const {
    h5::File file = h5::File::create(scratch_ / (name + ".h5"));
    const std::string root = "/nodes/" + name + "/";
    std::vector<std::uint64_t> ids(count);
    for (std::size_t i = 0; i < count; ++i) ids[i] = i;
    file.write(root + "node_id", ids);
    file.write(root + "node_type_id", std::vector<std::uint64_t>(count, 100));
    file.write(root + "node_group_id", std::vector<std::uint16_t>(count, 0));
    file.write(root + "node_group_index", ids);
    file.make_group(root + "0");
    return file;
  }
  void write_edges() const {
    h5::File file = h5::File::create(scratch_ / "edges.h5");
    const std::string root = "/edges/lgn_to_cells/";
    file.write(root + "source_node_id", std::vector<std::uint64_t>{0, 1});
    file.set_attribute(root + "source_node_id", "node_population", "lgn");
    file.write(root + "target_node_id", std::vector<std::uint64_t>{0, 0});
    file.set_attribute(root + "target_node_id", "node_population", "cells");
    file.write(root + "edge_type_id", std::vector<std::uint64_t>{1, 1});
    file.write(root + "edge_group_id", std::vector<std::uint16_t>{0, 0});
    file.write(root + "edge_group_index", std::vector<std::uint64_t>{0, 1});
    file.write(root + "0/nsyns", std::vector<std::uint32_t>{1, 1});
  }

  static std::string config(const std::string& more) {
    return "[network]\nsource = 'sonata'\ncircuit = 'simulation.json'\n"
           "[simulation]\nduration = 20.0\ntrials = 1\n" +
           more;
  }
  std::size_t spikes(const std::string& run, const std::string& population) const {
    const h5::File file = h5::File::read(scratch_ / run / "spikes.h5");
    return file.shape("/spikes/" + population + "/node_ids").at(0);
  }

  Scratch scratch_;
};

TEST_F(SonataLgn, UnitsOfTheCircuitSeeTheStimulus) {
  scratch_.write("a.toml", config("[lgn]\nmosaic = 'sonata'\n"));
  const auto result = scratch_.v1engine({"run", "a.toml", "-o", "out", "--no-cache"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(spikes("out", "lgn"), 20u);  // unit 0 in every step, unit 1 never
  scratch_.write("b.toml", config(""));  // by default its spikes come from files
  ASSERT_EQ(scratch_.v1engine({"run", "b.toml", "-o", "files", "--no-cache"}).code, 0);
  EXPECT_EQ(spikes("files", "lgn"), 0u);
}

TEST_F(SonataLgn, AMosaicOfTheCircuitNeedsACircuit) {
  scratch_.write("a.toml", "[network]\nneurons = 10\n[lgn]\nmosaic = 'sonata'\n");
  const auto result = scratch_.v1engine({"run", "a.toml", "-o", "out"});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("reads the LGN units of a circuit"));
}

TEST_F(SonataLgn, ClampsTakeNodeSetsOfTheCircuit) {
  scratch_.write("a.toml", config("[[input]]\nplugin = 'current_clamp'\ntarget = 'target'\n"
                                  "params = { amplitude = 1e5, start = 5.0, duration = 10.0 }\n"));
  const auto result = scratch_.v1engine({"run", "a.toml", "-o", "out", "--no-cache"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_GT(spikes("out", "cells"), 0u);
}

TEST_F(SonataLgn, SpikesFromFilesReachNodeSetsOfTheCircuit) {
  scratch_.write("s.csv", "timestamps population node_ids\n5.0 mine 0\n");
  const std::string input =
      "[[input]]\nplugin = 'spikes'\nparams = { file = 's.csv' }\nweight = 100.0\ndelay = 3.0\n";
  scratch_.write("a.toml", config(input + "target = 'target'\n"));
  const auto result = scratch_.v1engine({"run", "a.toml", "-o", "out", "--no-cache"});
  ASSERT_EQ(result.code, 0) << result.err;
  const h5::File file = h5::File::read(scratch_ / "out/spikes.h5");
  EXPECT_EQ(file.values<double>("/spikes/cells/timestamps"), (std::vector<double>{8.0}));
  EXPECT_EQ(spikes("out", "spikes"), 1u);
  const auto both = scratch_.v1engine({"run", "a.toml", "-o", "b", "--set", "input.0.name=cells"});
  EXPECT_EQ(both.code, 2);
  EXPECT_THAT(both.err, HasSubstr("has a population of this name; choose another 'name'"));
}

}  // namespace
}  // namespace v1
