#include "engine/process/standard_streams.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "engine/base/error.hpp"

namespace v1 {

void hold_standard_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(stream, F_GETFD) != -1 || errno != EBADF) continue;
    [[maybe_unused]] const int lowest_free = open("/dev/null", O_RDWR);
  }
}

void say(const std::string& text) noexcept {
  [[maybe_unused]] const int written = std::fputs(text.c_str(), stderr);
}

namespace {

// The reader of the pipe has closed it, as `head` does.
bool reader_has_gone() {
  pollfd output{STDOUT_FILENO, 0, 0};
  return poll(&output, 1, 0) > 0 && (output.revents & POLLERR) != 0;
}

}  // namespace

int finish_output(int code) {
  if (std::ferror(stdout) == 0 && std::fflush(stdout) == 0) return code;
  if (reader_has_gone()) return code;
  say(fmt::format("error: standard output cannot be written: {}\n",
                  errno != 0 ? std::strerror(errno) : "it was lost earlier"));
  return code != 0 ? code : static_cast<int>(ExitCode::memory);
}

}  // namespace v1
