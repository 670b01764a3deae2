#include "engine/recording/new_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "engine/base/error.hpp"

namespace v1::recording {
namespace {

namespace fs = std::filesystem;

// True when this call made the folder, false when there was one already.
bool make_folder(const fs::path& dir) {
  std::error_code failure;
  if (dir.has_parent_path()) fs::create_directories(dir.parent_path(), failure);
  if (!failure && fs::create_directory(dir, failure)) return true;
  if (!failure || failure == std::errc::file_exists) return false;
  refuse_folder(dir, failure);
}

std::string folder_name(std::string name) {
  for (char& c : name) {
    if (c == '/' || static_cast<unsigned char>(c) < 0x20) c = '-';
  }
  if (name.empty() || name == "." || name == "..") name = "run";
  return name;
}

}  // namespace

void refuse_folder(const fs::path& dir, const std::error_code& failure) {
  const bool full = failure == std::errc::no_space_on_device;
  throw error(full ? ExitCode::memory : ExitCode::config,
              "{}: the run folder cannot be made ({}); choose another one with -o", dir.string(),
              failure.message());
}

fs::path make_new_folder(const fs::path& output, const std::string& name, const fs::path& base) {
  if (!output.empty()) {
    const fs::path dir = fs::absolute(output).lexically_normal();
    // "runs/a/" names the same folder as "runs/a".
    const fs::path clean = dir.has_filename() ? dir : dir.parent_path();
    if (!make_folder(clean)) {
      throw error(ExitCode::config,
                  "{}: exists already; choose another -o, or continue that run with --resume",
                  clean.string());
    }
    return clean;
  }
  const std::string stem = folder_name(name);
  for (int k = 1;; ++k) {
    const std::string numbered = k == 1 ? stem : fmt::format("{}-{}", stem, k);
    const fs::path dir = fs::absolute(base / numbered).lexically_normal();
    if (make_folder(dir)) return dir;
  }
}

// The folder itself is locked, so that nothing has to be written for it.
std::shared_ptr<const int> lock_folder(const fs::path& dir, Hold hold) {
  const int fd = ::open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) {
    throw error(ExitCode::config, "{}: cannot be opened ({})", dir.string(), std::strerror(errno));
  }
  std::shared_ptr<const int> lock(new int(fd), [](const int* held) {
    ::close(*held);
    delete held;
  });
  const int operation = hold == Hold::alone    ? LOCK_EX | LOCK_NB
                        : hold == Hold::shared ? LOCK_SH | LOCK_NB
                                               : LOCK_EX;
  int result = 0;
  do {
    result = ::flock(fd, operation);
  } while (result != 0 && errno == EINTR && hold == Hold::in_turn);
  if (result != 0 && errno == EWOULDBLOCK) {
    throw error(ExitCode::config,
                "{}: another v1engine is writing this run; wait for it or choose another -o",
                dir.string());
  }
  return lock;
}

}  // namespace v1::recording
