#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "engine/base/error.hpp"
#include "engine/base/files.hpp"
#include "engine/base/text.hpp"
#include "engine/figures/gnuplot.hpp"

namespace v1::figures {

std::filesystem::path find_gnuplot() {
  const char* path = std::getenv("PATH");
  if (path == nullptr) return {};
  for (const std::string& folder : split(path, ':')) {
    if (folder.empty()) continue;
    const std::filesystem::path candidate = std::filesystem::path(folder) / "gnuplot";
    if (access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return {};
}

namespace {

/// Status of the child as waitpid gives it; -1 when it could not be started. It has a process group
/// of its own: Ctrl-C in a terminal asks this program to stop, which first completes its figure.
int spawn_and_wait(const std::filesystem::path& program, const std::filesystem::path& folder,
                   const std::string& script_name) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 2, "messages.txt", O_WRONLY | O_CREAT | O_TRUNC, 0600);
  std::string name = program.string();
  std::string defaults = "-d";  // no gnuplotrc
  std::string script = script_name;
  char* arguments[] = {name.data(), defaults.data(), script.data(), nullptr};
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  pid_t child = 0;
  const int failed = posix_spawn(&child, name.c_str(), &actions, &attributes, arguments, environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return -1;
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return -1;
  return status;
}

/// The line that tells what is wrong: gnuplot points with "^" and then writes `"file" line n: why`.
std::string reason(const std::string& messages) {
  std::string last;
  for (const std::string& line : split(messages, '\n')) {
    const std::string text(trim(line));
    if (text.find(" line ") != std::string::npos && text.find(": ") != std::string::npos)
      return text;
    if (!text.empty() && text != "^") last = text;
  }
  return last.empty() ? "no message" : last;
}

}  // namespace

std::string run_gnuplot(const std::filesystem::path& program, const std::filesystem::path& folder,
                        const std::string& script_name) {
  const int status = spawn_and_wait(program, folder, script_name);
  const std::string messages = read_file(folder / "messages.txt");
  if (status == 0) return messages;
  if (status == -1) throw error(ExitCode::data, "{} could not be started", program.string());
  throw error(ExitCode::data, "gnuplot failed: {}", reason(messages));
}

}  // namespace v1::figures
