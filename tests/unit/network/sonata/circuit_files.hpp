#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "engine/base/error.hpp"
#include "engine/base/hdf5.hpp"
#include "engine/base/log.hpp"
#include "engine/network/sonata/sonata.hpp"

/// Small circuits written by the tests themselves.
namespace v1::network::sonata::testing {

inline const char* glif_cell =
    R"({"V_m": -70.0, "V_th": -45.0, "g": 5.0, "E_L": -72.0, "C_m": 60.0, "t_ref": 2.5,
        "V_reset": -71.0, "asc_init": [0, 0], "asc_decay": [0.1, 0.3], "asc_amps": [-30, -60],
        "tau_syn": [5.5, 8.5, 2.8, 5.8], "spike_dependent_threshold": false,
        "after_spike_currents": true, "adapting_threshold": false})";

/// A folder that goes with the test.
class Folder {
 public:
  Folder() {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    path_ = std::filesystem::temp_directory_path() /
            (std::string("v1_sonata_") + test->test_suite_name() + "_" + test->name() + "_" +
             std::to_string(::getpid()));
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }
  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name) << text;
  }

 private:
  std::filesystem::path path_;
};

struct NodeColumns {
  std::vector<std::uint64_t> id;  // empty: no dataset
  std::vector<std::uint64_t> type;
};

inline void write_nodes(h5::File& file, const std::string& population, const NodeColumns& nodes) {
  const std::string base = "/nodes/" + population;
  if (!nodes.id.empty()) file.write(base + "/node_id", nodes.id);
  file.write(base + "/node_type_id", nodes.type);
  file.write(base + "/node_group_id", std::vector<std::uint16_t>(nodes.type.size(), 0));
  std::vector<std::uint32_t> index(nodes.type.size());
  for (std::uint32_t i = 0; i < index.size(); ++i) index[i] = i;
  file.write(base + "/node_group_index", index);
  file.make_group(base + "/0");
}

struct EdgeColumns {
  std::string source_population, target_population;
  std::vector<std::uint64_t> source, target;
  std::vector<std::uint32_t> type;
};

inline void write_edges(h5::File& file, const std::string& name, const EdgeColumns& edges) {
  const std::string base = "/edges/" + name;
  file.write(base + "/source_node_id", edges.source);
  file.write(base + "/target_node_id", edges.target);
  file.set_attribute(base + "/source_node_id", "node_population", edges.source_population);
  file.set_attribute(base + "/target_node_id", "node_population", edges.target_population);
  file.write(base + "/edge_type_id", edges.type);
  file.write(base + "/edge_group_id", std::vector<std::uint16_t>(edges.type.size(), 0));
  std::vector<std::uint32_t> index(edges.type.size());
  for (std::uint32_t i = 0; i < index.size(); ++i) index[i] = i;
  file.write(base + "/edge_group_index", index);
  file.make_group(base + "/0");
}

/// Three glif neurons "v1" (ids 0 to 2, types 100 e, 100 e, 101 i), two virtual nodes "lgn" (10,
/// 11); recurrent edges 0->1, 0->2, 2->0 and input 10->0, 11->2. Tests overwrite what they examine.
class SmallCircuit : public ::testing::Test {
 protected:
  void SetUp() override {
    log::set_quiet(true);
    log::clear_warnings();
    dir.write("cells/cell.json", glif_cell);
    dir.write("synapses/r1.json", R"({"receptor_type": 1})");
    dir.write("synapses/r2.json", R"({"receptor_type": 2})");
    dir.write("v1_types.csv",
              "node_type_id model_type model_template dynamics_params ei pop_name\n"
              "100 point_neuron nest:glif_psc cell.json e e4other\n"
              "101 point_neuron nest:glif_psc cell.json i i4Pvalb");
    dir.write("lgn_types.csv", "node_type_id model_type\n7 virtual\n");
    dir.write("v1_v1_types.csv",
              "edge_type_id target_query source_query syn_weight delay dynamics_params "
              "model_template\n"
              "1 * ei=='e' 2.5 1.5 r1.json static_synapse\n"
              "2 * \"ei=='i'&pop_name=='a b'\" -4.0 2.0 r2.json nest:static_synapse\n");
    dir.write("lgn_v1_types.csv",
              "edge_type_id syn_weight delay dynamics_params\n1 3.0 1.7 r1.json\n");
    write_v1_nodes([](h5::File& f) { write_nodes(f, "v1", {{0, 1, 2}, {100, 100, 101}}); });
    write_file("lgn_nodes.h5", [](h5::File& f) { write_nodes(f, "lgn", {{10, 11}, {7, 7}}); });
    write_v1_edges([](h5::File& f) {
      write_edges(f, "v1_to_v1", {"v1", "v1", {0, 0, 2}, {1, 2, 0}, {1, 1, 2}});
    });
    write_file("lgn_v1_edges.h5", [](h5::File& f) {
      write_edges(f, "lgn_to_v1", {"lgn", "v1", {10, 11}, {0, 2}, {1, 1}});
    });
    write_config();
  }

  void write_file(const std::string& name, const std::function<void(h5::File&)>& fill) {
    h5::File file = h5::File::create(dir / name);
    fill(file);
  }
  void write_v1_nodes(const std::function<void(h5::File&)>& fill) {
    write_file("v1_nodes.h5", fill);
  }
  void write_v1_edges(const std::function<void(h5::File&)>& fill) {
    write_file("v1_v1_edges.h5", fill);
  }
  /// `nodes` and `edges`: further entries, each with a trailing comma.
  void write_config(const std::string& nodes = "", const std::string& edges = "") {
    dir.write("circuit.json", R"({"manifest": {"$BASE": "${configdir}", "$NET": "$BASE"},
      "components": {"point_neuron_models_dir": "$NET/cells", "synaptic_models_dir": "$NET/synapses"},
      "networks": {"nodes": [)" + nodes +
                                  R"(
        {"nodes_file": "$NET/v1_nodes.h5", "node_types_file": "$NET/v1_types.csv"},
        {"nodes_file": "$NET/lgn_nodes.h5", "node_types_file": "$NET/lgn_types.csv"}],
      "edges": [)" + edges + R"(
        {"edges_file": "$NET/v1_v1_edges.h5", "edge_types_file": "$NET/v1_v1_types.csv"},
        {"edges_file": "$NET/lgn_v1_edges.h5", "edge_types_file": "$NET/lgn_v1_types.csv"}]}})");
  }
  Network read() { return read_circuit(dir / "circuit.json"); }

  Folder dir;
};

/// The message of the Error(data) that `action` throws.
inline std::string data_error(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& failure) {
    EXPECT_EQ(failure.code(), ExitCode::data) << failure.what();
    return failure.what();
  }
  ADD_FAILURE() << "no error was thrown";
  return "";
}

/// Edges of a row as "target:weight:delay:receptor" texts.
inline std::vector<std::string> row_of(const Network& network, const EdgeBlock& block,
                                       std::size_t row) {
  std::vector<std::string> out;
  for (auto i = block.row_ptr.at(row); i < block.row_ptr.at(row + 1); ++i) {
    const auto place = static_cast<std::size_t>(i);
    const SynapseKind& kind = network.synapse_kinds.at(block.address.kind(place));
    out.push_back(fmt::format("{}:{}:{}:{}", block.address.target(place), block.weight_pa[place],
                              kind.delay_ms, kind.receptor));
  }
  return out;
}

}  // namespace v1::network::sonata::testing
