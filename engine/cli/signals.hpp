#pragma once
#include <chrono>
#include <optional>

namespace v1::cli {

/// First Ctrl-C or SIGTERM: asks the run to stop, keeping what is finished. Second: ends the
/// process at once.
void install_signal_handlers();

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

}  // namespace v1::cli
