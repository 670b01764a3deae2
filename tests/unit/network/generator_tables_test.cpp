#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/base/error.hpp"
#include "engine/network/generator/data_dir.hpp"
#include "engine/network/generator/model.hpp"
#include "tests/unit/base/refusal.hpp"

namespace v1::network::generator {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;

/// A copy of the built-in model that a test may damage.
class ModelCopy : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(::testing::TempDir()) / (std::string("v1_model_") + info->name());
    fs::remove_all(folder_);
    fs::copy(find_model_directory("billeh2020"), folder_, fs::copy_options::recursive);
  }
  void TearDown() override { fs::remove_all(folder_); }

  void replace(const std::string& file, const std::string& before, const std::string& after) {
    std::ostringstream text;
    text << std::ifstream(folder_ / file).rdbuf();
    std::string content = text.str();
    const std::size_t at = content.find(before);
    ASSERT_NE(at, std::string::npos) << before;
    content.replace(at, before.size(), after);
    std::ofstream(folder_ / file) << content;
  }

  std::string refusal() const {
    return refusal_of(ExitCode::data, [&] { load_model(folder_); });
  }

  fs::path folder_;
};

TEST_F(ModelCopy, LoadsByPath) {
  const Model model = load_model(find_model_directory(folder_.string()));
  EXPECT_EQ(model.name, "billeh2020");
  EXPECT_EQ(model.neuron_count(), 230924u);
  EXPECT_EQ(model.core_count(), 51978u);
  EXPECT_EQ(model.types.size(), 111u);
  EXPECT_EQ(model.populations.size(), 21u);
  EXPECT_EQ(model.class_names.size(), 17u);
}

TEST_F(ModelCopy, RefusesCountsThatDoNotAddUp) {
  replace("node_types.csv", "475585413,i1Htr3a,4241", "475585413,i1Htr3a,4240");
  EXPECT_THAT(refusal(), HasSubstr("the types of i1Htr3a hold 4362 cells"));
}

TEST_F(ModelCopy, RefusesIdBlocksWithGaps) {
  replace("populations.csv", "999,3364,155483", "999,3364,155484");
  EXPECT_THAT(refusal(), HasSubstr("expected a block that begins at 155483"));
}

TEST_F(ModelCopy, NamesUnknownPopulationsWithTheNearestOne) {
  replace("lgn_to_v1.csv", "e23Cux2", "e23Cux");
  EXPECT_THAT(refusal(), AllOf(HasSubstr("lgn_to_v1.csv:5:1: column 'population'"),
                               HasSubstr("unknown name 'e23Cux'; did you mean 'e23Cux2'")));
}

TEST_F(ModelCopy, RefusesAConnectedPairWithoutSynapses) {
  replace("synapses.csv", "i1Htr3a,i1Htr3a,", "i4Sst,i5Sst,");
  EXPECT_THAT(refusal(), HasSubstr("no row for i1Htr3a -> i1Htr3a"));
}

TEST_F(ModelCopy, RefusesAProbabilityAboveOne) {
  replace("connections.csv", "0.656", "1.656");
  EXPECT_THAT(refusal(), HasSubstr("connections.csv:5:17: column 'probability' must lie in [0, 1], "
                                   "found 1.656"));
}

TEST_F(ModelCopy, RefusesANegativeCountAndHalfACell) {
  replace("populations.csv", "999,3364,155483", "-999,3364,155483");
  EXPECT_THAT(refusal(), HasSubstr("populations.csv:5:35: column 'n_core' must lie in [0, 1000000"
                                   "000], found -999"));
  replace("populations.csv", "-999,3364,155483", "999.5,3364,155483");
  EXPECT_THAT(refusal(), HasSubstr("column 'n_core' must be a whole number, found 999.5"));
}

TEST_F(ModelCopy, NamesAMissingColumn) {
  replace("connections.csv", ",probability,", ",probabilty,");
  EXPECT_THAT(refusal(), HasSubstr("connections.csv:4: no column 'probability'; did you mean "
                                   "'probabilty'"));
}

TEST_F(ModelCopy, NamesAMissingTable) {
  fs::remove(folder_ / "synapses.csv");
  EXPECT_THAT(refusal(), HasSubstr("synapses.csv: no such file"));
}

TEST_F(ModelCopy, NamesTheCellThatIsNoNumber) {
  replace("synapses.csv", "-0.04772413793", "-0.0477x");
  EXPECT_THAT(refusal(), HasSubstr("synapses.csv:4:17: column 'kappa_mv_per_ms' must be a number"));
}

TEST_F(ModelCopy, NamesUnknownRules) {
  replace("model.toml", "jitter = 0.025", "jiter = 0.025");
  EXPECT_THAT(refusal(), HasSubstr("lgn.jitter must be a number, found nothing"));
  replace("model.toml", "jiter = 0.025", "jitter = 0.025\njitterbug = 1");
  EXPECT_THAT(refusal(), HasSubstr("unknown key 'lgn.jitterbug'"));
}

TEST_F(ModelCopy, RefusesTwoTimeConstantsForOneReceptor) {
  replace("receptors.csv", "i,e,2,", "i,e,1,");
  EXPECT_THAT(refusal(), HasSubstr("receptor 1 has two time constants"));
}

TEST_F(ModelCopy, NamesMissingAndMistypedRules) {
  replace("model.toml", "core_radius_um = 400.0", "core_radius_um = \"wide\"");
  EXPECT_THAT(refusal(),
              AllOf(HasSubstr("model.toml:9:18: column.core_radius_um must be a number, found")));
}

TEST(DataDirectory, HonoursTheEnvironmentAndRefusesAMissingFolder) {
  ASSERT_EQ(setenv("V1ENGINE_DATA", V1_SOURCE_DIR "/data", 1), 0);
  EXPECT_EQ(data_directory(), fs::path(V1_SOURCE_DIR "/data"));
  ASSERT_EQ(setenv("V1ENGINE_DATA", "/nonexistent/tables", 1), 0);
  EXPECT_THROW(data_directory(), Error);
  unsetenv("V1ENGINE_DATA");
}

TEST(DataDirectory, ListsTheBuiltInModels) {
  EXPECT_THAT(builtin_models(), Contains("billeh2020"));
  try {
    find_model_directory("bileh2020");
    ADD_FAILURE() << "accepted";
  } catch (const Error& failure) {
    EXPECT_EQ(failure.code(), ExitCode::config);
    EXPECT_THAT(failure.what(), HasSubstr("did you mean 'billeh2020'"));
  }
}

}  // namespace
}  // namespace v1::network::generator
