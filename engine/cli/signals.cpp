#include "engine/cli/signals.hpp"

#include <unistd.h>
#include <csignal>
#include <cstdlib>

namespace v1::cli {
namespace {

volatile std::sig_atomic_t received = 0;

void on_signal(int signal) {
  if (received != 0) _exit(128 + signal);
  received = signal;
  constexpr char message[] = "\nstopping after this window; once more to stop at once\n";
  [[maybe_unused]] const auto written = write(STDERR_FILENO, message, sizeof message - 1);
}

}  // namespace

void install_signal_handlers() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a full quota then is a failing write, reported as such
}

int signal_received() { return received; }

StopCondition::StopCondition(std::optional<double> max_time_s) {
  if (max_time_s) {
    deadline_ = std::chrono::steady_clock::now() +
                std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                    std::chrono::duration<double>(*max_time_s));
  }
}

bool StopCondition::operator()() const {
  const bool late = deadline_ && std::chrono::steady_clock::now() >= *deadline_;
  if (received != 0 || late) flag_ = true;
  return flag_;
}

int StopCondition::exit_code() const { return received == SIGTERM ? 143 : 130; }

}  // namespace v1::cli
