#pragma once
#include <chrono>
#include <string>

namespace v1 {

/// Progress on stderr: a bar with the time left on a terminal, a line every tenth of the way
/// otherwise, nothing when quiet.
class ProgressBar {
 public:
  ProgressBar(std::string title, bool quiet);
  ~ProgressBar();
  /// fraction in [0, 1]; detail, e.g. "trial 3/20".
  void update(double fraction, const std::string& detail);
  void finish();

 private:
  void draw(double fraction, const std::string& detail, double left_s);
  std::string title_;
  bool quiet_;
  bool terminal_;
  bool open_ = false;
  int next_tenth_ = 1;
  std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point last_draw_;
};

}  // namespace v1
