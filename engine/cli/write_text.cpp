#include "engine/cli/write_text.hpp"

#include <cerrno>
#include <fstream>

#include "engine/base/error.hpp"
#include "engine/base/write_failure.hpp"

namespace v1::cli {

void write_text(const std::filesystem::path& path, const std::string& text) {
  errno = 0;
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.close();
  if (!out) throw cannot_write(path, errno);
}

void check_parent_folder(const std::filesystem::path& file) {
  const std::filesystem::path parent = std::filesystem::absolute(file).parent_path();
  if (std::filesystem::is_directory(parent)) return;
  throw error(ExitCode::config, "{}: no such folder to write {} into", parent.string(),
              file.filename().string());
}

}  // namespace v1::cli
