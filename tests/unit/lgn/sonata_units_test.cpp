#include "engine/lgn/sonata_units.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "engine/base/error.hpp"
#include "engine/base/hdf5.hpp"

namespace v1::lgn {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Nodes 2 (simple) and 0, 1 (simple, composite) of a circuit, all in one group or one group each.
class SonataUnits : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(folder_ / "filters");
    write("c.json", R"({"components": {"filter_models_dir": "./filters"}, "networks": {"nodes": [
        {"nodes_file": "./lgn.h5", "node_types_file": "./types.csv"}], "edges": []}})");
    write("types.csv",
          "node_type_id model_type model_template pop_name dynamics_params\n"
          "7 virtual lgnmodel:sON_TF4 NULL on.json\n"
          "8 virtual lgnmodel:sONsOFF sONsOFF_001 NULL\n");
    write("filters/on.json",
          R"({"opt_kpeaks": [30.0, 58.0], "opt_wts": [3.6, -1.8], "opt_delays": [0.0, 25.0]})");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
  }

  static void column(h5::File& file, const std::string& name, const std::vector<double>& values) {
    file.write("/nodes/lgn/" + name, values);
  }

  static void write_composite_columns(h5::File& file, const std::string& group,
                                      const std::vector<double>& present) {
    // Values where present, NaN where the column does not apply.
    double value = 20.0;
    for (const char* side : {"dom", "non_dom"}) {
      for (const char* name : {"kpeaks", "weight", "delay"}) {
        for (const char* index : {"0", "1"}) {
          std::vector<double> values = present;
          for (double& v : values) v *= value;
          column(file, group + "/" + name + "_" + side + "_" + index, values);
          value += 1.0;
        }
      }
    }
    std::vector<double> angle = present, separation = present;
    for (double& v : angle) v *= 75.0;
    for (double& v : separation) v *= 6.1;
    column(file, group + "/tuning_angle", angle);
    column(file, group + "/sf_sep", separation);
  }

  h5::File nodes(const std::vector<std::uint16_t>& group,
                 const std::vector<std::uint32_t>& index) const {
    h5::File file = h5::File::create(folder_ / "lgn.h5");
    file.write("/nodes/lgn/node_id", std::vector<std::uint64_t>{2, 0, 1});
    file.write("/nodes/lgn/node_type_id", std::vector<std::uint64_t>{7, 7, 8});
    file.write("/nodes/lgn/node_group_id", group);
    file.write("/nodes/lgn/node_group_index", index);
    return file;
  }
  void write_one_group() const {
    h5::File file = nodes({0, 0, 0}, {0, 1, 2});
    column(file, "0/x", {200, 10, 50});
    column(file, "0/y", {100, 20, 60});
    column(file, "0/spatial_size", {4, 5, 6});
    write_composite_columns(file, "0", {std::nan(""), std::nan(""), 1.0});
  }
  void write_two_groups() const {
    h5::File file = nodes({0, 0, 1}, {0, 1, 0});
    column(file, "0/x", {200, 10});
    column(file, "0/y", {100, 20});
    column(file, "0/spatial_size", {4, 5});
    column(file, "1/x", {50});
    column(file, "1/y", {60});
    column(file, "1/spatial_size", {6});
    write_composite_columns(file, "1", {1.0});
  }
  network::LgnMosaic read() const { return read_sonata_units(folder_ / "c.json", "lgn"); }
  std::string failure() const {
    try {
      read();
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), ExitCode::data);
      return e.what();
    }
    return "no error";
  }
  static void expect_units(const network::LgnMosaic& mosaic) {
    EXPECT_THAT(mosaic.id, ElementsAre(0, 1, 2));
    EXPECT_THAT(mosaic.x_deg, ElementsAre(10, 50, 200));
    EXPECT_THAT(mosaic.y_deg, ElementsAre(20, 60, 100));
    EXPECT_THAT(mosaic.spatial_size_deg, ElementsAre(5, 6, 4));
    EXPECT_THAT(mosaic.class_names, ElementsAre("sON_TF4", "sONsOFF_001"));
    EXPECT_THAT(mosaic.unit_class, ElementsAre(0, 1, 0));
    EXPECT_EQ(mosaic.dominant[0].weight[1], -1.8);  // of the JSON file
    EXPECT_EQ(mosaic.dominant[1].kpeak_ms[0], 20.0);
    EXPECT_EQ(mosaic.dominant[1].delay_ms[1], 25.0);
    EXPECT_EQ(mosaic.non_dominant[1].kpeak_ms[0], 26.0);
    EXPECT_EQ(mosaic.tuning_angle_deg[1], 75.0);
    EXPECT_TRUE(std::isnan(mosaic.tuning_angle_deg[0]));
    EXPECT_THAT(mosaic.spontaneous_hz, ElementsAre(8.25, 4.0, 8.25));
    EXPECT_EQ(mosaic.field_width_deg, 240.0);
  }

  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("v1_sonata_units_" + std::to_string(::getpid()));
};

TEST_F(SonataUnits, AreReadFromOneGroup) {
  write_one_group();
  expect_units(read());
}

TEST_F(SonataUnits, AreReadFromAGroupPerKind) {
  write_two_groups();
  expect_units(read());
}

TEST_F(SonataUnits, TakePairsAndJitterThem) {
  {
    h5::File file = nodes({0, 0, 0}, {0, 1, 2});
    column(file, "0/x", {200, 10, 50});
    column(file, "0/y", {100, 20, 60});
    file.write("/nodes/lgn/0/kpeaks", std::vector<double>{21, 22, 31, 32, 41, 42}, {3, 2});
    column(file, "0/jitter_lower", {0.9, std::nan(""), std::nan("")});
    column(file, "0/jitter_upper", {1.1, std::nan(""), std::nan("")});
  }
  write("types.csv",
        "node_type_id model_type model_template dynamics_params\n"
        "7 virtual lgnmodel:sON_TF4 on.json\n8 virtual lgnmodel:sOFF_TF4 on.json\n");
  const network::LgnMosaic mosaic = read();  // nodes 0, 1, 2 are rows 1, 2, 0
  EXPECT_EQ(mosaic.dominant[0].kpeak_ms[0], 31.0);
  EXPECT_EQ(mosaic.dominant[1].kpeak_ms[1], 42.0);
  EXPECT_EQ(mosaic.dominant[0].weight[0], 3.6);
  EXPECT_EQ(mosaic.spatial_size_deg[0], 1.0);
  const double factor = mosaic.dominant[2].kpeak_ms[0] / 21.0;
  EXPECT_NEAR(factor, 1.0, 0.1);
  EXPECT_NE(factor, 1.0);
  EXPECT_NE(mosaic.dominant[2].kpeak_ms[1] / 22.0, factor);
  EXPECT_EQ(read().dominant[2].kpeak_ms[0], mosaic.dominant[2].kpeak_ms[0]);
}

TEST_F(SonataUnits, OnOffCellsTakeTwoSigmas) {
  {
    h5::File file = nodes({0, 0, 0}, {0, 1, 2});
    column(file, "0/x", {200, 10, 50});
    column(file, "0/y", {100, 20, 60});
    file.write("/nodes/lgn/0/sigma_off", std::vector<double>{1, 2, 3, 4, 5, 6}, {3, 2});
    column(file, "0/spont_fr", {3.0, 3.0, 3.0});
  }
  write("types.csv",
        "node_type_id model_type model_template dynamics_params sigma_on\n"
        "7 virtual lgnmodel:LGNOnOFFCell on.json \"(2.0, 3.5)\"\n"
        "8 virtual lgnmodel:sON_TF4 on.json NULL\n");
  const network::LgnMosaic mosaic = read();  // nodes 0, 1, 2 are rows 1, 2, 0
  EXPECT_THAT(mosaic.class_names, ElementsAre("LGNOnOFFCell", "sON_TF4"));
  ASSERT_EQ(mosaic.on_off_sigma.size(), 3u);
  EXPECT_THAT(mosaic.on_off_sigma[0].on_deg, ElementsAre(2.0, 3.5));
  EXPECT_THAT(mosaic.on_off_sigma[0].off_deg, ElementsAre(3.0, 4.0));
  EXPECT_TRUE(std::isnan(mosaic.on_off_sigma[1].on_deg[0]));
  EXPECT_THAT(mosaic.on_off_sigma[2].off_deg, ElementsAre(1.0, 2.0));
  EXPECT_THAT(mosaic.spontaneous_hz, ElementsAre(0.0, 3.0, 0.0));  // filternet adds none
  write("types.csv",
        "node_type_id model_type model_template dynamics_params sigma_on\n"
        "7 virtual lgnmodel:LGNOnOFFCell on.json 2.5\n8 virtual lgnmodel:sON_TF4 on.json NULL\n");
  EXPECT_THAT(read().on_off_sigma[0].on_deg, ElementsAre(2.5, 2.5));
  write("types.csv",
        "node_type_id model_type model_template dynamics_params sigma_on\n"
        "7 virtual lgnmodel:LGNOnOFFCell on.json wide\n8 virtual lgnmodel:sON on.json NULL\n");
  EXPECT_THAT(failure(), HasSubstr("'sigma_on' must be two numbers [deg] like (2.0, 3.0)"));
  write("types.csv",
        "node_type_id model_type model_template dynamics_params\n"
        "7 virtual lgnmodel:LGNOnOFFCell on.json\n8 virtual lgnmodel:sON on.json\n");
  EXPECT_THAT(failure(), HasSubstr("node 0: has no 'sigma_on', which an LGNOnOFFCell needs"));
}

TEST_F(SonataUnits, NameWhatTheyLack) {
  write_two_groups();
  write("types.csv",
        "node_type_id model_type model_template\n7 virtual lgnmodel:sON\n8 virtual sONsOFF\n");
  EXPECT_THAT(failure(), HasSubstr("node 0: has neither kpeak_dom_0/1"));
  write("types.csv", "node_type_id model_type model_template\n7 virtual xON\n8 virtual sONsOFF\n");
  EXPECT_THAT(failure(), HasSubstr("'xON' is not known"));
  write("types.csv", "node_type_id model_type\n7 virtual\n8 virtual\n");
  EXPECT_THAT(failure(), HasSubstr("neither 'pop_name' nor 'model_template'"));
}

TEST_F(SonataUnits, NameABadFilterFile) {
  write_one_group();
  write("filters/on.json",
        R"({"opt_kpeaks": [30.0], "opt_wts": [3.6, -1.8], "opt_delays": [0, 1]})");
  EXPECT_THAT(failure(), HasSubstr("'opt_kpeaks' must be a list of two numbers"));
}

}  // namespace
}  // namespace v1::lgn
