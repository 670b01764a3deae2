#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace v1::cpu {

/// Spikes of the consecutive steps of a window: source[offset[k] .. offset[k + 1]) in step k,
/// ascending; count is empty when every event has multiplicity 1.
struct StepEvents {
  std::vector<std::uint64_t> offset = {0};
  std::vector<std::uint32_t> source;
  std::vector<std::uint16_t> count;

  void clear() {
    offset.assign(1, 0);
    source.clear();
    count.clear();
  }
  void end_step() { offset.push_back(source.size()); }
  std::size_t steps() const { return offset.size() - 1; }
};

/// Joins parts that cover ascending ranges of sources in the same steps.
void join(const std::vector<StepEvents>& parts, StepEvents& out);

/// Puts parts that follow each other in time into one.
void append(const std::vector<StepEvents>& parts, StepEvents& out);

}  // namespace v1::cpu
