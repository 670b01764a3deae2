#include "engine/stimulus/stimulus_key.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace v1::stimulus {
namespace {

class StimulusKey : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_ / "pictures"); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::uint64_t key(const std::string& path) const {
    v1e_value value{V1E_PATH, 1, {}};
    value.as.s = path.c_str();
    const v1e_settings settings{sizeof(v1e_settings), 1, &value};
    return stimulus_key("plugin 1", &settings, Environment{}, 0);
  }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
  }

  std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / ("v1_stimulus_key_" + std::to_string(::getpid()));
};

TEST_F(StimulusKey, ChangesWithTheFileBehindADataset) {
  write("m.h5", "one");
  const std::string address = (folder_ / "m.h5").string() + ":/movie";
  const std::uint64_t before = key(address);
  EXPECT_EQ(key(address), before);
  write("m.h5", "longer");
  EXPECT_NE(key(address), before);
}

TEST_F(StimulusKey, ChangesWithTheFilesOfAFolder) {
  write("pictures/a.png", "one");
  const std::string folder = (folder_ / "pictures").string();
  const std::uint64_t before = key(folder);
  EXPECT_EQ(key(folder), before);
  write("pictures/a.png", "longer");
  const std::uint64_t edited = key(folder);
  EXPECT_NE(edited, before);
  std::filesystem::rename(folder_ / "pictures/a.png", folder_ / "pictures/b.png");
  EXPECT_NE(key(folder), edited);
}

}  // namespace
}  // namespace v1::stimulus
