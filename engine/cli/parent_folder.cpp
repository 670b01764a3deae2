#include "engine/cli/parent_folder.hpp"

#include "engine/base/error.hpp"

namespace v1::cli {

void check_parent_folder(const std::filesystem::path& file) {
  const std::filesystem::path parent = std::filesystem::absolute(file).parent_path();
  if (std::filesystem::is_directory(parent)) return;
  throw error(ExitCode::config, "{}: no such folder to write {} into", parent.string(),
              file.filename().string());
}

}  // namespace v1::cli
