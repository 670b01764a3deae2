#include "tests/unit/analysis/temporary_folder.hpp"

#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

namespace v1::analysis {

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "v1_analysis_XXXXXX").string();
  path_ = ::mkdtemp(pattern.data());
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

nlohmann::json json_of(const std::filesystem::path& path) {
  return nlohmann::json::parse(text_of(path));
}

std::string json_text_of(const std::filesystem::path& path) { return json_of(path).dump(); }

}  // namespace v1::analysis
