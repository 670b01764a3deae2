#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/integration/process.hpp"

/// Models, overrides and their mistakes through the binary.
namespace v1 {
namespace {

using ::testing::HasSubstr;
using testing::Scratch;
using ::testing::StartsWith;

std::string example(const char* name) {
  return std::string(V1_SOURCE_DIR) + "/configs/networks/" + name;
}

nlohmann::json run_info(const Scratch& scratch) {
  return nlohmann::json::parse(testing::read_text(scratch / "out" / "run.json"));
}

TEST(NetworkModels, OverridesChangeTheNetworkAndAreKept) {
  const Scratch scratch;
  const auto run = scratch.v1engine({"run", example("overrides.toml"), "-o", "out", "--neurons",
                                     "300", "--set", "simulation.duration=100", "--no-analyses"});
  ASSERT_EQ(run.code, 0) << run.err;
  const auto network = run_info(scratch)["network"];
  EXPECT_EQ(network["drop_below_pa"], 1e-3);
  const auto drawn = network["drawn"]["recurrent"].get<int>() + network["drawn"]["lgn"].get<int>();
  EXPECT_EQ(network["blocks"]["recurrent"]["synapses"].get<int>() +
                network["blocks"]["lgn"]["synapses"].get<int>(),
            drawn - network["dropped"].get<int>());
  EXPECT_GT(network["dropped"].get<int>(), drawn / 20);
  const std::string resolved = testing::read_text(scratch / "out" / "config.toml");
  EXPECT_THAT(resolved, HasSubstr("[network.overrides]"));
  // The resolved config makes the same network; without the overrides it is another one.
  ASSERT_EQ(scratch.v1engine({"run", "out/config.toml", "-o", "again"}).code, 0);
  EXPECT_EQ(scratch.v1engine({"compare", "out", "again"}).code, 0);
  scratch.write("plain.toml", "[network]\nneurons = 300\n[simulation]\nduration = 10\ntrials = 1");
  ASSERT_EQ(scratch.v1engine({"run", "plain.toml", "-o", "plain"}).code, 0);
  const auto plain =
      nlohmann::json::parse(testing::read_text(scratch / "plain" / "run.json"))["network"];
  EXPECT_NE(plain["hash"], network["hash"]);
}

TEST(NetworkModels, APopulationIsAdded) {
  const Scratch scratch;
  const auto run =
      scratch.v1engine({"run", example("added_population.toml"), "-o", "out", "--neurons", "1000",
                        "--set", "simulation.duration=50", "--no-analyses"});
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_TRUE(run_info(scratch)["rates"].contains("i23Chat")) << run_info(scratch)["rates"].dump();
}

TEST(NetworkModels, V1dd2024Fires) {
  const Scratch scratch;
  const auto run = scratch.v1engine({"run", example("v1dd2024.toml"), "-o", "out", "--neurons",
                                     "300", "--set", "simulation.duration=150", "--no-analyses"});
  ASSERT_EQ(run.code, 0) << run.err;
  const auto info = run_info(scratch);
  EXPECT_GT(info["counts"]["spikes"].get<int>(), 0);
  EXPECT_EQ(info["network"]["blocks"]["bkg"]["sources"], 100);
  EXPECT_EQ(info["network"]["blocks"]["bkg"]["synapses"], 1200);
  EXPECT_GT(info["network"]["drawn"]["lgn_synapses"].get<int>(),
            info["network"]["drawn"]["lgn"].get<int>());
}

void expect_refused(const Scratch& scratch, const char* text, int code,
                    const std::vector<std::string>& says) {
  scratch.write("bad.toml", text);
  for (const char* command : {"validate", "run"}) {
    const auto result = scratch.v1engine({command, "bad.toml"});
    EXPECT_EQ(result.code, code) << result.err;
    EXPECT_THAT(result.err, StartsWith("error: "));
    for (const std::string& part : says) EXPECT_THAT(result.err, HasSubstr(part));
  }
  EXPECT_FALSE(std::filesystem::exists(scratch / "runs"));
}

TEST(NetworkModels, MistakesInOverridesNameTheirPlace) {
  const Scratch scratch;
  expect_refused(scratch,
                 "[network]\nneurons = 300\n[[network.overrides.connections]]\nsource = 'e4'\n"
                 "target = 'e32'\nprobability = 0.1\n",
                 2, {"bad.toml:5:10", "no target 'e32'", "did you mean 'e23'"});
  expect_refused(scratch,
                 "[network]\nneurons = 300\n[[network.overrides.connections]]\nsource = 'e4'\n"
                 "probability = 1.5\n",
                 2, {"bad.toml:5:15", "'probability' must lie in [0, 1], found 1.5"});
}

TEST(NetworkModels, MistakesInAModelFolderNameFileLineAndColumn) {
  const Scratch scratch;
  std::filesystem::copy(std::string(V1_SOURCE_DIR) + "/data/billeh2020", scratch / "mine",
                        std::filesystem::copy_options::recursive);
  std::string table = testing::read_text(scratch / "mine" / "populations.csv");
  const std::size_t at = table.find("12689");
  ASSERT_NE(at, std::string::npos);
  scratch.write("mine/populations.csv", table.replace(at, 5, "-12689"));
  expect_refused(scratch, "[network]\nmodel = './mine'\nneurons = 300\n", 3,
                 {"populations.csv:6:", "'n_core' must lie in", "found -12689"});
}

TEST(NetworkModels, MoreMemoryThanThereIsIsSaidBeforeTheWork) {
  const Scratch scratch;
  expect_refused(scratch,
                 "[network]\nneurons = 100000000\n[[network.overrides.populations]]\n"
                 "population = 'e23Cux2'\nn_core = 100000000\n",
                 6, {"100000000 neurons", "to be built, but", "network.neurons"});
}

}  // namespace
}  // namespace v1
