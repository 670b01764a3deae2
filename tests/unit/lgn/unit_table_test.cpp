#include "engine/lgn/unit_table.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "engine/base/error.hpp"
#include "engine/base/text.hpp"

namespace v1::lgn {
namespace {

constexpr const char* header =
    "id,model_id,x,y,ei,location,spatial_size,kpeaks_dom_0,kpeaks_dom_1,weight_dom_0,weight_dom_1,"
    "delay_dom_0,delay_dom_1,kpeaks_non_dom_0,kpeaks_non_dom_1,weight_non_dom_0,weight_non_dom_1,"
    "delay_non_dom_0,delay_non_dom_1,tuning_angle,sf_sep";
constexpr const char* simple =
    "4,sON_TF8,10.5,20.25,e,LGN,4.5,12.9,28.3,3.7,-1.75,0,25.1,NaN,NaN,NaN,NaN,NaN,NaN,NaN,NaN";
constexpr const char* composite =
    "5,sONsOFF_001,30,40,e,LGN,6,22.2,56.1,3.2,-1.7,0,15,30.8,58.4,3.6,-1.8,0,25,75.5,6.1";

class UnitTable : public testing::Test {
 protected:
  ~UnitTable() override { std::filesystem::remove(path_); }

  network::LgnMosaic read(std::string text, char separator = ',') {
    for (char& c : text) {
      if (c == ',') c = separator;
    }
    std::ofstream(path_) << text;
    return read_unit_table(path_);
  }
  std::string failure(const std::string& text) {
    try {
      read(text);
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), ExitCode::data);
      return e.what();
    }
    return "no error";
  }

  std::filesystem::path path_ =
      std::filesystem::temp_directory_path() / fmt::format("v1_unit_table_{}.csv", ::getpid());
};

TEST_F(UnitTable, ReadsSimpleAndCompositeUnitsWithAnySeparator) {
  for (const char separator : {',', ' ', '\t'}) {
    const network::LgnMosaic mosaic =
        read(fmt::format("{}\n{}\n{}\n", header, simple, composite), separator);
    ASSERT_EQ(mosaic.size(), 2u);
    EXPECT_EQ(mosaic.class_names, (std::vector<std::string>{"sON_TF8", "sONsOFF_001"}));
    EXPECT_EQ(mosaic.id, (std::vector<std::uint32_t>{4, 5}));
    EXPECT_EQ(mosaic.x_deg[0], 10.5);
    EXPECT_EQ(mosaic.y_deg[0], 20.25);
    EXPECT_EQ(mosaic.dominant[0].delay_ms[1], 25.1);
    EXPECT_EQ(mosaic.dominant[1].weight[1], -1.7);
    EXPECT_EQ(mosaic.non_dominant[0].kpeak_ms[0], 0.0);
    EXPECT_EQ(mosaic.non_dominant[1].kpeak_ms[1], 58.4);
    EXPECT_TRUE(std::isnan(mosaic.tuning_angle_deg[0]));
    EXPECT_EQ(mosaic.tuning_angle_deg[1], 75.5);
    EXPECT_EQ(mosaic.sf_sep_deg[1], 6.1);
    EXPECT_NEAR(mosaic.spontaneous_hz[0], 1.766667, 1e-6);
    EXPECT_EQ(mosaic.spontaneous_hz[1], 4.0);
  }
}

TEST_F(UnitTable, TakesTheSmallerFieldWhenAllUnitsFit) {
  const std::string rows = fmt::format("{}\n{}\n", header, simple);
  EXPECT_EQ(read(rows).field_width_deg, 120.0);
  EXPECT_EQ(read(rows).field_height_deg, 80.0);
  std::string far = composite;
  far.replace(far.find(",30,40"), 6, ",239,110");
  EXPECT_EQ(read(rows + far).field_width_deg, 240.0);
  EXPECT_EQ(read(rows + far).field_height_deg, 120.0);
}

TEST_F(UnitTable, PrefersTheRatesOfTheTable) {
  const auto mosaic = read(fmt::format("{},spont_fr\n{},7.5\n", header, simple));
  EXPECT_EQ(mosaic.spontaneous_hz[0], 7.5);
}

TEST_F(UnitTable, FollowsTheIdsOfTheNetwork) {
  std::ofstream(path_) << fmt::format("{}\n{}\n{}\n", header, simple, composite);
  const std::vector<std::uint32_t> ids = {5, 4};
  const network::LgnMosaic mosaic = read_unit_table(path_, ids);
  EXPECT_EQ(mosaic.id, ids);
  EXPECT_EQ(mosaic.x_deg, (std::vector<double>{30.0, 10.5}));
  const auto refused = [&](std::vector<std::uint32_t> wanted) {
    try {
      read_unit_table(path_, wanted);
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), ExitCode::data);
      return std::string(e.what());
    }
    return std::string("no error");
  };
  EXPECT_NE(refused({4, 5, 6}).find("no row with id 6"), std::string::npos) << refused({4, 5, 6});
  EXPECT_NE(refused({4}).find(":3: the network has no LGN unit 5"), std::string::npos);
  std::ofstream(path_) << fmt::format("{}\n{}\n{}\n", header, simple, simple);
  EXPECT_NE(refused({4}).find(":3: id 4 is already that of"), std::string::npos) << refused({4});
}

TEST_F(UnitTable, NamesWhatIsWrong) {
  std::string bad = simple;
  bad.replace(bad.find("sON"), 3, "sOM");
  EXPECT_NE(failure(fmt::format("{}\n{}\n", header, bad)).find("sOM_TF8"), std::string::npos);
  EXPECT_NE(failure(fmt::format("{}\n{}\n", header, bad)).find(".csv:2: "), std::string::npos);
  bad = simple;
  bad.replace(bad.find("12.9"), 4, "oops");
  EXPECT_NE(failure(fmt::format("{}\n{}\n", header, bad)).find("kpeaks_dom_0"), std::string::npos);
  bad = simple;
  bad.replace(bad.find("10.5"), 4, "-3.0");
  EXPECT_NE(
      failure(fmt::format("{}\n{}\n{}\n", header, composite, bad)).find(".csv:3: unit 4 lies at ("),
      std::string::npos);
  bad = simple;
  bad.replace(bad.find("12.9"), 4, "40.0");
  EXPECT_NE(failure(fmt::format("{}\n{}\n", header, bad)).find(".csv:2: expected kpeaks of"),
            std::string::npos);
  bad = simple;
  bad.replace(bad.find("3.7"), 3, "-37");
  EXPECT_NE(failure(fmt::format("{}\n{}\n", header, bad)).find("expected a first weight above 0"),
            std::string::npos);
  bad = simple;
  bad.replace(bad.find("4.5"), 3, "0.0");
  EXPECT_NE(failure(fmt::format("{}\n{}\n", header, bad)).find("spatial_size above 0"),
            std::string::npos);
  EXPECT_NE(failure("id,x\n1,2\n").find("model_id"), std::string::npos);
  EXPECT_NE(failure(std::string(header) + "\n").find("no units"), std::string::npos);
  std::filesystem::remove(path_);
  EXPECT_THROW(read_unit_table(path_), Error);
}

}  // namespace
}  // namespace v1::lgn
