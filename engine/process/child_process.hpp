#pragma once
#include <sys/types.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace v1 {

/// A copy of this process (fork) that does one piece of work, so that it can crash alone or go on
/// beside others. Memory is shared until one side writes to it. The copy has only the thread that
/// made it: no other thread may be at work then, and thread pools have to be made anew in it.
class ChildProcess {
 public:
  /// Tells the parent something; one message per call.
  using Say = std::function<void(const nlohmann::json& message)>;

  /// Runs body in the copy, which then ends with exit code 0. The body throws nothing. Throws
  /// Error(memory) when there can be no other process.
  explicit ChildProcess(const std::function<void(const Say&)>& body);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;

  /// Waits at most timeout_ms for something to come from any of the children.
  static void wait_for_any(const std::vector<const ChildProcess*>& children, int timeout_ms);

  /// The messages that have arrived since the last call, without waiting.
  std::vector<nlohmann::json> messages();
  /// True once the child has ended and all its messages were given out.
  bool ended() const { return from_ < 0; }
  /// Stops the child as a signal would; calling it twice does no harm.
  void ask_to_stop();
  /// Of a child that has ended: "exit 3" or "signal 11, Segmentation fault".
  std::string how_it_ended() const;
  /// Its exit code; 0 of one that was ended by a signal.
  int exit_code() const;
  bool ended_by_signal() const;

 private:
  void reap();

  pid_t child_ = -1;
  int from_ = -1;
  int status_ = 0;
  std::string text_;  // of messages that are not complete yet
};

}  // namespace v1
