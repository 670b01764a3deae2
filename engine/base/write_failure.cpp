#include "engine/base/write_failure.hpp"

#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace v1 {
namespace {

namespace fs = std::filesystem;

fs::path folder_of(const fs::path& place) {
  std::error_code ignored;
  const fs::path full = fs::absolute(place, ignored).lexically_normal();
  return (full.has_filename() ? full : full.parent_path()).parent_path();
}

bool is_there(const fs::path& place) {
  std::error_code ignored;
  return fs::exists(place, ignored);
}

bool is_folder(const fs::path& place) {
  std::error_code ignored;
  return fs::is_directory(place, ignored);
}

// The nearest existing folder above `place`: new files and folders are made in it.
fs::path existing_folder_of(const fs::path& place) {
  fs::path folder = folder_of(place);
  while (!is_there(folder) && folder.has_relative_path()) folder = folder.parent_path();
  return folder;
}

// The errno that writing `place` would meet now; 0 when no obstacle is found.
int look_for_cause(const fs::path& place) {
  const fs::path folder = folder_of(place);
  if (!is_there(folder)) return ENOENT;
  if (!is_folder(folder)) return ENOTDIR;
  if (is_folder(place)) return EISDIR;
  if (is_there(place) && ::access(place.c_str(), W_OK) != 0) return errno;
  if (::access(folder.c_str(), W_OK | X_OK) != 0) return errno;
  struct statvfs disk {};
  if (::statvfs(folder.c_str(), &disk) == 0 && disk.f_bavail == 0) return ENOSPC;
  return 0;
}

std::string missing_permission(const fs::path& place) {
  std::error_code ignored;
  const bool file_itself =
      fs::is_regular_file(place, ignored) && ::access(place.c_str(), W_OK) != 0;
  return fmt::format(
      "there is no permission to write {}: grant it (chmod u+w) or choose another "
      "folder",
      file_itself ? "this file" : "in " + existing_folder_of(place).string());
}

std::string cure(const fs::path& place, int cause) {
  switch (cause) {
    case ENOSPC:
      return fmt::format(
          "the disk of {} is full: make room there or choose a folder on another one",
          existing_folder_of(place).string());
    case EDQUOT:
      return fmt::format(
          "the quota of disk space at {} is used up: free some or choose another "
          "folder",
          existing_folder_of(place).string());
    case EFBIG:
      return "files may not grow so large here: raise the limit (ulimit -f) or choose a folder on "
             "another file system";
    case EROFS:
      return fmt::format("{} is on a file system mounted read-only: choose another folder",
                         existing_folder_of(place).string());
    case EACCES:
    case EPERM:
      return missing_permission(place);
    case ENOENT:
    case ENOTDIR:
      if (!is_folder(folder_of(place))) {
        return fmt::format("{} is not a folder: make it first", folder_of(place).string());
      }
      break;  // procfs and the like report this for files that cannot be made at all
    case EISDIR:
      return "a folder has this name: move it away or choose another name";
    case EEXIST:
      return "a file has this name: move it away or choose another name";
    case ENAMETOOLONG:
      return "choose a shorter name";
    case EMFILE:
    case ENFILE:
      return "too many files are open: raise the limit (ulimit -n)";
    case EIO:
      return "the disk reports an error: check it or choose a folder on another one";
    default:
      break;
  }
  return fmt::format("check {} or choose another folder", existing_folder_of(place).string());
}

}  // namespace

bool is_out_of_room(int cause) { return cause == ENOSPC || cause == EDQUOT; }

Error cannot_write(const fs::path& place, int cause) {
  if (cause == 0) cause = look_for_cause(place);
  const std::string words = cause == 0 ? "" : fmt::format(" ({})", std::strerror(cause));
  return error(ExitCode::memory, "{}: cannot be written{}; {}", place.string(), words,
               cure(place, cause));
}

Error cannot_write(const fs::path& place, const std::error_code& cause) {
  return cannot_write(place, cause.category() == std::system_category() ||
                                     cause.category() == std::generic_category()
                                 ? cause.value()
                                 : 0);
}

}  // namespace v1
