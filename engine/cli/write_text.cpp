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

void check_parent_folder(const std::filesystem::path& file) {
  const std::filesystem::path parent = std::filesystem::absolute(file).parent_path();
  if (std::filesystem::is_directory(parent)) return;
  throw error(ExitCode::config, "{}: no such folder to write {} into", parent.string(),
              file.filename().string());
}

}  // namespace v1::cli
