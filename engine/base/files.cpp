#include "engine/base/files.hpp"

#include <fstream>
#include <sstream>

namespace v1 {

std::string read_file(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

}  // namespace v1
