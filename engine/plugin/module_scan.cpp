#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <string>

#include "engine/base/error.hpp"
#include "engine/plugin/descriptor.hpp"
#include "engine/plugin/module_file.hpp"

/// Checks a module from an untrusted folder in a child process.
namespace v1::plugin {
namespace {

constexpr unsigned longest_s = 10;

// In the child: loads the module as the engine would, then leaves by _exit, so that no exit handler
// or destructor of the engine runs.
[[noreturn]] void scan(const std::filesystem::path& file, const v1e_host* host, int result) {
  alarm(longest_s);
  for (const int crash : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGALRM}) {
    std::signal(crash, SIG_DFL);
  }
  const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  dup2(nowhere, STDOUT_FILENO);
  dup2(nowhere, STDERR_FILENO);
  std::string reason;
  try {
    const v1e_module* raw = open_library(file);
    read_plugins(read_module(raw, file));
    open_module(*raw, host);
    _exit(0);
  } catch (const std::exception& e) {
    reason = e.what();
  } catch (...) {
    reason = "threw an exception of unknown type while it was loaded";
  }
  [[maybe_unused]] const auto written = write(result, reason.data(), reason.size());
  _exit(1);
}

std::string read_all(int from) {
  std::string text;
  char buffer[4096];
  for (ssize_t n = 0; (n = read(from, buffer, sizeof buffer)) > 0;) text.append(buffer, n);
  return text;
}

}  // namespace

void scan_in_child(const std::filesystem::path& file, const v1e_host* host) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw Error(ExitCode::internal, "no pipe for a child process");
  const pid_t child = fork();
  if (child < 0) {
    close(ends[0]);
    close(ends[1]);
    throw Error(ExitCode::memory, "no child process to look at a plugin in");
  }
  if (child == 0) scan(file, host, ends[1]);
  close(ends[1]);
  const std::string reason = read_all(ends[0]);
  close(ends[0]);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
  if (!reason.empty()) throw Error(ExitCode::plugin, reason);
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM) {
    throw error(ExitCode::plugin, "does not finish loading within {} s", longest_s);
  }
  if (WIFSIGNALED(status)) {
    throw error(ExitCode::plugin, "crashes while it is loaded (signal {}, {})", WTERMSIG(status),
                strsignal(WTERMSIG(status)));
  }
  throw error(ExitCode::plugin, "ends the process while it is loaded (exit {})",
              WEXITSTATUS(status));
}

}  // namespace v1::plugin
