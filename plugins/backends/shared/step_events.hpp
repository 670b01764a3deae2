#pragma once
#include <v1e/backend.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace v1::backend {

/// Events of the consecutive steps of a window: source[offset[k] .. offset[k + 1]) in step k,
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

/// Events of one edge block that were handed over and wait for the window they belong to.
class Injection {
 public:
  /// Checks events handed over by the engine and copies them. in_trial: the lane is in a trial.
  void take(const v1e_edge_block& block, const v1e_spikes& spikes, bool in_trial);
  /// The events, none where none were taken, in a window of `steps` that begins at
  /// `window_begin`. Throws v1e::Error when they lie outside.
  StepEvents release(const v1e_edge_block& block, std::int64_t window_begin, std::int64_t steps);
  void forget() { pending_ = false; }

 private:
  bool pending_ = false;
  std::int64_t step_begin_ = 0;
  StepEvents events_;
};

}  // namespace v1::backend
