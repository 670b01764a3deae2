#pragma once
#include <atomic>
#include <chrono>
#include <optional>

namespace v1::cli {

/// First Ctrl-C or SIGTERM: asks the run to stop, keeping what is finished. Second: ends the
/// process at once.
void install_signal_handlers();

/// SIGINT or SIGTERM once one came, else 0.
int signal_received();

/// True once a signal came or the time limit of --max-time has passed.
class StopCondition {
 public:
  explicit StopCondition(std::optional<double> max_time_s);
  bool operator()() const;
  /// 130 for Ctrl-C and --max-time, 143 for SIGTERM.
  int exit_code() const;
  /// For those who can only look at a flag; set by operator().
  const std::atomic<bool>& flag() const { return flag_; }

 private:
  std::optional<std::chrono::steady_clock::time_point> deadline_;
  mutable std::atomic<bool> flag_{false};
};

}  // namespace v1::cli
