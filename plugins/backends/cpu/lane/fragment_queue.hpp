#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "plugins/backends/cpu/lane/fragment.hpp"

namespace v1::cpu {

/// Fragments of one thread and lane by the step they are due in: a ring of max_delay + 1 slots.
class FragmentQueue {
 public:
  FragmentQueue() = default;
  /// classes: 3 when current classes are told apart, else 1.
  FragmentQueue(std::uint32_t max_delay_steps, std::uint32_t classes)
      : slots_(max_delay_steps + 1), due_(std::size_t{slots_} * classes) {}

  /// due: steps from the next update, 0 .. max_delay_steps.
  std::vector<Fragment>& at(std::uint32_t current_class, std::uint32_t due) {
    const std::uint32_t sum = next_ + due;
    return due_[std::size_t{current_class} * slots_ + (sum < slots_ ? sum : sum - slots_)];
  }
  const std::vector<Fragment>& at(std::uint32_t current_class, std::uint32_t due) const {
    return const_cast<FragmentQueue&>(*this).at(current_class, due);
  }
  /// Forgets what was due now; the step after is next.
  void advance() {
    for (std::size_t slot = next_; slot < due_.size(); slot += slots_) due_[slot].clear();
    next_ = next_ + 1 < slots_ ? next_ + 1 : 0;
  }
  void clear() {
    for (auto& list : due_) list.clear();
  }

 private:
  std::uint32_t slots_ = 1, next_ = 0;
  std::vector<std::vector<Fragment>> due_;  // [class][slot]
};

}  // namespace v1::cpu
