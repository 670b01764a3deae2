#include "engine/calibrate/targets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <numbers>

#include "engine/base/error.hpp"
#include "engine/network/background_weights.hpp"
#include "tests/unit/network/small_network.hpp"

namespace v1::calibrate {
namespace {

using network::background_weights;
using network::Network;
using network::read_background_weights;
using network::set_background_weights;
using ::testing::AllOf;
using ::testing::HasSubstr;

/// Two units of background onto the neurons 0, 3 (e23Cux2) and 1 (i23Pvalb).
Network driven_network() {
  Network network = network::small_network();
  network::EdgeBlock block = network.blocks[0];
  block.name = "bkg";
  block.source_id = {0, 1};
  block.row_ptr = {0, 2, 5};
  block.weight_pa = {1.0f, 1e-27f, 3.0f, 1e-27f, 2.0f};
  set_addresses(block, network.neurons.size(), {0, 1, 0, 1, 3}, {0, 0, 0, 0, 0});
  network.blocks.push_back(block);
  for (auto& type : network.types) {
    type.g_ns = 4.0;
    type.e_l_mv = -70.0;
    type.v_th_mv = -45.0;
  }
  return network;
}

class Files : public ::testing::Test {
 protected:
  Files() {
    std::string pattern = (std::filesystem::temp_directory_path() / "targets-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~Files() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path write(const std::string& text) const {
    std::ofstream(folder_ / "a.csv") << text;
    return folder_ / "a.csv";
  }
  template <class Call>
  static std::string message_of(const Call& call) {
    try {
      call();
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), ExitCode::data);
      return e.what();
    }
    return "nothing was thrown";
  }
  std::filesystem::path folder_;
};

using Targets = Files;
using BackgroundWeights = Files;

TEST_F(Targets, ReadsOneColumnAndLeavesOutStrangers) {
  const auto file =
      write("# rates\npopulation,mean,median\ne23Cux2,1.5,1\ni5Sst,3,3\ni23Pvalb,,7\n");
  const auto targets = read_targets(file, "mean", driven_network());
  ASSERT_EQ(targets.size(), 1u);
  EXPECT_EQ(targets[0].population, "e23Cux2");
  EXPECT_EQ(targets[0].rate_hz, 1.5);
}

TEST_F(Targets, BadTablesAreNamed) {
  const Network network = driven_network();
  const auto problem = [&](const std::string& text, const std::string& column = "mean") {
    const auto file = write(text);
    return message_of([&] { read_targets(file, column, network); });
  };
  EXPECT_THAT(problem("population,mean\ne23Cux2,-1\n"),
              AllOf(HasSubstr("a.csv:2"), HasSubstr("e23Cux2"), HasSubstr("negative")));
  EXPECT_THAT(problem("population,mean\ne23Cux2,1\ne23Cux2,2\n"),
              AllOf(HasSubstr("a.csv:3"), HasSubstr("twice")));
  EXPECT_THAT(problem("population,mean\ne23Cux2,1\n", "maen"), HasSubstr("did you mean 'mean'"));
  EXPECT_THAT(problem("population,mean\ni5Sst,1\n"), HasSubstr("no target"));
}

TEST_F(Targets, ThresholdWeightHoldsTheMembraneAtThreshold) {
  // One event of 1 pA carries e x 5.5 ms; neurons 0, 3 and 4 of the population have 3 connections.
  const double needed_pa = 3.0 * 4.0 * 25.0;
  const double drive_pa = 3.0 * 1.0 * std::numbers::e * 5.5;
  EXPECT_NEAR(threshold_weight(driven_network(), "e23Cux2", 1000.0), needed_pa / drive_pa, 1e-9);
}

TEST_F(BackgroundWeights, MeansByPopulation) {
  const auto weights = background_weights(driven_network());
  ASSERT_EQ(weights.size(), 2u);
  EXPECT_EQ(weights[0].population, "e23Cux2");
  EXPECT_DOUBLE_EQ(weights[0].weight_pa, 2.0);
  EXPECT_EQ(weights[0].connections, 3u);
  EXPECT_TRUE(background_weights(network::small_network()).empty());
}

TEST_F(BackgroundWeights, ConnectionsKeepTheirProportions) {
  Network network = driven_network();
  set_background_weights(network, {{"e23Cux2", 4.0, 0}}, "here");
  EXPECT_THAT(network.blocks[1].weight_pa,
              ::testing::ElementsAre(2.0f, 1e-27f, 6.0f, 1e-27f, 4.0f));
  set_background_weights(network, {{"i23Pvalb", 0.5, 0}}, "here");
  EXPECT_THAT(network.blocks[1].weight_pa, ::testing::ElementsAre(2.0f, 0.5f, 6.0f, 0.5f, 4.0f));
}

TEST_F(BackgroundWeights, WhatIsWrittenIsRead) {
  const std::vector<network::BackgroundWeight> weights = {{"e23Cux2", 1.0 / 3.0, 0},
                                                          {"i23Pvalb", 0.0, 0}};
  network::write_background_weights(folder_ / "w.csv", "two\nlines", weights);
  const auto again = read_background_weights(folder_ / "w.csv");
  ASSERT_EQ(again.size(), 2u);
  EXPECT_EQ(again[0].population, "e23Cux2");
  EXPECT_NEAR(again[0].weight_pa, 1.0 / 3.0, 1e-9);
  EXPECT_THROW(network::write_background_weights(folder_ / "no/w.csv", "", weights), Error);
}

TEST_F(BackgroundWeights, BadFilesAreNamed) {
  EXPECT_THAT(
      message_of([&] { read_background_weights(write("population,weight_pa\ne23Cux2,-2\n")); }),
      AllOf(HasSubstr("a.csv:2"), HasSubstr("negative")));
  EXPECT_THAT(
      message_of([&] { read_background_weights(write("population,weight_pa\na,1\na,2\n")); }),
      AllOf(HasSubstr("a.csv:3"), HasSubstr("twice")));
  EXPECT_THAT(message_of([&] { read_background_weights(write("population,wieght_pa\n")); }),
              HasSubstr("a.csv:1: no column 'weight_pa'; did you mean 'wieght_pa'?"));
  Network network = driven_network();
  EXPECT_THAT(message_of([&] {
                const auto weights =
                    read_background_weights(write("population,weight_pa\ni23Pvalb,1\ne23,1\n"));
                set_background_weights(network, weights, "w.csv");
              }),
              HasSubstr("a.csv:3: network"));
  EXPECT_THAT(message_of([&] {
                set_background_weights(network, {{"e23Cux", 1.0, 0}}, "w.csv");
              }),
              AllOf(HasSubstr("w.csv"), HasSubstr("did you mean 'e23Cux2'")));
  EXPECT_THAT(message_of([&] {
                set_background_weights(network, {{"e5Rbp4", 1.0, 0}}, "w.csv");
              }),
              HasSubstr("no background connections onto 'e5Rbp4'"));
}

}  // namespace
}  // namespace v1::calibrate
