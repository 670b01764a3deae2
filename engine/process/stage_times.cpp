#include "engine/process/stage_times.hpp"

#include <chrono>

#include "engine/process/machine.hpp"

namespace v1 {

double StageTimes::now_s() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void StageTimes::add(const std::string& stage, double seconds) {
  peaks_[stage] = peak_memory_bytes();
  for (auto& [name, sum] : entries_) {
    if (name == stage) {
      sum += seconds;
      return;
    }
  }
  entries_.emplace_back(stage, seconds);
}

double StageTimes::total(const std::string& stage) const {
  for (const auto& [name, sum] : entries_) {
    if (name == stage) return sum;
  }
  return 0.0;
}

}  // namespace v1
