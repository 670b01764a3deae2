#pragma once
#include <chrono>
#include <csignal>
#include <optional>

namespace v1 {

/// Asks for a stop like SIGTERM, but however often it comes, it never ends the process at once.
inline constexpr int stop_signal = SIGUSR1;

/// First Ctrl-C or SIGTERM: asks the run to stop, keeping what is finished. Second: ends the
/// process at once.
void install_signal_handlers();

/// For the children of a process that speaks for them.
void stay_silent_when_stopped();

/// Whether a stop goes without a word on stderr (--quiet).
void stop_quietly(bool wanted);

/// While one lives there is nothing to keep yet: the first Ctrl-C or SIGTERM ends the process at
/// once, one that has come before, too. Without effect in children that a process speaks for.
class NothingToKeep {
 public:
  NothingToKeep();
  ~NothingToKeep();
  NothingToKeep(const NothingToKeep&) = delete;
  NothingToKeep& operator=(const NothingToKeep&) = delete;
};

/// SIGINT or SIGTERM once one came, else 0.
int signal_received();

/// True once a signal came or the time limit of --max-time has passed. May be asked from any
/// thread.
class StopCondition {
 public:
  explicit StopCondition(std::optional<double> max_time_s);
  bool operator()() const;
  /// 130 for Ctrl-C and --max-time, 143 for SIGTERM.
  int exit_code() const;

 private:
  std::optional<std::chrono::steady_clock::time_point> deadline_;
};

}  // namespace v1
