#include "engine/plugin/search_path.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

namespace v1::plugin {
namespace {

namespace fs = std::filesystem;

class SearchPath : public ::testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::canonical(fs::temp_directory_path()) / ("v1_search_" + std::to_string(getpid()));
    fs::create_directories(root_ / "bin");
    setenv("XDG_DATA_HOME", (root_ / "data").c_str(), 1);
    unsetenv("V1ENGINE_PLUGIN_PATH");
    options_.executable = root_ / "bin" / "v1engine";
  }
  void TearDown() override { fs::remove_all(root_); }

  std::vector<std::string> origins() const {
    std::vector<std::string> names;
    for (const SearchPlace& place : search_places(options_)) {
      // The prefix this test was configured with is not under our control.
      if (place.path.string().rfind(root_.string(), 0) == 0) names.push_back(place.origin);
    }
    return names;
  }

  fs::path root_;
  RegistryOptions options_;
};

TEST_F(SearchPath, BuildFolderComesFirst) {
  std::ofstream(root_ / "CMakeCache.txt") << "";
  fs::create_directories(root_ / "given");
  options_.plugin_paths = {root_ / "given"};
  setenv("V1ENGINE_PLUGIN_PATH", (root_ / "env").c_str(), 1);
  EXPECT_THAT(origins(), ::testing::ElementsAre("build folder", "--plugin-path",
                                                "V1ENGINE_PLUGIN_PATH", "user folder"));
  EXPECT_EQ(search_places(options_)[0].path, root_ / "lib/v1engine/plugins");
}

TEST_F(SearchPath, InstalledPluginsComeLast) {
  EXPECT_THAT(origins(), ::testing::ElementsAre("user folder", "installed"));
}

TEST_F(SearchPath, RelativeAndEmptyEntriesOfTheVariableAreNoPlaces) {
  setenv("V1ENGINE_PLUGIN_PATH", ("::plugins:" + (root_ / "env").string()).c_str(), 1);
  EXPECT_THAT(origins(),
              ::testing::ElementsAre("V1ENGINE_PLUGIN_PATH", "user folder", "installed"));
}

TEST_F(SearchPath, FolderNamedTwiceIsSearchedOnce) {
  setenv("V1ENGINE_PLUGIN_PATH",
         ((root_ / "env").string() + ":" + (root_ / "env").string()).c_str(), 1);
  EXPECT_THAT(origins(),
              ::testing::ElementsAre("V1ENGINE_PLUGIN_PATH", "user folder", "installed"));
}

}  // namespace
}  // namespace v1::plugin
