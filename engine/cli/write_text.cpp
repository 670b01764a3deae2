#include "engine/cli/write_text.hpp"

#include <fstream>

#include "engine/base/error.hpp"

namespace v1::cli {

void write_text(const std::filesystem::path& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.close();
  if (!out) {
    throw error(ExitCode::memory, "{}: cannot be written; is the disk full?", path.string());
  }
}

}  // namespace v1::cli
