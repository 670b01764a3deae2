#include "engine/process/child_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <mutex>

#include "engine/base/error.hpp"
#include "engine/process/signals.hpp"

namespace v1 {
namespace {

using nlohmann::json;

[[noreturn]] void be_the_child(int out, const std::function<void(const ChildProcess::Say&)>& body) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  stay_silent_when_stopped();
  std::mutex one_at_a_time;
  body([&](const json& message) {
    const std::string text = message.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
    const std::lock_guard lock(one_at_a_time);
    std::size_t done = 0;
    while (done < text.size()) {
      const ssize_t n = write(out, text.data() + done, text.size() - done);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return;  // the parent is gone
      done += static_cast<std::size_t>(n);
    }
  });
  std::fflush(nullptr);
  _exit(0);
}

}  // namespace

ChildProcess::ChildProcess(const std::function<void(const Say&)>& body) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw Error(ExitCode::memory, "no pipe for a child process");
  std::fflush(nullptr);  // or both processes would write what is buffered
  child_ = fork();
  if (child_ == 0) {
    close(ends[0]);
    be_the_child(ends[1], body);
  }
  close(ends[1]);
  from_ = ends[0];
  if (child_ < 0) {
    close(ends[0]);
    throw Error(ExitCode::memory, "the system allows no other process (fork failed)");
  }
  fcntl(from_, F_SETFL, O_NONBLOCK);
}

ChildProcess::~ChildProcess() {
  if (from_ < 0) return;
  ask_to_stop();
  close(from_);
  reap();
}

void ChildProcess::wait_for_any(const std::vector<const ChildProcess*>& children, int timeout_ms) {
  std::vector<pollfd> ready;
  for (const ChildProcess* child : children) ready.push_back({child->from_, POLLIN, 0});
  poll(ready.data(), ready.size(), timeout_ms);
}

std::vector<json> ChildProcess::messages() {
  char buffer[4096];
  while (from_ >= 0) {
    const ssize_t n = read(from_, buffer, sizeof buffer);
    if (n > 0) {
      text_.append(buffer, static_cast<std::size_t>(n));
    } else if (n == 0) {
      close(from_);
      from_ = -1;
      reap();
    } else if (errno != EINTR) {
      break;
    }
  }
  std::vector<json> complete;
  std::size_t begin = 0;
  for (std::size_t end; (end = text_.find('\n', begin)) != std::string::npos; begin = end + 1) {
    complete.push_back(json::parse(text_.substr(begin, end - begin)));
  }
  text_.erase(0, begin);
  return complete;
}

void ChildProcess::ask_to_stop() {
  if (from_ >= 0) kill(child_, stop_signal);
}

void ChildProcess::reap() {
  while (waitpid(child_, &status_, 0) < 0 && errno == EINTR) {
  }
}

std::string ChildProcess::how_it_ended() const {
  if (!ended_by_signal()) return fmt::format("exit {}", exit_code());
  return fmt::format("signal {}, {}", WTERMSIG(status_), strsignal(WTERMSIG(status_)));
}

int ChildProcess::exit_code() const { return WIFEXITED(status_) ? WEXITSTATUS(status_) : 0; }

bool ChildProcess::ended_by_signal() const { return WIFSIGNALED(status_); }

}  // namespace v1
