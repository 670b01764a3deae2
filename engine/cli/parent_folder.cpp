#include "engine/cli/parent_folder.hpp"

#include <unistd.h>

#include <cerrno>

#include "engine/base/error.hpp"
#include "engine/base/write_failure.hpp"

namespace v1::cli {

void check_parent_folder(const std::filesystem::path& file) {
  const std::filesystem::path parent = std::filesystem::absolute(file).parent_path();
  if (!std::filesystem::is_directory(parent)) {
    throw error(ExitCode::config, "{}: no such folder to write {} into", parent.string(),
                file.filename().string());
  }
  if (access(parent.c_str(), W_OK | X_OK) != 0) throw cannot_write(file, errno);
}

}  // namespace v1::cli
