#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <list>
#include <string>
#include <vector>

#include "engine/base/error.hpp"
#include "engine/base/hdf5.hpp"
#include "engine/plugin/host.hpp"
#include "tests/unit/base/refusal.hpp"
#include "tests/unit/stimulus/plugin_under_test.hpp"

/// For plugins that read files: a folder, small arrays in it, settings with texts and lists.
namespace v1::stimulus::test {

class FileStimulus : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::temp_directory_path() /
              (std::string("v1_file_stimulus_") + info->name() + std::to_string(::getpid()));
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    for (std::uint32_t i = 0; i < linked_plugin().param_count; ++i) {
      const v1e_param& param = *linked_plugin().params[i];
      v1e_value none{param.type, 0, {}};
      values_.push_back(param.default_value ? *param.default_value : none);
    }
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string file(const std::string& name) const { return (folder_ / name).string(); }

  std::string npy(const std::string& name, const std::string& shape,
                  const std::vector<float>& items) const {
    std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }";
    header.resize((header.size() + 10) / 64 * 64 + 64 - 10, ' ');
    header.back() = '\n';
    std::ofstream out(file(name), std::ios::binary);
    out.write("\x93NUMPY\x01\x00", 8);
    const auto length = static_cast<std::uint16_t>(header.size());
    out.write(reinterpret_cast<const char*>(&length), 2);
    out << header;
    out.write(reinterpret_cast<const char*>(items.data()),
              static_cast<std::streamsize>(items.size() * sizeof(float)));
    return file(name);
  }

  v1e_value& slot(std::string_view key) {
    for (std::uint32_t i = 0; i < linked_plugin().param_count; ++i) {
      if (linked_plugin().params[i]->key == key) return values_[i];
    }
    throw std::out_of_range("no parameter " + std::string(key));
  }
  void set(std::string_view key, const std::string& text) {
    v1e_value& value = slot(key);
    if (value.type != V1E_CHOICE) {
      value.as.s = texts_.emplace_back(text).c_str();
      return;
    }
    for (std::uint32_t i = 0; i < linked_plugin().param_count; ++i) {
      const v1e_param& param = *linked_plugin().params[i];
      for (std::uint32_t c = 0; param.key == key && c < param.choice_count; ++c) {
        if (param.choices[c] == text) value.as.i = c;
      }
    }
  }
  void set(std::string_view key, double number) {
    v1e_value& value = slot(key);
    if (value.type == V1E_FLOAT) {
      value.as.f = number;
    } else {
      value.as.i = static_cast<std::int64_t>(number);
    }
  }
  void set(std::string_view key, std::vector<double> numbers) {
    v1e_value& value = slot(key);
    const std::vector<double>& kept = lists_.emplace_back(std::move(numbers));
    value.count = static_cast<std::uint32_t>(kept.size());
    value.as.fv = kept.data();
  }

  StimulusPlayer play(const Environment& env) {
    const v1e_settings settings{sizeof(v1e_settings), static_cast<std::uint32_t>(values_.size()),
                                values_.data()};
    return StimulusPlayer::create(linked_plugin().name, linked_api(), &settings, host_.view(), env);
  }

  /// The message of the Error with `code` that `action` throws.
  static std::string message(ExitCode code, const std::function<void()>& action) {
    return refusal_of(code, action);
  }

  std::filesystem::path folder_;
  plugin::Host host_;
  std::vector<v1e_value> values_;
  std::list<std::string> texts_;
  std::list<std::vector<double>> lists_;
};

}  // namespace v1::stimulus::test
