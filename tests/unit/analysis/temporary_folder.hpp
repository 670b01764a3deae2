#pragma once
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace v1::analysis {

/// An empty folder that goes away with the object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

std::string text_of(const std::filesystem::path& path);
nlohmann::json json_of(const std::filesystem::path& path);
/// A JSON file in one line.
std::string json_text_of(const std::filesystem::path& path);

}  // namespace v1::analysis
