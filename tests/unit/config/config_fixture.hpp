#pragma once
#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "engine/config/load_config.hpp"
#include "tests/unit/plugin/test_plugins.hpp"

namespace v1::config {

/// A folder for config files, and a registry with the plugins of test_plugins.hpp.
class ConfigTest : public ::testing::Test {
 protected:
  ConfigTest() : registry_(no_folders()) {
    registry_.add_builtin(test::test_module());
    folder_ = std::filesystem::canonical(std::filesystem::temp_directory_path()) /
              ("v1_config_" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
  }
  ~ConfigTest() override {
    std::filesystem::remove_all(folder_);
    test::cuda_devices = 0;
    test::validate_status = V1E_OK;
  }

  static plugin::RegistryOptions no_folders() {
    plugin::RegistryOptions options;
    options.standard_directories = false;
    return options;
  }

  std::filesystem::path write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }

  RunConfig load(const std::string& text, const std::vector<std::string>& sets = {}) const {
    LoadOptions options;
    options.path = write("a.toml", text);
    options.sets = sets;
    return load_config(options, registry_);
  }

  /// The lines of a config that must be refused, without the path of the folder.
  std::vector<std::string> lines(const std::string& text,
                                 const std::vector<std::string>& sets = {}) {
    try {
      load(text, sets);
    } catch (const ConfigErrors& e) {
      code_ = e.code();
      return shortened(e.lines());
    } catch (const Error& e) {
      code_ = e.code();
      return shortened({e.what()});
    }
    ADD_FAILURE() << "accepted:\n" << text;
    return {};
  }
  /// The only line.
  std::string line(const std::string& text, const std::vector<std::string>& sets = {}) {
    const std::vector<std::string> all = lines(text, sets);
    EXPECT_THAT(all, ::testing::SizeIs(1)) << text;
    return all.empty() ? "" : all[0];
  }

  std::vector<std::string> shortened(std::vector<std::string> texts) const {
    const std::string prefix = folder_.string() + "/";
    for (std::string& text : texts) {
      for (std::size_t at = text.find(prefix); at != std::string::npos; at = text.find(prefix)) {
        text.erase(at, prefix.size());
      }
    }
    return texts;
  }

  plugin::Registry registry_;
  std::filesystem::path folder_;
  ExitCode code_ = ExitCode::ok;
};

}  // namespace v1::config
