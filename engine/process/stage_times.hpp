#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace v1 {

/// Wall seconds by stage, in the order the stages ran, and how much memory the process had needed
/// by the end of each.
class StageTimes {
 public:
  template <class Body>
  auto measure(const std::string& stage, Body&& body) {
    const Scope scope{*this, stage};
    return body();
  }
  void add(const std::string& stage, double seconds);
  const std::vector<std::pair<std::string, double>>& entries() const { return entries_; }
  double total(const std::string& stage) const;
  /// Highest memory of the process until the stage ended [bytes], by stage.
  const std::map<std::string, std::uint64_t>& peaks() const { return peaks_; }

 private:
  struct Scope {
    StageTimes& times;
    std::string stage;
    double start = now_s();
    ~Scope() { times.add(stage, now_s() - start); }
  };
  static double now_s();
  std::vector<std::pair<std::string, double>> entries_;
  std::map<std::string, std::uint64_t> peaks_;
};

}  // namespace v1
