#include "engine/base/special_file.hpp"

#include <system_error>

#include "engine/base/error.hpp"

namespace v1 {

std::string special_file(const std::filesystem::path& path) {
  const std::string name = path.lexically_normal().string();
  for (const char* folder : {"/dev/fd/", "/proc/self/fd/"}) {
    if (name.starts_with(folder)) return "";
  }
  if (name == "/dev/stdin") return "";
  std::error_code unknown;
  switch (std::filesystem::status(path, unknown).type()) {
    case std::filesystem::file_type::fifo:
      return "a pipe (FIFO)";
    case std::filesystem::file_type::block:
    case std::filesystem::file_type::character:
      return "a device";
    case std::filesystem::file_type::socket:
      return "a socket";
    default:
      return "";
  }
}

void refuse_special_file(const std::filesystem::path& path) {
  const std::string kind = special_file(path);
  if (kind.empty()) return;
  throw error(ExitCode::data, "{}: is {}, but a file is needed", path.string(), kind);
}

}  // namespace v1
