#include "engine/recording/network_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "engine/base/error.hpp"
#include "engine/base/hdf5.hpp"
#include "engine/network/lgn_mosaic.hpp"
#include "tests/unit/network/small_network.hpp"

namespace v1::recording {
namespace {

namespace fs = std::filesystem;
using network::Network;
using ::testing::AllOf;
using ::testing::HasSubstr;

class NetworkFile : public ::testing::Test {
 protected:
  void SetUp() override {
    path_ = fs::temp_directory_path() / ("v1_network_file_" + std::to_string(::getpid()) + ".h5");
    network_ = network::small_network();
    network_.types[1].moving_threshold = network::MovingThreshold{1, 2, 0.5, 4, true, 6, 7};
    network_.types[2].model = network::NeuronModel::iaf_psc_delta;
    network_.types[2].tau_syn_ms.clear();
    network_.types[2].asc_carry = {0.25, 0.5};
    network_.neurons.node_id = {0, 1, 2, 3, 0, 1};
    network_.node_sets = {{"a/b", {1, 3}}, {"empty", {}}};
    network_.blocks[0].dropped = 17;
    network_.background = {"model", 250.0};
    network_.seed = 12345678901234567890u;
    auto mosaic = std::make_shared<network::LgnMosaic>();
    mosaic->class_names = {"sON_TF8"};
    mosaic->id = {5};
    mosaic->unit_class = {0};
    mosaic->x_deg = mosaic->y_deg = mosaic->spatial_size_deg = mosaic->spontaneous_hz = {1.5};
    mosaic->tuning_angle_deg = mosaic->sf_sep_deg = {2.5};
    mosaic->dominant = mosaic->non_dominant = {{{1, 2}, {3, 4}, {5, 6}}};
    network_.lgn_mosaic = mosaic;
    network_.content_hash = network::hash_network(network_);
    write_network_file(path_, network_);
  }
  void TearDown() override { fs::remove(path_); }

  std::string error_of_reading() const {
    try {
      read_network_file(path_);
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), ExitCode::data);
      return e.what();
    }
    return "no error";
  }

  fs::path path_;
  Network network_;
};

TEST_F(NetworkFile, GivesBackTheNetworkBitForBit) {
  const Network back = read_network_file(path_);
  EXPECT_EQ(back.content_hash, network_.content_hash);
  EXPECT_EQ(network::hash_network(back), network_.content_hash);
  EXPECT_EQ(back.name, network_.name);
  EXPECT_EQ(back.seed, network_.seed);
  EXPECT_EQ(back.full_size, network_.full_size);
  EXPECT_EQ(back.neurons.node_id, network_.neurons.node_id);
  EXPECT_EQ(back.blocks[0].dropped, 17u);
  ASSERT_EQ(back.node_sets.size(), 2u);
  EXPECT_EQ(back.node_sets[0].name, "a/b");
  EXPECT_EQ(back.node_sets[0].neurons, (std::vector<std::uint32_t>{1, 3}));
  EXPECT_EQ(back.node_sets[1].name, "empty");
  EXPECT_EQ(back.types[1].moving_threshold, network_.types[1].moving_threshold);
  EXPECT_EQ(back.background.rate_hz, 250.0);
  ASSERT_TRUE(back.lgn_mosaic);
  EXPECT_EQ(back.lgn_mosaic->dominant[0].delay_ms[1], 6.0);
  EXPECT_TRUE(is_network_file(path_));
}

TEST_F(NetworkFile, CutOffAnywhereIsNamed) {
  const std::size_t size = fs::file_size(path_);
  std::ifstream in(path_, std::ios::binary);
  const std::string whole((std::istreambuf_iterator<char>(in)), {});
  for (std::size_t kept = 0; kept < size; kept += size / 40) {
    std::ofstream(path_, std::ios::binary) << whole.substr(0, kept);
    EXPECT_THAT(error_of_reading(), HasSubstr(path_.string())) << kept << " of " << size;
    EXPECT_FALSE(is_network_file(path_));
  }
}

// Whatever a flipped byte hits, the answer is an error or the very same network.
// Place in the file of a dataset that is stored in one piece.
std::uint64_t place_of(const fs::path& path, const char* dataset) {
  const h5::File file = h5::File::read(path);
  const h5::Lock lock;
  const hid_t id = H5Dopen2(file.id(), dataset, H5P_DEFAULT);
  const haddr_t place = H5Dget_offset(id);
  H5Dclose(id);
  return place == HADDR_UNDEF ? 0 : place;
}

// Numbers that changed are noticed by the hash, those that make no sense before. (Damage to the
// structure of a file is left to the HDF5 library, some versions of which do not survive all of
// it.)
TEST_F(NetworkFile, DamageIsNoticed) {
  std::ifstream in(path_, std::ios::binary);
  const std::string whole((std::istreambuf_iterator<char>(in)), {});
  int tried = 0;
  for (const char* dataset : {"/blocks/000/address", "/blocks/000/weight"}) {
    const std::uint64_t place = place_of(path_, dataset);
    if (place == 0) continue;
    for (std::uint64_t at = place; at < place + 16; at += 3, ++tried) {
      std::string damaged = whole;
      damaged[at] = static_cast<char>(damaged[at] ^ 0x41);
      std::ofstream(path_, std::ios::binary) << damaged;
      EXPECT_THAT(error_of_reading(), HasSubstr(path_.string())) << dataset << " byte " << at;
      std::ofstream(path_, std::ios::binary) << whole;
    }
  }
  EXPECT_GT(tried, 0);
}

TEST_F(NetworkFile, ChangedOnPurposeLearnsHowToSaySo) {
  const float other = 1.5f * network_.blocks[0].weight_pa.at(0);
  h5::File::append(path_).write_slab("/blocks/000/weight", {0}, {1}, &other);
  EXPECT_THAT(error_of_reading(), HasSubstr("on purpose, delete its attribute network_hash"));
  {
    const h5::File file = h5::File::append(path_);
    const h5::Lock lock;
    ASSERT_GE(H5Adelete(file.id(), "network_hash"), 0);
  }
  EXPECT_EQ(read_network_file(path_).blocks[0].weight_pa.at(0), other);
}

TEST_F(NetworkFile, OfAnotherKindIsNamed) {
  std::ofstream(path_) << "not HDF5 at all";
  EXPECT_THAT(error_of_reading(), HasSubstr("is not a readable HDF5 file"));
  h5::File::create(path_).write("/edges/x", std::vector<float>{1.0f});
  EXPECT_THAT(error_of_reading(), HasSubstr("expected a v1engine network file"));
  fs::remove(path_);
  EXPECT_THAT(error_of_reading(), HasSubstr("no such file"));
}

TEST_F(NetworkFile, WithoutADatasetNamesIt) {
  {
    const h5::File file = h5::File::append(path_);
    const h5::Lock lock;
    ASSERT_GE(H5Ldelete(file.id(), "/blocks/000/weight", H5P_DEFAULT), 0);
  }
  EXPECT_THAT(error_of_reading(),
              AllOf(HasSubstr(path_.string()), HasSubstr("/blocks/000/weight")));
}

TEST_F(NetworkFile, WithADatasetOfAnotherLengthNamesIt) {
  {
    h5::File file = h5::File::append(path_);
    {
      const h5::Lock lock;
      ASSERT_GE(H5Ldelete(file.id(), "/blocks/000/address", H5P_DEFAULT), 0);
    }
    file.write("/blocks/000/address", std::vector<std::uint32_t>(3, 0));
  }
  EXPECT_THAT(error_of_reading(),
              AllOf(HasSubstr("'/blocks/000/address' has 3 values, expected 5")));
}

}  // namespace
}  // namespace v1::recording
