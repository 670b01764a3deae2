#include "engine/process/signals.hpp"

#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <initializer_list>

#include "engine/base/error.hpp"
#include "engine/base/hdf5.hpp"
#include "engine/plugin/call.hpp"

namespace v1 {
namespace {

volatile std::sig_atomic_t received = 0;
volatile std::sig_atomic_t silent = 0;
volatile std::sig_atomic_t quiet = 0;
volatile std::sig_atomic_t nothing_to_keep = 0;

void write_words(std::initializer_list<const char*> words) {
  for (const char* word : words) {
    [[maybe_unused]] const auto written = write(STDERR_FILENO, word, std::strlen(word));
  }
}

// A plugin that calls exit would end the program with exit code 0.
void on_exit() {
  const plugin::Breadcrumb here = plugin::breadcrumb();
  if (!here.plugin) return;
  write_words({"\nerror: plugin '", here.plugin, "' ended the process in ", here.function, "\n"});
  _exit(static_cast<int>(ExitCode::plugin));
}

void on_stop_signal(int) {
  if (received == 0) received = SIGTERM;
}

void end_with_nothing(int signal) {
  if (quiet == 0) write_words({"\nstopped before anything was simulated or written\n"});
  _exit(128 + signal);
}

void on_signal(int signal) {
  if (received != 0) _exit(128 + signal);
  received = signal;
  if (silent != 0) return;
  if (nothing_to_keep != 0) end_with_nothing(signal);
  if (quiet == 0) write_words({"\nstopping in good order; once more to stop at once\n"});
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // these report better
#define V1_NAMES_CRASHES 1

// A crash inside a plugin, or over a damaged file: say whose it is and end with the exit code of a
// failing plugin or of bad data. Finished trials are on the disk. Uses only what a signal handler
// may.
void on_crash(int signal) {
  const plugin::Breadcrumb here = plugin::breadcrumb();
  if (const char* file = h5::file_being_read()) {
    write_words({"\nerror: ", file, ": is damaged: the HDF5 library crashed reading it\n"});
    _exit(static_cast<int>(ExitCode::data));
  }
  if (!here.plugin) {
    std::signal(signal, SIG_DFL);
    raise(signal);
    return;
  }
  const char* why = signal == SIGABRT  ? " (abort, or an exception that left it)\n"
                    : signal == SIGFPE ? " (arithmetic error)\n"
                    : signal == SIGILL ? " (illegal instruction)\n"
                                       : " (access to memory that is not its own)\n";
  write_words({"\nerror: plugin '", here.plugin, "' crashed in ", here.function, why});
  _exit(static_cast<int>(ExitCode::plugin));
}
#endif

}  // namespace

void install_signal_handlers() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  action.sa_handler = on_stop_signal;
  sigaction(stop_signal, &action, nullptr);
#if defined(V1_NAMES_CRASHES)
  action.sa_handler = on_crash;
  action.sa_flags |= SA_ONSTACK;
  for (const int crash : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) {
    sigaction(crash, &action, nullptr);
  }
#endif
  std::atexit(on_exit);
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a full quota then is a failing write, reported as such
}

void stay_silent_when_stopped() { silent = 1; }

void stop_quietly(bool wanted) { quiet = wanted ? 1 : 0; }

NothingToKeep::NothingToKeep() {
  nothing_to_keep = nothing_to_keep + 1;
  if (received != 0 && silent == 0) end_with_nothing(received);
}

NothingToKeep::~NothingToKeep() { nothing_to_keep = nothing_to_keep - 1; }

int signal_received() { return received; }

StopCondition::StopCondition(std::optional<double> max_time_s) {
  constexpr double no_limit_s = 1e9;  // 30 years; far above, the clock would overflow
  if (max_time_s && *max_time_s < no_limit_s) {
    deadline_ = std::chrono::steady_clock::now() +
                std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                    std::chrono::duration<double>(*max_time_s));
  }
}

bool StopCondition::operator()() const {
  const bool late = deadline_ && std::chrono::steady_clock::now() >= *deadline_;
  return received != 0 || late;
}

int StopCondition::exit_code() const { return received == SIGTERM ? 143 : 130; }

}  // namespace v1
