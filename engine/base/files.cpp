#include "engine/base/files.hpp"

#include <cerrno>
#include <fstream>
#include <sstream>

#include "engine/base/write_failure.hpp"

namespace v1 {

std::string read_file(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

void write_file(const std::filesystem::path& file, const std::string& bytes) {
  errno = 0;
  std::ofstream out(file, std::ios::binary);
  out << bytes;
  out.close();
  if (!out) throw cannot_write(file, errno);
}

}  // namespace v1
