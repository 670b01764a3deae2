#pragma once
#include <cstdint>
#include <functional>
#include <list>
#include <utility>

#include "engine/simulate/step_loop.hpp"

namespace v1::run {

/// Draw thresholds of the conditions that were shown last, so that a condition that comes again
/// need not be made again.
class ThresholdStore {
 public:
  /// Keeps `capacity` conditions, at least one.
  explicit ThresholdStore(std::size_t capacity) : capacity_(capacity) {}

  simulate::Thresholds get(std::uint32_t condition,
                           const std::function<simulate::Thresholds()>& make) {
    for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
      if (entry->first != condition) continue;
      entries_.splice(entries_.begin(), entries_, entry);
      return entries_.front().second;
    }
    while (!entries_.empty() && entries_.size() >= capacity_) entries_.pop_back();
    entries_.emplace_front(condition, make());
    return entries_.front().second;
  }

 private:
  std::size_t capacity_;
  std::list<std::pair<std::uint32_t, simulate::Thresholds>> entries_;  // the last used first
};

}  // namespace v1::run
